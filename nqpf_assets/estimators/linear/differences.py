"""First differences of a panel: each row less that of the same unit a period before.

What is estimated on them does not belong here: they are rows like others.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nqpf_assets.estimators.linear.errors import EstimationError


@dataclass(frozen=True)
class Differences:
    """Which of n rows have one before.

    Attributes:
        rows: (m,) places of rows that have one of the same unit a period before; `before`: (m,) of these.
        n_after_gaps: rows of a unit that has earlier ones, but none a period before.
    """

    rows: NDArray[np.intp]
    before: NDArray[np.intp]
    n_after_gaps: int

    def of(self, values: ArrayLike) -> NDArray[np.float64]:
        """(m, …) differences of (n, …) values."""
        x = np.asarray(values, dtype=np.float64)
        return np.asarray(x[self.rows] - x[self.before])

    def used(self, n: int) -> NDArray[np.bool_]:
        """(n,) rows that are in a difference."""
        found = np.zeros(n, dtype=np.bool_)
        found[self.rows] = found[self.before] = True
        return found


def differences(units: ArrayLike, periods: ArrayLike) -> Differences:
    """Find each row's row before: of the same unit, one period earlier, as Stata's `D.`.

    A gap is not bridged: growth of two years beside growth of one is another variable.

    Args:
        units: (n,) labels; each unit has one row in a period.
        periods: (n,) whole numbers.

    Raises:
        EstimationError: no unit has two periods in a row.
    """
    unit, year = np.asarray(units), np.asarray(periods).astype(np.int64)
    order = np.lexsort((year, unit))
    same = unit[order][1:] == unit[order][:-1]
    follows = same & (np.diff(year[order]) == 1)
    if not follows.any():
        raise EstimationError(
            "no unit has rows in two periods in a row, so that there are no first differences"
        )
    rows, before = order[1:][follows], order[:-1][follows]
    place = np.argsort(rows)
    return Differences(rows[place], before[place], int((same & ~follows).sum()))
