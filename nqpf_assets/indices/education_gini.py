"""Inequality of education: the Gini coefficient of years of schooling.

Here is the formula for attainment shares. Turning published counts into shares belongs to
the panel; counts themselves must not come here, because the yearly samples differ in size.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nqpf_assets.indices.errors import IndicatorError, counted

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class EducationGini:
    """Education of n populations; NaN where a share is missing.

    Attributes:
        gini: (n,) between 0 and 1; NaN as well where nobody has any schooling.
        mean_years: (n,) average years of schooling.
        sd_years: (n,) standard deviation of years over the population.
        equity: (n,) 1 - gini.
        share_sums: (n,) what the shares added up to before they were divided by it.
    """

    gini: Floats
    mean_years: Floats
    sd_years: Floats
    equity: Floats
    share_sums: Floats


def education_gini(
    shares: ArrayLike,
    years: ArrayLike,
    *,
    tolerance: float = 1e-6,
    renormalize: bool = False,
) -> EducationGini:
    """Gini coefficient, mean and standard deviation of years of schooling.

    Args:
        shares: (n, L) share of the population at each level, as fractions of one.
        years: (L,) years of schooling of each level, in any order.
        tolerance: how far the sum of a row may be from one; rows are divided by their sums, for G
            moves with them one for one.
        renormalize: take every row, whatever its sum, instead of refusing it.

    Raises:
        IndicatorError: a negative or infinite share, a row that does not add up to one, years
            that are negative, missing, or not one per level.

    Source: Thomas, Wang and Fan (2001), "Measuring Education Inequality", World Bank Policy
    Research Working Paper 2525: G = (1/mu) sum over a > b of p_a (y_a - y_b) p_b.
    """
    p = np.asarray(shares, dtype=np.float64)
    y = np.asarray(years, dtype=np.float64)
    if p.ndim != 2 or y.shape != (p.shape[1],):
        raise IndicatorError(
            f"shares {p.shape} need one column for each of {counted(y.size, 'levels')}"
        )
    if not np.isfinite(y).all() or (y < 0).any():
        raise IndicatorError(f"years of schooling must be 0 or more; found {y.tolist()}")
    if (p < 0).any() or np.isinf(p).any():
        row = int(np.flatnonzero((p < 0).any(axis=1) | np.isinf(p).any(axis=1))[0])
        raise IndicatorError(f"negative or infinite share in row {row}", row)

    total = p.sum(axis=1)
    if not renormalize:
        wrong = np.flatnonzero(np.abs(total - 1.0) > tolerance)
        if wrong.size:
            raise IndicatorError(
                f"shares do not add up to one in {counted(wrong.size, 'rows')}; "
                f"row {wrong[0]} adds up to {total[wrong[0]]:.6g}",
                int(wrong[0]),
            )

    p = np.divide(p, total[:, None], out=np.full_like(p, np.nan), where=total[:, None] > 0)
    order = np.argsort(y, kind="stable")
    y, p = y[order], p[:, order]
    mean = p @ y
    # The double sum over a > b, written for all pairs: |y_a - y_b| counts each pair twice.
    spread = np.einsum("na,ab,nb->n", p, np.abs(y[:, None] - y[None, :]), p) / 2.0
    gini = np.divide(spread, mean, out=np.full_like(mean, np.nan), where=mean > 0)
    variance = ((y[None, :] - mean[:, None]) ** 2 * p).sum(axis=1)
    return EducationGini(gini, mean, np.sqrt(variance), 1.0 - gini, total)
