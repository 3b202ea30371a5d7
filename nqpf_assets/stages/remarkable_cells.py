"""Cells that look as of another unit of measurement, under tables that describe the panel.

Which they are is told by `audit.remarkable_cell`; here those are found that a table reads. Regressions
say them with what else there is to know of their series (`series_caution`), tables of levels row by row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nqpf_assets.stages.table_parts import REMARKABLE
from nqpf_assets.stages.underlying_cells import UnderlyingCells
from nqpf_assets.steps.step import Inputs
from nqpf_assets.studies.refilled_series import VERSION

if TYPE_CHECKING:
    import polars as pl

MOST = 2
"""Cells told in full under a table."""


def remarkable_in_use(inputs: Inputs, study: str) -> pl.DataFrame:
    """Of the published cells that a study takes those that are remarkable, with what is told of them.

    Cells that are filled or put together from such a one are among them, under its words.
    """
    import polars as pl

    told = (
        inputs.scan(*REMARKABLE)
        .filter(pl.col("severity").ne_missing("note"))
        .select(
            "publisher",
            "vintage",
            "kind",
            "about",
            series_id="series_id",
            unit="unit_code",
            told_period="period",
            words=pl.format("{} {}", "series_id", "found"),
        )
    )
    # A series of another rule for gaps has the published cells of the one behind it.
    cells = inputs.scan(study, "reported_cell").with_columns(
        series_id=pl.col("variable").str.replace(VERSION, "")
    )
    cells = cells.select("variable", "series_id", "unit", "period", "publisher", "vintage")
    is_of_cell = (pl.col("kind") == "level") | (pl.col("period") == pl.col("told_period"))
    found = (
        cells.join(told, on=["series_id", "unit", "publisher", "vintage"])
        .filter(is_of_cell)
        .select("variable", "unit", "period", "about", "words")
    )
    made_from = inputs.scan(study, "filled_from").join(
        found.rename({"variable": "from_series", "unit": "from_unit", "period": "from_period"}),
        on=["from_series", "from_unit", "from_period"],
    )
    return pl.concat(
        [found, made_from.select("variable", "unit", "period", "about", "words")]
    ).collect()


def remarks(
    variables: tuple[str, ...],
    sample: pl.DataFrame,
    remarkable: pl.DataFrame,
    under: UnderlyingCells,
) -> list[str]:
    """The note of a table that reads such cells."""
    if remarkable.is_empty():
        return []
    told = under.under(remarkable, variables, sample).unique("about").sort("about")
    if told.is_empty():
        return []
    words = ", ".join(told["words"].head(MOST))
    more = f" and {len(told) - MOST} more" if len(told) > MOST else ""
    return [f"Cells as of another unit underneath: {words}{more}."]
