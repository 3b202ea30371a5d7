"""What lies under a set of variables: how many cells were imputed or corrected, and how official they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nqpf_assets.messages.printed_numbers import percent_words
from nqpf_assets.steps.step import Inputs

if TYPE_CHECKING:
    import polars as pl

STATUSES = ("synthetic", "survey", "official")
"""From the weakest to the strongest; a table is as good as its weakest file."""


def weakest(statuses: list[str]) -> str | None:
    """The weakest status, or None where there is none."""
    return min(statuses, key=STATUSES.index, default=None)


def share_words(n: int, n_cells: int) -> str:
    """So many cells of all that are read: ``12 of 3410 (0.4 %)``."""
    return f"{n} of {n_cells} ({percent_words(n, n_cells)})"


@dataclass(frozen=True)
class UnderlyingCells:
    """The tables that connect a study's variables with published cells.

    Attributes:
        rests_on: variable, series_id, and the years and regions in which it is read.
        part_span: years of parts of formulas, from which some are counted.
        changed: variable (the series), unit, period, status of every cell that was interpolated,
            extrapolated or corrected.
        corrected_under_fills: variable (the series), unit and period of every filled cell that is made from
            a corrected one, and the year `from_period` of that.
        filled: variable (the series), unit and period of every cell that has a value.
        series_status: variable (the series), status of each file it is taken from.
    """

    rests_on: pl.DataFrame
    part_span: pl.DataFrame
    changed: pl.DataFrame
    corrected_under_fills: pl.DataFrame
    filled: pl.LazyFrame
    series_status: pl.DataFrame

    @classmethod
    def read(cls, inputs: Inputs, study: str) -> UnderlyingCells:
        import polars as pl

        files = inputs.scan("source", "file").select("file_id", "data_status")
        changed = inputs.scan(study, "filled_cell").filter(
            pl.col("status").is_in(["interpolated", "extrapolated", "corrected"])
        )
        corrected = changed.filter(pl.col("status") == "corrected").select(
            "variable", "unit", from_period="period"
        )
        return cls(
            inputs.read(study, "rests_on").filter(~pl.col("is_pooled")),
            inputs.read(study, "part_span"),
            changed.select("variable", "unit", "period", "status").collect(),
            inputs.scan(study, "filled_from")
            .join(corrected, on=["variable", "unit", "from_period"])
            .select("variable", "unit", "period", "from_period")
            .collect(),
            inputs.scan(study, "filled_cell")
            .filter(pl.col("value").is_not_null())
            .select("variable", "unit", "period"),
            inputs.scan(study, "reported_cell")
            .select("variable", "file_id")
            .unique()
            .join(files, on="file_id")
            .select("variable", "data_status")
            .unique()
            .collect(),
        )

    def of(self, variables: tuple[str, ...], sample: pl.DataFrame) -> dict[str, Any]:
        """Numbers of cells, imputed and corrected ones among them, and `data_status`, of variables on units
        and periods.

        A cell counts where a row of the sample reads it, a corrected one also where a filled cell that it
        reads is made from it. Cells that only set the scale of a pooled index, in rows outside the
        sample, do not. The view `result.provenance` lists the same cells.
        """
        import polars as pl

        read = self.rests_on.filter(pl.col("variable").is_in(variables))
        series = read.drop("variable", "role", "is_pooled", "pooled_by").unique()
        rows = sample.select("unit", sample_period="period")
        changed = self._read(self.changed.lazy(), series, rows).unique().collect()
        cells = self._read(self.filled, series, rows).unique().select(pl.len())
        is_corrected = pl.col("status") == "corrected"
        under_fills = self._read(self.corrected_under_fills.lazy(), series, rows).collect()
        corrected = pl.concat(
            [
                changed.filter(is_corrected).select("variable", "unit", "period"),
                under_fills.select("variable", "unit", period="from_period"),
            ]
        )
        statuses = self.series_status.join(
            series, left_on="variable", right_on="series_id", how="semi"
        )
        return {
            "n_series_cells": cells.collect(engine="streaming").item(),
            "n_imputed_cells": changed.select((~is_corrected).sum()).item(),
            "n_corrected_cells": corrected.n_unique(),
            "data_status": weakest(statuses.get_column("data_status").unique().to_list()),
        }

    def _read(self, cells: pl.LazyFrame, series: pl.DataFrame, rows: pl.DataFrame) -> pl.LazyFrame:
        """The cells that rows of a sample read, once for every row that reads them."""
        import polars as pl

        named = cells.join(series.lazy(), left_on="variable", right_on="series_id")
        region, columns = pl.col("of_region"), cells.collect_schema().names()
        of_units = named.filter(region.is_null()).join(rows.lazy(), on="unit")
        years = rows.lazy().select("sample_period").unique()
        of_regions = named.filter(region == pl.col("unit")).join(years, how="cross")
        read = pl.concat([of_units, of_regions])
        spans = self.part_span.lazy().select("part", "unit", "first_period")
        for part in ("at_part", "since_part"):
            of_part = spans.rename({"part": part, "first_period": f"{part}_year"})
            read = read.join(of_part, on=[part, "unit"], how="left")
        offset = pl.col("period") - pl.coalesce("at_part_year", "at_year", "sample_period")
        is_outside = (
            (pl.col("period") < pl.col("not_before"))
            | (pl.col("period") > pl.col("not_after"))
            | (pl.col("period") < pl.col("since_part_year") + pl.col("since_lag"))
            | (pl.col("at_part").is_not_null() & pl.col("at_part_year").is_null())
        )
        return (
            read.filter(offset.is_between(pl.col("first_lag"), pl.col("last_lag")))
            .filter(~is_outside.fill_null(False))
            .select(columns)
        )
