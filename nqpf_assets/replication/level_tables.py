"""Tables of levels and growth of a published study: the values that stand in them, and what is made of these.

What the study file says that a paper prints is told in such a table, and compared with nothing here.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from nqpf_assets.replication.long_numbers import Curves, Number

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.explanations.published import PublishedStudy, Row

GROWTH = "annual_growth"


@dataclass(frozen=True)
class LevelTable:
    """One table."""

    study: PublishedStudy
    name: str

    @cached_property
    def _rows(self) -> list[Row]:
        return self.study.rows(f"FROM {self.study.table(self.name)} ORDER BY row_position")

    @property
    def _years(self) -> list[int]:
        return sorted(int(column) for column in self._rows[0] if column.isdecimal())

    @property
    def first(self) -> int:
        return self._years[0]

    @property
    def last(self) -> int:
        return self._years[-1]

    @cached_property
    def labels(self) -> dict[int, str]:
        """Position of a row → what it is called, with its position where two have one title."""
        known = Counter(row["row_label"] for row in self._rows)
        return {
            row["row_position"]: row["row_label"]
            if known[row["row_label"]] == 1
            else f"{row['row_label']} ({row['row_position']})"
            for row in self._rows
        }

    def numbers(self) -> list[Number]:
        """Levels and growth."""
        columns = (*map(str, self._years), GROWTH)
        return [
            (self.labels[row["row_position"]], column, float(row[column]))
            for row in self._rows
            for column in columns
            if row[column] is not None
        ]

    def curves(self) -> Curves:
        return {}

    def levels(self) -> pl.DataFrame:
        """Label of the row, period, value: of every cell of the table."""
        import polars as pl

        cells = self.study.frame(
            "SELECT row_position, period, value FROM {study}.growth_cell WHERE table_name = ?"
            " ORDER BY row_position, period",
            [self.name],
        )
        label = pl.col("row_position").replace_strict(self.labels, return_dtype=pl.String)
        return cells.with_columns(label.alias("label"))


def level_tables(study: PublishedStudy) -> list[LevelTable]:
    """All of them by name."""
    if not study.has("growth_cell", "value"):
        return []
    rows = study.rows("SELECT DISTINCT table_name FROM {study}.growth_cell ORDER BY table_name")
    return [LevelTable(study, row["table_name"]) for row in rows]
