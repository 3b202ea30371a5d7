"""A backup: one zip with everything of a project that cannot be built again, and the hash of every file.

Raw files, studies, settings, publications and their archive go in, Dagster's history too. Left out is what
is made again from them: the reading cache, the pages, hidden files and folders, environments of Python. It
is written under the warehouse's lock, so that no publication is half in it, and read back before it is put
in place.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import os
import sqlite3
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from nqpf_assets.messages.problems import InputError, Problem
from nqpf_assets.publications.publish import current
from nqpf_assets.user_input.own_files import is_text, leads_outside, real
from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse import lock
from nqpf_assets.warehouse.durable import replace_file
from nqpf_assets.warehouse.releases import release_of

CONTENTS = "nqpf-backup.json"
"""The member that says what the others are; without it a zip is no backup."""
_MADE_AGAIN = ("warehouse/cache/", "warehouse/site/")
_SQLITE = b"SQLite format 3\0"


@dataclass(frozen=True)
class Backup:
    """What a backup holds.

    Attributes:
        made: when, ISO 8601 in UTC.
        release: of nqpf-assets.
        publication: number of the last one in it; None where nothing was published.
        files: path in the project, with forward slashes → SHA-256 of its content.
        left_out: what is not in it though nothing makes it again: links that lead out of the project's
            folders or nowhere, pipes, names that are no text.
    """

    made: str
    release: str
    publication: int | None
    files: dict[str, str]
    left_out: tuple[str, ...] = ()


def write_backup(project: Project, target: Path) -> Backup:
    """Write the backup of a project as a zip, whole or not at all.

    Raises:
        InputError: nothing is there that could be kept.
        WarehouseBusy: a refresh is at work.
        OSError: a file cannot be read, or the zip cannot be written.
    """
    if not project.raw.is_dir() and not project.database.exists():
        raise InputError([_no_project(project)])
    lock.hold(project)
    try:
        paths, left_out = _members(project, real(target))
        made: list[Backup] = []
        replace_file(target, lambda beside: made.append(_pack(project, paths, left_out, beside)))
        return made[0]
    finally:
        lock.release(project)


def _members(project: Project, target: Path) -> tuple[dict[str, Path], tuple[str, ...]]:
    """Path in the project → file, and what is left out though nothing makes it again.

    The folders of a project may themselves be links, to another disk; any other link that leads out of
    them is not followed.
    """
    found: dict[str, Path] = {}
    left_out: list[str] = []
    for top in sorted(project.root.iterdir()):
        is_home = top == project.dagster_home
        if not is_home and (top.name.startswith(".") or _is_made(top)):
            continue
        for path in _below(top, is_home=is_home) if top.is_dir() else (top,):
            shown = path.relative_to(project.root).as_posix()
            if shown.startswith(_MADE_AGAIN) or real(path) == target:
                continue
            within = top if top.is_dir() else project.root
            if is_text(shown) and path.is_file() and not leads_outside(path, within):
                found[shown] = path
            else:
                left_out.append(shown.encode("utf-8", "backslashreplace").decode())
    return found, tuple(left_out)


def _below(top: Path, *, is_home: bool) -> Iterator[Path]:
    """The files in a folder, and links to folders; not what is hidden or made by Python."""
    for folder, folders, names in os.walk(top):
        here = Path(folder)
        folders[:] = sorted(
            name for name in folders if not name.startswith(".") and not _is_made(here / name)
        )
        yield from (here / name for name in folders if (here / name).is_symlink())
        yield from (here / name for name in sorted(names) if is_home or not name.startswith("."))


def _is_made(folder: Path) -> bool:
    return folder.name in ("__pycache__", "node_modules") or (folder / "pyvenv.cfg").exists()


def _pack(
    project: Project, paths: dict[str, Path], left_out: tuple[str, ...], beside: Path
) -> Backup:
    hashes: dict[str, str] = {}
    with zipfile.ZipFile(beside, "w", zipfile.ZIP_DEFLATED) as archive:
        for shown, path in paths.items():
            if shown.endswith(("-wal", "-shm")) and path.is_relative_to(project.dagster_home):
                continue  # is in the copy that SQLite makes of its database
            with _at_rest(path) as still:
                hashes[shown] = _put(archive, shown, still)
        published = current(project)
        backup = Backup(
            dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            release_of("nqpf-assets") or "",
            published.number if published else None,
            hashes,
            left_out,
        )
        archive.writestr(CONTENTS, json.dumps(vars(backup), indent=1, ensure_ascii=False))
    _read_back(beside, hashes)
    return backup


def _put(archive: zipfile.ZipFile, shown: str, path: Path) -> str:
    """Add a file; the hash of the bytes that went in."""
    digest = hashlib.sha256()
    entry = zipfile.ZipInfo.from_file(path, shown, strict_timestamps=False)
    entry.compress_type = zipfile.ZIP_DEFLATED
    with path.open("rb") as source, archive.open(entry, "w", force_zip64=True) as packed:
        while piece := source.read(1 << 20):
            digest.update(piece)
            packed.write(piece)
    return digest.hexdigest()


@contextlib.contextmanager
def _at_rest(path: Path) -> Iterator[Path]:
    """The file, or of a SQLite database that somebody may be writing a copy of one moment."""
    with path.open("rb") as stream:
        is_database = stream.read(len(_SQLITE)) == _SQLITE
    if not is_database:
        yield path
        return
    with TemporaryDirectory(prefix="nqpf-backup-") as folder:
        copy = Path(folder, "copy.db")
        with (
            contextlib.closing(
                sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
            ) as source,
            contextlib.closing(sqlite3.connect(copy)) as target,
        ):
            source.backup(target)
        yield copy


def _read_back(path: Path, hashes: dict[str, str]) -> None:
    """Hold what stands on the disk against what was written.

    Raises:
        OSError: the disk gives other bytes.
    """
    with zipfile.ZipFile(path) as archive:
        for shown, content in hashes.items():
            if content_of(archive, shown) != content:
                raise OSError(f"{path}: {shown} reads other than it was written")


def content_of(archive: zipfile.ZipFile, shown: str) -> str:
    """SHA-256 of a member, read in pieces."""
    digest = hashlib.sha256()
    with archive.open(shown) as stream:
        while piece := stream.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


def _no_project(project: Project) -> Problem:
    return Problem(
        file=str(project.root),
        where="",
        expected="a project: a folder with raw/ or with a published warehouse",
        found="neither",
        remedy="go to the project's folder, or name it: `nqpf backup FILE.zip --project DIR`",
        code="backup",
    )
