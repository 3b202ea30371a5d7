"""What a published file says of itself: every publication up to it, its inputs, and its findings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from nqpf_assets.catalog.table_frames import rows_of
from nqpf_assets.publications.manifest import Manifest
from nqpf_assets.warehouse.store import TableKey

if TYPE_CHECKING:
    import polars as pl

TABLES: tuple[TableKey, ...] = (
    ("audit", "publication"),
    ("audit", "publication_input"),
    ("audit", "check_finding"),
)
"""Tables of the published file that no step makes."""


def about_frames(known: Sequence[Manifest]) -> dict[TableKey, pl.DataFrame]:
    """The tables of `TABLES`; the last publication is the one that the file holds."""
    last = known[-1]
    rows: list[list[dict[str, object]]] = [
        [
            {
                "publication": one.number,
                "published_at": one.published_at,
                "fingerprint": one.fingerprint,
                "n_tables": len(one.tables),
                "n_rows": one.n_rows,
                "n_inputs": len(one.inputs),
                "schema_version": one.schema_version,
                "versions": ", ".join(f"{name} {of}" for name, of in sorted(one.versions.items())),
            }
            for one in known
        ],
        [{"path": path, "sha256": sha256} for path, sha256 in last.inputs.items()],
        [
            {
                "about": one.about,
                "check_name": one.check,
                "expected": one.expected,
                "found": one.found,
            }
            for one in last.findings
        ],
    ]
    return {key: rows_of(key[1], of, key[0]) for key, of in zip(TABLES, rows, strict=True)}
