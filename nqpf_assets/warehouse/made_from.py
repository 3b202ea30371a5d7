"""What is told of tables and kept beside them: what each step's were made from, and hashes of their parts.

Lost, it costs no more than the words of a reason, or one more look at rows: what is stale is told from the
records of tables.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from nqpf_assets.warehouse.sealed_json import unsealed, write_sealed
from nqpf_assets.warehouse.store import Store, TableKey

Parts = dict[str, dict[str, str]]
"""Kind of part → name → hash of its content."""

MADE_FROM = "cache/made_from"
"""Folder, within the warehouse, of what tables were made from; without it a plan has fewer words."""

OUTSIDE = "raw files"
"""The kind of what steps read outside of the warehouse."""


def remember(name: str, store: Store, parts: Parts) -> None:
    """Keep what the tables of the step of this name are made from."""
    path = store.warehouse / MADE_FROM / f"{name}.json"
    write_sealed(path, dict(parts), is_flushed=False)


def remembered(name: str, store: Store) -> Parts | None:
    """What the tables of the step of this name were last made from, where that is known."""
    path = store.warehouse / MADE_FROM / f"{name}.json"
    try:
        parts = unsealed(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    is_sound = all(isinstance(part, dict) for part in parts.values())
    return parts if is_sound else None


_told: dict[Path, tuple[str, Mapping[str, str]]] = {}


def hashes_of_parts(
    name: str,
    store: Store,
    reads: Mapping[TableKey, Collection[str]],
    tell: Callable[[], Mapping[str, str]],
) -> Mapping[str, str]:
    """Part → hash of its content, told once for each content of tables: a look at what is stale stays quick.

    Nothing where a table is not there, or not what was written, or lacks a column because an earlier release
    made it: a refresh makes it again.

    Args:
        name: under which the hashes are kept until one of the tables is another.
        reads: the tables, each with the columns by which `tell` asks it.
        tell: hashes the parts.
    """
    records = [store.record(key) for key in reads]
    if not all(record and record.sha256 for record in records):
        return {}
    of = "-".join(record.sha256 for record in records if record)
    path = store.warehouse / MADE_FROM / f"{name}.json"
    if path in _told and _told[path][0] == of:
        return _told[path][1]
    found = _kept(path, of)
    if found is None:
        if not all(store.is_sound(key) and _has(store, key, reads[key]) for key in reads):
            return {}
        found = tell()
        write_sealed(path, {"of": of, "parts": dict(found)}, is_flushed=False)
    _told[path] = of, found
    return found


def _has(store: Store, key: TableKey, columns: Collection[str]) -> bool:
    return set(columns) <= set(store.scan(key).collect_schema().names())


def _kept(path: Path, of: str) -> Mapping[str, str] | None:
    try:
        kept = unsealed(path.read_text("utf-8"))
        return dict(kept["parts"]) if kept["of"] == of else None
    except (OSError, ValueError, KeyError, TypeError):
        return None
