"""Derivatives of coefficients against estimates of moved data, coefficients without rows against refits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest

from nqpf_assets.estimators.influence import left_out
from nqpf_assets.estimators.influence.left_out import without_groups, without_rows
from nqpf_assets.estimators.influence.linear_column import of_one_model
from nqpf_assets.estimators.influence.linear_model import (
    LinearModel,
    least_squares_model,
    two_stage_model,
)
from nqpf_assets.estimators.influence.row_weights import RowWeights
from nqpf_assets.estimators.instruments.fe_2sls import fe_2sls
from nqpf_assets.estimators.instruments.sample import iv_sample
from nqpf_assets.estimators.linear.absorbed import Absorbed
from nqpf_assets.estimators.linear.two_way_fe import two_way_fe
from nqpf_assets.estimators.linear.two_way_fe_result import TwoWayFE

STEP = 1e-5
SMOOTH = 1e-6
"""Central differences of a step of 1e-5: the third order leaves 1e-10, rounding 1e-16 / 1e-5."""
SOLVED = 1e-8
"""Two ways to solve the same equations of numbers near one."""
EFFECTS = [("unit", "period"), ("unit",), ("period",), ()]


@dataclass(frozen=True)
class Panel:
    """An unbalanced panel: the outcome, two endogenous and two exogenous regressors, instruments; weights."""

    units: np.ndarray
    periods: np.ndarray
    columns: np.ndarray
    weights: np.ndarray | None = None

    @property
    def weighing(self) -> dict[str, Any]:
        return {} if self.weights is None else {"weights": self.weights}

    @property
    def row_weights(self) -> RowWeights | None:
        return None if self.weights is None else RowWeights("w", self.weights, "analytic")

    def weighted(self) -> Panel:
        draw = np.random.default_rng(9)
        return replace(self, weights=np.exp(draw.normal(scale=0.7, size=len(self.units))))

    def without(self, rows: np.ndarray) -> Panel:
        weights = None if self.weights is None else self.weights[~rows]
        return Panel(self.units[~rows], self.periods[~rows], self.columns[~rows], weights)

    def moved(self, row: int, column: int, by: float) -> Panel:
        """Weights are the column after the last."""
        columns = self.columns.copy()
        if column < columns.shape[1]:
            columns[row, column] += by
            return replace(self, columns=columns)
        assert self.weights is not None
        weights = self.weights.copy()
        weights[row] += by
        return replace(self, weights=weights)


def panel(n_instruments: int = 3) -> Panel:
    draw = np.random.default_rng(3)
    units = np.repeat([f"{unit:02}" for unit in range(14)], 6)
    periods = np.tile(np.arange(2000, 2006), 14)
    kept = draw.random(len(units)) < 0.85
    n = int(kept.sum())
    z, w, error = (
        draw.normal(size=(n, n_instruments)),
        draw.normal(size=(n, 2)),
        draw.normal(size=n),
    )
    x = z @ draw.normal(size=(n_instruments, 2)) + w @ draw.normal(size=(2, 2))
    x += 0.5 * error[:, None] + draw.normal(size=(n, 2))
    y = (
        x @ [1.0, -0.5]
        + w @ [0.3, 0.7]
        + error
        + draw.normal(size=14)[np.unique(units[kept], return_inverse=True)[1]]
    )
    return Panel(units[kept], periods[kept], np.column_stack([y, x, w, z]))


NAMES = ("a", "b", "c", "d")


def ols(one: Panel, effects: tuple[str, ...]) -> np.ndarray:
    return two_way_fe(one.columns[:, 0], one.columns[:, 1:5], one.units, one.periods, names=NAMES,
                      effects=effects, vcov="unadjusted", **one.weighing).params  # fmt: skip


def iv(one: Panel, effects: tuple[str, ...]) -> np.ndarray:
    c = one.columns
    return fe_2sls(c[:, 0], c[:, 1:3], c[:, 5:], one.units, one.periods, exogenous=c[:, 3:5], effects=effects,
                   endogenous_names=NAMES[:2], exogenous_names=NAMES[2:],
                   instrument_names=[f"z{j}" for j in range(c.shape[1] - 5)],
                   vcov="robust", **one.weighing).params  # fmt: skip


def ols_model(one: Panel, effects: tuple[str, ...]) -> LinearModel:
    return least_squares_model(one.columns[:, 0], one.columns[:, 1:5], one.units, one.periods, names=NAMES,
                               outcome_name="y", effects=effects, drop_singletons=True,
                               weights=one.row_weights)  # fmt: skip


def iv_model(one: Panel, effects: tuple[str, ...]) -> LinearModel:
    c, instruments = one.columns, tuple(f"z{j}" for j in range(one.columns.shape[1] - 5))
    sample = iv_sample(c[:, 0], c[:, 1:3], c[:, 5:], one.units, one.periods, c[:, 3:5],
                       names=(NAMES[:2], NAMES[2:], instruments), effects=effects,
                       drop_singletons=True,
                       weights=one.row_weights and one.row_weights.checked)  # fmt: skip
    return two_stage_model(sample, outcome_name="y", endogenous=NAMES[:2], instruments=instruments,
                           weights=one.row_weights)  # fmt: skip


MODELS = [
    pytest.param(panel(), ols_model, ols, 5, id="least squares"),
    pytest.param(panel(2), iv_model, iv, 7, id="as many instruments as endogenous variables"),
    pytest.param(panel(3), iv_model, iv, 8, id="more instruments than endogenous variables"),
    pytest.param(panel(0).weighted(), ols_model, ols, 6, id="weighted"),
    pytest.param(panel(3).weighted(), iv_model, iv, 9, id="more instruments, weighted"),
]


@pytest.mark.parametrize("effects", EFFECTS)
@pytest.mark.parametrize(("data", "model", "fit", "n_columns"), MODELS)
def test_derivatives_are_those_of_the_estimator(data, model, fit, n_columns, effects) -> None:
    found = model(data, effects)
    np.testing.assert_allclose(found.params, fit(data, effects), rtol=SOLVED)
    draw = np.random.default_rng(1)
    told = [found.derivatives(weights) for weights in np.eye(4)]
    for column in range(n_columns):
        for row in draw.choice(len(data.units), 3, replace=False):
            ends = [fit(data.moved(row, column, by), effects) for by in (STEP, -STEP)]
            measured = (ends[0] - ends[1]) / (2 * STEP)
            np.testing.assert_allclose(
                [one[row, column] for one in told], measured, atol=SMOOTH * 0.1
            )


@pytest.mark.parametrize("largest_block", [200, 1], ids=["inverted", "demeaned anew"])
@pytest.mark.parametrize("effects", EFFECTS)
@pytest.mark.parametrize(("data", "model", "fit", "n_columns"), MODELS)
def test_left_out_groups_are_refits(
    data, model, fit, n_columns, effects, largest_block, monkeypatch
) -> None:
    monkeypatch.setattr(left_out, "LARGEST_BLOCK", largest_block)
    found = model(data, effects)
    for labels, codes in ((data.units, found.unit_codes), (data.periods, found.period_codes)):
        without = without_groups(found, codes)
        for place, label in enumerate(np.unique(labels)):
            np.testing.assert_allclose(
                without[place], fit(data.without(labels == label), effects), rtol=SOLVED
            )


@pytest.mark.parametrize("effects", EFFECTS)
@pytest.mark.parametrize(("data", "model", "fit", "n_columns"), MODELS)
def test_left_out_rows_are_refits(data, model, fit, n_columns, effects) -> None:
    without = without_rows(model(data, effects))
    for row in range(0, len(data.units), 5):
        alone = np.arange(len(data.units)) == row
        np.testing.assert_allclose(without[row], fit(data.without(alone), effects), rtol=SOLVED)


def test_dfbeta_of_statsmodels_with_dummies() -> None:
    """An independent program, which knows nothing of effects that are removed."""
    from statsmodels.regression.linear_model import OLS

    data = panel()
    dummies = [
        (codes[:, None] == np.unique(codes)[first:]).astype(float)
        for codes, first in ((data.units, 0), (data.periods, 1))
    ]
    fitted = OLS(data.columns[:, 0], np.column_stack([data.columns[:, 1:5], *dummies])).fit()
    found = ols_model(data, ("unit", "period"))
    ours = found.params - without_rows(found)
    np.testing.assert_allclose(ours, fitted.get_influence().dfbeta[:, :4], atol=1e-10)


@pytest.mark.parametrize("effects", EFFECTS)
@pytest.mark.parametrize("largest_block", [200, 1], ids=["inverted", "demeaned anew"])
def test_without_the_only_year_there_is_no_estimate(effects, largest_block, monkeypatch) -> None:
    monkeypatch.setattr(left_out, "LARGEST_BLOCK", largest_block)
    found = ols_model(panel(), effects)
    (without,) = without_groups(found, np.zeros(len(found.y), dtype=np.intp))
    assert np.isnan(without).all()


def test_what_the_rest_does_not_identify_is_no_number() -> None:
    """A regressor that varies in one unit alone."""
    data = panel()
    columns = data.columns.copy()
    columns[:, 2] = np.where(data.units == "03", columns[:, 2], 0.0)
    found = ols_model(Panel(data.units, data.periods, columns), ("unit", "period"))
    without = without_groups(found, found.unit_codes)
    is_it = np.unique(data.units) == "03"
    assert np.isnan(without[is_it]).all()
    assert np.isfinite(without[~is_it]).all()


def by_halves(one: Panel) -> tuple[Absorbed, ...]:
    """A further effect: each half of the units in each year."""
    codes = np.unique(one.periods * 2 + (one.units < "07"), return_inverse=True)[1]
    return (Absorbed("halves * period", codes),)


def fit_by_halves(one: Panel) -> TwoWayFE:
    return two_way_fe(one.columns[:, 0], one.columns[:, 1:5], one.units, one.periods, names=NAMES,
                      effects=("unit",), vcov="robust", absorbed=by_halves(one), **one.weighing)  # fmt: skip


@pytest.mark.parametrize("largest_block", [200, 1], ids=["inverted", "demeaned anew"])
@pytest.mark.parametrize("data", [panel(0), panel(0).weighted()], ids=["alike", "weighted"])
def test_years_are_left_out_of_further_effects(data, largest_block, monkeypatch) -> None:
    monkeypatch.setattr(left_out, "LARGEST_BLOCK", largest_block)
    found = least_squares_model(
        data.columns[:, 0], data.columns[:, 1:5], data.units, data.periods, names=NAMES, outcome_name="y",
        effects=("unit",), drop_singletons=True, absorbed=by_halves(data),
        weights=data.row_weights)  # fmt: skip
    without = without_groups(found, found.period_codes)
    for place, year in enumerate(np.unique(data.periods)):
        again = fit_by_halves(data.without(data.periods == year))
        np.testing.assert_allclose(without[place], again.params, rtol=SOLVED)


@pytest.mark.parametrize("is_standardized", [False, True])
def test_constant_and_deviations_are_weighted(*, is_standardized: bool) -> None:
    """Of 2,000 in the sum of the weights as of their own size: only what they are to each other matters."""
    data = panel(0).weighted()
    data = replace(data, weights=data.weights * 2_000 / data.weights.sum())

    def reported(one: Panel) -> np.ndarray:
        fit = two_way_fe(one.columns[:, 0], one.columns[:, 1:5], one.units, one.periods, names=NAMES,
                         vcov="robust", **one.weighing)  # fmt: skip
        return fit.standardized if is_standardized else np.append(fit.params, fit.constant.estimate)

    column = of_one_model(ols_model(data, ("unit", "period")), is_standardized=is_standardized)
    np.testing.assert_allclose(column.estimates, reported(data), rtol=SOLVED)
    for place, name in enumerate((*("y", *NAMES), "w")):
        ends = [reported(data.moved(11, place, by)) for by in (STEP, -STEP)]
        told = [column.derivatives(number)[name][11] for number in range(len(column.numbers))]
        np.testing.assert_allclose(told, (ends[0] - ends[1]) / (2 * STEP), atol=SMOOTH * 0.1)
    without = column.without(np.unique(data.units, return_inverse=True)[1])
    for place, unit in ((2, "02"), (9, "09")):
        np.testing.assert_allclose(
            without[place], reported(data.without(data.units == unit)), rtol=SOLVED
        )


def test_weights_that_count_rows_move_coefficients_as_others_do() -> None:
    """Whole numbers have no slope; what they count has, and so do their coefficients."""
    data = panel(0)
    counts = np.random.default_rng(2).integers(1, 5, len(data.units)).astype(np.float64)
    alike, counted = (
        least_squares_model(
            data.columns[:, 0],
            data.columns[:, 1:5],
            data.units,
            data.periods,
            names=NAMES,
            outcome_name="y",
            effects=("unit",),
            drop_singletons=True,
            weights=RowWeights("w", counts, kind),
        )
        for kind in ("analytic", "frequency")
    )
    weights = np.array([1.0, 0.5, 0.0, -2.0])
    told = counted.derivatives(weights)
    np.testing.assert_allclose(told, alike.derivatives(weights), rtol=1e-9, atol=1e-12)
    assert np.abs(told[:, -1]).max() > 1e-3
