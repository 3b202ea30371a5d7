"""Bounds that clip a variable: where they lie, and which rows set them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from nqpf_assets.explanations.published import PublishedStudy, Row
from nqpf_assets.explanations.walk import Stop, held

Valued = tuple[str, int, float]
"""Unit, year and value."""

MOST_ROWS = 4
"""Rows of one value that are named, where many share it."""


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
    values = study.rows(
        "SELECT unit, period, reported_value AS v FROM {study}.variable_cell WHERE variable = ?"
        " AND reported_value IS NOT NULL AND (? IS NULL OR period = ?) ORDER BY v, unit, period",
        [name, pool, pool],
    )
    before = row["reported_value"]
    where = "all units and years" if pool is None else f"all units of {pool}"
    words = (
        f"bounds {low:.10g} and {high:.10g}, quantiles at {rule['share']:g} ({rule['quantile_rule']})"
        f" of {n} values of {where}; {effect_of(before, low, high)}"
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
    rows = [(one["unit"], one["period"], one["v"]) for one in values]
    return held(stop, clipped, "the value before, clipped,").over(
        *bound_stops(name, rows, low, high)
    )


def effect_of(before: float | None, low: float, high: float) -> str:
    """What clipping does to a value, in words."""
    if before is None:
        return "there is no value"
    if before < low:
        return f"raised from {before:.10g}"
    return f"lowered from {before:.10g}" if before > high else "the value lies between and stays"


def bound_stops(name: str, values: Iterable[Valued], low: float, high: float) -> Iterator[Stop]:
    """The rows between whose values the two bounds lie, or that have them."""
    ordered = sorted(values, key=lambda one: one[2])
    for what, bound in (("lower", low), ("upper", high)):
        below = [one[2] for one in ordered if one[2] <= bound]
        above = [one[2] for one in ordered if one[2] >= bound]
        ends = {below[-1] if below else None, above[0] if above else None}
        setting = [one for one in ordered if one[2] in ends]
        for unit, period, value in setting[:MOST_ROWS]:
            yield Stop(
                "bound",
                name,
                unit,
                period,
                value,
                source="published",
                role="clip_bound",
                text=f"sets the {what} bound",
            )
        if len(setting) > MOST_ROWS:
            yield Stop(
                "bound",
                name,
                value=bound,
                count=len(setting) - MOST_ROWS,
                role="clip_bound",
                text=f"{len(setting) - MOST_ROWS} more rows of the same values set the {what} bound",
            )


def extreme_stops(name: str, values: list[Valued], role: str) -> Iterator[Stop]:
    """The rows with the least and the greatest value."""
    for what, extreme in (("minimum", min), ("maximum", max)):
        found = extreme(one[2] for one in values)
        rows = [one for one in values if one[2] == found]
        unit, period, value = rows[0]
        more = f", and {len(rows) - 1} more rows" if len(rows) > 1 else ""
        stop = Stop(
            "bound", name, unit, period, value, source="published", role=role, count=len(rows)
        )
        yield replace(stop, text=f"sets the {what} of {len(values)} values{more}")
