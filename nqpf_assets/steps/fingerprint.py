"""Everything that a step's tables are made from, part by part, and how two such accounts differ.

A fingerprint tells whether something changed; the parts behind it tell what. They are kept beside the
tables when a step is done, so that a plan can name the file, the variable or the module.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from nqpf_assets.steps.reads import Outside
from nqpf_assets.steps.step import Step
from nqpf_assets.warehouse.code_hash import files_behind, modules_behind
from nqpf_assets.warehouse.duckdb_engine import ENGINE
from nqpf_assets.warehouse.made_from import OUTSIDE, Parts
from nqpf_assets.warehouse.releases import releases_of
from nqpf_assets.warehouse.store import Store

INPUT, QUERY, PROGRAM, CHECK, RELEASE = "input", "query", "program", "check", "release"


@dataclass(frozen=True)
class Change:
    """One part that is not what it was.

    Attributes:
        kind: ``raw files``, ``input``, ``query``, ``program``, ``check``, ``release``, or who says it
            (``study file`` …).
        what: its name: a path, a table, an entry of the study file.
        how: what happened to it.
        other: the path that a file was renamed or copied from.
    """

    kind: str
    what: str
    how: Literal["new", "changed", "gone", "renamed", "copied"]
    other: str = ""

    def __str__(self) -> str:
        if self.other:
            return f"{self.how} {self.other} → {self.what}"
        return f"{self.what} {self.how}".strip()


def parts_of(step: Step, store: Store, outside: Outside) -> Parts | None:
    """What the step would be made from now; None where an input table is missing."""
    if any(store.record(key) is None for key in step.inputs):
        return None
    parts = own_parts(step)
    parts[INPUT] = {what: hash_ for one in step.reads for what, hash_ in one.hashes(store).items()}
    if step.checked_by:
        parts[CHECK] = {name: _hash(program) for name, program in step.checked_by.items()}
    if step.reads_outside:
        parts[OUTSIDE] = dict(outside.hashes)
    return parts


def own_parts(step: Step) -> Parts:
    """What the step brings itself: query, program, releases of the libraries it uses, and parameters."""
    parts: Parts = {
        QUERY: {".".join(key): _hash(sql) for key, sql in step.sql.items()},
        PROGRAM: dict(files_behind(step.code) or {"": _hash(step.code)}),
        RELEASE: _releases(step),
    }
    for who, said in step.parameters.items():
        parts[who] = {name: _hash(text) for name, text in said.items()}
    return parts


def _releases(step: Step) -> dict[str, str]:
    modules = {
        *modules_behind(step.code),
        *([ENGINE, step.engine] if step.sql or step.is_query else []),
    }
    return releases_of(modules, with_parsers=step.reads_outside)


def fingerprint_of(parts: Parts) -> str:
    return _hash(json.dumps(parts, sort_keys=True))


def changes(before: Parts, now: Parts) -> tuple[Change, ...]:
    """Every part that differs, in the order of kinds and names."""
    found: list[Change] = []
    for kind in sorted({*before, *now}):
        found += _of_kind(kind, before.get(kind, {}), now.get(kind, {}))
    return tuple(found)


def words(found: Iterable[Change], most: int) -> str:
    """The first changes as one line; the rest is counted."""
    found = list(found)
    said = [f"{one.kind}: {one}" for one in found[:most]]
    more = len(found) - len(said)
    return "; ".join(said + ([f"and {more} more"] if more else []))


def _of_kind(kind: str, before: Mapping[str, str], now: Mapping[str, str]) -> list[Change]:
    gone = {what: before[what] for what in before if what not in now}
    by_content = {sha: what for what, sha in sorted(before.items(), reverse=True)}
    moved = {sha: what for what, sha in sorted(gone.items(), reverse=True)}
    found: list[Change] = []
    for what in sorted(now):
        sha = now[what]
        if what in before:
            if before[what] != sha:
                found.append(Change(kind, what, "changed"))
        elif kind == OUTSIDE and sha in moved:
            other = moved.pop(sha)
            del gone[other]
            found.append(Change(kind, what, "renamed", other))
        elif kind == OUTSIDE and sha in by_content:
            found.append(Change(kind, what, "copied", by_content[sha]))
        else:
            found.append(Change(kind, what, "new"))
    return found + [Change(kind, what, "gone") for what in sorted(gone)]


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
