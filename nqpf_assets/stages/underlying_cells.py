"""What lies under a set of variables: how many cells were imputed or corrected, and how official they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nqpf_assets.messages.printed_numbers import percent_words
from nqpf_assets.stages.cells_read import RUN, cells_read, once_each, portions
from nqpf_assets.steps.step import Inputs

if TYPE_CHECKING:
    import polars as pl

FROM = ("from_series", "from_unit", "from_period")
"""A published cell that another is made from."""
TABLES_UNDER = (
    "rests_on",
    "pool",
    "part_span",
    "clipped_input",
    "clipped_cell",
    "bound_cell",
    "extreme_cell",
)
"""Tables of a study that say what is read where."""

STATUSES = ("synthetic", "survey", "official")
"""From the weakest to the strongest; a table is as good as its weakest file."""


def weakest(statuses: list[str]) -> str | None:
    """The weakest status, or None where there is none."""
    return min(statuses, key=STATUSES.index, default=None)


def share_words(n: int, n_cells: int) -> str:
    """So many cells of all that are read: ``12 of 3410 (0.4 %)``."""
    return f"{n} of {n_cells} ({percent_words(n, n_cells)})"


def _ways(reads: pl.DataFrame) -> pl.DataFrame:
    """From where series are read, whichever variable reads them and what for."""
    return reads.drop("variable", "role", "is_pooled", "pooled_by").unique()


def _with_weights(of_series: pl.LazyFrame, weighed_by: pl.LazyFrame) -> pl.LazyFrame:
    """Files of series, those of what weighs them among them."""
    import polars as pl

    of_weights = weighed_by.join(of_series, left_on="from_series", right_on="variable")
    return pl.concat([of_series, of_weights.select("variable", "file_id")])


def _rows_of(spans: pl.DataFrame) -> pl.DataFrame:
    """Units and years of runs of years: `unit`, `sample_period`."""
    import polars as pl

    first, last = (pl.col(one) for one in RUN)
    return (
        spans.with_columns(sample_period=pl.int_ranges(first, last + 1, dtype=pl.Int32))
        .explode("sample_period")
        .select("unit", "sample_period")
    )


@dataclass(frozen=True)
class UnderlyingCells:
    """The tables that connect a study's variables with published cells.

    Attributes:
        rests_on: variable, series_id, and the years and regions in which it is read.
        pooled: the same of what is read from all units, for the scale of an index or a standard score.
        pool: units and years of the study.
        part_span: years of parts of formulas, from which some are counted.
        clipped_input, clipped_cell, bound_cell: what is read of winsorised variables, where it lies on a
            bound, and what the bounds rest on.
        extreme_cell: what sets the scale of an index over all years.
        changed: variable (the series), unit, period, status of every cell that was interpolated,
            extrapolated or corrected.
        corrected_under_fills: variable (the series), unit and period of every cell that is filled or put
            together from a corrected one, and series, unit and year of that.
        filled: variable (the series), unit and period of every cell that has a value.
        series_status: variable (the series), status of each file it is taken from.
    """

    rests_on: pl.DataFrame
    pooled: pl.DataFrame
    pool: pl.DataFrame
    part_span: pl.DataFrame
    clipped_input: pl.DataFrame
    clipped_cell: pl.DataFrame
    bound_cell: pl.DataFrame
    extreme_cell: pl.DataFrame
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
        is_corrected, key = pl.col("status") == "corrected", ("variable", "unit", "period")
        of_members = inputs.scan(study, "member_cell").select(*key, "status")
        corrected = pl.concat([changed.select(*key, "status"), of_members]).filter(is_corrected)
        corrected = corrected.select(from_series="variable", from_unit="unit", from_period="period")
        made_from = inputs.scan(study, "filled_from")
        weighed_by = made_from.filter(pl.col("from_series") != pl.col("variable"))
        weighed_by = weighed_by.select("variable", "from_series").unique()
        rests_on, is_pooled = inputs.read(study, "rests_on"), pl.col("is_pooled")
        return cls(
            rests_on.filter(~is_pooled),
            rests_on.filter(is_pooled),
            inputs.read(study, "pool"),
            inputs.read(study, "part_span"),
            inputs.read(study, "clipped_input"),
            inputs.read(study, "clipped_cell"),
            inputs.read(study, "bound_cell"),
            inputs.read(study, "extreme_cell"),
            changed.select("variable", "unit", "period", "status").collect(),
            made_from.join(corrected, on=list(FROM)).select(*key, *FROM).collect(),
            inputs.scan(study, "filled_cell")
            .filter(pl.col("value").is_not_null())
            .select("variable", "unit", "period"),
            _with_weights(
                inputs.scan(study, "reported_cell").select("variable", "file_id").unique(),
                weighed_by,
            )
            .join(files, on="file_id")
            .select("variable", "data_status")
            .unique()
            .collect(),
        )

    def of(self, variables: tuple[str, ...], sample: pl.DataFrame) -> dict[str, Any]:
        """Numbers of cells, imputed and corrected ones among them, and `data_status`, of variables on units
        and periods.

        A cell counts where a row of the sample reads it. A corrected one counts in every role in which
        `result.provenance` lists it: where others are filled from it, and where it sets the scale of an
        index, standardises, or sets a bound.
        """
        import polars as pl

        read = self.rests_on.filter(pl.col("variable").is_in(variables))
        series = _ways(read)
        rows = sample.select("unit", sample_period="period")
        is_corrected = pl.col("status") == "corrected"
        n_cells = n_imputed = 0
        # A cell is of one series, so that those of some are counted after those of others.
        for some in portions(series, rows.height):
            cells, changed = (
                once_each(self._read(one, some, rows), some)
                for one in (self.filled, self.changed.lazy())
            )
            n_cells += cells.select(pl.len()).collect(engine="streaming").item()
            n_imputed += changed.select((~is_corrected).sum()).collect().item()
        statuses = self.series_status.join(
            series, left_on="variable", right_on="series_id", how="semi"
        )
        return {
            "n_series_cells": n_cells,
            "n_imputed_cells": n_imputed,
            "n_corrected_cells": self._n_corrected(variables, series, rows),
            "data_status": weakest(statuses.get_column("data_status").unique().to_list()),
        }

    def under(
        self, cells: pl.DataFrame, variables: tuple[str, ...], sample: pl.DataFrame
    ) -> pl.DataFrame:
        """Those of some cells (variable, unit, period) that rows of a sample read for variables."""
        import polars as pl

        series = _ways(self.rests_on.filter(pl.col("variable").is_in(variables)))
        rows = sample.select("unit", sample_period="period")
        return self._read(cells.lazy(), series, rows).unique().collect()

    def _n_corrected(
        self, variables: tuple[str, ...], series: pl.DataFrame, rows: pl.DataFrame
    ) -> int:
        """How many corrected cells stand under variables on rows of a sample, in whichever role."""
        import polars as pl

        key = ["variable", "unit", "period"]
        own = self.changed.filter(pl.col("status") == "corrected").select(key)
        if own.is_empty() and self.corrected_under_fills.is_empty():
            return 0
        # Beside each corrected cell those that are filled, or put together, from it.
        itself = own.with_columns(from_series="variable", from_unit="unit", from_period="period")
        cells = pl.concat([itself, self.corrected_under_fills.select(itself.columns)]).lazy()
        pool = _rows_of(self.pool)
        of_year = pool.join(rows.select("sample_period").unique(), on="sample_period")
        is_named = pl.col("variable").is_in(variables)
        bounds = self._bounds_used(variables, rows, pool, of_year)
        under = pl.concat(
            one.select("series_id", "unit", *RUN)
            for one in (bounds, self.extreme_cell.filter(is_named))
        )
        found = [
            self._read(cells, series, rows),
            *self._read_of_all(cells, self.pooled.filter(is_named), pool, of_year),
            cells.join(under.lazy(), left_on=["variable", "unit"], right_on=["series_id", "unit"])
            .filter(pl.col("period").is_between(pl.col(RUN[0]), pl.col(RUN[1])))
            .select(itself.columns),
        ]
        return len(pl.concat(found).select(FROM).unique().collect())

    def _read_of_all(
        self, cells: pl.LazyFrame, pooled: pl.DataFrame, pool: pl.DataFrame, of_year: pl.DataFrame
    ) -> Iterator[pl.LazyFrame]:
        """The cells that rows of pools read: of the study, of years, of parts, as where scores are."""

        known = {None: pool, "period": of_year}
        for (by,), ways in pooled.group_by("pooled_by", maintain_order=True):
            rows = known[by] if by in known else _rows_of(self.part_span.filter(part=by))
            yield self._read(cells, _ways(ways), rows)

    def _bounds_used(
        self,
        variables: tuple[str, ...],
        rows: pl.DataFrame,
        pool: pl.DataFrame,
        of_year: pl.DataFrame,
    ) -> pl.DataFrame:
        """The cells under bounds to which values are moved that these rows read."""
        import polars as pl

        reads = self.clipped_input.filter(pl.col("variable").is_in(variables))
        reads, is_pooled = reads.rename({"input": "series_id"}), pl.col("is_pooled")
        cells = self.clipped_cell.lazy()
        read = pl.concat(
            [
                self._read(cells, _ways(reads.filter(~is_pooled)), rows),
                *self._read_of_all(cells, reads.filter(is_pooled), pool, of_year),
            ]
        )
        bound = ["variable", "side", "bound_period"]
        used = read.select(bound).unique().collect()
        return self.bound_cell.join(used, on=bound, how="semi", nulls_equal=True)

    def _read(self, cells: pl.LazyFrame, series: pl.DataFrame, rows: pl.DataFrame) -> pl.LazyFrame:
        """The cells that rows of a sample read, at least once each."""
        return cells_read(cells, series, rows, self.part_span)
