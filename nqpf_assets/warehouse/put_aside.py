"""A table that is made some rows at a time: each part is put aside in a file, until all are written as one.

Of a large table memory then holds one part. The files lie in the system's folder for temporary files, and go
with the query that reads them.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from nqpf_assets.warehouse.duckdb_engine import Query, rows_of_files
from nqpf_assets.warehouse.durable import replace_file
from nqpf_assets.warehouse.plain_path import plain_path
from nqpf_assets.warehouse.store import scan_file

if TYPE_CHECKING:
    import polars as pl


def table_of(parts: Iterator[pl.DataFrame]) -> pl.DataFrame | Query:
    """The rows of parts that are made one after the other, in their order; one part is the table itself.

    Args:
        parts: at least one; all have the columns of the table.
    """
    first = next(parts)
    aside: PutAside | None = None
    for part in parts:
        if aside is None:
            aside = PutAside()
            aside.add(first)
            first = first.clear()
        aside.add(part)
    return first if aside is None else aside.query()


@dataclass
class PutAside:
    """Parts of a table in files."""

    folder: tempfile.TemporaryDirectory[str] = field(
        default_factory=lambda: tempfile.TemporaryDirectory(prefix="nqpf")
    )
    paths: list[Path] = field(default_factory=list)

    def write(self, write: Callable[[Path], object]) -> None:
        """Let `write` fill a file with rows that are to stand below those that were put aside before.

        Raises:
            OSError: it cannot be written, whatever the library that writes calls that.
        """
        path = Path(self.folder.name) / f"{len(self.paths):06}.parquet"
        replace_file(path, write, is_flushed=False)
        self.paths.append(path)

    def add(self, part: pl.DataFrame, *, of_group: int | None = None) -> None:
        """Put rows below those that were put aside before; `of_group` of them are unpacked together."""
        self.write(
            lambda path: part.write_parquet(
                plain_path(path), compression="lz4", row_group_size=of_group
            )
        )

    def each(self) -> Iterator[pl.LazyFrame]:
        """The parts in their order."""
        return map(scan_file, self.paths)

    def scan(self) -> pl.LazyFrame:
        """All rows, in order; the files are there as long as this object is."""
        import polars as pl

        return pl.concat(self.each())

    def query(self) -> Query:
        """All rows; the files are there as long as the query is."""
        return Query(f"SELECT * FROM {rows_of_files(self.paths)}", files=self.folder)
