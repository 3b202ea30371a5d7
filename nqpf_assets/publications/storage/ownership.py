"""Whose a prefix is: a project writes where nothing lies, or where its own publications do, nowhere else."""

from __future__ import annotations

from collections.abc import Iterable

from nqpf_assets.publications.manifest import Manifest
from nqpf_assets.publications.storage.layout import (
    NEWEST,
    NoManifest,
    StoredPublication,
    manifest_key,
    number_of,
    parsed,
)
from nqpf_assets.warehouse.object_store import Content, ObjectStore
from nqpf_assets.warehouse.storage_words import StorageStopped


class NotOurs(StorageStopped):
    """What lies under the prefix is another project's, or of another history than this one."""


def require_ours(
    store: ObjectStore,
    former: Content | None,
    there: Iterable[str],
    identity: str,
    kept: list[Manifest],
) -> None:
    """Stop before anything is written beside what another project, or another history, has there.

    Raises:
        NotOurs: it is another's.
    """
    key, numbers = NEWEST, [n for key in there if (n := number_of(key)) is not None]
    if former is None and numbers:
        key = manifest_key(max(numbers))
        former = store.read(key)
    if former is None:
        return
    remedy = "name another prefix at `storage:`, or empty this one if what lies there is not needed"
    try:
        found = parsed(former.data, key)
    except NoManifest as error:
        raise NotOurs(str(error), remedy) from None
    if found.project != identity:
        raise NotOurs(
            f"{key} is that of another project, or of this one before its history began anew",
            remedy,
        )
    own = next((one for one in kept if one.number == found.publication), None)
    is_another = own is not None and not is_of(found, own)
    if is_another or found.publication > kept[-1].number:
        what = f"publication {found.publication} of {found.published_at}"
        raise NotOurs(f"{key} is {what}, which is not of this history", remedy)


def is_of(found: StoredPublication, one: Manifest) -> bool:
    """Whether a manifest in storage is that of a publication of the history."""
    return (found.fingerprint, found.published_at) == (one.fingerprint, one.published_at)
