"""Correlations of the variables of a panel, two at a time, and variance inflation factors.

Coefficients and p-values are SciPy's: Pearson's with the t distribution of n − 2 degrees of freedom, as in
Stata's `pwcorr, sig`; Spearman's, of mean ranks, with the same approximation, as in Stata's `spearman`. Both
take rows as independent of each other.

A variance inflation factor is 1 / (1 − R²) of a variable on the others with an intercept, as Stata's `estat
vif`; no effects are taken out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nqpf_assets.estimators.counted import counted

Method = Literal["pearson", "spearman"]
LEAST_ROWS = 3
"""Rows from which a correlation has a p-value."""
COLLINEAR = 1e-10
"""Of 1 − R², from which on a variable is no sum of the others."""


@dataclass(frozen=True)
class Correlations:
    """Correlations of k variables.

    Attributes:
        coefficients, p_values: shape (k, k), symmetric; of a variable with itself 1, and NaN.
        n_obs: shape (k, k), rows that have both.
    """

    coefficients: NDArray[np.float64]
    p_values: NDArray[np.float64]
    n_obs: NDArray[np.int64]


def correlations(values: ArrayLike, method: Method = "pearson") -> Correlations:
    """Correlate each two columns over the rows that have both.

    Args:
        values: shape (N, k); NaN where a row has no value.
        method: of values, or of their ranks.

    Raises:
        NoCorrelation: two columns have fewer than three rows in common, or one does not vary in them.
    """
    from scipy import stats

    x = np.asarray(values, dtype=float)
    k = x.shape[1]
    r, p = np.eye(k), np.full((k, k), np.nan)
    n = np.zeros((k, k), dtype=np.int64)
    measure: Any = stats.pearsonr if method == "pearson" else stats.spearmanr
    for i in range(k):
        n[i, i] = np.count_nonzero(~np.isnan(x[:, i]))
        for j in range(i):
            both = x[~np.isnan(x[:, [i, j]]).any(axis=1)][:, [i, j]]
            n[i, j] = n[j, i] = len(both)
            if len(both) < LEAST_ROWS:
                raise NoCorrelation(
                    (i, j), f"both are in {counted(len(both), 'rows')}; it takes {LEAST_ROWS}"
                )
            for column, place in enumerate((i, j)):
                if np.ptp(both[:, column]) == 0:
                    raise NoCorrelation((i, j), "one value in all rows that have both", place)
            found = measure(both[:, 0], both[:, 1])
            r[i, j] = r[j, i] = found.statistic
            p[i, j] = p[j, i] = found.pvalue
    return Correlations(r, p, n)


def variance_inflation(values: ArrayLike) -> NDArray[np.float64]:
    """Variance inflation factor of each column, shape (k,), over the rows that have all.

    Args:
        values: shape (N, k), k ≥ 2; NaN where a row has no value.

    Raises:
        NoCorrelation: there are not more rows than columns and an intercept, a column does not vary, or one
            is a sum of others.
    """
    x = np.asarray(values, dtype=float)
    x = x[~np.isnan(x).any(axis=1)]
    k = x.shape[1]
    if len(x) < k + 2:
        raise NoCorrelation(
            (), f"all {k} of `vif` are in {counted(len(x), 'rows')}; it takes {k + 2}"
        )
    for place in range(k):
        if np.ptp(x[:, place]) == 0:
            raise NoCorrelation((place,), "one value in all rows that have those of `vif`", place)
    centred = x - x.mean(axis=0)
    unexplained = np.empty(k)
    scaled = centred / np.sqrt((centred**2).sum(axis=0))
    for place in range(k):
        others = np.delete(scaled, place, axis=1)
        fitted = others @ np.linalg.lstsq(others, scaled[:, place], rcond=None)[0]
        unexplained[place] = ((scaled[:, place] - fitted) ** 2).sum()
    if len(collinear := np.flatnonzero(unexplained < COLLINEAR)):
        raise NoCorrelation(tuple(map(int, collinear)), "each is a sum of others of `vif`")
    return 1 / unexplained


class NoCorrelation(ValueError):
    """Columns whose correlation or inflation is not defined.

    Attributes:
        columns: their places.
        at_fault: the place of the one that does not vary, if that is why.
    """

    def __init__(self, columns: tuple[int, ...], why: str, at_fault: int | None = None) -> None:
        super().__init__(why)
        self.columns = columns
        self.at_fault = at_fault
