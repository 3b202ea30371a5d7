"""Size of the bootstrap tests, power, and coverage of the confidence sets, by simulation.

A share of R replications has the Monte Carlo error sqrt(p (1 - p) / R); a test passes within
three of them around the nominal value, plus what theory allows (named where it does). Errors, regime
regressor and threshold variable are persistent (0.5), which resampling single rows would ignore.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.estimators.thresholds.threshold_panels import estimate, threshold_panel

pytestmark = pytest.mark.slow
PANEL: dict[str, Any] = {"n_units": 31, "n_periods": 11, "persistence": 0.5}


def rejections(
    replications: int, number: int, panel: dict[str, Any], options: dict[str, Any]
) -> dict[float, float]:
    """Share of p-values of the test for `number` thresholds at or below 5 and 10 percent."""
    p = []
    for seed in range(replications):
        model = estimate(
            threshold_panel(seed, **PANEL | panel), n_thresholds=number, draws=199,
            generator=np.random.default_rng(100_000 + seed), **options,
        )  # fmt: skip
        p.append(model.tests[number - 1].p_value)
    return {level: float((np.array(p) <= level).mean()) for level in (0.05, 0.10)}


@pytest.mark.parametrize(
    ("panel", "options"),
    [
        ({}, {}),
        ({"missing": 0.15}, {}),
        ({"missing": 0.15}, {"effects": ("unit", "period")}),
        ({}, {"residuals_from": "null"}),
    ],
    ids=["balanced", "unbalanced", "unbalanced_two_way", "null_residuals"],
)
def test_size_without_threshold(panel: dict[str, Any], options: dict[str, Any]) -> None:
    replications = 800
    found = rejections(replications, 1, {"slopes": (1.0,), "at": ()} | panel, options)
    for level, share in found.items():
        assert abs(share - level) <= 3 * np.sqrt(level * (1 - level) / replications), found


def test_size_of_the_second_threshold() -> None:
    # Hansen (1999) claims no more than a good approximation: the first threshold is estimated.
    replications = 300
    found = rejections(replications, 2, {"slopes": (0.5, 2.5)}, {})
    for level, share in found.items():
        assert abs(share - level) <= 3 * np.sqrt(level * (1 - level) / replications) + 0.02, found


def test_power() -> None:
    assert rejections(100, 1, {"slopes": (0.5, 1.5)}, {})[0.05] > 0.95


@pytest.mark.parametrize("effects", [("unit",), ("unit", "period")])
def test_coverage_of_the_confidence_set(effects: tuple[str, ...]) -> None:
    """The asymptotic set is conservative for jumps that are large: coverage at least nominal.

    Errors without persistence, which the asymptotic distribution assumes.
    """
    replications, inside, hits = 800, 0, 0
    for seed in range(replications):
        panel = threshold_panel(seed, n_units=31, n_periods=11, slopes=(0.5, 1.3))
        threshold = estimate(panel, effects=effects).thresholds[0]
        # The truth lies between two values of q; the split is the same from the lower one on.
        q = np.sort(panel[3])
        truth = q[np.searchsorted(q, 0.4, side="right") - 1]
        at = np.flatnonzero(threshold.candidates == truth)
        inside += bool(threshold.likelihood_ratio[at] <= threshold.critical_value)
        hits += threshold.estimate == truth
    coverage = inside / replications
    error = np.sqrt(0.95 * 0.05 / replications)
    assert coverage >= 0.95 - 3 * error, coverage
    assert hits / replications < 0.9  # the set is not right merely because the estimate is
