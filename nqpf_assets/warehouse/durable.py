"""Files and folders put in place whole: written beside, flushed to disk, renamed.

A file system that refuses to flush (some network and user-space ones do) is told once and stops nothing;
a disk that fails while it flushes stops the work.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from nqpf_assets.warehouse.plain_path import is_harmless


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
    if target.is_dir() or not target.name:
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(target))
    if (
        target.exists() and not target.is_file()
    ):  # a device or pipe, which a file would stand in for
        raise OSError(errno.EINVAL, "no file, and is not replaced by one", str(target))
    target.parent.mkdir(parents=True, exist_ok=True)
    name = "".join(letter if is_harmless(letter) else "_" for letter in target.name)
    beside = target.with_name(f".{name}.{os.getpid()}")
    try:
        write(beside)
        if is_flushed:
            _flush(beside)
        beside.replace(target)
        if is_flushed:
            _flush(target.parent)  # the name too, or a power cut could bring back the old file
    except Exception as error:
        cause = _of_the_disk(error, beside)
        if cause is None:
            raise
        raise OSError(cause, os.strerror(cause), str(target)) from error
    finally:
        for left in (beside, beside.with_name(f"{beside.name}.wal")):  # DuckDB's log of it
            with contextlib.suppress(OSError):
                left.unlink(missing_ok=True)


def replace_folder(target: Path, fill: Callable[[Path], object]) -> None:
    """Let `fill` fill a folder beside `target`, and rename it into place; what stood there goes only then.

    Raises:
        OSError: it cannot be written; what stood there stands.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    former = target.with_name(f".{target.name}.{os.getpid()}.former")
    try:
        try:
            beside.mkdir()
        except OSError as error:  # its name is nobody's
            raise OSError(error.errno, error.strerror, str(target)) from error
        fill(beside)
        if target.exists():
            target.rename(former)
        try:
            beside.rename(target)
        except OSError:
            if former.exists():
                former.rename(target)
            raise
    finally:
        for left in (beside, former):
            shutil.rmtree(left, ignore_errors=True)


DISK_ERRORS = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EFBIG)
"""What a full or failing disk answers."""


def _of_the_disk(error: Exception, beside: Path) -> int | None:
    """The number of an error of the disk or of the place that does not name the file that is asked for.

    A write to an open file fails without the file's name, unlike opening or renaming it; DuckDB and Polars
    tell it in words; and the name of the file beside is nobody's. None for others.
    """
    if isinstance(error, OSError):
        return error.errno if error.filename in (None, str(beside)) else None
    known = (*DISK_ERRORS, *((errno.ENOENT, errno.EACCES) if str(beside) in str(error) else ()))
    return next((number for number in known if os.strerror(number) in str(error)), None)


_REFUSALS = {
    errno.EINVAL,
    errno.ENOTSUP,
    errno.EOPNOTSUPP,
    errno.ENOSYS,
    errno.ENOTTY,
    errno.EBADF,
    errno.EISDIR,
    errno.EPERM,
    errno.EACCES,
}
"""What file systems answer that know no flushing, or none of folders; a failing disk says EIO."""

_refused: list[OSError] = []


def _flush(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on disk, where the file system knows how."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in _REFUSALS:
            raise OSError(error.errno, os.strerror(error.errno or 0), str(path)) from error
        _refused.append(OSError(error.errno, os.strerror(error.errno or 0), str(path)))
    finally:
        os.close(handle)


def refused_flushes() -> list[OSError]:
    """Refusals since this was last asked."""
    found = _refused[:]
    _refused.clear()
    return found
