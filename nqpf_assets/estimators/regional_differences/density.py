"""Kernel densities: the whole distribution of regions, period by period.

Gaussian kernels on one grid for all periods, so that curves can be drawn over each other.
Drawing them belongs to the reports.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nqpf_assets.estimators.regional_differences.errors import DifferenceError
from nqpf_assets.estimators.regional_differences.observations import Floats, observations

Bandwidth = Literal["silverman", "scott"]


@dataclass(frozen=True)
class KernelDensity:
    """Densities of T periods on M points.

    Attributes:
        periods: labels.
        grid: (M,) points, rising.
        density: (T, M).
        bandwidths: (T,) standard deviation of the kernel.
        peaks: (T,) where the density is highest on the grid.
        n_peaks: (T,) local maxima on the grid; more than one is read as polarisation.
        mass: (T,) probability between the ends of the grid; below one where it cuts a tail off.
        bandwidth: name of the rule, or the number given.
        is_weighted: whether regions count by their weights.
    """

    periods: tuple[Any, ...]
    grid: Floats
    density: Floats
    bandwidths: Floats
    peaks: Floats
    n_peaks: NDArray[np.intp]
    mass: Floats
    bandwidth: str | float
    is_weighted: bool


def kernel_density(
    values: ArrayLike,
    periods: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    bandwidth: Bandwidth | float = "silverman",
    grid: int | ArrayLike = 200,
) -> KernelDensity:
    """Gaussian kernel density of each period.

    Args:
        values: (n,) numbers.
        periods: (n,) labels.
        weights: (n,) such as populations; by default every region counts alike.
        bandwidth: ``"silverman"``: sd (3n/4)^(-1/5); ``"scott"``: sd n^(-1/5), n the effective
            number under weights, both as scipy.stats.gaussian_kde; or the bandwidth itself, in
            the unit of the values.
        grid: number of points from three bandwidths below the smallest value to three above the
            largest, or the points.

    Raises:
        DifferenceError: missing values, a period with one value or without variation, a
            bandwidth or grid that does not exist.

    Source: Silverman (1986), Density Estimation for Statistics and Data Analysis, section 3.4;
    Scott (1992), Multivariate Density Estimation.
    """
    data = observations(values, periods, None, weights, least="any")
    bandwidths = np.empty(len(data.periods))
    for at, y, _, w in data.by_period():
        bandwidths[at] = _bandwidth(y, w, bandwidth, data.periods[at])
    points = _points(grid, data.values, bandwidths)
    density = np.empty((len(data.periods), len(points)))
    mass = np.empty(len(data.periods))
    for at, y, _, w in data.by_period():
        share, h = w / w.sum(), bandwidths[at]
        kernel = np.exp(-0.5 * ((points[:, None] - y) / h) ** 2)
        density[at] = kernel @ share / (h * np.sqrt(2 * np.pi))
        mass[at] = share @ _normal_between(points[0], points[-1], y, h)
    rises = np.diff(density, axis=1) > 0
    n_peaks = (rises[:, :-1] & ~rises[:, 1:]).sum(axis=1)
    return KernelDensity(
        data.periods,
        points,
        density,
        bandwidths,
        points[density.argmax(axis=1)],
        n_peaks.astype(np.intp),
        mass,
        bandwidth,
        data.is_weighted,
    )


def _bandwidth(y: Floats, w: Floats, rule: str | float, period: Any) -> float:
    if not isinstance(rule, str):
        if not (np.isfinite(rule) and rule > 0):
            raise DifferenceError(f"the bandwidth is a positive number; found {rule}")
        return float(rule)
    if rule not in ("silverman", "scott"):
        raise DifferenceError(f"bandwidth is silverman, scott or a number; found {rule!r}")
    share = w / w.sum()
    effective = 1 / float(share @ share)
    spread = float(share @ (y - share @ y) ** 2)
    if len(y) < 2 or np.ptp(y) <= 1e-12 * np.abs(y).max():
        raise DifferenceError(f"period {period} has no variation: give the bandwidth as a number")
    factor = (effective * (0.75 if rule == "silverman" else 1.0)) ** -0.2
    # The unbiased variance, for weights as scipy and numpy.cov(aweights=...) define it.
    return float(factor * np.sqrt(spread * effective / (effective - 1)))


def _points(grid: int | ArrayLike, values: Floats, bandwidths: Floats) -> Floats:
    if isinstance(grid, int | np.integer):
        if grid < 3:
            raise DifferenceError(f"a grid has three points or more; found {grid}")
        reach = 3 * bandwidths.max()
        return np.linspace(values.min() - reach, values.max() + reach, int(grid))
    points = np.asarray(grid, dtype=np.float64)
    if points.ndim != 1 or len(points) < 3 or not (np.diff(points) > 0).all():
        raise DifferenceError("the points of a grid rise, and are three or more")
    return points


def _normal_between(low: float, high: float, y: Floats, h: float) -> Floats:
    from scipy.special import ndtr

    return np.asarray(ndtr((high - y) / h) - ndtr((low - y) / h), dtype=np.float64)
