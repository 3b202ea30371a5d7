"""The account of one publication: its tables by content, and everything they were made from.

One JSON file per publication under `warehouse/history/`, written once and never changed. Numbers rise
with every publication whose content is new, without a gap: an account that is damaged or missing stops
whoever needs it, since the next publication would be held against another one than the last.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from nqpf_assets.messages.problems import InputError, Problem
from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse.sealed_json import unsealed, write_sealed
from nqpf_assets.warehouse.store import TableKey

_FILE = re.compile(r"(\d{6,})\.json")


@dataclass(frozen=True)
class TableContent:
    """One published table: its file's hash, which is its name in the archive, what it is, what made it."""

    sha256: str
    n_rows: int
    description: str
    releases: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Finding:
    """What a check found and did not hold back, in the words it was told with."""

    about: str
    check: str
    expected: str
    found: str


@dataclass(frozen=True)
class Manifest:
    """One publication.

    Attributes:
        number: 1 for the first of a project.
        fingerprint: hash of all its tables with their descriptions.
        published_at: ISO 8601, UTC.
        tables: ``schema.table`` → content.
        views: ``schema.view`` → query.
        inputs: path in the project → SHA-256, of raw files, cards, catalogue, studies and settings.
        steps: name of a step → hash of its query, parameters and code.
        versions: releases of Python and of the packages that made its tables and the file. Tables may have
            been made by several: `TableContent.releases` says which.
        findings: warnings of its checks.
        schema_version: of the layout of its tables; None in accounts from before there was one.
        origins: name of a step → who says it, as in `parts` (``program``, ``study file`` …) → hash.
    """

    number: int
    fingerprint: str
    published_at: str
    tables: Mapping[str, TableContent]
    views: Mapping[str, str]
    inputs: Mapping[str, str]
    steps: Mapping[str, str]
    versions: Mapping[str, str]
    findings: tuple[Finding, ...] = ()
    origins: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    schema_version: int | None = None

    @property
    def n_rows(self) -> int:
        return sum(table.n_rows for table in self.tables.values())

    @property
    def day(self) -> dt.date:
        """The day of publication, in UTC."""
        return dt.datetime.fromisoformat(self.published_at).date()


def key_of(name: str) -> TableKey:
    """``schema.table`` as a key; names of schemas hold no dot."""
    schema, _, table = name.partition(".")
    return schema, table


def history_folder(project: Project) -> Path:
    return project.warehouse / "history"


def manifest_path(project: Project, number: int) -> Path:
    return history_folder(project) / f"{number:06}.json"


def numbers(project: Project) -> list[int]:
    """Numbers of the publications that are kept, rising."""
    folder = history_folder(project)
    names = (path.name for path in folder.iterdir()) if folder.is_dir() else ()
    return sorted(int(found[1]) for name in names if (found := _FILE.fullmatch(name)))


def read_manifest(project: Project, number: int) -> Manifest | None:
    """One publication's account; None where it is not kept or the file is damaged."""
    try:
        return parsed_account(manifest_path(project, number).read_text("utf-8"))
    except (OSError, ValueError):
        return None


def parsed_account(text: str) -> Manifest | None:
    """The account that a text is; None where it is none, or not what was written."""
    try:
        content = unsealed(text)
        content["tables"] = {k: TableContent(**v) for k, v in content["tables"].items()}
        content["findings"] = tuple(Finding(**one) for one in content["findings"])
        return Manifest(**content)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def write_manifest(project: Project, manifest: Manifest) -> None:
    """Keep the account; on disk when this returns."""
    write_sealed(manifest_path(project, manifest.number), asdict(manifest))


def manifests(project: Project, before: int | None = None) -> list[Manifest]:
    """All accounts that are kept, oldest first.

    Args:
        before: only those of publications before this number.

    Raises:
        InputError: one of them cannot be read, or is missing between two others.
    """
    kept = [number for number in numbers(project) if before is None or number < before]
    found = {number: read_manifest(project, number) for number in kept}
    whole = range(kept[0], kept[-1] + 1) if kept else range(0)
    problems = [
        _lost(project, number, "none" if number not in found else "one that cannot be read")
        for number in whole
        if found.get(number) is None
    ]
    if problems:
        raise InputError(problems)
    return [manifest for manifest in found.values() if manifest is not None]


def require_whole(project: Project) -> None:
    """Stop before a publication would take the number of one whose account is damaged or lost.

    Raises:
        InputError: every such account.
    """
    kept = manifests(project)
    try:
        published = unsealed(project.database.with_suffix(".json").read_text("utf-8"))["number"]
    except (OSError, ValueError, KeyError):
        return
    last = kept[-1].number if kept else 0
    if isinstance(published, int) and published > last:
        raise InputError(_lost(project, n, "none") for n in range(last + 1, published + 1))


def _lost(project: Project, number: int, found: str) -> Problem:
    path = manifest_path(project, number)
    return Problem(
        file=path.relative_to(project.warehouse.parent).as_posix(),
        where="",
        expected=f"the account of publication {number}",
        found=found,
        remedy="restore it from a backup. Without one: put warehouse/history and "
        "warehouse/nqpf.json elsewhere; publications then begin anew, and nothing is compared with "
        "what was published before",
        code="account",
    )


def chosen(project: Project, named: str) -> Manifest:
    """The publication that a user names: a number, or a day for the last one up to its end.

    Raises:
        InputError: there is none; says which there are.
    """
    if named.isdecimal() and int(named) in numbers(project):
        one = read_manifest(project, int(named))
        if one is None:
            raise InputError([_lost(project, int(named), "one that cannot be read")])
        return one
    kept = manifests(project)
    if named.isdecimal():
        fitting = []
    else:
        try:
            day = dt.date.fromisoformat(named)
        except ValueError:
            raise InputError([_none(kept, named, "a number or a day, 2026-11-24")]) from None
        fitting = [one for one in kept if one.day <= day]
    if not fitting:
        raise InputError([_none(kept, named, "a publication that is kept")])
    return fitting[-1]


def _none(kept: list[Manifest], named: str, expected: str) -> Problem:
    listed = ", ".join(f"{one.number} ({one.day})" for one in kept[-10:])
    return Problem(
        file=f"publication {named}",
        where="",
        expected=expected,
        found=f"`{named}`; kept are {listed}" if kept else f"`{named}`; nothing is kept yet",
        remedy="`nqpf history` lists them all" if kept else "run `nqpf refresh` first",
        code="no_publication",
    )
