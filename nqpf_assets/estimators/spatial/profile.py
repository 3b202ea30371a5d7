"""The likelihood as a function of ρ or λ alone: its top, and the values that it cannot tell from the top.

Everything else is concentrated out. The interval of a likelihood ratio keeps inside the bounds of the
parameter by itself; where the likelihood is flat up to a bound it is open there, and says so. Which
likelihood is meant is in `likelihood`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nqpf_assets.estimators.linear.distributions import chi2_sf, normal_ppf
from nqpf_assets.estimators.linear.errors import EstimationError

Floats = NDArray[np.float64]
AT_BOUND = 1e-9
"""How near a bound, in widths of the interval, the likelihood is looked at."""


@dataclass(frozen=True)
class ProfileInterval:
    """The values of a parameter that a likelihood-ratio test does not reject.

    Attributes:
        low, high: their ends; a bound of the parameter where the interval is open.
        is_open_below, is_open_above: whether no value up to that bound is rejected.
        statistic, p_value: likelihood ratio of the hypothesis that the parameter is zero, one degree of
            freedom; p is below α exactly where the interval at level 1 − α leaves zero out.
    """

    low: float
    high: float
    is_open_below: bool
    is_open_above: bool
    statistic: float
    p_value: float


@dataclass(frozen=True)
class Profile:
    """A concentrated log-likelihood.

    Attributes:
        name: of the parameter, ``"rho"`` or ``"lambda"``.
        lower, upper: bounds of the parameter.
        value, slope: the log-likelihood and its derivative.
    """

    name: str
    lower: float
    upper: float
    value: Callable[[float], float]
    slope: Callable[[float], float]

    def points(self) -> Floats:
        """A coarse look at the whole interval, closest near its ends."""
        width = self.upper - self.lower
        low, high = self.lower + AT_BOUND * width, self.upper - AT_BOUND * width
        return (low + high) / 2 + (high - low) / 2 * np.cos(np.linspace(np.pi, 0, 33))

    def top(self) -> tuple[float, bool]:
        """The best value, and whether it is a bound: then the likelihood has no maximum inside.

        The coarse look finds every hill; its top is then found to rounding, never on the grid.
        """
        from scipy.optimize import brentq

        points = self.points()
        heights = np.array([self.value(point) for point in points])
        if not np.isfinite(heights).all():
            raise EstimationError(f"the likelihood has no value for some {self.name}")
        best, found = -np.inf, float("nan")
        for k in range(1, len(points) - 1):
            if heights[k] < max(heights[k - 1], heights[k + 1]):
                continue
            low, high = float(points[k - 1]), float(points[k + 1])
            if not self.slope(low) > 0 > self.slope(high):
                continue
            top = float(brentq(self.slope, low, high, xtol=1e-14, rtol=1e-14))
            if self.value(top) > best:
                best, found = self.value(top), top
        end = 0 if heights[0] > heights[-1] else -1
        if np.isnan(found) or heights[end] > best:
            return float(points[end]), True
        return found, False

    def interval(self, top: float, confidence_level: float) -> ProfileInterval:
        """All values that the likelihood ratio does not tell from `top`, and the gaps between them."""
        cut = float(normal_ppf((1 + confidence_level) / 2)) ** 2
        best = self.value(top)

        def ratio(parameter: float) -> float:
            return 2 * (best - self.value(parameter))

        points = np.unique(np.append(self.points(), [0.0, top]))
        ratios = np.array([ratio(point) for point in points])
        ratios[points == top] = 0.0
        first, last = np.flatnonzero(ratios <= cut)[[0, -1]]
        beyond = points <= 0 if top > 0 else points >= 0
        statistic = max(float(ratios[beyond].min()), 0.0)
        return ProfileInterval(
            low=self.lower
            if first == 0
            else _crossing(ratio, cut, points[first - 1], points[first]),
            high=(
                self.upper
                if last == len(points) - 1
                else _crossing(ratio, cut, points[last], points[last + 1])
            ),
            is_open_below=bool(first == 0),
            is_open_above=bool(last == len(points) - 1),
            statistic=statistic,
            p_value=float(chi2_sf(statistic, 1)),
        )


def _crossing(ratio: Callable[[float], float], cut: float, low: float, high: float) -> float:
    """Where the ratio passes the cut between two points on either side of it."""
    from scipy.optimize import brentq

    return float(brentq(lambda parameter: ratio(parameter) - cut, low, high, xtol=1e-10))
