"""Winsorising of a column: the terms of its equation, clipped at quantiles of the rows that it uses.

What a variable of the study declares is done long before, by SQL; the rules of the quantiles are the same.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nqpf_assets.studies.variables import Winsorize

if TYPE_CHECKING:
    import polars as pl


WHOLE = 1e-6
"""How far n·p may be from a whole rank and be one: 100 times 0.07 is 7.000000000000001 in binary."""


@dataclass(frozen=True)
class Cut:
    """Where the values of a variable were cut.

    Attributes:
        period: of the values, where each year has its own bounds.
        low, high: the bounds; n_below, n_above: how many values were moved to them.
        low_rows, high_rows: positions of the rows whose values are the bounds, or between whose they lie.
    """

    variable: str
    period: int | None
    low: float
    high: float
    n_below: int
    n_above: int
    low_rows: tuple[int, ...] = ()
    high_rows: tuple[int, ...] = ()


@dataclass(frozen=True)
class Clipped:
    """Rows after clipping.

    Attributes:
        cuts: where values were cut.
        untouched: variables of two values, which were left as they are.
        flat: variables that vary, and are one number once they are clipped.
    """

    rows: pl.DataFrame
    cuts: tuple[Cut, ...] = ()
    untouched: tuple[str, ...] = ()
    flat: tuple[str, ...] = ()


def clip_bounds(values: NDArray[np.float64], rule: Winsorize) -> tuple[float, float]:
    """The quantiles at the share and at one minus the share of (n,) finite values.

    `linear` is R's type 7, `stata` type 2: the mean of two neighbours at a whole rank, else the value above.
    """
    if rule.quantile == "linear":
        low, high = np.quantile(values, [rule.share, 1 - rule.share], method="linear")
        return float(low), float(high)
    ordered, n = np.sort(values), len(values)
    bounds = []
    for share in (rule.share, 1 - rule.share):
        place = n * share
        rank = round(place)
        if abs(place - rank) < WHOLE:
            below, above = max(rank, 1), min(rank + 1, n)
        else:
            below = above = math.ceil(place)
        lower, upper = float(ordered[below - 1]), float(ordered[above - 1])
        bounds.append(lower + (upper - lower) / 2)
    return bounds[0], bounds[1]


def bound_rows(
    values: NDArray[np.float64], rule: Winsorize
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Positions of the (n,) finite values on which the lower and the upper bound rest.

    A bound is the value at some rank, or lies between the values at two. Of several equal values each can
    be the one at the rank as soon as it moves, if the rank is the first or last of theirs; if it lies among
    them, none.
    """
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    found = []
    for share in (rule.share, 1 - rule.share):
        ranks = _ranks(len(values), share, rule.quantile)
        rows = [np.empty(0, dtype=np.intp)]
        for rank in ranks:
            first = np.searchsorted(ordered, ordered[rank], "left")
            last = np.searchsorted(ordered, ordered[rank], "right") - 1
            if rank in (first, last):
                rows.append(order[first : last + 1])
        found.append(np.unique(np.concatenate(rows)))
    return found[0], found[1]


def _ranks(n: int, share: float, quantile: str) -> tuple[int, ...]:
    """Ranks, counted from zero, of the values that a quantile is made of."""
    place = share * (n - 1) if quantile == "linear" else n * share - 1
    rank = round(place)
    if abs(place - rank) < WHOLE:
        return (rank,) if quantile == "linear" else (max(rank, 0), min(rank + 1, n - 1))
    if quantile == "linear":
        return math.floor(place), min(math.floor(place) + 1, n - 1)
    return (math.ceil(place),)


def clipped(
    rule: Winsorize | None,
    rows: pl.DataFrame,
    names: Iterable[str],
    used: NDArray[np.bool_],
    moved: NDArray[np.bool_],
) -> Clipped:
    """The rows of a column with these variables winsorised, where the column asks for it, and the bounds.

    Args:
        rule: of the column; None where it asks for none.
        rows: its rows without missing values.
        names: variables to clip; those of two values, as 0/1, have no tails and keep them.
        used: (n,) rows that are estimated: bounds are theirs.
        moved: (n,) rows that are clipped to them; a test beside the estimate may take others, too.
    """
    import polars as pl

    if rule is None:
        return Clipped(rows)
    cuts: list[Cut] = []
    untouched: list[str] = []
    flat: list[str] = []
    years = rows.get_column("period").to_numpy()
    pools = years if rule.by == "period" else np.zeros(len(rows), dtype=np.int32)
    for name in names:
        values = rows.get_column(name).to_numpy().astype(np.float64)
        before = values[used]
        if not len(before) or np.isin(before, (before.min(), before.max())).all():
            untouched += [name] if len(before) and np.ptp(before) else []
            continue
        for pool in np.unique(pools[used]):
            inside = (pools == pool) & used
            found = values[inside]
            low, high = clip_bounds(found, rule)
            period = int(pool) if rule.by == "period" else None
            places = np.flatnonzero(inside)
            sides = bound_rows(found, rule)
            cuts.append(
                Cut(
                    name,
                    period,
                    low,
                    high,
                    int((found < low).sum()),
                    int((found > high).sum()),
                    *(tuple(places[rows].tolist()) for rows in sides),
                )
            )
            within = (pools == pool) & moved
            values[within] = np.clip(values[within], low, high)
        if not np.ptp(values[used]):
            flat.append(name)
        rows = rows.with_columns(pl.Series(name, values))
    return Clipped(rows, tuple(cuts), tuple(untouched), tuple(flat))
