"""The source tables series by series, so that a step is stale by the series it reads and by no others.

A step that says which series it reads sees those rows alone, and of their files the columns named here:
what it does not see cannot have entered what it made.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from nqpf_assets.warehouse.duckdb_engine import connect, literal, rows_of_file
from nqpf_assets.warehouse.made_from import MADE_FROM
from nqpf_assets.warehouse.sealed import unsealed, write_sealed
from nqpf_assets.warehouse.store import Store, TableKey

if TYPE_CHECKING:
    import polars as pl

OBSERVATION: TableKey = ("source", "observation")
FILE: TableKey = ("source", "file")
SLICED = (OBSERVATION, FILE)
FILE_COLUMNS = ("file_id", "publisher", "published", "vintage_order", "data_status")
"""What a study's steps read of a file; a remark on a card is no reason to estimate again."""


def view_of(key: TableKey, series: Collection[str], store: Store) -> str:
    """The rows of a source table that belong to these series, as a query over its file."""
    listed = ", ".join(map(literal, sorted(series))) or "NULL"
    cells = rows_of_file(store.path(OBSERVATION))
    of_series = f"FROM {cells} WHERE series_id IN ({listed})"
    if key == OBSERVATION:
        return f"SELECT * {of_series}"
    files = rows_of_file(store.path(FILE))
    columns = ", ".join(FILE_COLUMNS)
    return f"SELECT {columns} FROM {files} WHERE file_id IN (SELECT file_id {of_series})"


def files_under(store: Store, cells: TableKey) -> str:
    """Hash of the rows of the files that the cells of a table come from."""
    records = [store.record(key) for key in (FILE, cells)]
    try:
        return _files_under(
            store, cells, "-".join(one.sha256[:16] if one else "" for one in records)
        )
    except Damaged:
        return ""


@lru_cache(maxsize=64)
def _files_under(store: Store, cells: TableKey, of: str) -> str:
    path = store.warehouse / MADE_FROM / f"files.{cells[0]}.json"
    try:
        kept = unsealed(path.read_text("utf-8"))
        if kept["of"] == of:
            return str(kept["files"])
    except (OSError, ValueError, KeyError, TypeError):
        pass
    _require_sound(store, (FILE, cells))
    frame = files_of_cells(cells, store).sort(FILE_COLUMNS[0]).collect()
    found = hashlib.sha256(repr(frame.rows()).encode()).hexdigest()
    write_sealed(path, {"of": of, "files": found}, is_flushed=False)
    return found


class Damaged(Exception):
    """A table is not what was written: nothing can be told from it, and a refresh makes it again."""


def _require_sound(store: Store, keys: Collection[TableKey]) -> None:
    if not all(store.is_sound(key) for key in keys):
        raise Damaged


def files_of_cells(cells: TableKey, store: Store) -> pl.LazyFrame:
    """The files that the cells of a table come from."""
    used = store.scan(cells).select("file_id").unique()
    return store.scan(FILE).select(FILE_COLUMNS).join(used, on="file_id", how="semi")


def views_of(
    keys: Collection[TableKey], series: Collection[str] | None, store: Store
) -> dict[TableKey, str]:
    """Views for a step that reads these series of these tables; none where it reads all."""
    return (
        {}
        if series is None
        else {key: view_of(key, series, store) for key in keys if key in SLICED}
    )


def frame_of_series(key: TableKey, series: Collection[str], store: Store) -> pl.LazyFrame:
    """The same rows as a frame."""
    import polars as pl

    cells = store.scan(OBSERVATION).filter(pl.col("series_id").is_in(sorted(series)))
    if key == OBSERVATION:
        return cells
    files = store.scan(FILE).select(FILE_COLUMNS)
    return files.join(cells.select("file_id").unique(), on="file_id", how="semi")


def slice_hashes(store: Store) -> Mapping[TableKey, Mapping[str, str]]:
    """Hash of the rows of each series in both tables, whatever their order.

    Kept beside the tables under their hashes: a look at what is out of date stays quick.
    """
    records = [store.record(key) for key in SLICED]
    if any(record is None for record in records):
        return {}
    of = "-".join(record.sha256[:16] for record in records if record)
    try:
        return _slices(store, of)
    except Damaged:
        return {}


@lru_cache(maxsize=4)
def _slices(store: Store, of: str) -> Mapping[TableKey, Mapping[str, str]]:
    path = store.warehouse / MADE_FROM / "slices.json"
    try:
        kept = unsealed(path.read_text("utf-8"))
        if kept["of"] == of:
            return {key: kept[".".join(key)] for key in SLICED}
    except (OSError, ValueError, KeyError, TypeError):
        pass
    _require_sound(store, SLICED)
    found = {
        OBSERVATION: _hashes(store, "o"),
        FILE: _hashes(store, f"f.{', f.'.join(FILE_COLUMNS)}"),
    }
    content = {"of": of} | {".".join(key): one for key, one in found.items()}
    write_sealed(path, content, is_flushed=False)
    return found


def _hashes(store: Store, columns: str) -> dict[str, str]:
    """Series → number of its rows and two sums over the hashes of their texts."""
    with connect(store, SLICED) as connection:
        rows = connection.execute(f"""
            WITH told AS (
                SELECT DISTINCT o.series_id, row({columns})::VARCHAR AS words
                FROM source.observation AS o
                INNER JOIN source.file AS f ON f.file_id = o.file_id
            )
            SELECT series_id, count(*), sum(md5_number_lower(words)), sum(md5_number_upper(words))
            FROM told GROUP BY series_id ORDER BY series_id
        """).fetchall()
    return {series: f"{n} {lower} {upper}" for series, n, lower, upper in rows}
