"""What a column's winsorising did to its variables: rows beside the tests of the column, and words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from nqpf_assets.estimation.design import Design
from nqpf_assets.estimation.result_rows import Test
from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.shown_text import listed

if TYPE_CHECKING:
    import polars as pl


def bound_rows_of(design: Design) -> pl.DataFrame:
    """Variable, unit and period of the rows on which bounds rest to which a value was moved."""
    import polars as pl

    keys = design.rows.select("unit", "period")
    frames = [
        keys[list(rows)].select(pl.lit(cut.variable).alias("variable"), "unit", "period")
        for cut in design.clip.cuts
        for rows, n_moved in ((cut.low_rows, cut.n_below), (cut.high_rows, cut.n_above))
        if n_moved and rows
    ]
    return pl.concat([keys.clear().select(pl.lit("").alias("variable"), "unit", "period"), *frames])


def cuts_of(design: Design) -> Iterator[Test]:
    """``winsor_low: gdp`` and ``winsor_high: gdp``, with the year where each year has its own."""
    for cut in design.clip.cuts:
        of = cut.variable if cut.period is None else f"{cut.variable} {cut.period}"
        yield Test(
            f"winsor_low: {of}", cut.low, detail=f"{counted(cut.n_below, 'values')} raised to it"
        )
        yield Test(
            f"winsor_high: {of}", cut.high, detail=f"{counted(cut.n_above, 'values')} lowered to it"
        )


def untouched_words(design: Design) -> Iterator[str]:
    """Variables that were not clipped although the column asks for it."""
    names = design.clip.untouched
    if names:
        yield f"Not clipped, for two values have no tails: {listed(names)}"
