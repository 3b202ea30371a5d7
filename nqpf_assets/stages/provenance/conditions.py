"""Rows in which several conditions hold together, as of an argument of `min` times a group."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from nqpf_assets.expressions.compile import conditions
from nqpf_assets.stages.spans import spans_of

if TYPE_CHECKING:
    import polars as pl


def spans_together(alone: Iterable[pl.DataFrame], asked: Sequence[str]) -> Iterator[pl.DataFrame]:
    """Spans of the conditions that are made of several parts.

    Args:
        alone: spans of the parts: part, unit, first and last year.
        asked: conditions, among them such that are a part alone.
    """
    import polars as pl

    several = [one for one in asked if len(conditions(one)) > 1]
    if not several:
        return
    years = pl.int_ranges("first_period", pl.col("last_period") + 1).alias("period")
    rows = pl.concat(alone).select("part", "unit", years).explode("period")
    for one in several:
        (first, _), *others = conditions(one)
        found = rows.filter(part=first)
        for part, lag in others:
            own = rows.filter(part=part).with_columns(pl.col("period") - lag)
            found = found.join(own, on=["unit", "period"], how="semi")
        yield spans_of(found, "unit").with_columns(part=pl.lit(one))
