"""The source tables series by series, so that a step is stale by the series it reads and by no others.

A step that says which series it reads sees those rows alone, and of their files the columns named here:
what it does not see cannot have entered what it made.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from nqpf_assets.stages.table_parts import rows_with
from nqpf_assets.steps.reads import Read, View
from nqpf_assets.studies.refilled_series import published, versions
from nqpf_assets.warehouse.duckdb_engine import (
    connect,
    hashed,
    literals,
    quoted,
    rows_of_file,
    sums_of_hashes,
)
from nqpf_assets.warehouse.made_from import hashes_of_parts
from nqpf_assets.warehouse.store import Store, TableKey

if TYPE_CHECKING:
    import polars as pl

OBSERVATION: TableKey = ("source", "observation")
FILE: TableKey = ("source", "file")
CORRECTION: TableKey = ("source", "correction")
BY_SERIES = (OBSERVATION, FILE)
FILE_COLUMNS = ("file_id", "publisher", "published", "vintage_order", "data_status")
"""What a study's steps read of a file; a remark on a card is no reason to estimate again."""


def reads_of_series(keys: Iterable[TableKey], series: Collection[str]) -> tuple[Read, ...]:
    """Reads of tables, of which the source tables are seen and told series by series."""
    told = (*BY_SERIES, CORRECTION)
    return tuple(_read_of_series(key, series) if key in told else Read(key) for key in keys)


def files_of_cells(
    cells: TableKey, series: Collection[str], *words: str, beside: TableKey | None = None
) -> Read:
    """A read of `source.file` that sees the files which the cells of these series in a table come from.

    Args:
        beside: table of which all cells count.
        words: columns that are seen too and only named in messages, as paths are: a file that is renamed
            or copied makes no table of a study anew, and is named by its new path when another cause does.
    """
    asked = tuple(sorted(set(series)))
    view = _FilesOfCells(cells, asked, (*FILE_COLUMNS, *words), beside)
    hashes = _FilesOfCells(cells, asked, FILE_COLUMNS, beside).hashes
    # Which series the table beside has is not said here.
    return Read(FILE, view, hashes, frozenset(asked) if beside is None else None)


def _read_of_series(key: TableKey, series: Collection[str]) -> Read:
    named = frozenset(map(published, series))
    if key == CORRECTION:
        read = replace(rows_with(key, "series_id", named), parts=named)
    else:
        view = _RowsOfSeries(key, tuple(sorted(named)))
        read = Read(key, view, view.hashes, named)
    others = versions(sorted(series))
    if not others or key == FILE or read.view is None:
        return read
    return replace(read, view=_WithVersions(read.view, others))


def with_versions(rows: pl.LazyFrame, series: Collection[str]) -> pl.LazyFrame:
    """Rows of published series, again under the names of those of another rule for gaps."""
    import polars as pl

    others = versions(sorted(series))
    if not others:
        return rows
    named = pl.LazyFrame({"series_id": [*others.values()], "version": [*others]})
    again = rows.join(named, on="series_id").with_columns(series_id="version").drop("version")
    return pl.concat([rows, again.select(rows.collect_schema().names())])


@dataclass(frozen=True)
class _WithVersions:
    """Rows of published series, and the same under the names of those of another rule for gaps."""

    rows: View
    others: Mapping[str, str]

    def query(self, store: Store) -> str:
        query, columns = self.rows.query(store), self.rows.frame(store).collect_schema().names()
        own = ", ".join(f"r.{quoted(one)}" for one in columns)
        again = own.replace(f"r.{quoted('series_id')}", "v.version AS series_id")
        named = ", ".join(
            f"({literals([one])}, {literals([of])})" for one, of in self.others.items()
        )
        return (
            f"SELECT {own} FROM ({query}) AS r UNION ALL SELECT {again} FROM ({query}) AS r"
            f" INNER JOIN (VALUES {named}) AS v (version, series_id) ON v.series_id = r.series_id"
        )

    def frame(self, store: Store) -> pl.LazyFrame:
        return with_versions(self.rows.frame(store), self.others)


@dataclass(frozen=True)
class _RowsOfSeries:
    """Rows of a source table that belong to some series."""

    key: TableKey
    series: tuple[str, ...]

    def query(self, store: Store) -> str:
        listed = literals(self.series)
        of_series = f"FROM {rows_of_file(store.path(OBSERVATION))} WHERE series_id IN ({listed})"
        if self.key == OBSERVATION:
            return f"SELECT * {of_series}"
        return _files_query(store, f"SELECT file_id {of_series}")

    def frame(self, store: Store) -> pl.LazyFrame:
        import polars as pl

        cells = store.scan(OBSERVATION).filter(pl.col("series_id").is_in(self.series))
        return cells if self.key == OBSERVATION else _files_frame(store, cells)

    def hashes(self, store: Store) -> Mapping[str, str]:
        of_all = series_hashes(store, self.key)
        name = ".".join(self.key)
        return {f"{name} of {one}": of_all.get(one, "none") for one in self.series}


@dataclass(frozen=True)
class _FilesOfCells:
    """The files that the cells of some series in a table come from."""

    cells: TableKey
    series: tuple[str, ...]
    columns: tuple[str, ...]
    beside: TableKey | None = None

    def query(self, store: Store) -> str:
        listed = literals(self.series)
        rows = f"{rows_of_file(store.path(self.cells))} WHERE variable IN ({listed})"
        used = f"SELECT file_id FROM {rows}"
        if self.beside is not None:
            used += f" UNION SELECT file_id FROM {rows_of_file(store.path(self.beside))}"
        return _files_query(store, used, self.columns)

    def frame(self, store: Store) -> pl.LazyFrame:
        import polars as pl

        cells = store.scan(self.cells).filter(pl.col("variable").is_in(self.series))
        used = [cells.select("file_id")]
        if self.beside is not None:
            used.append(store.scan(self.beside).select("file_id"))
        return _files_frame(store, pl.concat(used), self.columns)

    def hashes(self, store: Store) -> Mapping[str, str]:
        return {f"{'.'.join(FILE)} under {'.'.join(self.cells)}": _hash_of_files(store, self)}


def _files_query(store: Store, used: str, columns: tuple[str, ...] = FILE_COLUMNS) -> str:
    return f"SELECT {', '.join(columns)} FROM {rows_of_file(store.path(FILE))} WHERE file_id IN ({used})"


def _files_frame(
    store: Store, cells: pl.LazyFrame, columns: tuple[str, ...] = FILE_COLUMNS
) -> pl.LazyFrame:
    files = store.scan(FILE).select(columns)
    return files.join(cells.select("file_id").unique(), on="file_id", how="semi")


def _hash_of_files(store: Store, view: _FilesOfCells) -> str:
    """Hash of the rows of these files; nothing where a table is not there, or not what was written."""
    asked = hashlib.sha256("\n".join((*view.series, "", *view.columns)).encode()).hexdigest()

    def tell() -> Mapping[str, str]:
        frame = view.frame(store).sort(FILE_COLUMNS[0]).collect()
        return {"files": hashlib.sha256(repr(frame.rows()).encode()).hexdigest()}

    name = f"files.{view.cells[0]}.{asked[:8]}"
    reads = {FILE: view.columns, view.cells: ("variable", "file_id")}
    if view.beside is not None:
        name, reads[view.beside] = f"{name}.{view.beside[1]}", ("file_id",)
    return hashes_of_parts(name, store, reads, tell).get("files", "")


def series_hashes(store: Store, key: TableKey) -> Mapping[str, str]:
    """Hash of the rows of each series in one of the source tables, whatever their order."""
    # No observation stands twice, which its grain holds: none is kept to be compared with the others.
    columns, cells = "o", ".".join(OBSERVATION)
    if key == FILE:
        columns = f"f.{', f.'.join(FILE_COLUMNS)}"
        cells = f"(SELECT DISTINCT series_id, file_id FROM {cells})"
    reads = {OBSERVATION: ("series_id", "file_id"), FILE: FILE_COLUMNS}
    name = f"series.{'.'.join(key)}"
    return hashes_of_parts(name, store, reads, lambda: _hashes(store, cells, columns))


def _hashes(store: Store, cells: str, columns: str) -> dict[str, str]:
    """Series → number of its rows and two sums over the hashes of their texts."""
    with connect(store, BY_SERIES) as connection:
        rows = connection.execute(f"""
            WITH told AS (
                SELECT o.series_id, {hashed(f"row({columns})")} AS words
                FROM {cells} AS o
                INNER JOIN source.file AS f ON f.file_id = o.file_id
            )
            SELECT series_id, count(*), {sums_of_hashes("words")}
            FROM told GROUP BY series_id ORDER BY series_id
        """).fetchall()
    return {series: f"{n} {lower} {upper}" for series, n, lower, upper in rows}
