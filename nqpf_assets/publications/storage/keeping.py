"""The storage kept as what is published: after each publication, and by each refresh that finds nothing new.

A copy costs no publication: what keeps it from being made is told in one message, stands in
``warehouse/storage.json`` for `nqpf status`, and the next refresh goes on from there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import asdict, dataclass
from pathlib import Path

from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.problems import InputError, Problem, ProblemsFound
from nqpf_assets.publications.manifest import manifests, numbers
from nqpf_assets.publications.publish import Publication
from nqpf_assets.publications.storage.identity import identity_of
from nqpf_assets.publications.storage.layout import NoManifest
from nqpf_assets.publications.storage.pruning import prune
from nqpf_assets.publications.storage.sending import Listener, send
from nqpf_assets.user_input.project import Project
from nqpf_assets.user_input.settings import load_settings, storage_problem
from nqpf_assets.warehouse.object_store import ObjectStore
from nqpf_assets.warehouse.sealed_json import unsealed, write_sealed
from nqpf_assets.warehouse.storage_words import StorageStopped

LATER = "; then `nqpf refresh` sends what is missing"

_listener: ContextVar[Listener | None] = ContextVar("listener", default=None)


@dataclass(frozen=True)
class Kept:
    """How far a storage was when it was last written to.

    Attributes:
        address: which storage.
        at: when, ISO 8601 in UTC.
        publications: numbers of those that are there whole.
        found: what kept the others from it; empty where nothing did.
    """

    address: str
    at: str
    publications: tuple[int, ...]
    found: str = ""


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Tell `listener` of objects that are sent while this is open."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


def keep_storage(project: Project, publication: Publication | None) -> tuple[Problem, ...]:
    """Bring the publications to the storage that `nqpf.yaml` names; what was in the way, as a warning.

    Nothing is sent where it names none, and of what is built aside.
    """
    if publication is None or project.aside is not None:
        return ()
    try:
        address = load_settings(project).storage
    except InputError:  # written anew since they were read; the next refresh tells what is wrong
        return ()
    if address is None:
        return ()
    before, arrived = last_seen(project, address), set[int]()
    stopped: StorageStopped | None
    try:
        stopped = _bring(project, ObjectStore(address.rstrip("/")), arrived)
    except Exception as error:  # whatever it is, what is published stays so
        stopped = _told(error)
        arrived |= set(before.publications) if before is not None else set()
    kept = _noted(project, address, arrived, stopped)
    return (_not_sent(project, kept, stopped),) if stopped is not None else ()


def _noted(
    project: Project, address: str, arrived: set[int], stopped: StorageStopped | None
) -> Kept:
    """How far the storage is, written down for `nqpf status`."""
    found = stopped.found if stopped is not None else ""
    now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    kept = Kept(address, now, tuple(sorted(arrived)), found)
    with suppress(OSError):  # a full disk: what is published and sent is so all the same
        write_sealed(_record(project), asdict(kept), is_flushed=False)
    return kept


def _bring(project: Project, store: ObjectStore, arrived: set[int]) -> StorageStopped | None:
    """Send and prune; what is damaged in the archive, if anything is."""
    kept, identity = manifests(project), identity_of(project)
    damaged = send(project, store, identity, kept, arrived, _listener.get())
    prune(store, identity, kept)
    return damaged


def _told(error: Exception) -> StorageStopped:
    if isinstance(error, StorageStopped):
        return error
    if isinstance(error, ProblemsFound):
        return StorageStopped(error.problems[0].found, error.problems[0].remedy)
    if isinstance(error, NoManifest):
        return StorageStopped(str(error), "name another prefix at `storage:`, or look who wrote it")
    if isinstance(error, OSError):
        return StorageStopped(str(error), "look at the folder warehouse/ and its disk")
    return StorageStopped(f"{type(error).__name__}: {error}".splitlines()[0], "report it")


def _not_sent(project: Project, kept: Kept, stopped: StorageStopped) -> Problem:
    waiting = missing(project, kept)
    what = (
        f"publication {waiting[-1]}" if waiting else "the publications that are kept, and no others"
    )
    more = f" and {counted(len(waiting) - 1, 'earlier ones')}" if len(waiting) > 1 else ""
    expected = f"{what}{more} in {kept.address}"
    return storage_problem(project, expected, stopped.found, stopped.remedy + LATER)


def missing(project: Project, kept: Kept | None) -> list[int]:
    """Publications that the history keeps and the storage has not, as far as it was seen."""
    there = kept.publications if kept is not None else ()
    return [number for number in numbers(project) if number not in there]


def last_seen(project: Project, address: str) -> Kept | None:
    """How far the storage was when it was last written to; None where that was never so."""
    try:
        content = unsealed(_record(project).read_text("utf-8"))
        kept = Kept(**content | {"publications": tuple(content["publications"])})
    except (OSError, ValueError, TypeError, KeyError):
        return None
    return kept if kept.address == address else None


def _record(project: Project) -> Path:
    return project.warehouse / "storage.json"
