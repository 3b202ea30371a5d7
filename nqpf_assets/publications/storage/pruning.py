"""What leaves the storage: publications that the history no longer keeps, and contents that nothing names.

A manifest goes before what it names, and nothing goes that a manifest names that stays, whoever wrote it: all
of them are read before anything is removed. What no manifest has named stays for a day: another machine may
be about to name it. Objects of other names than ours are never touched.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from contextlib import suppress

from nqpf_assets.publications.manifest import Manifest
from nqpf_assets.publications.storage.layout import (
    NEWEST,
    NoManifest,
    StoredPublication,
    is_ours,
    manifest_key,
    number_of,
    parsed,
)
from nqpf_assets.publications.storage.ownership import NotOurs
from nqpf_assets.warehouse.object_store import ObjectStore

LEFTOVER = dt.timedelta(days=1)
"""Age at which a content that no manifest names is what a process that was killed has left."""


def prune(store: ObjectStore, identity: str, kept: Iterable[Manifest]) -> list[str]:
    """Remove what is not kept; gives its keys.

    Raises:
        StorageStopped: the storage does not do what it is asked.
        NoManifest: a manifest that stays cannot be read, so that nobody knows what it names.
        NotOurs: one that stays is another project's.
    """
    there = store.changed()
    numbers = {one.number for one in kept}
    manifests = [key for key in there if number_of(key) is not None]
    former = [key for key in manifests if number_of(key) not in numbers]
    later = [key for key in former if (number_of(key) or 0) > max(numbers)]
    if later:  # written since it was asked what is there
        raise NotOurs(
            f"{later[0]} is not of this history",
            "see that one project, on one machine, publishes under this prefix",
        )
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
    forgotten, now = _named_by(store, former), dt.datetime.now(dt.UTC)
    leaving = sorted(
        key for key in contents - named if key in forgotten or now - there[key] > LEFTOVER
    )
    store.remove(former)
    store.remove(leaving)
    return [*former, *leaving]


def _named_by(store: ObjectStore, keys: Iterable[str]) -> set[str]:
    """What manifests name that leave; one that cannot be read names nothing."""
    named = set[str]()
    for key in keys:
        with suppress(NoManifest):
            named |= one.objects() if (one := _read(store, key)) is not None else set()
    return named


def _read(store: ObjectStore, key: str) -> StoredPublication | None:
    content = store.read(key)
    return parsed(content.data, key) if content is not None else None
