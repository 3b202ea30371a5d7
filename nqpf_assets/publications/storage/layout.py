"""What lies where under the prefix of a project, and what the manifest of a publication says.

Tables and accounts lie under the hash of their content and are never changed. ``publication.json`` is the
manifest of the last publication; each that is kept has the same bytes under its number besides.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from nqpf_assets.warehouse.sealed_json import sealed, unsealed

NEWEST = "publication.json"
FORMAT = 1
"""Of the manifest; a later one is not read by this release."""
_MANIFEST = re.compile(r"publications/([0-9]{6,})\.json")
_ACCOUNT = re.compile(r"accounts/[0-9a-f]{64}\.json")
_TABLE = re.compile(r"tables/[^/]+/[0-9a-f]{64}\.parquet")


class NoManifest(ValueError):
    """An object in the place of a manifest is none; says why."""


@dataclass(frozen=True)
class StoredTable:
    """One table: where its Parquet file lies and what it must be.

    Attributes:
        key: below the prefix.
        rows: how many it has.
        bytes: of the file.
        columns: name → type, in their order, in Arrow's words.
        description: what one row is.
    """

    key: str
    sha256: str
    rows: int
    bytes: int
    columns: Mapping[str, str] = field(default_factory=dict)
    description: str = ""


@dataclass(frozen=True)
class StoredPublication:
    """The manifest of one publication in object storage.

    Attributes:
        project: which project's it is; no two share a prefix.
        release: of nqpf-assets that has sent it.
        fingerprint: of the publication, as its account has it.
        account: key of the account, which says what the publication was made from.
    """

    format: int
    project: str
    publication: int
    published_at: str
    release: str
    schema_version: int | None
    fingerprint: str
    account: str
    tables: Mapping[str, StoredTable]

    def objects(self) -> set[str]:
        """Keys of everything that it names."""
        return {self.account, *(table.key for table in self.tables.values())}


def table_key(name: str, sha256: str) -> str:
    return f"tables/{name}/{sha256}.parquet"


def account_key(sha256: str) -> str:
    return f"accounts/{sha256}.json"


def manifest_key(number: int) -> str:
    return f"publications/{number:06}.json"


def number_of(key: str) -> int | None:
    """The publication whose manifest lies under a key; None of other objects."""
    found = _MANIFEST.fullmatch(key)
    return int(found[1]) if found else None


def is_ours(key: str) -> bool:
    """Whether only this program writes objects of such a name, and so may remove them."""
    return any(one.fullmatch(key) is not None for one in (_MANIFEST, _ACCOUNT, _TABLE))


def written(manifest: StoredPublication) -> bytes:
    """The manifest as the object that it is."""
    return sealed(asdict(manifest)).encode()


def parsed(content: bytes, key: str) -> StoredPublication:
    """A manifest that was read.

    Raises:
        NoManifest: it is none, not what was written, or of a later release.
    """
    try:
        found = unsealed(content.decode("utf-8"))
        if isinstance(found.get("format"), int) and found["format"] > FORMAT:
            raise NoManifest(f"{key} was written by a later release of nqpf-assets")
        tables = {name: StoredTable(**one) for name, one in found.pop("tables").items()}
        manifest = StoredPublication(tables=tables, **found)
        if not _is_as_sent(manifest):
            raise ValueError
        return manifest
    except NoManifest:
        raise
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise NoManifest(
            f"{key} is no manifest of a publication, or not what was written"
        ) from None


def _is_as_sent(manifest: StoredPublication) -> bool:
    """Whether its entries are such as this program writes: anybody can seal what he made up."""
    dt.datetime.fromisoformat(manifest.published_at)
    return (
        type(manifest.publication) is int
        and manifest.publication > 0
        and all(isinstance(one, str) for one in (manifest.project, manifest.release))
        and isinstance(manifest.fingerprint, str)
        and _ACCOUNT.fullmatch(manifest.account) is not None
        and all(_is_table(name, one) for name, one in manifest.tables.items())
    )


def _is_table(name: str, one: StoredTable) -> bool:
    return (
        _TABLE.fullmatch(one.key) is not None
        and one.key == table_key(name, one.sha256)
        and all(type(count) is int and count >= 0 for count in (one.rows, one.bytes))
        and isinstance(one.columns, dict)
        and isinstance(one.description, str)
    )
