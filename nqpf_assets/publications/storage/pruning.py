"""What leaves the storage: publications that the history no longer keeps, and contents that nothing names.

A manifest goes before what it names, and nothing goes that a manifest names that stays, whoever wrote it: all
of them are read before anything is removed. Objects of other names than ours are never touched.
"""

from __future__ import annotations

from collections.abc import Iterable

from nqpf_assets.publications.manifest import Manifest
from nqpf_assets.publications.storage.layout import (
    NEWEST,
    StoredPublication,
    is_ours,
    manifest_key,
    number_of,
    parsed,
)
from nqpf_assets.publications.storage.ownership import NotOurs
from nqpf_assets.warehouse.object_store import ObjectStore


def prune(store: ObjectStore, identity: str, kept: Iterable[Manifest]) -> list[str]:
    """Remove what is not kept; gives its keys.

    Raises:
        StorageStopped: the storage does not do what it is asked.
        NoManifest: a manifest that stays cannot be read, so that nobody knows what it names.
        NotOurs: one that stays is another project's.
    """
    there = store.sizes()
    numbers = {one.number for one in kept}
    manifests = [key for key in there if number_of(key) is not None]
    former = [key for key in manifests if number_of(key) not in numbers]
    known = {*manifests, *map(manifest_key, numbers)}
    contents = {key for key in there if is_ours(key)} - known
    if not former and not contents:
        return []
    staying = [key for key in (NEWEST, *manifests) if key in there and key not in former]
    found = {key: one for key in staying if (one := _read(store, key)) is not None}
    others = [key for key, one in found.items() if one.project != identity]
    if others:
        raise NotOurs(
            f"{others[0]} is that of another project", "name another prefix at `storage:`"
        )
    named = set[str]().union(*(one.objects() for one in found.values()))
    store.remove(former)
    store.remove(sorted(contents - named))
    return [*former, *sorted(contents - named)]


def _read(store: ObjectStore, key: str) -> StoredPublication | None:
    content = store.read(key)
    return parsed(content.data, key) if content is not None else None
