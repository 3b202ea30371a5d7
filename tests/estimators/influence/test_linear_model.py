"""Derivatives of coefficients against estimates of moved data, coefficients without rows against refits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from nqpf_assets.estimators.influence import left_out
from nqpf_assets.estimators.influence.left_out import without_groups, without_rows
from nqpf_assets.estimators.influence.linear_model import (
    LinearModel,
    least_squares_model,
    two_stage_model,
)
from nqpf_assets.estimators.instruments.fe_2sls import fe_2sls
from nqpf_assets.estimators.instruments.sample import iv_sample
from nqpf_assets.estimators.linear.two_way_fe import two_way_fe

STEP = 1e-5
SMOOTH = 1e-6
"""Central differences of a step of 1e-5: the third order leaves 1e-10, rounding 1e-16 / 1e-5."""
SOLVED = 1e-8
"""Two ways to solve the same equations of numbers near one."""
EFFECTS = [("unit", "period"), ("unit",), ("period",), ()]


@dataclass(frozen=True)
class Panel:
    """An unbalanced panel: the outcome, two endogenous and two exogenous regressors, instruments."""

    units: np.ndarray
    periods: np.ndarray
    columns: np.ndarray

    def without(self, rows: np.ndarray) -> Panel:
        return Panel(self.units[~rows], self.periods[~rows], self.columns[~rows])

    def moved(self, row: int, column: int, by: float) -> Panel:
        columns = self.columns.copy()
        columns[row, column] += by
        return Panel(self.units, self.periods, columns)


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
                      effects=effects, vcov="unadjusted").params  # fmt: skip


def iv(one: Panel, effects: tuple[str, ...]) -> np.ndarray:
    c = one.columns
    return fe_2sls(c[:, 0], c[:, 1:3], c[:, 5:], one.units, one.periods, exogenous=c[:, 3:5], effects=effects,
                   endogenous_names=NAMES[:2], exogenous_names=NAMES[2:],
                   instrument_names=[f"z{j}" for j in range(c.shape[1] - 5)],
                   vcov="robust").params  # fmt: skip


def ols_model(one: Panel, effects: tuple[str, ...]) -> LinearModel:
    return least_squares_model(one.columns[:, 0], one.columns[:, 1:5], one.units, one.periods, names=NAMES,
                               outcome_name="y", effects=effects, drop_singletons=True)  # fmt: skip


def iv_model(one: Panel, effects: tuple[str, ...]) -> LinearModel:
    c, instruments = one.columns, tuple(f"z{j}" for j in range(one.columns.shape[1] - 5))
    sample = iv_sample(c[:, 0], c[:, 1:3], c[:, 5:], one.units, one.periods, c[:, 3:5],
                       names=(NAMES[:2], NAMES[2:], instruments), effects=effects,
                       drop_singletons=True)  # fmt: skip
    return two_stage_model(sample, outcome_name="y", endogenous=NAMES[:2], instruments=instruments)


MODELS = [
    pytest.param(panel(), ols_model, ols, 5, id="least squares"),
    pytest.param(panel(2), iv_model, iv, 7, id="as many instruments as endogenous variables"),
    pytest.param(panel(3), iv_model, iv, 8, id="more instruments than endogenous variables"),
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
