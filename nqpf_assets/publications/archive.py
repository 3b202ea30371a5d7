"""Contents of published tables, each kept once under its hash, and how long.

A table's file is never changed once written, so keeping it costs a second name and no copy. What no
kept publication names is removed.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from nqpf_assets.project import Project
from nqpf_assets.publications.manifest import (
    Manifest,
    TableContent,
    history_folder,
    key_of,
    manifest_path,
    manifests,
    numbers,
)
from nqpf_assets.settings import Keep
from nqpf_assets.store import Store, replace_file


def content_path(project: Project, sha256: str) -> Path:
    """Where a content is kept."""
    return history_folder(project) / "tables" / f"{sha256}.parquet"


def keep_tables(project: Project, store: Store, tables: Mapping[str, TableContent]) -> None:
    """Keep the tables as they stand now.

    Raises:
        OSError: the disk is full or the folder cannot be written.
    """
    for name, table in tables.items():
        target = content_path(project, table.sha256)
        if not target.exists():
            _link(store.path(key_of(name)), target)


def _link(source: Path, target: Path) -> None:
    """A second name for the file; a copy where the file system knows no second names."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except FileExistsError:
        pass
    except OSError:
        replace_file(target, lambda beside: shutil.copyfile(source, beside))


def prune(project: Project, keep: Keep, today: dt.date) -> list[int]:
    """Forget publications that the settings do not keep, and contents that nothing names.

    Returns:
        Numbers of the forgotten publications.
    """
    kept = manifests(project)
    too_many = [] if keep.publications is None else kept[: -keep.publications]
    dropped = [one for one in too_many if not _is_recent(one, keep, today)]
    for one in dropped:  # the account first: an account without contents could not be read
        manifest_path(project, one.number).unlink(missing_ok=True)
    gone = {one.number for one in dropped}
    if len(kept) < len(numbers(project)) + len(gone):
        return sorted(gone)  # an account that cannot be read may name any of the contents
    named = {t.sha256 for one in kept if one.number not in gone for t in one.tables.values()}
    folder = history_folder(project) / "tables"
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.suffix == ".parquet" and path.stem not in named:
            path.unlink(missing_ok=True)
    return sorted(gone)


def _is_recent(manifest: Manifest, keep: Keep, today: dt.date) -> bool:
    return keep.days is not None and (today - manifest.day).days < keep.days
