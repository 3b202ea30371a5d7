"""Random paths over a short panel, and the arithmetic of fixed effects on balanced arrays.

All arrays are (units, periods). What the paths stand for is decided in `province` and
`chongqing`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def cosines(n_periods: int) -> Floats:
    """(T-1, T) orthonormal waves, from one that is nearly a trend to the fastest."""
    wave = np.arange(1, n_periods)[:, None]
    time = np.arange(n_periods)[None, :]
    return np.asarray(np.sqrt(2.0 / n_periods) * np.cos(np.pi * wave * (time + 0.5) / n_periods))


def paths(
    rng: np.random.Generator,
    shape: tuple[int, ...],
    amplitudes: Sequence[float],
    *,
    is_even: bool = False,
) -> Floats:
    """Independent paths without a mean, of standard deviation one.

    Args:
        rng: source of randomness.
        shape: units, periods.
        amplitudes: weight of each wave, slow to fast; waves beyond the list are absent. Slow
            waves make a unit's values resemble each other, fast ones make neighbours differ.
        is_even: whether all units have waves of about the same size, up or down; then no unit
            decides a regression, and clustered inference holds with few clusters.
    """
    n_units, n_periods = shape
    weight = np.zeros(n_periods - 1)
    weight[: len(amplitudes)] = amplitudes
    weight *= np.sqrt(n_periods / (weight**2).sum())
    size = rng.standard_normal((n_units, n_periods - 1))
    if is_even:
        size = np.sign(size) * rng.uniform(0.7, 1.3, size.shape)
    return np.asarray(size * weight @ cosines(n_periods))


def two_way(values: Floats) -> Floats:
    """What unit and period effects leave of an array."""
    by_unit, by_period = values.mean(axis=1, keepdims=True), values.mean(axis=0, keepdims=True)
    return np.asarray(values - by_unit - by_period + values.mean())


def spread(values: Floats) -> float:
    """Standard deviation of what unit and period effects leave."""
    return float(np.sqrt((two_way(values) ** 2).mean()))


def least_squares(outcome: Floats, *regressors: Floats) -> Floats:
    """Two-way fixed-effects coefficients of one array on others."""
    x = np.column_stack([two_way(regressor).ravel() for regressor in regressors])
    coefficients, *_ = np.linalg.lstsq(x, two_way(outcome).ravel(), rcond=None)
    return np.asarray(coefficients)


def residual(outcome: Floats, *regressors: Floats) -> Floats:
    """What unit effects, period effects and regressors leave of an array."""
    left = two_way(outcome)
    for coefficient, regressor in zip(least_squares(outcome, *regressors), regressors, strict=True):
        left = left - coefficient * two_way(regressor)
    return left
