"""Restoring: a backup becomes a project again, in a folder of its own, file by file as it was.

Every file is held against its hash while it is written, beside the folder; the folder is there only when
all of them were right. A zip from elsewhere can name any path: none may lead out of the folder.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import struct
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.problems import InputError, Problem
from nqpf_assets.operations.backup import CONTENTS, Backup
from nqpf_assets.warehouse.durable import replace_folder

_REMEDY = "restore an older backup; this one was damaged or cut off since it was written"
_NOT_READ = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, RuntimeError, ValueError)
"""What Python's reader of zips raises over bytes that were changed; each was met with one bit flipped."""
_LARGEST_LIST = 200_000_000
"""Bytes of the list of contents: two million files have as much."""


def restore(source: Path, folder: Path) -> Backup:
    """Put the project of a backup into a folder that is not there yet or is empty.

    Raises:
        InputError: it is no backup, is damaged, or something stands in the folder.
        OSError: the folder cannot be written.
    """
    if os.path.lexists(folder) and not (folder.is_dir() and not any(folder.iterdir())):
        raise InputError([_stands(folder)])
    try:
        with zipfile.ZipFile(source) as archive:
            backup = _contents(source, archive)
            replace_folder(
                folder.absolute(), lambda beside: _unpack(source, archive, backup, beside)
            )
    except _NOT_READ as error:
        raise InputError([_damaged(source, "", f"{error}")]) from None
    except OSError as error:
        if error.errno != errno.EINVAL or error.filename is not None:
            raise
        found = "a place in the file that does not exist"
        raise InputError([_damaged(source, "", found)]) from None
    return backup


def _contents(source: Path, archive: zipfile.ZipFile) -> Backup:
    """What the backup says that it holds, held against the names that are in it."""
    try:
        if archive.getinfo(CONTENTS).file_size > _LARGEST_LIST:
            raise ValueError
        backup = Backup(**json.loads(archive.read(CONTENTS)))
        is_ours = all(isinstance(one, str) for pair in backup.files.items() for one in pair)
    except (KeyError, ValueError, TypeError, AttributeError):
        is_ours = False
    if not is_ours:
        raise InputError([_no_backup(source)])
    names = [name for name in archive.namelist() if name != CONTENTS]
    unsafe = [name for name in names if not _stays_inside(name)]
    if unsafe:
        raise InputError([_damaged(source, unsafe[0], "a path that leads out of the project")])
    if sorted(names) != sorted(backup.files):
        other = sorted(set(names) ^ set(backup.files)) or names
        found = f"other files than the {counted(len(backup.files), 'files')} of its list"
        raise InputError([_damaged(source, other[0], found)])
    return backup


def _stays_inside(name: str) -> bool:
    path = PurePosixPath(name)
    return not (path.is_absolute() or ".." in path.parts or "\\" in name or "\0" in name) and bool(
        path.parts
    )


def _unpack(source: Path, archive: zipfile.ZipFile, backup: Backup, folder: Path) -> None:
    for name, content in backup.files.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256()
        with archive.open(name) as packed, place.open("wb") as stream:
            while piece := packed.read(1 << 20):
                digest.update(piece)
                stream.write(piece)
        if digest.hexdigest() != content:
            raise InputError([_damaged(source, name, "other bytes than were written")])


def _no_backup(source: Path) -> Problem:
    return Problem(
        file=str(source),
        where="",
        expected=f"a backup written by `nqpf backup`, with {CONTENTS} in it",
        found="a zip of something else",
        remedy="name the file that `nqpf backup` wrote",
        code="backup",
    )


def _damaged(source: Path, where: str, found: str) -> Problem:
    return Problem(
        file=str(source),
        where=where,
        expected="a backup as it was written",
        found=found,
        remedy=_REMEDY,
        code="backup",
    )


def _stands(folder: Path) -> Problem:
    return Problem(
        file=str(folder),
        where="",
        expected="a folder that is not there yet, or is empty",
        found="something",
        remedy="name a new folder, look at what was restored, and then put it in place of the old one",
        code="output",
    )
