"""Simulated panels with thresholds, shared by the tests of the threshold regression."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import ndtr

from nqpf_assets.estimators.thresholds.threshold import panel_threshold

Panel = tuple[Any, Any, Any, Any, Any, Any]


def threshold_panel(
    seed: int,
    *,
    n_units: int = 12,
    n_periods: int = 8,
    slopes: tuple[float, ...] = (0.5, 2.0),
    at: tuple[float, ...] = (0.4,),
    missing: float = 0.0,
    persistence: float = 0.0,
) -> Panel:
    """Outcome, regressor (n, 1), regime regressor (n, 1), q, units, periods.

    Args:
        seed: of the generator.
        n_units, n_periods: before rows go missing.
        slopes: of the regime regressor, one more than thresholds.
        at: true thresholds of a q that is uniform on (0, 1).
        missing: share of rows left out, the first two periods kept.
        persistence: of errors, regime regressor and threshold variable over time.
    """
    rng = np.random.default_rng(seed)
    shape = (n_units, n_periods)
    unit, period = (part.ravel() for part in np.indices(shape))
    level = rng.normal(size=n_units)[unit]
    x = rng.normal(size=unit.size) + 0.5 * level
    noise, z, q = (_persistent(rng.normal(size=shape), persistence).ravel() for _ in range(3))
    z, q = z + 0.5 * level, ndtr(q)
    slope = np.array(slopes)[np.searchsorted(np.array(at), q)]
    y = x + slope * z + level + 0.1 * period + noise
    keep = (rng.uniform(size=unit.size) >= missing) | (period < 2)
    return y[keep], x[keep, None], z[keep, None], q[keep], unit[keep], 2010 + period[keep]


def _persistent(shocks: Any, persistence: float) -> Any:
    """Normal with variance one and that correlation from one period (column) to the next."""
    for t in range(1, shocks.shape[1]):
        shocks[:, t] = persistence * shocks[:, t - 1] + np.sqrt(1 - persistence**2) * shocks[:, t]
    return shocks


def estimate(panel: Panel, **options: Any) -> Any:
    """The regression on such a panel, without bootstrap unless asked for."""
    defaults: dict[str, Any] = {
        "names": ("x",), "regime_names": ("z",), "threshold_name": "q", "draws": 0, "trim": 0.1,
    }  # fmt: skip
    return panel_threshold(*panel, **defaults | options)
