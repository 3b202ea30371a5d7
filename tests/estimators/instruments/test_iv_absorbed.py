"""Two-stage least squares with effects beside units and periods, against a regressor for every level of them.

An effect that is absorbed and one whose dummies are exogenous regressors are the same model: coefficients,
errors, degrees of freedom and all tests. Tolerance 1e-8, relative: the dummies lose a few digits.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from nqpf_assets.estimators.influence.left_out import without_rows
from nqpf_assets.estimators.influence.linear_model import two_stage_model
from nqpf_assets.estimators.instruments.fe_2sls import fe_2sls
from nqpf_assets.estimators.instruments.sample import iv_sample
from nqpf_assets.estimators.linear.absorbed import Absorbed
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.wild_changes import WildBootstrap
from tests.estimators.instruments.test_iv_weights import ROWS, WEIGHTS, fit

CLOSE = {"rtol": 1e-8, "atol": 1e-10}
EFFECTS = ("unit", "period")
HALF = ROWS.units % 2
MOVING = (ROWS.units + (ROWS.periods > 3)) % 3
CROSSED = Absorbed("halves * period", (HALF * 7 + ROWS.periods).astype(np.intp))
GROUPS = Absorbed("moving", MOVING.astype(np.intp))
TREND = Absorbed("unit * trend", ROWS.units.astype(np.intp), ROWS.periods - 3.0)
TESTS = (
    "underidentification", "anderson_rubin_f", "anderson_rubin_chi2", "stock_wright", "overidentification",
    "endogeneity",
)  # fmt: skip


def levels(one: Absorbed) -> Any:
    """A column for each level; those that others make up are dropped by the estimator."""
    found = (one.codes[:, None] == np.arange(one.n_levels)).astype(float)
    return found if one.slope is None else found * one.slope[:, None]


@pytest.mark.parametrize("absorbed", [(CROSSED,), (GROUPS,), (TREND,), (CROSSED, GROUPS)])
@pytest.mark.parametrize("how", [
    {"vcov": "unadjusted"}, {"vcov": "robust"}, {"vcov": "clustered"},
    {"vcov": "unadjusted", "small_sample": "ivreg2"}, {"vcov": "robust", "small_sample": "large_sample"},
    {"vcov": "clustered", "small_sample": "ivreg2_small"},
    {"vcov": "clustered", "weights": WEIGHTS}, {"vcov": "robust", "weights": WEIGHTS},
])  # fmt: skip
def test_an_absorbed_effect_is_its_dummies(absorbed: tuple[Absorbed, ...], how: dict) -> None:
    one = fit(effects=EFFECTS, absorbed=absorbed, **how)
    other = fit(effects=EFFECTS, further=np.column_stack([*map(levels, absorbed)]), **how)
    at = [other.names.index(name) for name in one.names]
    assert len(one.names) == 3
    np.testing.assert_allclose(one.params, np.array(other.params)[at], **CLOSE)
    np.testing.assert_allclose(one.std_errors, np.array(other.std_errors)[at], **CLOSE)
    np.testing.assert_allclose(one.p_values, np.array(other.p_values)[at], **CLOSE)
    assert one.df_resid == other.df_resid
    assert one.effects == (*EFFECTS, *(each.name for each in absorbed))
    for name in TESTS:
        mine, theirs = getattr(one, name), getattr(other, name)
        np.testing.assert_allclose(mine.statistic, theirs.statistic, **CLOSE, err_msg=name)
        np.testing.assert_allclose(mine.p_value, theirs.p_value, **CLOSE, err_msg=name)
    for name in ("cragg_donald_f", "kleibergen_paap_f"):
        mine, theirs = getattr(one, name), getattr(other, name)
        assert (mine is None) == (theirs is None)
        if mine is not None:
            np.testing.assert_allclose(mine, theirs, **CLOSE, err_msg=name)
    for mine, theirs in zip(one.first_stages, other.first_stages, strict=True):
        np.testing.assert_allclose(mine.f.statistic, theirs.f.statistic, **CLOSE)
        np.testing.assert_allclose(mine.partial_r2, theirs.partial_r2, **CLOSE)


def test_without_effects_of_units_and_periods() -> None:
    """A product alone, against the dummies of all its levels but one beside the constant."""
    one = fit(effects=(), absorbed=(CROSSED,), vcov="robust")
    other = fit(effects=(), further=levels(CROSSED)[:, 1:], vcov="robust")
    at = [other.names.index(name) for name in one.names]
    np.testing.assert_allclose(one.params, np.array(other.params)[at], **CLOSE)
    np.testing.assert_allclose(one.std_errors, np.array(other.std_errors)[at], **CLOSE)
    np.testing.assert_allclose(one.stock_wright.statistic, other.stock_wright.statistic, **CLOSE)


def test_a_wild_bootstrap_takes_them_out_of_every_draw() -> None:
    how = {"vcov": "clustered", "wild": WildBootstrap(draws=199, seed=4), "n_endogenous": 1}
    one = fit(effects=EFFECTS, absorbed=(CROSSED,), **how)
    other = fit(effects=EFFECTS, further=levels(CROSSED), **how)
    at = [other.names.index(name) for name in one.names]
    np.testing.assert_allclose(one.p_values, np.array(other.p_values)[at], **CLOSE)


def test_rows_alone_in_a_level_leave_and_a_bias_reduced_error_is_refused() -> None:
    codes = GROUPS.codes.copy()
    codes[5] = 3
    one = fit(effects=EFFECTS, absorbed=(Absorbed("moving", codes),))
    assert not one.is_in_sample[5]
    assert one.n_obs == len(ROWS) - 1
    with pytest.raises(EstimationError, match="do not go with such errors"):
        fit(effects=EFFECTS, absorbed=(GROUPS,), vcov="cr2")


def test_influence_and_leaving_out_go_through_them() -> None:
    """Derivatives against estimating with an entry moved, left-out rows against estimating without."""
    sample = iv_sample(
        ROWS.y, ROWS.x, ROWS.z, ROWS.units, ROWS.periods, ROWS.w,
        names=(("a", "b"), ("w0",), ("p", "q", "r")), effects=EFFECTS, drop_singletons=True,
        absorbed=(CROSSED,),
    )  # fmt: skip
    model = two_stage_model(
        sample, outcome_name="y", endogenous=("a", "b"), instruments=("p", "q", "r")
    )
    step, row = 1e-5, 17

    def params(y: Any, x: Any, z: Any, keep: Any) -> Any:
        return fe_2sls(
            y[keep], x[keep], z[keep], ROWS.units[keep], ROWS.periods[keep],
            endogenous_names=("a", "b"), instrument_names=("p", "q", "r"), exogenous=ROWS.w[keep],
            exogenous_names=("w0",), effects=EFFECTS, absorbed=(CROSSED.of_rows(keep),),
        ).params  # fmt: skip

    every = np.ones(len(ROWS), dtype=bool)
    np.testing.assert_allclose(model.params, params(ROWS.y, ROWS.x, ROWS.z, every), **CLOSE)
    told = model.derivatives(np.array([1.0, 0.0, 0.0]))
    columns = {"y": 0, "a": 1, "p": 4}
    for name, place in columns.items():
        ends = []
        for sign in (1, -1):
            y, x, z = ROWS.y.copy(), ROWS.x.copy(), ROWS.z.copy()
            {"y": y, "a": x[:, 0], "p": z[:, 0]}[name][row] += sign * step
            ends.append(params(y, x, z, every)[0])
        assert told[row, place] == pytest.approx((ends[0] - ends[1]) / (2 * step), rel=1e-6)
    left = without_rows(model)
    keep = every.copy()
    keep[row] = False
    np.testing.assert_allclose(left[row], params(ROWS.y, ROWS.x, ROWS.z, keep), rtol=1e-7)
