"""What must not change a mediation analysis, and how each change must carry through.

Tolerance 1e-6 relative, against the largest of the effects compared: shifting by up to 1e4 and
scaling by up to 1e6 cost about seven of sixteen digits, cross products some more.
"""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nqpf_assets.estimators.mediation.mediation import mediation

pytestmark = pytest.mark.slow

RTOL = 1e-6
few = settings(max_examples=15, deadline=None)
seeds = st.integers(min_value=0, max_value=10_000)
scales = st.sampled_from([1e-6, 1e-3, -1.0, 7.0, 1e6])
shifts = st.floats(min_value=-1e4, max_value=1e4)
EFFECTS: tuple[tuple[str, ...], ...] = (("unit", "period"), ("unit",), ("period",), ())
each = pytest.mark.parametrize("effects", EFFECTS)


def panel(seed: int) -> tuple[Any, ...]:
    """An unbalanced panel of 9 units in 6 years: y, x, m, z, unit, period."""
    rng = np.random.default_rng(seed)
    unit, period = (part.ravel() for part in np.meshgrid(np.arange(9), np.arange(6), indexing="ij"))
    keep = (rng.uniform(size=54) > 0.2) | (period < 2)
    unit, period = unit[keep], period[keep]
    z = rng.normal(size=(len(unit), 1))
    x = rng.normal(size=len(unit)) + 0.3 * unit + 0.2 * z[:, 0]
    m = 0.5 * x + 0.2 * period + rng.normal(size=len(unit))
    y = 0.4 * x + 0.6 * m + z[:, 0] + unit + rng.normal(size=len(unit))
    return y, x, m, z, unit, 2000 + period


def fit(data: tuple[Any, ...], **options: Any) -> Any:
    given: dict[str, Any] = {"draws": 120, "seed": 4}
    return mediation(
        *data, treatment_name="x", mediator_names=["m"], control_names=["z"], **(given | options)
    )


def same(one: Any, two: Any, of_y: float = 1.0, of_x: float = 1.0) -> None:
    """Effects of `two` are those of `one` in other units."""
    (p,), (q,) = one.paths, two.paths
    scale = of_y / of_x
    size = abs(scale) * max(abs(one.total_effect), abs(p.indirect), abs(p.direct))
    for a, b in ((p.indirect, q.indirect), (p.direct, q.direct)):
        assert b == pytest.approx(a * scale, rel=RTOL, abs=RTOL * size)
    assert q.share == pytest.approx(p.share, rel=1e-4)
    sign = np.sign(scale)
    assert q.tests.sobel.z_stat == pytest.approx(sign * p.tests.sobel.z_stat, rel=1e-5, abs=1e-9)
    assert (p.kind, p.n_failed_draws) == (q.kind, q.n_failed_draws)
    first, second = p.bootstrap[0], q.bootstrap[0]
    assert second.std_error == pytest.approx(abs(scale) * first.std_error, rel=1e-5)
    low, high = sorted(np.array(first.percentile) * scale)
    spread = abs(scale) * first.std_error
    assert second.percentile == pytest.approx((low, high), abs=1e-5 * spread)


@each
@given(seed=seeds)
@few
def test_order_of_rows_does_not_matter(effects: tuple[str, ...], seed: int) -> None:
    data = panel(seed)
    order = np.random.default_rng(seed).permutation(len(data[0]))
    same(fit(data, effects=effects), fit(tuple(p[order] for p in data), effects=effects))


@each
@given(seed=seeds, scale=scales, shift=shifts)
@few
def test_units_of_measurement_carry_through(
    effects: tuple[str, ...], seed: int, scale: float, shift: float
) -> None:
    y, x, m, z, u, t = panel(seed)
    first = fit((y, x, m, z, u, t), effects=effects)
    same(first, fit((y, (x + shift) * scale, m, z, u, t), effects=effects), of_x=scale)
    same(first, fit(((y + shift) * scale, x, m, z, u, t), effects=effects), of_y=scale)
    same(first, fit((y, x, (m + shift) * scale, (z + shift) * scale, u, t), effects=effects))


@given(seed=seeds)
@few
def test_effects_may_be_added_to_any_column(seed: int) -> None:
    """Unit and period effects leave no trace, in the draws neither."""
    y, x, m, z, u, t = panel(seed)
    added = 3.0 * u + 0.7 * (t - 2000)
    moved = (y + added, x - added, m + 2 * added, z + added[:, None], u, t)
    same(fit((y, x, m, z, u, t)), fit(moved))


@given(seed=seeds)
@few
def test_names_of_units_do_not_matter_for_estimates(seed: int) -> None:
    y, x, m, z, u, t = panel(seed)
    renamed = np.array([f"u{k}" for k in np.random.default_rng(seed).permutation(9)])[u]
    one, two = fit((y, x, m, z, u, t), draws=0), fit((y, x, m, z, renamed, t), draws=0)
    assert two.paths[0].indirect == pytest.approx(one.paths[0].indirect, rel=1e-8)
    assert two.paths[0].tests.sobel.p_value == pytest.approx(
        one.paths[0].tests.sobel.p_value, rel=1e-6
    )


@given(seed=seeds)
@few
def test_direct_and_indirect_effect_add_up_in_every_draw(seed: int) -> None:
    from nqpf_assets.estimators.linear.block_moments import block_moments
    from nqpf_assets.estimators.linear.within import fixed_effects
    from nqpf_assets.estimators.mediation.drawing import draw_paths

    y, x, m, z, u, t = panel(seed)
    fe = fixed_effects(("unit", "period"), u, t - 2000)
    moments = block_moments(np.column_stack([y, x, m]), z, fe, u, 9)
    draws = draw_paths(moments, 50, np.random.default_rng(seed), None)
    good = np.isfinite(draws.b[:, 0])
    total = draws.direct[:, 0] + draws.a[:, 0] * draws.b[:, 0]
    np.testing.assert_allclose(total[good], draws.total[good], rtol=1e-8, atol=1e-10)
    assert good.mean() > 0.9


CODE = """
import numpy as np
from nqpf_assets.estimators.mediation.mediation import mediation
from nqpf_assets.estimators.group_differences.permutation import permutation_test
rng = np.random.default_rng(1)
units = [f"u{k // 5}" for k in range(60)]
years = [k % 5 for k in range(60)]
x, z = rng.normal(size=60), rng.normal(size=(60, 1))
m = x + rng.normal(size=60)
y = m + rng.normal(size=60)
result = mediation(y, x, m, z, units, years, treatment_name="x", mediator_names=["m"],
                   control_names=["z"], draws=700, seed=6)
group = ["a" if k < 30 else "b" for k in range(60)]
test = permutation_test(y, np.column_stack([x, z]), units, years, group, names=["x", "z"],
                        draws=700, seed=6)
low, high = result.paths[0].bootstrap[0].percentile
print(low, high, *test.draw_sd, *test.p_two_sided)
"""


def test_hash_seed_and_threads_do_not_change_draws() -> None:
    found = []
    for hash_seed, threads in (("0", "1"), ("1", "2"), ("77", "4")):
        env = os.environ | {"PYTHONHASHSEED": hash_seed}
        env |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), threads)
        done = subprocess.run(
            [sys.executable, "-c", CODE], capture_output=True, text=True, check=True, env=env
        )
        found.append([float(word) for word in done.stdout.split()])
    assert len(found[0]) == 6
    # Threads may add up in another order; draws themselves are the same.
    np.testing.assert_allclose(found[1:], [found[0]] * 2, rtol=1e-11)
