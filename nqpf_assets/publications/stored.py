"""Is what lies in the warehouse what was written: accounts, archive, tables, and the rows that are published?

Everything is read, nothing is changed. What can be made again says so in its remedy.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.problems import InputError, Problem
from nqpf_assets.publications.about import about_frames
from nqpf_assets.publications.archive import content_path, require_kept
from nqpf_assets.publications.manifest import (
    Manifest,
    key_of,
    numbers,
    read_manifest,
    require_whole,
)
from nqpf_assets.steps.soundness import damaged_table
from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse.duckdb_engine import (
    add_frame,
    engine_error,
    in_memory,
    quoted,
    rows_of_file,
)
from nqpf_assets.warehouse.duckdb_file import PUBLISHED, add_published
from nqpf_assets.warehouse.store import Store, TableKey

if TYPE_CHECKING:
    from nqpf_assets.warehouse.connection import Connection


def stored_problems(project: Project) -> list[Problem]:
    """Everything in the warehouse that is not what was written."""
    found: list[Problem] = []
    try:
        require_whole(project)
    except InputError as error:
        found += error.problems
    readable = [one for n in numbers(project) if (one := read_manifest(project, n)) is not None]
    is_last_sound = True
    for manifest in readable:
        try:
            require_kept(project, manifest, manifest.tables)
        except InputError as error:
            found += error.problems
            is_last_sound = manifest is not readable[-1]
    store = Store(project.warehouse)
    found += [damaged_table(key) for key in _built(store) if not store.is_sound(key)]
    if readable and is_last_sound and not any(one.code == "account" for one in found):
        found += _published(project, readable)
    return found


def _built(store: Store) -> Iterator[TableKey]:
    """Tables that have a record; one without counts as not built."""
    for path in sorted((store.warehouse / "tables").rglob("*.json")):
        yield path.parent.name, path.stem


def _published(project: Project, known: list[Manifest]) -> Iterator[Problem]:
    """Tables of the published file whose rows are not those of its account."""
    shown, last = project.database.relative_to(project.warehouse.parent).as_posix(), known[-1]
    remedy = "remove it and run `nqpf refresh`: it is put together again from the archive"
    with in_memory() as connection:
        try:
            add_published(connection, project.database)
        except engine_error() as error:
            yield Problem(shown, "", "the published file", f"{error}", remedy, code="published")
            return
        rows = {
            name: rows_of_file(content_path(project, of.sha256)) for name, of in last.tables.items()
        }
        for key, frame in about_frames(known).items():
            name = f"about_{key[1]}"
            add_frame(connection, name, frame)
            rows[".".join(key)] = name
        for name, expected in sorted(rows.items()):
            schema, table = map(quoted, key_of(name))
            try:
                n = _other_rows(connection, f"{PUBLISHED}.{schema}.{table}", expected)
            except engine_error() as error:
                yield Problem(shown, name, "the rows that were published", _shape_words(error), remedy,
                              code="published")  # fmt: skip
                continue
            if n:
                yield Problem(shown, name, "the rows that were published", f"{counted(n, 'others')}", remedy,
                              code="published")  # fmt: skip


def _shape_words(error: Exception) -> str:
    """Why rows cannot be compared, without the engine's query."""
    kinds = {"CatalogException": "no table of that name", "BinderException": "other columns"}
    return kinds.get(type(error).__name__, str(error).splitlines()[0])


def _other_rows(connection: Connection, found: str, expected: str) -> int:
    """Rows that one of the two has and the other has not."""
    n = 0
    for one, other in ((found, expected), (expected, found)):
        only = f"SELECT * FROM {one} EXCEPT ALL SELECT * FROM {other}"
        row = connection.execute(f"SELECT count(*) FROM ({only})").fetchone()
        n += row[0] if row else 0
    return n
