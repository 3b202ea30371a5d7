"""Size of weak-instrument tests, and coverage, over simulated panels.

Clustered errors, 50 units in 5 years, unit and period effects, three instruments, one
endogenous variable with correlation 0.8 to the error. 2 000 replications: the Monte Carlo
error of a rejection rate of 5 % is 0.5 points, of 95 % coverage the same. The bands below
are four of these around what the large-sample theory says plus what 50 clusters are known to
add (Anderson and Rubin's F with three instruments rejects two points too often).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from nqpf_assets.estimators.instruments.fe_2sls import fe_2sls

REPLICATIONS = 2_000
UNITS, PERIODS = np.repeat(np.arange(50), 5), np.tile(np.arange(5), 50)
NAMES = ("z1", "z2", "z3")


def draw(rng: np.random.Generator, strength: float, beta: float = 0.0) -> dict[str, Any]:
    """Errors of a unit share a part; the instruments do too, so that clusters matter."""
    z = rng.normal(size=(250, 3)) + rng.normal(size=(50, 3))[UNITS] * (PERIODS[:, None] - 2) / 2
    common = rng.normal(size=(50, 2))[UNITS] * (PERIODS[:, None] - 2) / 2
    v = rng.normal(size=(250, 2)) + common
    u = 0.8 * v[:, 0] + 0.6 * v[:, 1]
    d = strength * z.sum(axis=1) + v[:, 0] + rng.normal(size=50)[UNITS]
    return {
        "outcome": beta * d + u + 0.3 * PERIODS,
        "endogenous": d[:, None],
        "instruments": z,
        "units": UNITS,
        "periods": PERIODS,
        "endogenous_names": ("d",),
        "instrument_names": NAMES,
    }


@pytest.mark.slow
def test_size_under_weak_instruments() -> None:
    """Anderson-Rubin keeps its size where the t test loses it."""
    rng = np.random.default_rng(2024)
    rejections = np.zeros((REPLICATIONS, 3))
    for r in range(REPLICATIONS):
        model = fe_2sls(**draw(rng, 0.03))
        covered = model.anderson_rubin_set
        assert covered is not None
        rejections[r] = (
            model.anderson_rubin_f.p_value < 0.05,
            not any(low <= 0 <= high for low, high in covered.pieces),
            model.p_values[0] < 0.05,
        )
    anderson_rubin, outside, wald = rejections.mean(axis=0)
    print(f"\nAnderson-Rubin {anderson_rubin:.4f}, set {outside:.4f}, t test {wald:.4f}")
    assert anderson_rubin == outside
    assert 0.03 < anderson_rubin < 0.085
    assert wald > 0.2


@pytest.mark.slow
def test_size_of_kleibergen_paap_without_identification() -> None:
    """With instruments that do nothing, the LM test rejects underidentification at its size."""
    rng = np.random.default_rng(2025)
    p_values = np.array(
        [fe_2sls(**draw(rng, 0.0)).underidentification.p_value for _ in range(REPLICATIONS)]
    )
    rate = float((p_values < 0.05).mean())
    print(f"\nKleibergen-Paap LM {rate:.4f}")
    assert 0.02 < rate < 0.07


@pytest.mark.slow
def test_coverage_and_tests_under_strong_instruments() -> None:
    rng = np.random.default_rng(2026)
    found = np.zeros((REPLICATIONS, 4))
    for r in range(REPLICATIONS):
        model = fe_2sls(**draw(rng, 0.6, beta=1.0))
        low, high = model.conf_int[0]
        assert model.anderson_rubin_set is not None
        found[r] = (
            low <= 1.0 <= high,
            any(a <= 1.0 <= b for a, b in model.anderson_rubin_set.pieces),
            model.overidentification.p_value < 0.05,
            model.params[0],
        )
    coverage, ar_coverage, j, estimate = found.mean(axis=0)
    error = found[:, 3].std() / np.sqrt(REPLICATIONS)
    print(
        f"\nt interval {coverage:.4f}, AR set {ar_coverage:.4f}, J rejects {j:.4f}, "
        f"mean estimate {estimate:.4f} ({error:.4f})"
    )
    assert 0.92 < coverage < 0.97
    assert 0.915 < ar_coverage < 0.97
    assert 0.03 < j < 0.07
    assert abs(estimate - 1) < 0.02
