"""Tables as files: one Parquet file per table, with a record of what made it beside it.

A table is written beside its place and renamed, so a reader sees the old table or the new
one and nothing between. The record is written after the table and names the table's hash: a
process killed between the two leaves a record that does not fit, and the table is rebuilt.
The published DuckDB file is `publication`'s.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from nqpf_assets.warehouse.durable import replace_file, sha256_of
from nqpf_assets.warehouse.plain_path import plain_path
from nqpf_assets.warehouse.sealed_json import unsealed, write_sealed

if TYPE_CHECKING:
    import polars as pl

TableKey = tuple[str, str]
"""Schema and table: the asset's key, the name in DuckDB, and the path of the file."""


@dataclass(frozen=True)
class Record:
    """What is known about a table without opening it."""

    fingerprint: str  # of the code, parameters, releases and inputs that made it
    sha256: str  # of the table's file
    size: int  # bytes
    n_rows: int
    built_at: str  # ISO 8601, UTC
    warnings: tuple[tuple[str, str, str], ...] = ()  # check, expected, found; none of them stops
    releases: Mapping[str, str] = field(default_factory=dict)  # Python and libraries that made it
    touched: int = field(default=0, compare=False)  # last change of the file, ctime in nanoseconds


_BESIDE = re.compile(r"\..+\.(\d+)(\.wal)?")
"""Names of what is on its way, file or folder, with the process that makes it; and DuckDB's log of one."""


def _is_at_work(process: int) -> bool:
    """Whether another process of this number is alive: it may be reading what it put aside."""
    if process == os.getpid():
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


@dataclass(frozen=True)
class Store:
    """The tables of one warehouse folder."""

    warehouse: Path

    def path(self, key: TableKey) -> Path:
        return _places(self.warehouse, key)[0]

    def record_path(self, key: TableKey) -> Path:
        return _places(self.warehouse, key)[1]

    def record(self, key: TableKey) -> Record | None:
        """The table's record, or None where the table is missing or is not what was written.

        A file that was touched since is hashed. One that rotted untouched is found by `is_sound`, which
        whoever uses the content asks.
        """
        path, beside = self.path(key), self.record_path(key)
        try:
            record = _read(beside, _mark(beside.stat()))
            now = path.stat()
            if record is None or now.st_size != record.size:
                return None
            if now.st_ctime_ns != record.touched and _hash(path, _mark(now)) != record.sha256:
                return None
        except OSError:
            return None
        return record

    def is_sound(self, key: TableKey) -> bool:
        """Whether the table's file, read now, is what its record says."""
        record = self.record(key)
        try:
            return record is not None and sha256_of(self.path(key)) == record.sha256
        except OSError:
            return False

    def forget(self, key: TableKey) -> None:
        """Count the table as not built, so that it is made again."""
        self.record_path(key).unlink(missing_ok=True)

    def heal(self, keys: Iterable[TableKey]) -> list[TableKey]:
        """Hash every table that is built, and forget those that are not what was written; gives these."""
        damaged = [key for key in keys if self.record_path(key).exists() and not self.is_sound(key)]
        for key in damaged:
            self.forget(key)
        return damaged

    def settle(self, keys: Iterable[TableKey]) -> None:
        """Remember of tables that were touched, and are what they were, that this was seen."""
        for key in keys:
            record = self.record(key)
            if record is not None and self.path(key).stat().st_ctime_ns != record.touched:
                self.write_record(key, record)

    def write(self, key: TableKey, write: Callable[[Path], object]) -> str:
        """Let `write` fill the table's file and return the file's hash; `write_record` comes after."""
        self.forget(key)
        replace_file(self.path(key), write)
        return sha256_of(self.path(key))

    def write_record(self, key: TableKey, record: Record) -> None:
        """Keep the record; one that is lost or cut off counts as none, and the table is made again."""
        touched = self.path(key).stat().st_ctime_ns
        content = asdict(replace(record, touched=touched))
        write_sealed(self.record_path(key), content, is_flushed=False)

    def sweep(self) -> None:
        """Remove what killed processes left half written; only under the warehouse's lock."""
        for path in [*self.warehouse.rglob(".*")]:
            found = _BESIDE.fullmatch(path.name)
            if found is None or _is_at_work(int(found[1])):
                continue
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)

    def scan(self, key: TableKey) -> pl.LazyFrame:
        return scan_file(self.path(key))

    def at_a_glance(self) -> Glance:
        """The store as it is now, for a look that asks for the same records many times."""
        return Glance(self.warehouse)


@dataclass(frozen=True)
class Glance(Store):
    """A store in which nothing changes while one looks: each record is read once."""

    _seen: dict[TableKey, Record | None] = field(default_factory=dict, compare=False, repr=False)

    def record(self, key: TableKey) -> Record | None:
        if key not in self._seen:
            self._seen[key] = super().record(key)
        return self._seen[key]


@lru_cache(maxsize=4096)
def _places(warehouse: Path, key: TableKey) -> tuple[Path, Path]:
    """A table's file and its record; a refresh asks for them ten thousand times."""
    table = warehouse / "tables" / key[0] / f"{key[1]}.parquet"
    return table, table.with_suffix(".json")


def scan_file(path: Path) -> pl.LazyFrame:
    """The rows of one Parquet file of ours; its path is a name and no pattern."""
    import polars as pl

    return pl.scan_parquet(plain_path(path), glob=False, hive_partitioning=False)


def n_rows_of(path: Path) -> int:
    """How many rows a Parquet file of ours has, as it says itself: its rows are not read."""
    import polars as pl

    return int(scan_file(path).select(pl.len()).collect().item())


def write_frame(frame: pl.DataFrame, path: Path) -> None:
    """Write a frame as Parquet; one chunk, so that the same rows give the same bytes.

    What is not a number is written as null, whichever stage made the frame.
    """
    from polars import selectors

    frame = frame.with_columns(selectors.float().fill_nan(None))
    frame.rechunk().write_parquet(plain_path(path), compression="zstd")


Mark = tuple[int, int, int]
"""What tells one state of a file from another without reading it."""


def _mark(found: os.stat_result) -> Mark:
    return found.st_ino, found.st_size, found.st_ctime_ns


@lru_cache(maxsize=4096)
def _read(path: Path, _as: Mark) -> Record | None:
    try:
        content = unsealed(path.read_text("utf-8"))
        content["warnings"] = tuple(map(tuple, content["warnings"]))
        return Record(**content)
    except (OSError, ValueError, TypeError, KeyError):
        return None


@lru_cache(maxsize=4096)
def _hash(path: Path, _as: Mark) -> str:
    """Hash of a file that was touched, once for each state: it decides what to build, not what to trust."""
    return sha256_of(path)
