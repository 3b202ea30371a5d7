"""A straight line per group with its confidence band: the data of a fitted-trend figure.

Arrays only; drawing them belongs to the reports. The lines describe the points as they are,
without controls or effects.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from nqpf_assets.estimators.counted import counted
from nqpf_assets.estimators.linear.distributions import t_ppf, t_sf
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.option_checks import require_level
from nqpf_assets.estimators.linear.sample import encode, finite_columns
from nqpf_assets.estimators.linear.within import Floats


@dataclass(frozen=True)
class GroupTrend:
    """The line of one group.

    Attributes:
        label: of the group.
        x, y: (n,) its points, in the order of the input.
        slope, intercept: of the line.
        slope_std_error, p_value: of the slope under equal, independent errors, t with n - 2.
        r2: of the line.
        grid: (m,) from the group's smallest to its largest x.
        fitted: (m,) the line.
        conf_low, conf_high: (m,) pointwise band of the mean, as Stata's lfitci.
    """

    label: Any
    x: Floats
    y: Floats
    slope: float
    intercept: float
    slope_std_error: float
    p_value: float
    r2: float
    grid: Floats
    fitted: Floats
    conf_low: Floats
    conf_high: Floats


@dataclass(frozen=True)
class FittedTrend:
    """One line per group, in the order of the labels.

    Attributes:
        groups: the lines.
        confidence_level: of the bands.
    """

    groups: tuple[GroupTrend, ...]
    confidence_level: float


def fitted_trend(
    x: ArrayLike,
    y: ArrayLike,
    groups: ArrayLike,
    *,
    confidence_level: float = 0.95,
    n_grid: int = 100,
) -> FittedTrend:
    """Fit y = intercept + slope x in each group.

    Args:
        x, y: (n,).
        groups: (n,) labels, none missing; one group is allowed.
        confidence_level: between 0 and 1.
        n_grid: points of the grid, two or more.

    Raises:
        EstimationError: a group with fewer than three points, or with one value of x only.
    """
    require_level(confidence_level)
    if n_grid < 2:
        raise EstimationError(f"a line needs a grid of two or more points; found {n_grid}")
    across = finite_columns(np.asarray(x).reshape(-1, 1), ["x"])[:, 0]
    up = finite_columns(np.asarray(y).reshape(-1, 1), ["y"], len(across))[:, 0]
    codes, labels = encode(groups, "the group")
    if len(codes) != len(across):
        raise EstimationError(
            f"the group: {counted(len(codes), 'rows')} where {len(across)} were expected"
        )
    return FittedTrend(
        tuple(
            _line(label, across[codes == g], up[codes == g], confidence_level, n_grid)
            for g, label in enumerate(labels)
        ),
        confidence_level,
    )


def _line(label: Any, x: Floats, y: Floats, confidence_level: float, n_grid: int) -> GroupTrend:

    n = len(x)
    if n < 3:
        raise EstimationError(
            f"group {label} has {counted(n, 'points')}; a line with a band needs three"
        )
    if x.max() - x.min() <= 1e-12 * np.abs(x).max():
        raise EstimationError(f"group {label}: x does not vary, so it has no trend")
    dx, dy = x - x.mean(), y - y.mean()
    slope = float(dx @ dy / (dx @ dx))
    rss = float(((dy - slope * dx) ** 2).sum())
    sigma = np.sqrt(rss / (n - 2))
    slope_std_error = float(sigma / np.sqrt(dx @ dx))
    if rss <= (1e-10 * np.abs(y).max()) ** 2 * n:
        # Points on a line but for rounding: what is left of them is no error to test against.
        slope_std_error = float("nan")
    with np.errstate(divide="ignore", invalid="ignore"):
        p_value = float(2 * t_sf(abs(np.float64(slope) / slope_std_error), n - 2))
        r2 = float(1 - rss / (dy @ dy))
    grid = np.linspace(x.min(), x.max(), n_grid)
    fitted = y.mean() + slope * (grid - x.mean())
    quantile = float(t_ppf((1 + confidence_level) / 2, n - 2))
    half = quantile * sigma * np.sqrt(1 / n + (grid - x.mean()) ** 2 / (dx @ dx))
    return GroupTrend(
        label=label,
        x=x,
        y=y,
        slope=slope,
        intercept=float(y.mean() - slope * x.mean()),
        slope_std_error=slope_std_error,
        p_value=p_value,
        r2=r2,
        grid=grid,
        fitted=fitted,
        conf_low=fitted - half,
        conf_high=fitted + half,
    )
