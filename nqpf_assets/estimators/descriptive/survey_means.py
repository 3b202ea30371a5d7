"""Means of a sample survey by domain (region and year) with standard errors of its design; Cronbach's alpha.

A mean is a ratio, Σwy / Σw, and its variance Taylor's linearisation of it: with u = w(y − mean) / Σw summed
to t within each primary sampling unit, Σ over strata of n/(n−1) Σ(t − t̄)², where n counts the units of the
stratum in the whole sample and not those of the domain alone. That is Stata's `svy: mean, over()` and
`svymean` of R's survey with `svyby`, sampling with replacement, no finite population correction. A stratum
with one unit gives no variance: the standard error is then NaN, as Stata has it by default. So is that of a
domain that lies in one unit: its t is 0 by construction, and the formula would call the mean certain.

Särndal, Swensson and Wretman (1992), Model Assisted Survey Sampling, 5.6 and 10.3. Cronbach (1951),
Psychometrika 16.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

LEAST_ITEMS = 2
"""Items from which alpha is defined."""
LEAST_UNITS = 2
"""Units of a domain from which its mean has a variance."""


@dataclass(frozen=True)
class SurveyMeans:
    """Means of k domains.

    Attributes:
        means: shape (k,); NaN where nobody answered.
        std_errors: shape (k,); NaN as well where all who answered are of one unit, or a stratum has one.
        n_respondents: shape (k,), respondents with an answer.
    """

    means: NDArray[np.float64]
    std_errors: NDArray[np.float64]
    n_respondents: NDArray[np.int64]


def survey_means(
    values: ArrayLike,
    domains: ArrayLike,
    n_domains: int,
    *,
    weights: ArrayLike,
    strata: ArrayLike,
    units: ArrayLike,
) -> SurveyMeans:
    """The mean of each domain.

    Args:
        values: shape (n,), NaN where a respondent gave no answer.
        domains: shape (n,), whole numbers from 0.
        weights: shape (n,), above 0.
        strata: shape (n,), whole numbers from 0.
        units: shape (n,), primary sampling units, whole numbers from 0, each within one stratum.

    Raises:
        ValueError: a weight that is not above 0, or a unit in two strata.
    """
    y, w = np.asarray(values, float), np.asarray(weights, float)
    d, h, p = (np.asarray(one, np.int64) for one in (domains, strata, units))
    if not (w > 0).all():
        raise ValueError("weights are above 0")
    pairs = np.unique(np.stack([p, h]), axis=1)
    if len(np.unique(pairs[0])) != pairs.shape[1]:
        raise ValueError("a primary sampling unit lies in one stratum")
    n_units = np.bincount(pairs[1], minlength=int(h.max(initial=0)) + 1)
    is_in = ~np.isnan(y)
    y, w, d, h, p = y[is_in], w[is_in], d[is_in], h[is_in], p[is_in]
    counts = np.bincount(d, minlength=n_domains)
    with np.errstate(invalid="ignore", divide="ignore"):
        total = np.bincount(d, w, n_domains)
        means = np.bincount(d, w * y, n_domains) / total
        u = w * (y - means[d]) / total[d]
        cells, of_cell = np.unique(np.stack([d, h, p]), axis=1, return_inverse=True)
        t = np.bincount(of_cell.ravel(), u)
        n_strata = len(n_units)
        in_stratum = cells[0] * n_strata + cells[1]
        squares = np.bincount(in_stratum, t * t, n_domains * n_strata)
        sums = np.bincount(in_stratum, t, n_domains * n_strata)
        touched = np.bincount(in_stratum, minlength=n_domains * n_strata) > 0
        n = np.tile(n_units, n_domains)
        spread = np.where(touched, n / (n - 1.0) * (squares - sums * sums / n), 0.0)
        spread[touched & (n == 1)] = np.nan
        variance = spread.reshape(n_domains, n_strata).sum(axis=1)
    variance[np.bincount(cells[0], minlength=n_domains) < LEAST_UNITS] = np.nan
    return SurveyMeans(means, np.sqrt(np.maximum(variance, 0.0)), counts.astype(np.int64))


def cronbach_alpha(items: ArrayLike) -> tuple[float, int]:
    """Alpha of a scale and the respondents that it rests on: those who answered all items.

    k/(k−1) (1 − Σ variances of items / variance of their sum), as Stata's `alpha, casewise`; unweighted.

    Args:
        items: shape (n, k), reversed ones turned already, NaN where there is no answer.

    Raises:
        ValueError: fewer than two items.
    """
    x = np.asarray(items, float)
    k = x.shape[1]
    if k < LEAST_ITEMS:
        raise ValueError("alpha needs two items")
    x = x[~np.isnan(x).any(axis=1)]
    if len(x) < LEAST_ITEMS or not (whole := x.sum(axis=1).var(ddof=1)):
        return float("nan"), len(x)
    return float(k / (k - 1) * (1 - x.var(axis=0, ddof=1).sum() / whole)), len(x)
