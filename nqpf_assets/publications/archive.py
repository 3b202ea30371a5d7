"""Contents of published tables, each kept once under its hash, and how long.

A content is a copy: a damaged table under `tables/` leaves it whole. It is hashed whenever a file is put
together from it. What no kept publication names is removed.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Collection, Mapping
from itertools import takewhile
from pathlib import Path

from nqpf_assets.messages.problems import CheckFailed, InputError, Problem
from nqpf_assets.publications.manifest import (
    Manifest,
    TableContent,
    history_folder,
    key_of,
    manifest_path,
    manifests,
)
from nqpf_assets.steps.soundness import damaged_table
from nqpf_assets.user_input.project import Project
from nqpf_assets.user_input.settings import Keep
from nqpf_assets.warehouse.durable import replace_file, sha256_of
from nqpf_assets.warehouse.store import Store


def content_path(project: Project, sha256: str) -> Path:
    """Where a content is kept."""
    return history_folder(project) / "tables" / f"{sha256}.parquet"


def keep_tables(project: Project, store: Store, tables: Mapping[str, TableContent]) -> None:
    """Keep the tables as they stand now; contents that are kept already are hashed, and healed.

    Raises:
        CheckFailed: a table is not what was built; it counts as not built from then on.
        OSError: the disk is full or the folder cannot be written.
    """
    damaged = []
    for name, table in tables.items():
        if not is_kept(project, table.sha256):
            try:
                _copy(store.path(key_of(name)), content_path(project, table.sha256), table.sha256)
            except _Another:
                damaged.append(key_of(name))
                store.forget(key_of(name))
    if damaged:
        raise CheckFailed(map(damaged_table, damaged))


def is_kept(project: Project, sha256: str) -> bool:
    """Whether a content is there, as a file of its own, and is what it was."""
    path = content_path(project, sha256)
    try:
        return path.stat().st_nlink == 1 and sha256_of(path) == sha256
    except OSError:
        return False


def require_kept(project: Project, manifest: Manifest, names: Collection[str]) -> None:
    """Hash contents of a publication before they are used.

    Raises:
        InputError: every one that is missing or is not what it was.
    """
    damaged = [
        Problem(
            file=f"publication {manifest.number}",
            where=name,
            expected="the content that was published",
            found="none" if not content_path(project, table.sha256).exists() else "another one",
            remedy="restore warehouse/history from a backup; the other publications are not concerned",
            code="archive",
        )
        for name, table in manifest.tables.items()
        if name in names and not _is_sound(content_path(project, table.sha256), table.sha256)
    ]
    if damaged:
        raise InputError(damaged)


def _is_sound(path: Path, sha256: str) -> bool:
    try:
        return sha256_of(path) == sha256
    except OSError:
        return False


class _Another(Exception):
    """The content is not the one that was asked for."""


def _copy(source: Path, target: Path, sha256: str) -> None:
    def write(beside: Path) -> None:
        shutil.copyfile(source, beside)
        if sha256_of(beside) != sha256:
            raise _Another

    replace_file(target, write)


def prune(project: Project, keep: Keep, today: dt.date) -> list[int]:
    """Forget publications that the settings do not keep, and contents that nothing names.

    Returns:
        Numbers of the forgotten publications.
    """
    kept = manifests(project)
    too_many = [] if keep.publications is None else kept[: -keep.publications]
    # The oldest only, whatever a clock said: between two that are kept none is missing.
    dropped = list(takewhile(lambda one: not _is_recent(one, keep, today), too_many))
    for one in dropped:  # the account first: an account without contents could not be read
        manifest_path(project, one.number).unlink(missing_ok=True)
    gone = {one.number for one in dropped}
    named = {t.sha256 for one in kept if one.number not in gone for t in one.tables.values()}
    folder = history_folder(project) / "tables"
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.suffix == ".parquet" and path.stem not in named:
            path.unlink(missing_ok=True)
    return sorted(gone)


def _is_recent(manifest: Manifest, keep: Keep, today: dt.date) -> bool:
    return keep.days is not None and (today - manifest.day).days < keep.days
