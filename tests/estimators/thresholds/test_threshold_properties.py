"""What must not change a threshold regression, and how each change must carry through.

Tolerance 1e-7 relative for sums of squares: shifting by up to 1e4 and scaling by up to 1e6
cost about seven of sixteen digits. Thresholds are values of the data and must be the same.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nqpf_assets.estimators.thresholds.bootstrap import donors
from tests.estimators.thresholds.threshold_panels import Panel, estimate, threshold_panel

pytestmark = pytest.mark.slow

RTOL = 1e-7
few = settings(max_examples=12, deadline=None)
seeds = st.integers(min_value=0, max_value=10_000)
OPTIONS: tuple[dict[str, Any], ...] = (
    {},
    {"effects": ("unit", "period"), "n_thresholds": 2},
    {"regime_intercept": True, "n_thresholds": 2, "grid": 20},
)
every_option = pytest.mark.parametrize("options", OPTIONS)


def panel(seed: int) -> Panel:
    return threshold_panel(seed, missing=0.15)


def same(a: Any, b: Any, *, threshold: Any = lambda q: q, scale: float = 1.0) -> None:
    """Equal but for a change of the outcome's unit and of the threshold variable's."""
    np.testing.assert_allclose(a.ssr, np.array(b.ssr) * scale**2, rtol=RTOL)
    for one, other in zip(a.thresholds, b.thresholds, strict=True):
        for name in ("estimate", "conf_low", "conf_high"):
            assert getattr(one, name) == pytest.approx(threshold(getattr(other, name)), rel=1e-12)
        # Near its minimum the ratio is a difference of nearly equal sums.
        np.testing.assert_allclose(one.likelihood_ratio, other.likelihood_ratio, rtol=0, atol=1e-5)
    for one, other in zip(a.tests, b.tests, strict=True):
        assert one.f_statistic == pytest.approx(other.f_statistic, rel=1e-5)
        np.testing.assert_allclose(one.bootstrap_f, other.bootstrap_f, rtol=1e-4, atol=1e-6)
    assert a.regime_rows == b.regime_rows


@every_option
@given(seed=seeds)
@few
def test_order_of_rows_does_not_matter(options: dict[str, Any], seed: int) -> None:
    rows = panel(seed)
    order = np.random.default_rng(seed).permutation(len(rows[0]))
    first = estimate(rows, draws=5, **options)
    second = estimate(tuple(column[order] for column in rows), draws=5, **options)
    same(second, first)
    np.testing.assert_array_equal(second.regimes, first.regimes[order])


@every_option
@given(seed=seeds)
@few
def test_names_of_units_do_not_matter_to_estimates(options: dict[str, Any], seed: int) -> None:
    *rest, units, periods = panel(seed)
    renamed = np.array([f"u{k}" for k in np.random.default_rng(seed).permutation(12)])[units]
    same(
        estimate((*rest, renamed, periods), **options), estimate((*rest, units, periods), **options)
    )


@every_option
@given(
    seed=seeds,
    scale=st.sampled_from([1e-6, -1.0, 7.0, 1e6]),
    shift=st.floats(min_value=-1e4, max_value=1e4),
)
@few
def test_units_of_measurement_carry_through(
    options: dict[str, Any], seed: int, scale: float, shift: float
) -> None:
    y, x, z, q, units, periods = panel(seed)
    first = estimate((y, x, z, q, units, periods), draws=3, **options)
    # Levels of the regime regressor matter unless regimes have intercepts.
    moved = shift if options.get("regime_intercept") else 0.0
    changed = (y * 3 + shift, (x + shift) * scale, (z + moved) * scale, np.exp(q), units, periods)
    second = estimate(changed, draws=3, **options)
    same(second, first, threshold=np.exp, scale=3)
    kept = [0, *range(1, 2 + len(first.thresholds))]
    np.testing.assert_allclose(
        second.fit.params[kept], first.fit.params[kept] * 3 / scale,
        atol=RTOL * np.abs(first.fit.std_errors[kept] * 3 / scale).max() * 10,
    )  # fmt: skip


@given(seed=seeds)
@few
def test_effects_that_are_removed_do_not_matter(seed: int) -> None:
    y, x, z, q, units, periods = panel(seed)
    rng = np.random.default_rng(seed)
    own, common = rng.normal(size=12)[units] * 50, rng.normal(size=8)[periods - 2010] * 50
    for effects, added in ((("unit",), own), (("unit", "period"), own + common)):
        same(
            estimate(
                (y + added, x + added[:, None], z, q, units, periods), effects=effects, draws=3
            ),
            estimate((y, x, z, q, units, periods), effects=effects, draws=3),
        )


@given(seed=seeds, number=st.integers(min_value=1, max_value=3))
@few
def test_each_threshold_explains_more(seed: int, number: int) -> None:
    model = estimate(panel(seed), n_thresholds=number, trim=0.05, draws=10)
    assert (np.diff(model.ssr) <= 0).all()
    assert all((test.bootstrap_f >= 0).all() for test in model.tests)
    values = [t.estimate for t in model.thresholds]
    assert values == sorted(set(values))
    assert sum(model.regime_rows) == model.fit.n_obs
    for threshold in model.thresholds:
        at = np.flatnonzero(threshold.candidates == threshold.estimate)
        assert threshold.likelihood_ratio[at] == pytest.approx(0, abs=1e-9)
        assert threshold.conf_low <= threshold.estimate <= threshold.conf_high


@given(seed=seeds)
@few
def test_donors_keep_units_whole(seed: int) -> None:
    units, periods = panel(seed)[4:]
    table = donors(units, periods - 2010)
    for unit in range(12):
        own = np.flatnonzero(units == unit)
        # A unit that is its own donor gives back its residuals, each in its place.
        np.testing.assert_array_equal(table.rows[unit, periods[own] - 2010], own)
        assert set(table.rows[unit]) == set(own)
    assert (table.n_filled > 0) == (len(units) < 96)


@pytest.mark.parametrize("threads", ["1", "2"])
def test_threads_and_hash_seed_do_not_matter(threads: str) -> None:
    code = (
        "import json, numpy as np\n"
        "from tests.estimators.thresholds.threshold_panels import estimate, threshold_panel\n"
        "m = estimate(threshold_panel(4, n_units=40, n_periods=12, missing=0.1), n_thresholds=2,"
        " draws=40, generator=np.random.default_rng(3))\n"
        "print(json.dumps([m.ssr, [t.p_value for t in m.tests], m.tests[1].bootstrap_f.tolist()]))"
    )
    names = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
    environment = os.environ | dict.fromkeys(names, threads) | {"PYTHONHASHSEED": threads}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
    )
    model = estimate(
        threshold_panel(4, n_units=40, n_periods=12, missing=0.1), n_thresholds=2, draws=40,
        generator=np.random.default_rng(3),
    )  # fmt: skip
    ssr, p_values, drawn = json.loads(done.stdout)
    np.testing.assert_allclose(ssr, model.ssr, rtol=1e-12)
    assert p_values == [test.p_value for test in model.tests]
    np.testing.assert_allclose(drawn, model.tests[1].bootstrap_f, rtol=1e-9)
