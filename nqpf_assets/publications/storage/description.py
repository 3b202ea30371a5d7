"""The manifest of a publication for its readers: each table with its place, hash, size and columns."""

from __future__ import annotations

from pathlib import Path

from nqpf_assets.publications.archive import content_path
from nqpf_assets.publications.manifest import Manifest, manifest_path
from nqpf_assets.publications.storage.layout import (
    FORMAT,
    NoManifest,
    StoredPublication,
    StoredTable,
    account_key,
    manifest_key,
    parsed,
    table_key,
    written,
)
from nqpf_assets.publications.storage.ownership import is_of
from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse.durable import sha256_of
from nqpf_assets.warehouse.object_store import ObjectStore
from nqpf_assets.warehouse.releases import release_of


def manifest_of(
    store: ObjectStore, project: Project, one: Manifest, identity: str, *, is_there: bool
) -> bytes:
    """The manifest as it lies there already, or made anew."""
    key = manifest_key(one.number)
    before = store.read(key) if is_there else None
    if before is not None:
        try:
            found = parsed(before.data, key)
            if found.project == identity and is_of(found, one):
                return before.data
        except NoManifest:
            pass
    return written(_described(project, one, identity))


def _described(project: Project, one: Manifest, identity: str) -> StoredPublication:
    tables = {
        name: StoredTable(
            table_key(name, table.sha256),
            table.sha256,
            table.n_rows,
            content_path(project, table.sha256).stat().st_size,
            _columns(content_path(project, table.sha256)),
            table.description,
        )
        for name, table in sorted(one.tables.items())
    }
    return StoredPublication(
        format=FORMAT,
        project=identity,
        publication=one.number,
        published_at=one.published_at,
        release=release_of("nqpf-assets") or "",
        schema_version=one.schema_version,
        fingerprint=one.fingerprint,
        account=account_key(sha256_of(manifest_path(project, one.number))),
        tables=tables,
    )


def _columns(path: Path) -> dict[str, str]:
    """Name → type of a Parquet file's columns."""
    from pyarrow import parquet

    schema = parquet.read_schema(path)
    return {field.name: str(field.type) for field in schema}
