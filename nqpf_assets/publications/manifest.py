"""The account of one publication: its tables by content, and everything they were made from.

One JSON file per publication under `warehouse/history/`, written once and never changed. Numbers rise
with every publication whose content is new.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from nqpf_assets.problems import InputError, Problem
from nqpf_assets.project import Project
from nqpf_assets.store import TableKey, replace_file

_FILE = re.compile(r"(\d{6,})\.json")


@dataclass(frozen=True)
class TableContent:
    """One published table: its file's hash, which is its name in the archive, and what it is."""

    sha256: str
    n_rows: int
    description: str


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
        versions: of Python, this package and the packages that compute.
        findings: warnings of its checks.
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
        content: dict[str, Any] = json.loads(manifest_path(project, number).read_text("utf-8"))
        content["tables"] = {k: TableContent(**v) for k, v in content["tables"].items()}
        content["findings"] = tuple(Finding(**one) for one in content["findings"])
        return Manifest(**content)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def write_manifest(project: Project, manifest: Manifest) -> None:
    """Keep the account; on disk when this returns."""
    text = json.dumps(asdict(manifest), indent=1, ensure_ascii=False)
    path = manifest_path(project, manifest.number)
    replace_file(path, lambda beside: beside.write_text(text, "utf-8"))


def manifests(project: Project) -> list[Manifest]:
    """All accounts that are kept and sound, oldest first."""
    found = (read_manifest(project, number) for number in numbers(project))
    return [manifest for manifest in found if manifest is not None]


def chosen(project: Project, named: str) -> Manifest:
    """The publication that a user names: a number, or a day for the last one up to its end.

    Raises:
        InputError: there is none; says which there are.
    """
    kept = manifests(project)
    if named.isdecimal():
        fitting = [one for one in kept if one.number == int(named)]
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
        f"publication {named}",
        "",
        expected,
        f"`{named}`; kept are {listed}" if kept else f"`{named}`; nothing is kept yet",
        "`nqpf history` lists them all" if kept else "run `nqpf refresh` first",
        code="no_publication",
    )
