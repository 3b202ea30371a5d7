"""Objects of one prefix in a bucket that speaks S3: listed, read, put in place whole, removed.

Beside `storage_words` the one module that knows obstore. Where the server is and what opens it come from the
environment, under the names that all tools of S3 read. Every answer but the one that was hoped for ends as
`StorageStopped`, in words.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nqpf_assets.messages.counted import counted
from nqpf_assets.user_input.settings import STORAGE
from nqpf_assets.user_input.value_words import without_secrets
from nqpf_assets.warehouse.environment import said
from nqpf_assets.warehouse.side_threads import aside
from nqpf_assets.warehouse.storage_words import (
    ENDPOINT,
    Overtaken,
    StorageStopped,
    require_ways,
    told,
)

if TYPE_CHECKING:
    from obstore import ObjectMeta
    from obstore.store import S3Store

PIECE = 5 << 20
"""Bytes of one request that reads or writes a part of an object; S3 joins no smaller ones."""

MOST_AT_ONCE = 256 << 20
"""Bytes of the largest object that is read into memory: manifests and accounts are far smaller."""


@dataclass(frozen=True)
class Patience:
    """How long a server may take: seconds for a connection and for an answer, and tries after the first."""

    connect: float = 5
    answer: float = 60
    retries: int = 3
    first_pause: float = 0.5


PATIENCE = Patience()


@dataclass(frozen=True)
class Content:
    """An object that was read, and the mark by which a later write knows it."""

    data: bytes
    mark: str | None


@dataclass(frozen=True)
class ObjectStore:
    """One prefix of one bucket.

    Attributes:
        address: ``s3://bucket/prefix``, without a stroke at its end.
    """

    address: str
    patience: Patience = field(default_factory=lambda: PATIENCE)

    @cached_property
    def _store(self) -> S3Store:
        if not re.fullmatch(STORAGE, self.address):
            raise StorageStopped(
                f"`{without_secrets(self.address)}`", "write it as s3://BUCKET/PREFIX"
            )
        bucket, _, prefix = self.address.removeprefix("s3://").strip("/").partition("/")
        require_ways()
        from obstore.store import S3Store

        seconds = self.patience
        options: dict[str, Any] = {
            "connect_timeout": dt.timedelta(seconds=seconds.connect),
            "timeout": dt.timedelta(seconds=seconds.answer),
            # Whoever names a server by http means it; nothing else is asked without encryption.
            "allow_http": any(
                said(name).startswith("http://") for name in (ENDPOINT, f"{ENDPOINT}_S3")
            ),
        }
        backoff: dict[str, Any] = {
            "init_backoff": dt.timedelta(seconds=seconds.first_pause),
            "base": 2,
        }
        retries: dict[str, Any] = {
            "max_retries": seconds.retries,
            "retry_timeout": dt.timedelta(seconds=2 * seconds.answer),
            "backoff": backoff | {"max_backoff": dt.timedelta(seconds=8)},
        }
        with told():
            return S3Store(
                bucket,
                prefix=prefix or None,
                client_options=options,  # type: ignore[arg-type]
                retry_config=retries,  # type: ignore[arg-type]
                checksum_algorithm="SHA256",  # the server holds what arrived against it
            )

    def sizes(self) -> dict[str, int]:
        """Every object of the prefix with its bytes."""
        return {one["path"]: one["size"] for one in self._listed()}

    def changed(self) -> dict[str, dt.datetime]:
        """Every object of the prefix with the time at which it came, by the clock of the server."""
        return {one["path"]: one["last_modified"] for one in self._listed()}

    def _listed(self) -> list[ObjectMeta]:
        with told():
            pages = aside(lambda: [*self._store.list()])
            return [one for page in pages for one in page]

    def read(self, key: str) -> Content | None:
        """A small object; None where it is not there."""
        with told():
            try:
                return aside(lambda: self._content(key))
            except FileNotFoundError as error:
                if "NoSuchBucket" in str(error):
                    raise
                return None

    def _content(self, key: str) -> Content:
        got = self._store.get(key)
        if got.meta["size"] > MOST_AT_ONCE:
            raise StorageStopped(
                f"{key} has {counted(got.meta['size'], 'bytes', ',')}, more than any that is sent",
                "look who wrote it",
            )
        return Content(bytes(got.bytes()), got.meta["e_tag"])

    def fetch(self, key: str, target: Path, n_bytes: int) -> str:
        """Write an object to a file, piece by piece; gives its hash."""
        digest = hashlib.sha256()
        with target.open("wb") as stream:
            for start in range(0, n_bytes, PIECE):
                with told():
                    end = min(start + PIECE, n_bytes)
                    piece = bytes(self._store.get_range(key, start=start, end=end))
                digest.update(piece)
                stream.write(piece)
        return digest.hexdigest()

    def put(self, key: str, content: Path | bytes) -> None:
        """Put an object in place, whole: a large one in pieces that the server joins at the end."""
        with told():
            aside(lambda: self._store.put(key, content, chunk_size=PIECE, max_concurrency=1))

    def replace(self, key: str, content: bytes, former: Content | None) -> None:
        """Put a small object in the place of `former`, or of none.

        Raises:
            Overtaken: another one stands there by now.
        """
        if former is None:
            mode: Any = "create"
        else:  # a server without marks is written to as it is
            mode = {"e_tag": former.mark} if former.mark else "overwrite"
        with told():
            from obstore.exceptions import AlreadyExistsError, PreconditionError

            try:
                aside(lambda: self._store.put(key, content, mode=mode))
            except (
                NotImplementedError
            ):  # AWS_CONDITIONAL_PUT=disabled: a server that cannot compare
                aside(lambda: self._store.put(key, content))
            except (AlreadyExistsError, PreconditionError):
                # Where an answer was lost, the second try finds what the first one wrote.
                now = self.read(key)
                if now is None or now.data != content:
                    raise Overtaken(
                        f"{key} was written by another process meanwhile",
                        "see that one project, on one machine, publishes under this prefix",
                    ) from None

    def remove(self, keys: list[str]) -> None:
        """Remove objects; those that are gone already count as removed."""
        if keys:
            with told():
                aside(lambda: self._store.delete(keys))
