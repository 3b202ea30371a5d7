"""Two groups' means of a variable and the t test of their difference, with equal variances or without.

SciPy's: `ttest, unequal` of Stata has Satterthwaite's degrees of freedom as well; its option `welch` has
others, Welch's, and is not meant.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from nqpf_assets.estimators.counted import counted

LEAST_ROWS = 2
"""Rows of a group from which it has a variance."""


@dataclass(frozen=True)
class MeanDifference:
    """Means of two groups and what they differ by, in the variable's own unit of measure.

    Attributes:
        n_first, n_second: rows with a value.
        difference: the first mean less the second.
        statistic: t; df: its degrees of freedom.
        p_value: two-sided.
    """

    n_first: int
    mean_first: float
    n_second: int
    mean_second: float
    difference: float
    statistic: float
    df: float
    p_value: float


def mean_difference(
    first: ArrayLike, second: ArrayLike, *, are_variances_equal: bool = False
) -> MeanDifference:
    """Test whether two groups have the same mean, their rows being independent.

    Args:
        first, second: shapes (N,), (M,); rows that are NaN are left out.

    Raises:
        ValueError: a group has fewer than two rows with a value, or no group varies.
    """
    from scipy import stats

    groups = [np.asarray(one, dtype=float) for one in (first, second)]
    x, y = (one[~np.isnan(one)] for one in groups)
    for one in (x, y):
        if len(one) < LEAST_ROWS:
            raise ValueError(
                f"{counted(len(one), 'rows')} with a value in a group; it takes {LEAST_ROWS}"
            )
    if np.ptp(x) == 0 and np.ptp(y) == 0:
        raise ValueError("one value in all rows of each group")
    found = stats.ttest_ind(x, y, equal_var=are_variances_equal)
    return MeanDifference(
        len(x),
        float(x.mean()),
        len(y),
        float(y.mean()),
        float(x.mean() - y.mean()),
        float(found.statistic),
        float(found.df),
        float(found.pvalue),
    )
