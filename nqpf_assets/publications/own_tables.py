"""What a user wrote into the published file is put beside before another takes its place, and told.

The file is ours to replace, what somebody kept in it is not. The whole file is put beside, by a second name
where the disk knows that, so that a program that has it open goes on writing into it and nothing is lost.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from nqpf_assets.messages.problems import Problem
from nqpf_assets.publications.about import TABLES
from nqpf_assets.publications.manifest import Manifest
from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse.duckdb_engine import engine_error
from nqpf_assets.warehouse.duckdb_file import holder_of, log_of, open_file, stored_tables

CODE = "own_tables"


def put_beside(project: Project, known: Sequence[Manifest]) -> tuple[Problem, ...]:
    """Put the published file beside if it has what no publication put there; say so.

    Called right before another takes its place. What an ended program left of its log goes with it: a later
    file could not be opened with that.

    Args:
        known: all publications, by which tables are told apart.
    """
    path, log = project.database, log_of(project.database)
    found = _found(path, known) if path.exists() else None
    if found is None:
        log.unlink(missing_ok=True)
        return ()
    beside = _name_beside(path)
    if not beside.exists():
        _second_name(path, beside)
    if log.exists():
        log.replace(log_of(beside))
    shown = beside.relative_to(project.root) if beside.is_relative_to(project.root) else beside
    return (
        Problem(
            file=str(shown),
            where="",
            expected="nothing in the published file but what nqpf puts there",
            found=found,
            remedy=f"the file was kept as {shown}, the publication has none of it: keep own tables in a "
            "file of your own, and remove this one when you have what you need",
            severity="warning",
            code=CODE,
        ),
    )


def _found(path: Path, known: Sequence[Manifest]) -> str | None:
    """What is in the file that is not nqpf's, in words; None where nothing is."""
    try:
        with open_file(path) as connection:
            stored = stored_tables(connection)
    except engine_error() as error:
        who = holder_of(error)
        return None if who is None else f"it is open for writing in {who}, and may have own tables"
    ours = {name for one in known for name in (*one.tables, *one.views)}
    ours |= {".".join(key) for key in TABLES}
    own = [
        f"{schema}.{name}"
        for schema, name, _, words in stored
        if (f"{schema}.{name}" not in ours if known else not words)
    ]
    return f"tables of your own: {', '.join(own)}" if own else None


def _name_beside(path: Path) -> Path:
    """The same for the same file, so that a refresh that is repeated keeps it once."""
    written = dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC)
    return path.with_name(f"{path.stem}_with_own_tables_{written:%Y%m%d_%H%M%S}{path.suffix}")


def _second_name(path: Path, beside: Path) -> None:
    """A second name for the file, or a copy where the disk has no second names."""
    try:
        os.link(path, beside)
    except OSError:
        shutil.copy2(path, beside)
