"""Panel unit root tests of Levin, Lin and Chu, of Im, Pesaran and Shin, and of Fisher's kind; Pesaran's CD.

Null hypothesis of the first three: every unit has a unit root. All take units as independent of each other,
which `cross_section_dependence` tests. Conventions:

- one number of lags of the differences for all units;
- a Dickey-Fuller t has degrees of freedom, as in Stata's `dfuller`; plm's `purtest` divides by the number of
  rows unless `dfcor = TRUE`;
- Levin, Lin and Chu divide by numbers of rows, as their paper does; the long-run variance has Bartlett
  weights and 3.21·T^(1/3) lags, rounded, as the paper and plm have. Differences net of their mean make it too
  small, and the test rejects far too often (a third of 500 panels of 30 random walks over 50 periods at 5 %);
- p-values of Fisher's kind are MacKinnon's of 1994 (statsmodels), whatever the number of periods.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nqpf_assets.estimators.counted import counted
from nqpf_assets.estimators.descriptive.unit_root_moments import of_ips, of_levin_lin_chu
from nqpf_assets.estimators.descriptive.unit_root_periods import (
    LEAST_PERIODS,
    Terms,
    least_periods,
)

Floats = NDArray[np.float64]
LONG_RUN = 3.21
"""Of the cube root of T: lags of the long-run variance, as the authors propose."""
LEAST_T = -16.0
"""A t below has no p-value by MacKinnon's formula, where 1e-20 stands for none."""


@dataclass(frozen=True)
class Tested:
    """A test statistic and its p-value; of unit roots low p-values speak against them."""

    statistic: float
    p_value: float


@dataclass(frozen=True)
class UnitRoots:
    """Three tests of one variable, units by periods.

    Attributes:
        n_units, n_periods: of the panel; n_used: periods that each regression has.
    """

    levin_lin_chu: Tested
    im_pesaran_shin: Tested
    fisher: Tested
    n_units: int
    n_periods: int
    n_used: int


def unit_roots(values: ArrayLike, lags: int = 1, terms: Terms = "intercept") -> UnitRoots:
    """Test whether a variable has a unit root in all units.

    Args:
        values: shape (n, T), a unit in each row, its periods in order, no gaps.
        lags: of the differences, 0 to 4.
        terms: of each regression: an intercept, or an intercept and a trend.

    Raises:
        ValueError: too few periods or units, or a unit whose values lie on what the terms and lags can draw.
    """
    from scipy import stats
    from statsmodels.tsa.adfvalues import mackinnonp

    y = np.asarray(values, dtype=float)
    n, periods = y.shape
    if n < 2 or periods < least_periods(lags, terms):
        raise ValueError(
            f"{counted(n, 'units')} with {counted(periods, 'periods')}; it takes 2 with "
            f"{least_periods(lags, terms)}"
        )
    units = [_of_unit(one, lags, terms) for one in y]
    used = periods - lags - 1
    t = np.array([one.t for one in units])
    mean, variance = of_ips(used, lags, terms)
    ips = float(np.sqrt(n) * (t.mean() - mean) / np.sqrt(variance))
    regression = "c" if terms == "intercept" else "ct"
    p_values = [float(mackinnonp(max(one, LEAST_T), regression=regression)) for one in t]
    fisher = float(-2 * np.sum(np.log(p_values)))
    llc = _levin_lin_chu(y, units, used, terms)
    return UnitRoots(
        Tested(llc, float(stats.norm.cdf(llc))),
        Tested(ips, float(stats.norm.cdf(ips))),
        Tested(fisher, float(stats.chi2.sf(fisher, 2 * n))),
        n,
        periods,
        used,
    )


@dataclass(frozen=True)
class _Unit:
    """A unit's regression: t of its level, and differences and levels net of lags and terms, scaled."""

    t: float
    sigma: float
    difference: Floats
    level: Floats


def _of_unit(y: Floats, lags: int, terms: Terms) -> _Unit:
    dy = np.diff(y)
    now, before = dy[lags:], y[lags:-1]
    beside = [dy[lags - k : len(dy) - k] for k in range(1, lags + 1)]
    trend = [np.arange(len(now), dtype=float)] if terms == "trend" else []
    others = np.column_stack([np.ones(len(now)), *trend, *beside])
    difference, level = (one - others @ _fitted(others, one) for one in (now, before))
    if level @ level <= 1e-20 * max(1.0, float(before @ before)):
        raise ValueError("the values of a unit lie on its terms and lags")
    rho = difference @ level / (level @ level)
    rss = float(((difference - rho * level) ** 2).sum())
    if rss <= 1e-20 * max(float(now @ now), np.finfo(float).tiny):
        raise ValueError("the values of a unit lie on its terms and lags")
    t = rho / np.sqrt(rss / (len(now) - others.shape[1] - 1) / (level @ level))
    sigma = np.sqrt(rss / len(now))
    return _Unit(float(t), float(sigma), difference / sigma, level / sigma)


def _fitted(x: Floats, y: Floats) -> Any:
    return np.linalg.lstsq(x, y, rcond=None)[0]


def _levin_lin_chu(y: Floats, units: list[_Unit], used: int, terms: Terms) -> float:
    ratios = [
        np.sqrt(_long_run_variance(np.diff(one), terms)) / unit.sigma
        for one, unit in zip(y, units, strict=True)
    ]
    difference = np.concatenate([one.difference for one in units])
    level = np.concatenate([one.level for one in units])
    rho = difference @ level / (level @ level)
    variance = ((difference - rho * level) ** 2).mean()
    error = np.sqrt(variance / (level @ level))
    mean, deviation = of_levin_lin_chu(y.shape[1], terms)
    shift = len(units) * used * np.mean(ratios) / variance * error * mean
    return float((rho / error - shift) / deviation)


def _long_run_variance(dy: Floats, terms: Terms) -> float:
    """Of differences, net of their mean or line, with Bartlett weights."""
    n = len(dy)
    trend = [np.arange(n, dtype=float)] if terms == "trend" else []
    x = np.column_stack([np.ones(n), *trend])
    e = dy - x @ _fitted(x, dy)
    last = round(LONG_RUN * (n + 1) ** (1 / 3))
    lagged = (2 * (1 - k / (last + 1)) * (e[k:] @ e[:-k]) for k in range(1, min(last, n - 1) + 1))
    return float((e @ e + sum(lagged)) / n)


def cross_section_dependence(values: ArrayLike) -> Tested:
    """Pesaran's CD (2004) of a variable: correlations of all pairs of units, normal under independence.

    Args:
        values: shape (n, T), a unit in each row, no gaps.

    Raises:
        ValueError: too few units or periods, or a unit whose value does not change.
    """
    from scipy import stats

    y = np.asarray(values, dtype=float)
    n, periods = y.shape
    if n < 2 or periods < LEAST_PERIODS:
        raise ValueError(
            f"{counted(n, 'units')} with {counted(periods, 'periods')}; it takes 2 with {LEAST_PERIODS}"
        )
    if (np.ptp(y, axis=1) == 0).any():
        raise ValueError("the values of a unit do not change")
    r = np.corrcoef(y)[np.triu_indices(n, 1)]
    cd = float(np.sqrt(2 * periods / (n * (n - 1))) * r.sum())
    return Tested(cd, float(2 * stats.norm.sf(abs(cd))))
