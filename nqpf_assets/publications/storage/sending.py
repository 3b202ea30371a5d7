"""Bringing a project's publications into object storage: what is missing there, and the manifest at the end.

The newest first. Nothing that a manifest names is written after it: tables and the account come first, are
listed, and only then does one write put the manifest in place. A process that is killed leaves the manifest
that was there; whoever comes next sends what is missing still.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from nqpf_assets.publications.archive import content_path
from nqpf_assets.publications.manifest import Manifest, manifest_path
from nqpf_assets.publications.storage.description import manifest_of
from nqpf_assets.publications.storage.layout import (
    NEWEST,
    account_key,
    manifest_key,
    table_key,
)
from nqpf_assets.publications.storage.ownership import require_ours
from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse.durable import sha256_of
from nqpf_assets.warehouse.object_store import ObjectStore
from nqpf_assets.warehouse.side_threads import at_once
from nqpf_assets.warehouse.storage_words import StorageStopped

AT_ONCE = 2
"""Objects that are on their way together."""
Listener = Callable[[int, int, int, int], None]
"""Called with objects and bytes that are there, of how many objects and bytes in all."""


class Damaged(StorageStopped):
    """A content of the archive is not what was published, and so is not sent."""


@dataclass(frozen=True)
class Outgoing:
    """One object on its way: where it goes, and the file that it is."""

    key: str
    path: Path
    sha256: str
    n_bytes: int


def send(
    project: Project,
    store: ObjectStore,
    identity: str,
    kept: list[Manifest],
    arrived: set[int],
    listener: Listener | None = None,
) -> Damaged | None:
    """Bring all publications that are kept to the storage, where they are not there yet.

    Args:
        kept: accounts, oldest first; not empty.
        arrived: gets the number of each that is there whole.

    Returns:
        What is damaged of an earlier one in the archive, which was passed over.

    Raises:
        StorageStopped: the storage does not do what it is asked; what was sent stays, and is not sent again.
    """
    former = store.read(NEWEST)
    there = store.sizes()
    require_ours(store, former, there, identity, kept)
    damaged: Damaged | None = None
    for one in reversed(kept):
        objects = _objects(project, one)
        try:
            _send_objects(store, one, objects, there, listener)
        except Damaged as error:
            if one is kept[-1]:
                raise
            damaged = error
            continue
        key = manifest_key(one.number)
        is_newest = one is kept[-1]
        if is_newest or key not in there:
            content = manifest_of(store, project, one, identity, is_there=key in there)
            if is_newest and (former is None or former.data != content):
                store.replace(NEWEST, content, former)
            if key not in there:
                store.put(key, content)
        arrived.add(one.number)
    return damaged


def _objects(project: Project, one: Manifest) -> list[Outgoing]:
    """Every object of a publication but its manifest."""
    files = {
        table_key(name, table.sha256): (content_path(project, table.sha256), table.sha256)
        for name, table in one.tables.items()
    }
    account = manifest_path(project, one.number)
    sha256 = sha256_of(account)
    files[account_key(sha256)] = account, sha256
    return [Outgoing(key, path, of, _size(path)) for key, (path, of) in files.items()]


def _size(path: Path) -> int:
    """Bytes of a file; -1 where it is gone, which no object has."""
    return path.stat().st_size if path.exists() else -1


def _send_objects(
    store: ObjectStore,
    one: Manifest,
    objects: list[Outgoing],
    there: dict[str, int],
    listener: Listener | None,
) -> None:
    """Send what is missing, and see that it has come; `there` then says so."""
    missing = [of for of in objects if there.get(of.key) != of.n_bytes]
    if not missing:
        return
    n_bytes, done = sum(of.n_bytes for of in missing), 0
    sent = at_once(lambda of: _send(store, one, of), missing, AT_ONCE)
    for number, of in enumerate(sent, 1):
        done += of.n_bytes
        if listener is not None:
            listener(number, len(missing), done, n_bytes)
    there.clear()
    there.update(store.sizes())
    lost = [of.key for of in missing if there.get(of.key) != of.n_bytes]
    if lost:
        raise StorageStopped(
            f"the storage said that it has {lost[0]}, and lists it otherwise or not at all",
            "look at the server; nothing names what is missing there",
        )


def _send(store: ObjectStore, one: Manifest, of: Outgoing) -> Outgoing:
    is_sound = of.n_bytes >= 0 and sha256_of(of.path) == of.sha256
    if not is_sound:
        raise Damaged(
            f"{of.path.name} of publication {one.number} is not in the archive as it was published",
            "`nqpf verify --stored` says what is damaged; restore warehouse/history from a backup",
        )
    store.put(of.key, of.path)
    return of
