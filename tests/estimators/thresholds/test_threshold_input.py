"""What is said where a threshold regression cannot be estimated, and what is decided quietly."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from nqpf_assets.estimators.linear.errors import EstimationError
from tests.estimators.thresholds.threshold_panels import estimate, threshold_panel

PANEL = threshold_panel(1)
Y, X, Z, Q, UNITS, PERIODS = PANEL


def refuse(message: str, panel: Any = PANEL, **options: Any) -> None:
    with pytest.raises(EstimationError, match=message):
        estimate(panel, **options)


def test_threshold_variable_that_does_not_vary() -> None:
    refuse("threshold variable q does not vary: it is 3", (Y, X, Z, 0 * Q + 3, UNITS, PERIODS))


def test_threshold_variable_with_one_common_value() -> None:
    q = np.where(np.arange(len(Q)) < 90, 0.0, Q)
    refuse(
        r"leaves 10 of 96 rows \(trim 0.1\) on either side; it has 7 distinct values, and 90 rows",
        (Y, X, Z, q, UNITS, PERIODS),
    )


def test_room_for_fewer_thresholds() -> None:
    refuse("q has room for 1 of 2 thresholds", (Y, X, Z, 1.0 * (Q > 0.5), UNITS, PERIODS),
           n_thresholds=2)  # fmt: skip
    refuse("q has room for [12] of 3 thresholds", n_thresholds=3, trim=0.3)


def test_regime_without_variation_of_its_own() -> None:
    # Rows above 0.8 hold one row of each unit, each with the unit's only non-zero z.
    q = (PERIODS == 2017) * 0.5 + Q * 0.01
    z = Z * (PERIODS == 2017)[:, None]
    refuse("q has room for 0 of 1 threshold", (Y, X, z, q, UNITS, PERIODS), trim=0.12, grid=None)


@pytest.mark.parametrize(
    ("place", "message"),
    [(0, "the outcome"), (1, "values in x"), (2, "values in z"), (3, "the threshold variable q")],
)
def test_missing_values(place: int, message: str) -> None:
    panel = [np.array(column) for column in PANEL]
    panel[place][5] = np.nan
    refuse(f"missing or infinite.*{message}", tuple(panel))


def test_lengths_must_agree() -> None:
    refuse("q: 95 rows where 96 were expected", (Y, X, Z, Q[:-1], UNITS, PERIODS))
    refuse("x: 95 rows where 96 were expected", (Y, X[:-1], Z, Q, UNITS, PERIODS))
    refuse("95 rows where 96 were expected", (Y, X, Z, Q, UNITS[:-1], PERIODS))


def test_regime_regressor_that_the_effects_absorb() -> None:
    refuse(
        "no coefficient for each regime.*z: absorbed", (Y, X, 1.0 * UNITS[:, None], Q, *PANEL[4:])
    )
    twice = np.column_stack([Z, 2 * Z])
    refuse("no coefficient for each regime.*z2: collinear with z", (Y, X, twice, *PANEL[3:]),
           regime_names=("z", "z2"))  # fmt: skip
    refuse("no regressor changes", (Y, X, Z[:, :0], *PANEL[3:]), regime_names=())


def test_constant_regressor_that_repeats_others_is_dropped_and_named() -> None:
    more = np.column_stack([X, 3 * Z, X - Z, 1.0 * UNITS])
    model = estimate((Y, more, Z, Q, UNITS, PERIODS), names=("x", "z3", "gap", "level"))
    assert {d.name for d in model.fit.dropped} == {"z3", "gap", "level"}
    assert model.fit.names == ("x", "z:regime_1", "z:regime_2")
    np.testing.assert_allclose(model.fit.params, estimate(PANEL).fit.params, rtol=1e-9)


def test_same_name_twice() -> None:
    refuse("different names: x, x", regime_names=("x",))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"effects": ()}, "has unit effects, or unit and period effects"),
        ({"effects": ("period",)}, "has unit effects, or unit and period effects"),
        ({"n_thresholds": 4}, "n_thresholds is 1, 2 or 3; found 4"),
        ({"n_thresholds": 0}, "n_thresholds is 1, 2 or 3; found 0"),
        ({"trim": 0.5}, "trim lies between 0 and 0.5"),
        ({"trim": float("nan")}, "trim lies between 0 and 0.5"),
        ({"trim": (0.1, 0.1)}, "trim has 2 values for 1 threshold"),
        ({"trim": (0.1, 0.05), "n_thresholds": 2}, "does not fall"),
        ({"grid": 1}, "grid is the number of quantile steps"),
        ({"grid_of": "values"}, "grid_of is one of rows, distinct; found 'values'"),
        ({"divisor": "stata"}, "divisor is one of hansen, xthreg, pdr; found 'stata'"),
        ({"residuals_from": "wild"}, "residuals_from is one of alternative, null; found 'wild'"),
        ({"draws": -1}, "draws is 0 or more"),
        ({"vcov": "white"}, "vcov is one of"),
    ],
)
def test_options(options: dict[str, Any], message: str) -> None:
    refuse(message, **options)


def test_one_unit() -> None:
    rows = UNITS == 0
    refuse("two units", tuple(column[rows] for column in PANEL), trim=0.3)


def test_outcome_explained_exactly() -> None:
    refuse("reproduce the outcome exactly", (X[:, 0] + UNITS, *PANEL[1:]), draws=10)


def test_singletons_leave_the_sample() -> None:
    more = (
        np.append(Y, 1.0), np.vstack([X, [[0.3]]]), np.vstack([Z, [[0.3]]]), np.append(Q, 0.5),
        np.append(UNITS, 99), np.append(PERIODS, 2010),
    )  # fmt: skip
    model, plain = estimate(more), estimate(PANEL)
    assert model.fit.singleton_units == (99,)
    assert model.ssr == plain.ssr
    assert len(model.regimes) == model.fit.n_obs == 96


def test_a_threshold_belongs_to_the_regime_below() -> None:
    q = np.round(Q, 1)
    model = estimate((Y, X, Z, q, UNITS, PERIODS))
    at = model.thresholds[0].estimate
    assert at in q
    np.testing.assert_array_equal(model.regimes, np.where(q <= at, 1, 2))
    assert model.regime_rows == ((q <= at).sum(), (q > at).sum())
    assert estimate((Y, X, Z, np.round(10 * q).astype(int), UNITS, PERIODS)).ssr == model.ssr


def test_without_constant_regressors_and_threshold_variable_as_regressor() -> None:
    model = estimate((Y, np.empty((len(Y), 0)), Q[:, None], Q, UNITS, PERIODS), names=(),
                     regime_names=("q",))  # fmt: skip
    assert model.fit.names == ("q:regime_1", "q:regime_2")


def test_every_regime_keeps_its_share_of_rows() -> None:
    for trim in (0.05, 0.1, 0.2):
        model = estimate(PANEL, trim=trim, n_thresholds=2)
        assert min(model.regime_rows) >= trim * len(Y)


def test_grids_are_taken_from_the_values() -> None:
    every = estimate(PANEL).thresholds[0].candidates
    assert len(every) == 96 - 2 * 10 + 1
    deciles = estimate(PANEL, grid=10).thresholds[0].candidates
    # Of 96 rows, the ten percent that must be left are 10, so the quantile 9.6 is not tried.
    np.testing.assert_array_equal(deciles, np.sort(Q)[[18, 27, 37, 47, 56, 66, 75, 85]])
    heaped = np.where(np.arange(len(Q)) % 2, 0.0, Q)
    thirds = estimate((Y, X, Z, heaped, UNITS, PERIODS), grid=4, grid_of="distinct", trim=0.25)
    # 49 distinct values, of which 0 has half of the rows; a quarter of the rows is 24.
    np.testing.assert_array_equal(thirds.thresholds[0].candidates, np.unique(heaped)[[11, 23]])


def test_draws_progress_and_seed() -> None:
    seen: list[tuple[int, int]] = []

    def note(done: int, total: int) -> None:
        seen.append((done, total))

    first = estimate(PANEL, draws=150, n_thresholds=2, progress=note,
                     generator=np.random.default_rng(5))  # fmt: skip
    assert seen == [(100, 300), (150, 300), (250, 300), (300, 300)]
    alone = estimate(PANEL, draws=150, generator=np.random.default_rng(5))
    np.testing.assert_array_equal(alone.tests[0].bootstrap_f, first.tests[0].bootstrap_f)
    assert first.n_filled == 0
    test = first.tests[0]
    assert test.n_exceeding == (test.bootstrap_f >= test.f_statistic).sum()
    assert test.p_value == (test.n_exceeding + 1) / 151
    assert test.critical_values[1] == pytest.approx(np.quantile(test.bootstrap_f, 0.95))
    none = estimate(PANEL).tests[0]
    assert np.isnan(none.p_value)
    assert none.n_draws == 0
