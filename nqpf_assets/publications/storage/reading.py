"""A publication read back from storage without its project: each table held against its hash, then the file.

What is asked is the storage alone: who may read it gets the whole warehouse.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import tempfile
from collections.abc import Callable
from pathlib import Path

from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.problems import InputError, Problem
from nqpf_assets.publications.assemble import assemble
from nqpf_assets.publications.manifest import Manifest, parsed_account
from nqpf_assets.publications.storage.layout import (
    NEWEST,
    NoManifest,
    StoredPublication,
    StoredTable,
    account_key,
    number_of,
    parsed,
)
from nqpf_assets.user_input.value_words import without_secrets
from nqpf_assets.warehouse.duckdb_engine import is_interruption, is_one_query
from nqpf_assets.warehouse.object_store import ObjectStore
from nqpf_assets.warehouse.room import is_lack
from nqpf_assets.warehouse.side_threads import at_once
from nqpf_assets.warehouse.storage_words import StorageStopped

AT_ONCE = 2
"""Tables that are on their way together."""
MOST_LISTED = 10
AGAIN = "ask again: it may have been replaced meanwhile. If it stays so, its owner's `nqpf refresh` mends it"


def write_from_storage(
    address: str,
    named: str | None,
    path: Path,
    listener: Callable[[int, int, int, int], None] | None = None,
) -> StoredPublication:
    """Write the published file of a publication in storage.

    Args:
        address: ``s3://bucket/prefix``.
        named: number, or a day for the last one up to its end; the newest where None.
        path: where to write it.
        listener: told of tables and bytes that have come, of how many in all.

    Raises:
        InputError: there is none of that name, or what is there is not what was published.
    """
    store = ObjectStore(address.rstrip("/"))
    try:
        manifest, earlier = _chosen(store, address, named)
        past = [_account(store, one) for one in earlier]
        account = _account(store, manifest)
        with tempfile.TemporaryDirectory(prefix="nqpf-", dir=path.parent) as folder:
            files = _fetched(store, manifest, Path(folder), listener)
            _assemble(path, past, account, files)
    except StorageStopped as error:
        raise InputError([_refused(address, error.found, error.remedy)]) from None
    except NoManifest as error:
        remedy = "look who wrote it, or update nqpf-assets"
        raise InputError([_refused(address, str(error), remedy)]) from None
    return manifest


def _chosen(
    store: ObjectStore, address: str, named: str | None
) -> tuple[StoredPublication, list[StoredPublication]]:
    """The publication that is asked for, and those before it that are kept."""
    newest = store.read(NEWEST)
    if newest is None:
        raise StorageStopped(
            f"no {NEWEST}", "look at bucket and prefix; or nothing was sent there yet"
        )
    last = parsed(newest.data, NEWEST)
    kept = {last.publication: last}
    for key in store.sizes():
        number = number_of(key)
        if (
            number is not None
            and number < last.publication
            and (one := store.read(key)) is not None
        ):
            kept[number] = parsed(one.data, key)
    found = [one for _, one in sorted(kept.items())]
    fitting = found if named is None else [one for one in found if _fits(one, named, address)]
    if not fitting:
        listed = ", ".join(
            f"{one.publication} ({one.published_at[:10]})" for one in found[-MOST_LISTED:]
        )
        raise StorageStopped(f"no publication `{named}`; kept are {listed}", "name one of them")
    chosen = fitting[-1]
    return chosen, [one for one in found if one.publication < chosen.publication]


def _assemble(path: Path, past: list[Manifest], account: Manifest, files: dict[str, Path]) -> None:
    """The published file; contents of which none can be made are told, whoever put them there."""
    try:
        assemble(path, past, account, lambda name: files[name])
    except Exception as error:
        if isinstance(error, OSError) or is_lack(error) or is_interruption(error):
            raise
        first = f"{type(error).__name__}: {error}".splitlines()[0]
        raise StorageStopped(
            f"no file can be made of publication {account.number}: {first}", "tell its owner"
        ) from None


def _fits(one: StoredPublication, named: str, address: str) -> bool:
    if named.isdecimal():
        return one.publication == int(named)
    try:
        day = dt.date.fromisoformat(named)
    except ValueError:
        raise StorageStopped(f"`{named}`", "name a number or a day, 2026-11-24") from None
    return dt.datetime.fromisoformat(one.published_at).date() <= day


def _account(store: ObjectStore, one: StoredPublication) -> Manifest:
    """What a publication was made from."""
    content = store.read(one.account)
    if content is None:
        raise StorageStopped(
            f"no {one.account}, the account of publication {one.publication}", AGAIN
        )
    sha256 = hashlib.sha256(content.data).hexdigest()
    if account_key(sha256) != one.account:
        raise StorageStopped(f"{one.account} is not what was published", AGAIN)
    found = parsed_account(content.data.decode("utf-8", "replace"))
    if found is None:
        release = f"nqpf-assets {one.release}".strip()
        raise StorageStopped(
            f"{one.account} says what this release does not read", f"install {release}"
        )
    is_said = (found.number, found.fingerprint) == (one.publication, one.fingerprint)
    contents = {name: table.sha256 for name, table in found.tables.items()}
    if not is_said or contents != {name: table.sha256 for name, table in one.tables.items()}:
        raise StorageStopped(f"{one.account} is the account of another publication", AGAIN)
    if no_query := [name for name, text in found.views.items() if not is_one_query(text)]:
        # Whoever may write to the bucket could have a reader's machine run whatever he likes.
        raise StorageStopped(
            f"{one.account} has a view {no_query[0]} that is no query", "look who wrote it"
        )
    return found


def _fetched(
    store: ObjectStore,
    manifest: StoredPublication,
    folder: Path,
    listener: Callable[[int, int, int, int], None] | None,
) -> dict[str, Path]:
    """Every table as a file of its own, which is what was published."""

    there = store.sizes()
    for table in manifest.tables.values():
        if there.get(table.key) != table.bytes:
            raise StorageStopped(
                f"{table.key} is not there with the {counted(table.bytes, 'bytes', ',')} that the manifest "
                "says",
                AGAIN,
            )

    def fetch(numbered: tuple[int, StoredTable]) -> tuple[StoredTable, Path]:
        number, table = numbered
        path = folder / f"{number}.parquet"
        if store.fetch(table.key, path, table.bytes) != table.sha256:
            raise StorageStopped(
                f"{table.key} is not what was published: another hash",
                "tell its owner: remove the object, and `nqpf refresh` sends it again",
            )
        return table, path

    tables, found, done = manifest.tables, dict[str, Path](), 0
    in_all = sum(table.bytes for table in tables.values())
    fetched = at_once(fetch, [*enumerate(tables.values())], AT_ONCE)
    for number, (table, path) in enumerate(fetched, 1):
        found[table.key], done = path, done + table.bytes
        if listener is not None:
            listener(number, len(tables), done, in_all)
    return {name: found[table.key] for name, table in tables.items()}


def _refused(address: str, found: str, remedy: str) -> Problem:
    shown = without_secrets(address)
    return Problem(shown, "", "a publication in object storage", found, remedy, code="storage")
