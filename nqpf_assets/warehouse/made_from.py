"""What the tables of each step were made from, kept beside them, part by part.

Lost, it costs no more than the words of a reason: what is stale is told from the records of tables.
"""

from __future__ import annotations

from nqpf_assets.warehouse.sealed_json import unsealed, write_sealed
from nqpf_assets.warehouse.store import Store

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
