"""What is out of date and why, told from content: never from a clock.

A step's fingerprint is made from its code and the hashes of its input tables (or of the raw files);
the record beside a table keeps the fingerprint it was made with.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from nqpf_assets.project import Project
from nqpf_assets.stages.graph import Graph
from nqpf_assets.stages.step import Step
from nqpf_assets.store import Store, sha256_of


@dataclass(frozen=True)
class RawState:
    """The raw files and catalogue of a project, by content."""

    hashes: dict[str, str]  # path relative to the project → SHA-256

    @classmethod
    def of(cls, project: Project) -> RawState:
        folders = (project.raw, project.catalog)
        paths = sorted(
            path for folder in folders for path in folder.rglob("*") if _counts(path, folder)
        )
        return cls({path.relative_to(project.root).as_posix(): sha256_of(path) for path in paths})

    @cached_property
    def fingerprint(self) -> str:
        return hashlib.sha256(repr(sorted(self.hashes.items())).encode()).hexdigest()


def _counts(path: Path, folder: Path) -> bool:
    hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
    return not hidden and path.is_file() and not path.is_symlink()


def fingerprint(step: Step, store: Store, raw: RawState) -> str | None:
    """What the step would be made from now; None where an input table is missing."""
    digest = hashlib.sha256(step.code.encode())
    for key in step.inputs:
        record = store.record(key)
        if record is None:
            return None
        digest.update(f"{key}{record.sha256}".encode())
    if step.reads_raw:
        digest.update(raw.fingerprint.encode())
    return digest.hexdigest()


def is_fresh(step: Step, store: Store, raw: RawState) -> bool:
    """Whether all tables of the step stand as its code and inputs would make them."""
    now = fingerprint(step, store, raw)
    records = [store.record(key) for key in step.outputs]
    return now is not None and all(
        record is not None and record.fingerprint == now for record in records
    )


@dataclass(frozen=True)
class Planned:
    """A step to look at, and why: its own cause, or the stale steps before it."""

    step: Step
    reason: str
    is_certain: bool  # False: only if what comes before it turns out to have changed


def plan(graph: Graph, store: Store, raw: RawState) -> list[Planned]:
    """Steps that are out of date, and steps behind them, in the order of the graph.

    A step behind a stale one may turn out to need nothing, when the stale one gives the same table
    again; the runner then leaves it as it is.
    """
    planned: dict[str, Planned] = {}
    for step in graph.steps:
        before = sorted({graph.maker[key].name for key in step.inputs} & set(planned))
        if before:
            planned[step.name] = Planned(
                step, f"follows {', '.join(_shown(name) for name in before)}", False
            )
        elif not is_fresh(step, store, raw):
            planned[step.name] = Planned(step, _reason(step, store), True)
    return list(planned.values())


def _reason(step: Step, store: Store) -> str:
    missing = [key for key in step.outputs if store.record(key) is None]
    if missing:
        return f"{', '.join('.'.join(key) for key in missing)} not built yet"
    return (
        "raw files or catalogue changed"
        if step.reads_raw
        else "its query, parameters or code changed"
    )


def _shown(name: str) -> str:
    return name.replace("__", ".")
