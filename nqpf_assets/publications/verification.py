"""Is a lock true here: the same files, the same releases, and from them, built anew, the same tables?

The project's own warehouse is neither read nor written: everything is built in a folder of its own.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from nqpf_assets.messages.problems import InputError, Problem
from nqpf_assets.publications import origins
from nqpf_assets.publications.difference import Changed
from nqpf_assets.publications.locked_contents import is_rounding
from nqpf_assets.publications.lockfile import Lock, code_hash
from nqpf_assets.publications.manifest import key_of, manifests
from nqpf_assets.sources.raw_state import RawState
from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse.duckdb_engine import in_memory, rows_of_file
from nqpf_assets.warehouse.store import Store

Verdict = Literal["same", "rounding", "different", "missing", "added"]


@dataclass(frozen=True)
class Verified:
    """What a rebuild gave.

    Attributes:
        versions: packages whose release is another than when the lock was made.
        has_other_code: this package's own code is another.
        verdicts: table → whether it is the same to the last bit, differs by rounding, or differs.
    """

    versions: Changed
    has_other_code: bool
    verdicts: dict[str, Verdict]

    @property
    def holds(self) -> bool:
        return all(verdict in ("same", "rounding") for verdict in self.verdicts.values())


def require_inputs(project: Project, lock: Lock) -> None:
    """Refuse to compare what was made from other files.

    Raises:
        InputError: every file that is missing, changed, or was not there.
    """
    now = origins.inputs_of(project, RawState.of(project))
    changed = Changed.between(lock.inputs, now)
    words = {
        "added": ("no such file: it was not there when the lock was made", "remove it"),
        "removed": ("the file that the lock names", "restore it"),
        "changed": ("the content that the lock names", "restore it"),
    }
    problems = [
        Problem(
            file=name,
            where="",
            expected=words[changed.words(name)][0],
            found={"added": "a file", "removed": "none", "changed": "another content"}[
                changed.words(name)
            ],
            remedy=f"{words[changed.words(name)][1]}, or make the lock anew with `nqpf lock`",
            code="lock",
        )
        for name in changed.values
    ]
    if problems:
        raise InputError(problems)


def verify(project: Project, lock: Lock, build: Callable[[Project], object]) -> Verified:
    """Build the project anew and hold every table against the lock.

    Args:
        build: refreshes a project.

    Raises:
        InputError: the files are not those of the lock.
    """
    require_inputs(project, lock)
    folder = project.warehouse / f".verify.{os.getpid()}"
    aside = replace(project, aside=folder)
    try:
        build(aside)
        verdicts = dict(_verdicts(aside, lock))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return Verified(
        Changed.between(lock.versions, origins.versions()), lock.code != code_hash(), verdicts
    )


def _verdicts(aside: Project, lock: Lock) -> Iterator[tuple[str, Verdict]]:

    store = Store(aside.warehouse)
    built = manifests(aside)[-1].tables
    with in_memory() as connection:
        for name in sorted({*lock.tables, *built}):
            if name not in built or name not in lock.tables:
                yield name, "missing" if name not in built else "added"
            elif built[name].sha256 == lock.tables[name].sha256:
                yield name, "same"
            else:
                relation = rows_of_file(store.path(key_of(name)))
                is_near = built[name].n_rows == lock.tables[name].n_rows and is_rounding(
                    connection, relation, lock.tables[name].sums, lock.tables[name].words
                )
                yield name, "rounding" if is_near else "different"
