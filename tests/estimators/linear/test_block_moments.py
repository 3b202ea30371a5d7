"""Regressions from blocks' cross products against the same regressions on rows.

Tolerance 1e-8 relative to each coefficient's own scale, as cross products square the condition
number; where one unit is ten thousand times larger than the others, eight digits of sixteen go
to its scale in the draws that lack it, and 1e-4 is left.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from nqpf_assets.estimators.linear.block_moments import block_moments, chunks
from nqpf_assets.estimators.linear.two_way_fe import two_way_fe
from nqpf_assets.estimators.linear.within import fixed_effects
from nqpf_assets.estimators.mediation.bootstrap import drawn_effects
from nqpf_assets.estimators.mediation.drawing import PathDraws, path_values, paths

RNG = np.random.default_rng(31)
UNITS, PERIODS = np.repeat(np.arange(10), 5), np.tile(np.arange(5), 10)
Z = RNG.normal(size=(50, 2))
X = RNG.normal(size=50)
M = X + RNG.normal(size=50)
Y = X + M + Z @ [1.0, 2.0] + RNG.normal(size=50)
BOTH = ("unit", "period")


def moments(controls: Any, columns: Any = None, effects: Any = BOTH) -> Any:
    fe = fixed_effects(effects, UNITS, PERIODS)
    given = np.column_stack([Y, X, M]) if columns is None else columns
    return block_moments(given, controls, fe, UNITS, 10)


def rows_of(drawn: Any) -> tuple[Any, Any]:
    """Rows of the drawn units, and a unit for every copy."""
    rows = np.concatenate([np.flatnonzero(u == UNITS) for u in drawn])
    return rows, np.repeat(np.arange(len(drawn)), 5)


@pytest.mark.parametrize("effects", [BOTH, ("unit",), ("period",), ()])
def test_coefficients_of_the_controls(effects: Any) -> None:
    drawn = np.array([0, 0, 0, 1, 3, 3, 5, 6, 8, 8])
    weights = np.array([np.ones(10), np.bincount(drawn, minlength=10)])
    found = moments(Z, Y[:, None], effects).control_coefficients(weights)
    for rows, units, params in (
        (np.arange(50), UNITS, found[0]),
        (*rows_of(drawn), found[1]),
    ):
        # Without unit effects copies repeat in a period, so every row is a unit of its own.
        own = np.arange(len(rows)) if "unit" not in effects else units
        model = two_way_fe(
            Y[rows], Z[rows], own, PERIODS[rows], names=("a", "b"), effects=effects,
            vcov="unadjusted",
        )  # fmt: skip
        np.testing.assert_allclose(params, model.params, rtol=1e-8)


def test_one_unit_far_larger_than_the_others() -> None:
    """Draws without it rest on what is small beside it, and must not mistake that for nothing."""
    large = np.where(UNITS == 2, 1e4, 1.0)
    z = Z * large[:, None]
    y, x = Y + z @ [0.5, -0.5], X * large
    m = M + x
    drawn = np.array([0, 1, 1, 3, 4, 5, 6, 7, 8, 9])
    rows, units = rows_of(drawn)
    model = two_way_fe(
        y[rows], np.column_stack([x, m, z])[rows], units, PERIODS[rows], names=tuple("xmab")
    )
    found = paths(
        moments(z, np.column_stack([y, x, m])), np.bincount(drawn, minlength=10)[None, :] * 1.0
    )
    np.testing.assert_allclose([found.direct[0, 0], found.b[0, 0]], model.params[:2], rtol=1e-4)


def test_what_a_sample_does_not_identify_is_not_a_number() -> None:
    moving = np.column_stack([Z[:, 0], np.where(UNITS == 2, Z[:, 1], 0.0)])
    weights = np.ones((1, 10))
    weights[0, 2] = 0
    found = moments(moving, Y[:, None]).control_coefficients(weights)[0]
    assert np.isfinite(found[0])
    assert np.isnan(found[1])
    lost = paths(moments(Z, np.column_stack([Y, moving[:, 1], M])), weights)
    assert np.isnan([lost.total[0], lost.a[0, 0], lost.b[0, 0]]).all()
    collinear = np.where(UNITS == 2, M, X)
    lost = paths(moments(Z, np.column_stack([Y, X, collinear])), weights)
    assert np.isfinite(lost.total[0])
    assert np.isnan(lost.b[0, 0])


def test_chunks_cover_every_sample_once_and_report_after_each() -> None:
    seen: list[tuple[int, int]] = []
    found = []
    for part in chunks(1203, moments(Z), lambda done, n: seen.append((done, n))):
        assert len(seen) == len(found)
        found.append(part)
    covered = np.concatenate([np.arange(1203)[part] for part in found])
    np.testing.assert_array_equal(covered, np.arange(1203))
    assert seen[-1] == (1203, 1203)


def test_summaries_of_given_draws() -> None:
    """99 draws of ab = -4, -3, … 94, of which five are at or below zero; one draw failed."""
    drawn = np.append(np.arange(-4.0, 95.0), np.nan)[:, None]
    ones = np.ones((100, 1))
    draws = PathDraws(2 * ones[:, 0], drawn, ones, ones)
    estimates = {"indirect": 45.0, "direct": 1.0, "total": 2.0, "share": 22.5}
    effects, n_failed = drawn_effects(path_values(draws, 0), estimates, 0.9)
    indirect, direct, _, share = effects
    assert n_failed == 1
    assert indirect.std_error == pytest.approx(np.arange(99).std(ddof=1))
    # Zero is the fifth of 99 draws: the quantile (type 7) at 4/98 is zero, and so is that of the interval.
    assert indirect.p_value == pytest.approx(2 * 4 / 98)
    assert indirect.percentile == pytest.approx((0.9, 89.1))
    # The estimate is the median: nothing to correct.
    assert indirect.bias_corrected == pytest.approx((0.9, 89.1))
    assert share.percentile == pytest.approx((0.45, 44.55))
    assert direct.p_value == pytest.approx(2 / 100)
