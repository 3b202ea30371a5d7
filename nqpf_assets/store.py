"""Tables as files: one Parquet file per table, with a record of what made it beside it.

A table is written beside its place and renamed, so a reader sees the old table or the new
one and nothing between. The record is written after the table and names the table's hash: a
process killed between the two leaves a record that does not fit, and the table is rebuilt.
The published DuckDB file is `publication`'s.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

TableKey = tuple[str, str]
"""Schema and table: the asset's key, the name in DuckDB, and the path of the file."""


@dataclass(frozen=True)
class Record:
    """What is known about a table without opening it."""

    fingerprint: str  # of the code, parameters and inputs that made it
    sha256: str  # of the table's file
    size: int  # bytes, to notice a file that was changed by hand without reading it
    n_rows: int
    built_at: str  # ISO 8601, UTC
    warnings: tuple[tuple[str, str, str], ...] = ()  # check, expected, found; none of them stops


_BESIDE = re.compile(r"\..+\.(\d+)(\.wal)?")
"""Names of what is on its way, file or folder, with the process that makes it; and DuckDB's log of one."""


def sha256_of(path: Path) -> str:
    """Hash of a file's bytes, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while piece := stream.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


def replace_file(target: Path, write: Callable[[Path], object], *, is_flushed: bool = True) -> None:
    """Let `write` fill a file beside `target`, flush it to disk, and rename it into place.

    Args:
        is_flushed: False for what may be lost in a power cut, as long as it is not taken for whole.

    Raises:
        OSError: it cannot be written, whatever the library that writes calls that.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        write(beside)
        if is_flushed:
            _flush(beside)
        beside.replace(target)
        if is_flushed:
            _flush(target.parent)  # the name too, or a power cut could bring back the old file
    except Exception as error:
        cause = _of_the_disk(error)
        if cause is None:
            raise
        raise OSError(cause, os.strerror(cause), str(target)) from error
    finally:
        for left in (beside, beside.with_name(f"{beside.name}.wal")):  # DuckDB's log of it
            left.unlink(missing_ok=True)


_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EFBIG)


def _of_the_disk(error: Exception) -> int | None:
    """The number of a disk's error that DuckDB or Polars tell in words of their own; None for others."""
    if isinstance(error, OSError):
        return None
    return next((number for number in _DISK if os.strerror(number) in str(error)), None)


def _flush(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


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
        return self.warehouse / "tables" / key[0] / f"{key[1]}.parquet"

    def record_path(self, key: TableKey) -> Path:
        return self.path(key).with_suffix(".json")

    def record(self, key: TableKey) -> Record | None:
        """The table's record, or None where the table is missing or is not what was written."""
        try:
            content = json.loads(self.record_path(key).read_text("utf-8"))
            content["warnings"] = tuple(map(tuple, content["warnings"]))
            record = Record(**content)
            return record if self.path(key).stat().st_size == record.size else None
        except (OSError, ValueError, TypeError, KeyError):
            return None

    def write(self, key: TableKey, write: Callable[[Path], object]) -> str:
        """Let `write` fill the table's file and return the file's hash; `write_record` comes after."""
        self.record_path(key).unlink(missing_ok=True)
        replace_file(self.path(key), write)
        return sha256_of(self.path(key))

    def write_record(self, key: TableKey, record: Record) -> None:
        """Keep the record; one that is lost or cut off counts as none, and the table is made again."""
        text = json.dumps(asdict(record), indent=1)
        path = self.record_path(key)
        replace_file(path, lambda beside: beside.write_text(text, "utf-8"), is_flushed=False)

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
        import polars as pl

        return pl.scan_parquet(self.path(key))


def write_frame(frame: pl.DataFrame, path: Path) -> None:
    """Write a frame as Parquet; one chunk, so that the same rows give the same bytes.

    What is not a number is written as null, whichever stage made the frame.
    """
    from polars import selectors

    frame = frame.with_columns(selectors.float().fill_nan(None))
    frame.rechunk().write_parquet(path, compression="zstd")
