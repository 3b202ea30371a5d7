"""Bounds that clip a variable: where they lie, and which rows set them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from nqpf_assets.explanations.published import PublishedStudy, Row
from nqpf_assets.explanations.walk import Stop, held
from nqpf_assets.messages.counted import counted

if TYPE_CHECKING:
    import polars as pl

MOST_ROWS = 4
"""Rows of one value that are named, where many share it."""


@dataclass(frozen=True)
class Rows:
    """(n,) units, years and values of a variable, by unit and year."""

    units: NDArray[np.object_]
    periods: NDArray[np.int64]
    values: NDArray[np.float64]

    @classmethod
    def of(cls, frame: pl.DataFrame) -> Self:
        """Of a frame whose columns are unit, year and value; rows without a value are left out."""
        unit, period, value = (
            frame.drop_nulls(frame.columns[2]).sort(frame.columns[:2]).get_columns()
        )
        return cls(unit.to_numpy(), period.to_numpy(), value.to_numpy().astype(np.float64))

    def at(self, place: Any) -> tuple[str, int, float]:
        """One row."""
        return str(self.units[place]), int(self.periods[place]), float(self.values[place])


def clip_stop(study: PublishedStudy, name: str, row: Row) -> Stop:
    """What `winsorize` of a variable did to its value in a row."""
    rule = study.clipped[name]
    pool = row["period"] if rule["grouped_by"] == "period" else None
    bounds = study.rows(
        "FROM {study}.winsor_bound WHERE variable = ? AND period IS NOT DISTINCT FROM ?",
        [name, pool],
    )
    if not bounds:
        return Stop(
            "clip", name, row["unit"], row["period"], text="no bounds: no value in the pool"
        )
    low, high, n = bounds[0]["low"], bounds[0]["high"], bounds[0]["n_values"]
    values = study.frame(
        "SELECT unit, period, reported_value AS v FROM {study}.variable_cell WHERE variable = ?"
        " AND reported_value IS NOT NULL AND (? IS NULL OR period = ?)",
        [name, pool, pool],
    )
    before = row["reported_value"]
    where = "all units and years" if pool is None else f"all units of {pool}"
    words = (
        f"bounds {low:.10g} and {high:.10g}, quantiles at {rule['share']:g} ({rule['quantile_rule']})"
        f" of {counted(n, 'values')} of {where}; {effect_of(before, low, high)}"
    )
    clipped = None if before is None else min(max(before, low), high)
    stop = Stop(
        "clip",
        name,
        row["unit"],
        row["period"],
        row["value"],
        source="published",
        count=n,
        text=words,
    )
    return held(stop, clipped, "the value before, clipped,").over(
        *bound_stops(name, Rows.of(values), low, high)
    )


def effect_of(before: float | None, low: float, high: float) -> str:
    """What clipping does to a value, in words."""
    if before is None:
        return "there is no value"
    if before < low:
        return f"raised from {before:.10g}"
    return f"lowered from {before:.10g}" if before > high else "the value lies between and stays"


def bound_stops(name: str, rows: Rows, low: float, high: float) -> Iterator[Stop]:
    """The rows between whose values the two bounds lie, or that have them."""
    for what, bound in (("lower", low), ("upper", high)):
        below, above = rows.values[rows.values <= bound], rows.values[rows.values >= bound]
        ends = [of(part) for of, part in ((np.max, below), (np.min, above)) if len(part)]
        setting = np.flatnonzero(np.isin(rows.values, ends))
        for place in setting[np.argsort(rows.values[setting], kind="stable")][:MOST_ROWS]:
            words = f"sets the {what} bound"
            yield Stop(
                "bound", name, *rows.at(place), source="published", role="clip_bound", text=words
            )
        if (more := len(setting) - MOST_ROWS) > 0:
            words = f"{counted(more, 'more rows')} of the same values set the {what} bound"
            yield Stop("bound", name, value=bound, count=more, role="clip_bound", text=words)


def extreme_stops(name: str, rows: Rows, role: str) -> Iterator[Stop]:
    """The rows with the least and the greatest value."""
    for what, extreme in (("minimum", np.argmin), ("maximum", np.argmax)):
        place = int(extreme(rows.values))
        n = int((rows.values == rows.values[place]).sum())
        words = f"sets the {what} of {counted(len(rows.values), 'values')}"
        words += f", and {counted(n - 1, 'more rows')}" if n > 1 else ""
        yield Stop(
            "bound", name, *rows.at(place), source="published", role=role, count=n, text=words
        )
