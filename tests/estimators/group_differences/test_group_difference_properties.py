"""What must not change a comparison of groups, and how each change must carry through.

Tolerance 1e-6 relative against the standard error: shifting by up to 1e4 and scaling by up to
1e6 cost about seven of sixteen digits, cross products some more.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nqpf_assets.estimators.group_differences.group_difference import group_difference
from nqpf_assets.estimators.group_differences.permutation import permutation_test
from nqpf_assets.estimators.trends.fitted_trend import fitted_trend

pytestmark = pytest.mark.slow

RTOL = 1e-6
NAMES = ("x1", "x2")
few = settings(max_examples=12, deadline=None)
seeds = st.integers(min_value=0, max_value=10_000)
outcome_units = st.sampled_from([1e-6, 1.0, -3.0, 1e6])
scales = st.sampled_from([1e-6, 1e-3, -1.0, 7.0, 1e6])
shifts = st.floats(min_value=-1e4, max_value=1e4)
EFFECTS: tuple[tuple[str, ...], ...] = (("unit", "period"), ("unit",), ("period",), ())
each = pytest.mark.parametrize("effects", EFFECTS)


def panel(seed: int) -> tuple[Any, ...]:
    """An unbalanced panel of 12 units in 6 years, five of them in the west."""
    rng = np.random.default_rng(seed)
    unit, period = (
        part.ravel() for part in np.meshgrid(np.arange(12), np.arange(6), indexing="ij")
    )
    keep = (rng.uniform(size=72) > 0.2) | (period < 3)
    unit, period = unit[keep], period[keep]
    group = np.where(unit < 7, "east", "west")
    x = rng.normal(size=(len(unit), 2)) + 0.3 * unit[:, None]
    y = x @ [1.0, -0.5] + 0.4 * x[:, 0] * (unit < 7) + unit + rng.normal(size=len(unit))
    return y, x, unit, 2000 + period, group


def same(one: Any, two: Any, scale: Any = 1.0) -> None:
    error = one.interaction.std_errors
    assert (np.abs(two.differences / scale - one.differences) < RTOL * error).all()
    for a, b in (
        (one.interaction.p_values, two.interaction.p_values),
        (one.partial.p_values, two.partial.p_values),
        (one.seemingly_unrelated.chi2, two.seemingly_unrelated.chi2),
        (one.joint.statistic, two.joint.statistic),
        (one.chow.statistic, two.chow.statistic),
    ):
        np.testing.assert_allclose(b, a, rtol=1e-4, atol=1e-9)


def permuted(data: tuple[Any, ...], **options: Any) -> Any:
    return permutation_test(*data, names=NAMES, draws=80, seed=2, **options)


@each
@given(seed=seeds)
@few
def test_order_of_rows_does_not_matter(effects: tuple[str, ...], seed: int) -> None:
    data = panel(seed)
    order = np.random.default_rng(seed).permutation(len(data[0]))
    moved = tuple(part[order] for part in data)
    same(
        group_difference(*data, names=NAMES, effects=effects),
        group_difference(*moved, names=NAMES, effects=effects),
    )
    one, two = permuted(data, effects=effects), permuted(moved, effects=effects)
    np.testing.assert_allclose(two.draw_sd, one.draw_sd, rtol=1e-8)
    np.testing.assert_array_equal(two.p_two_sided, one.p_two_sided)


@each
@given(seed=seeds, scale=scales, shift=shifts, of_y=outcome_units)
@few
def test_units_of_measurement_carry_through(
    effects: tuple[str, ...], seed: int, of_y: float, scale: float, shift: float
) -> None:
    y, x, u, t, g = panel(seed)
    changed = np.column_stack([(x[:, 0] + shift) * scale, x[:, 1]])
    by = of_y * np.array([1 / scale, 1.0])
    same(
        group_difference(y, x, u, t, g, names=NAMES, effects=effects),
        group_difference((y + shift) * of_y, changed, u, t, g, names=NAMES, effects=effects),
        by,
    )
    one = permuted((y, x, u, t, g), effects=effects)
    two = permuted(((y + shift) * of_y, changed, u, t, g), effects=effects)
    np.testing.assert_allclose(two.draw_sd, one.draw_sd * np.abs(by), rtol=1e-5)
    np.testing.assert_allclose(two.p_two_sided, one.p_two_sided, atol=1e-12)


@given(seed=seeds)
@few
def test_names_of_units_and_groups_do_not_matter(seed: int) -> None:
    y, x, u, t, g = panel(seed)
    renamed = np.array([f"u{k:02d}" for k in np.random.default_rng(seed).permutation(12)])[u]
    labels = np.where(g == "east", "甲", "乙")
    same(
        group_difference(y, x, u, t, g, names=NAMES),
        group_difference(y, x, renamed, t, labels, names=NAMES, compare=("甲", "乙")),
    )


@given(seed=seeds)
@few
def test_permuted_difference_is_that_of_two_regressions(seed: int) -> None:
    data = panel(seed)
    found = permuted(data).differences
    expected = group_difference(*data, names=NAMES)
    assert (np.abs(found - expected.differences) < RTOL * expected.interaction.std_errors).all()


@given(seed=seeds, scale=scales, shift=shifts)
@few
def test_trends_carry_units_of_measurement(seed: int, scale: float, shift: float) -> None:
    y, x, _, _, g = panel(seed)
    order = np.random.default_rng(seed).permutation(len(y))
    one = fitted_trend(x[:, 0], y, g)
    two = fitted_trend(((x[:, 0] + shift) * scale)[order], y[order] + shift, g[order])
    for a, b in zip(one.groups, two.groups, strict=True):
        assert b.slope * scale == pytest.approx(a.slope, rel=1e-6, abs=1e-6 * a.slope_std_error)
        assert b.r2 == pytest.approx(a.r2, rel=1e-5, abs=1e-9)
        ends = slice(None) if scale > 0 else slice(None, None, -1)
        width = (a.conf_high - a.conf_low).max()
        np.testing.assert_allclose(b.fitted[ends] - shift, a.fitted, atol=1e-5 * width)
        np.testing.assert_allclose(b.conf_low[ends] - shift, a.conf_low, atol=1e-5 * width)
