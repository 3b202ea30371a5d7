"""A lock of a publication, `nqpf.lock`: what went in, what computed it, and what came out, by hash.

Kept with the project, it lets another machine prove that the same files give the same tables. What is
compared, and how a rebuild is made for it, is `verification`'s.
"""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from nqpf_assets.messages.problems import InputError, Problem
from nqpf_assets.publications.archive import content_path, require_kept
from nqpf_assets.publications.locked_contents import Sums, sums_of, words_of
from nqpf_assets.publications.manifest import manifests
from nqpf_assets.publications.origins import inputs_of
from nqpf_assets.sources.raw_state import RawState
from nqpf_assets.user_input.project import PACKAGE, Project, sql_root
from nqpf_assets.warehouse.duckdb_engine import in_memory, rows_of_file
from nqpf_assets.warehouse.durable import replace_file

NAME = "nqpf.lock"
FORMAT = 1


@dataclass(frozen=True)
class LockedTable:
    """One table: hash of its file, rows, and what `locked_contents` keeps of them.

    Attributes:
        sums: of each column of numbers.
        words: of all that is no such number; None in the lock of an earlier release.
    """

    sha256: str
    n_rows: int
    sums: Sums
    words: str | None = None


@dataclass(frozen=True)
class Lock:
    """What `nqpf.lock` says.

    Attributes:
        inputs: path in the project → SHA-256.
        versions: of Python and of the packages that compute.
        code: hash of this package's own code and data.
        machine: kind of processor, since the last digit can depend on it.
        tables: ``schema.table`` → content.
    """

    format: int
    publication: int
    fingerprint: str
    inputs: Mapping[str, str]
    versions: Mapping[str, str]
    code: str
    machine: str
    tables: Mapping[str, LockedTable]


def lock_of_newest(project: Project) -> Lock:
    """The lock of what a project published last, and of the files that give it as they are now.

    A file that changed since without changing a table, by a comment, is no reason for a publication: that one
    names the content before.

    Raises:
        InputError: a content of it is not what it was.
    """
    manifest = manifests(project)[-1]
    require_kept(project, manifest, manifest.tables)
    tables = {}
    with in_memory() as connection:
        for name, table in manifest.tables.items():
            rows = rows_of_file(content_path(project, table.sha256))
            sums, words = sums_of(connection, rows), words_of(connection, rows)
            tables[name] = LockedTable(table.sha256, table.n_rows, sums, words)
    return Lock(
        FORMAT,
        manifest.number,
        manifest.fingerprint,
        inputs_of(project, RawState.of(project)),
        manifest.versions,
        code_hash(),
        platform.machine(),
        tables,
    )


def write_lock(project: Project, lock: Lock) -> None:
    """Put the lock beside the project's other files."""
    text = json.dumps(asdict(lock), indent=1, ensure_ascii=False)
    replace_file(project.root / NAME, lambda beside: beside.write_text(text + "\n", "utf-8"))


def read_lock(project: Project) -> Lock:
    """The project's lock.

    Raises:
        InputError: there is none, or it is no lock.
    """
    path = project.root / NAME
    if not path.is_file():
        raise InputError(
            [
                Problem(
                    file=NAME,
                    where="",
                    expected="a lock of the project",
                    found="none",
                    remedy="make one with `nqpf lock`",
                )
            ]
        )
    try:
        content: dict[str, Any] = json.loads(path.read_text("utf-8"))
        if content["format"] != FORMAT:
            raise ValueError(f"format {content['format']}, this release reads {FORMAT}")
        tables = {
            name: LockedTable(
                table["sha256"],
                table["n_rows"],
                {column: _sums(of) for column, of in table["sums"].items()},
                table.get("words"),
            )
            for name, table in content["tables"].items()
        }
        return Lock(**{**content, "tables": tables})
    except (OSError, ValueError, TypeError, KeyError, AttributeError, IndexError) as error:
        found = f"it cannot be read: {error}"
        raise InputError(
            [
                Problem(
                    file=NAME,
                    where="",
                    expected="a lock that `nqpf lock` wrote",
                    found=found,
                    remedy="make it anew",
                )
            ]
        ) from None


def _sums(numbers: list[float]) -> tuple[float, ...]:
    if len(numbers) < 2 or len(numbers) % 2:
        raise ValueError(f"sums with their absolute sums are expected, {len(numbers)} found")
    return tuple(map(float, numbers))


def code_hash() -> str:
    """Hash of every module, query and data file of this package."""
    digest = hashlib.sha256()
    for root in (PACKAGE, sql_root()):
        for path in sorted(root.rglob("*")):
            if path.suffix in {".py", ".sql", ".yaml", ".csv", ".json"} and path.is_file():
                digest.update(path.relative_to(root).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()
