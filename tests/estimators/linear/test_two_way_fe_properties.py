"""What must not change a fixed-effects regression, and how each change must carry through.

Tolerance 1e-7 relative: shifting by up to 1e4 and scaling by up to 1e6 cost about seven of
sixteen digits.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nqpf_assets.estimators.linear.hausman import hausman
from nqpf_assets.estimators.linear.two_way_fe import two_way_fe

RTOL = 1e-7
NAMES = ("x1", "x2")
VCOVS: tuple[dict[str, Any], ...] = (
    {},
    {"vcov": "unadjusted"},
    {"vcov": "robust"},
    {"vcov": "driscoll_kraay"},
    {"vcov": "newey_west"},
    {"vcov": "cr2"},
    {"cluster": ("unit", "period")},
)
few = settings(max_examples=12, deadline=None)
seeds = st.integers(min_value=0, max_value=10_000)
outcome_units = st.sampled_from([1e-6, 1.0, -3.0, 1e6])


def panel(seed: int) -> tuple[Any, Any, Any, Any]:
    """An unbalanced panel of 8 units in 6 years that connects and has no singletons."""
    rng = np.random.default_rng(seed)
    unit, period = (part.ravel() for part in np.meshgrid(np.arange(8), np.arange(6), indexing="ij"))
    keep = (rng.uniform(size=48) > 0.2) | (period < 2)
    unit, period = unit[keep], period[keep]
    x = rng.normal(size=(len(unit), 2)) + 0.3 * unit[:, None]
    y = x @ [1.0, -0.5] + unit + 0.2 * period + rng.normal(size=len(unit))
    return y, x, unit, 2000 + period


def same(a: Any, b: Any, scale: Any = 1.0) -> None:
    # Against the standard error: a coefficient near zero has no digits of its own.
    undefined = np.isnan(a.std_errors)  # a negative two-way clustered variance
    gap = np.abs(a.params - b.params * scale)
    assert ((gap < RTOL * a.std_errors) | undefined).all()
    np.testing.assert_allclose(a.std_errors, b.std_errors * np.abs(scale), rtol=RTOL)
    np.testing.assert_allclose(a.p_values, b.p_values, rtol=1e-5, atol=1e-12)
    assert a.r2_within == pytest.approx(b.r2_within, rel=RTOL)


@pytest.mark.parametrize("options", VCOVS)
@given(seed=seeds)
@few
def test_order_of_rows_does_not_matter(options: dict[str, Any], seed: int) -> None:
    y, x, u, t = panel(seed)
    order = np.random.default_rng(seed + 1).permutation(len(y))
    first = two_way_fe(y, x, u, t, names=NAMES, **options)
    second = two_way_fe(y[order], x[order], u[order], t[order], names=NAMES, **options)
    same(second, first)
    assert second.constant.std_error == pytest.approx(
        first.constant.std_error, rel=RTOL, nan_ok=True
    )


@pytest.mark.parametrize("options", VCOVS)
@given(seed=seeds)
@few
def test_names_of_units_do_not_matter(options: dict[str, Any], seed: int) -> None:
    y, x, u, t = panel(seed)
    renamed = np.array([f"u{k}" for k in np.random.default_rng(seed).permutation(8)])[u]
    same(
        two_way_fe(y, x, renamed, t, names=NAMES, **options),
        two_way_fe(y, x, u, t, names=NAMES, **options),
    )


@pytest.mark.parametrize("options", VCOVS)
@given(
    seed=seeds,
    of_y=outcome_units,
    scale=st.sampled_from([1e-6, 1e-3, -1.0, 7.0, 1e6]),
    shift=st.floats(min_value=-1e4, max_value=1e4),
)
@few
def test_units_of_measurement_carry_through(
    options: dict[str, Any], seed: int, of_y: float, scale: float, shift: float
) -> None:
    y, x, u, t = panel(seed)
    first = two_way_fe(y, x, u, t, names=NAMES, **options)
    changed = np.column_stack([(x[:, 0] + shift) * scale, x[:, 1]])
    second = two_way_fe((y + shift) * of_y, changed, u, t, names=NAMES, **options)
    same(second, first, scale=of_y * np.array([1 / scale, 1.0]))


@given(seed=seeds)
@few
def test_effects_constant_and_residuals_rebuild_the_outcome(seed: int) -> None:
    y, x, u, t = panel(seed)
    model = two_way_fe(y, x, u, t, names=NAMES)
    assert model.unit_effects is not None
    assert model.period_effects is not None
    unit = dict(zip(model.unit_effects.labels, model.unit_effects.estimates, strict=True))
    period = dict(zip(model.period_effects.labels, model.period_effects.estimates, strict=True))
    effects = np.array([unit[a] + period[b] for a, b in zip(u, t, strict=True)])
    fitted = model.constant.estimate + x @ model.params + effects
    np.testing.assert_allclose(fitted + model.residuals, y, rtol=0, atol=1e-10)


@given(seed=seeds)
@few
def test_demeaning_equals_dummies(seed: int) -> None:
    y, x, u, t = panel(seed)
    dummies = np.column_stack([u[:, None] == np.arange(8), t[:, None] == 2001 + np.arange(5)])
    design = np.column_stack([x, dummies.astype(float)])
    brute = np.linalg.lstsq(design, y, rcond=None)[0]
    np.testing.assert_allclose(two_way_fe(y, x, u, t, names=NAMES).params, brute[:2], rtol=1e-9)
    # The smaller set of effects is the one that is solved for: turn the panel round.
    turned = two_way_fe(y, x, t, u, names=NAMES, cluster="period")
    np.testing.assert_allclose(turned.params, brute[:2], rtol=1e-9)
    same(turned, two_way_fe(y, x, u, t, names=NAMES))


@given(seed=seeds)
@few
def test_standardized_coefficients_are_free_of_units(seed: int) -> None:
    y, x, u, t = panel(seed)
    first = two_way_fe(y, x, u, t, names=NAMES).standardized
    second = two_way_fe(3 * y, x * [1e4, 1e-4], u, t, names=NAMES).standardized
    np.testing.assert_allclose(first, second, rtol=1e-9)


@given(seed=seeds)
@few
def test_hausman_is_free_of_units_and_order(seed: int) -> None:
    y, x, u, t = panel(seed)
    order = np.random.default_rng(seed).permutation(len(y))
    first = hausman(y, x, u, t, names=NAMES)
    second = hausman(y[order] * 2, x[order] * [1e3, 1e-3] + 5, u[order], t[order], names=NAMES)
    assert second.statistic == pytest.approx(first.statistic, rel=1e-5)
