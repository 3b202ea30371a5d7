"""What an engine of queries is asked of a panel's rows, so that none of them has to be in memory here.

Rows stay where they are; handed over are sums of products. Columns lose their means and effects row by row,
before they are multiplied: differences of large sums would leave few digits. What is estimated from them
stands in `summed_panel`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from nqpf_assets.estimators.linear.connected_levels import (
    ConnectedLevels,
    parts_of_carried,
)
from nqpf_assets.estimators.linear.long_readings import Errors

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Presence:
    """In which of T periods units are seen.

    Attributes:
        periods: (T,) rising.
        is_seen: (P, T) the different patterns.
        n_units: (P,) units of each.
    """

    periods: tuple[int, ...]
    is_seen: NDArray[np.bool_]
    n_units: NDArray[np.int64]

    @property
    def n_rows(self) -> int:
        """Rows of all units."""
        return int(self.of_periods.sum())

    @property
    def of_periods(self) -> NDArray[np.int64]:
        """(T,) rows of each period."""
        return np.asarray(self.n_units @ self.is_seen.astype(np.int64))

    def without_lone(self, watched: Sequence[str]) -> Presence:
        """Without rows that are alone in a watched unit or period, until none is alone."""
        seen, units = self.is_seen.copy(), self.n_units
        while True:
            before = int(seen.sum())
            if "unit" in watched:
                seen[seen.sum(axis=1) == 1] = False
            if "period" in watched:
                seen[:, units @ seen.astype(np.int64) == 1] = False
            if int(seen.sum()) == before:
                break
        rows = np.flatnonzero(seen.any(axis=1))
        columns = np.flatnonzero(seen.any(axis=0))
        periods = tuple(self.periods[one] for one in columns.tolist())
        return Presence(periods, seen[np.ix_(rows, columns)], units[rows])

    @property
    def levels(self) -> ConnectedLevels:
        """How units, averaged out, and periods, solved for, meet."""
        seen = self.is_seen.astype(np.float64)
        incidence = seen * self.n_units[:, None]
        pinned = np.unique(parts_of_carried(seen), return_index=True)[1]
        return ConnectedLevels(incidence, seen / seen.sum(axis=1)[:, None], pinned)


@dataclass(frozen=True)
class Kept:
    """Which rows are read, and what is taken off their columns.

    Attributes:
        periods: of the rows.
        drops_lone_units: whether units of a single row are left out.
        has_units: whether columns lose their means by unit.
        centre: (v,) taken off all rows.
        of_periods: (T, v) taken off those of each period; None for nothing.
    """

    periods: tuple[int, ...]
    drops_lone_units: bool
    has_units: bool
    centre: Floats
    of_periods: Floats | None = None


@dataclass(frozen=True)
class PeriodSums:
    """Sums by period of columns less their centre.

    Attributes:
        whole: (T, v); squares: (T, v) of their squares.
        inside: (T, v) of what the means of units leave; inside_squares: (T,) of the outcome's squares of it.
    """

    whole: Floats
    squares: Floats
    inside: Floats
    inside_squares: Floats


@dataclass(frozen=True)
class ErrorSums:
    """Of residuals e and the regressors x, less their effects.

    Attributes:
        rss: of e².
        gradient: (K,) of e·x.
        products: (1 + K, 1 + K) of the scores (e, e·x): of rows, or of their sums by cluster.
        n_clusters: how many clusters there are; 0 without.
    """

    rss: float
    gradient: Floats
    products: Floats
    n_clusters: int


class SummedRows(Protocol):
    """Rows of v = 1 + K columns, the outcome and then the regressors."""

    def presence(self) -> Presence:
        """Of all complete rows."""
        ...

    def sizes(self, kept: Kept) -> tuple[Floats, float]:
        """Means (v,) of the columns, and the largest absolute outcome."""
        ...

    def by_period(self, kept: Kept) -> PeriodSums:
        """Sums of each period; nothing is taken off for periods yet."""
        ...

    def products(self, kept: Kept) -> Floats:
        """(v, v) of the columns."""
        ...

    def squares(self, kept: Kept, weights: Floats) -> float:
        """Sum of squares of one combination (v,) of the columns."""
        ...

    def errors(
        self, kept: Kept, columns: Sequence[int], weights: Floats, errors: Errors
    ) -> ErrorSums:
        """Of these columns, the outcome first, whose combination (1 + K,) the residual is."""
        ...

    def lone_units(self, kept: Kept) -> tuple[Any, ...]:
        """Units that no row is left of, sorted."""
        ...

    def free_effects(self, kept: Kept, effects: Sequence[str]) -> list[str]:
        """Those of the effects a level of which occurs in several clusters."""
        ...
