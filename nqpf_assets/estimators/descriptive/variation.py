"""Descriptive statistics of one variable of a panel, and its variation between and within units.

Conventions are Stata's, so that tables of papers can be held against them:

- every standard deviation is divided by its number of values less one (`summarize`);
- quartiles and median are those of `summarize, detail`: where n·p is whole, the mean of the values in places
  n·p and n·p + 1, else the value in the next place (Hyndman & Fan 1996, definition 2; NumPy's
  ``averaged_inverted_cdf``), not the interpolated ones of NumPy, R and Excel;
- between is the deviation of the units' means, each unit once; within is that of x_it less its unit's
  mean, divided by N − 1 and not by N − n, as `xtsum` does; T is N / n.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

QUANTILES = (0.25, 0.5, 0.75)


@dataclass(frozen=True)
class Variation:
    """Descriptive statistics of a variable, in its own unit of measure; NaN where one is not defined.

    Attributes:
        n_obs: rows with a value.
        n_units: units with at least one.
        periods_per_unit: mean number of values of a unit.
        sd, sd_between, sd_within: overall, of units' means, around units' means.
    """

    n_obs: int
    n_units: int
    periods_per_unit: float
    mean: float
    sd: float
    sd_between: float
    sd_within: float
    minimum: float
    p25: float
    median: float
    p75: float
    maximum: float


def variation(values: ArrayLike, units: ArrayLike) -> Variation:
    """Describe a variable.

    Args:
        values: shape (N,); rows that are NaN are left out.
        units: shape (N,), whose row each is.

    Raises:
        ValueError: no row has a value, or one is infinite.
    """
    x, unit = np.asarray(values, dtype=float), np.asarray(units)
    x, unit = x[has := ~np.isnan(x)], unit[has]
    if not len(x):
        raise ValueError("no row has a value")
    if not np.isfinite(x).all():
        raise ValueError("a value is infinite")
    _, place, counts = np.unique(unit, return_inverse=True, return_counts=True)
    # Sums of what is left after the mean, so that large levels lose no digits.
    mean = float(x.mean())
    means = np.bincount(place, weights=x - mean) / counts
    p25, median, p75 = (
        float(one) for one in np.quantile(x, QUANTILES, method="averaged_inverted_cdf")
    )
    return Variation(
        n_obs=len(x),
        n_units=len(counts),
        periods_per_unit=len(x) / len(counts),
        mean=mean,
        sd=_deviation(x - mean),
        sd_between=_deviation(means),
        sd_within=_deviation(x - mean - means[place]),
        minimum=float(x.min()),
        p25=p25,
        median=median,
        p75=p75,
        maximum=float(x.max()),
    )


def _deviation(values: np.ndarray) -> float:
    return float(values.std(ddof=1)) if len(values) > 1 else math.nan
