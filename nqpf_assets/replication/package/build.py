"""A replication package, made in an empty folder: files of the project, built from them alone, and described.

What is in the folder is built once before it is called a package: the lock is of that build, its run time is
in the README, and numbers other than those that are published stop the whole.
"""

from __future__ import annotations

import math
import os
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from nqpf_assets.exports.about import about_publication
from nqpf_assets.exports.published_tables import known_tables
from nqpf_assets.messages.problems import CheckFailed, InputError, Problem
from nqpf_assets.publications.lockfile import lock_of_newest, write_lock
from nqpf_assets.publications.origins import ROOT_FILES, versions
from nqpf_assets.replication.package import data_package, sources, target
from nqpf_assets.replication.package.data_files import write_data
from nqpf_assets.replication.package.facts import PackageFacts, TableFacts, as_json
from nqpf_assets.replication.package.figure_files import write_figures
from nqpf_assets.replication.package.metadata import FOLDER, metadata_files
from nqpf_assets.replication.package.programs import write_programs
from nqpf_assets.replication.package.readme import readme
from nqpf_assets.replication.package.same_numbers import different_tables
from nqpf_assets.replication.package.table_files import write_tables
from nqpf_assets.sources.raw_state import RawState
from nqpf_assets.stages.own_weights import own_weights
from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse.duckdb_file import open_closed
from nqpf_assets.warehouse.durable import sha256_of

if TYPE_CHECKING:
    from nqpf_assets.projects.opened import OpenedProject
    from nqpf_assets.replication.package.sources import Sources
    from nqpf_assets.warehouse.connection import Connection


@dataclass(frozen=True)
class Packed:
    """What went into a package."""

    facts: PackageFacts
    n_files: int


@dataclass(frozen=True)
class Packing:
    """One package to be made.

    Attributes:
        opened: the project, whose publication is of its files as they are.
        connection: its publication.
        study: which study.
        authors: ``Family, Given``.
        build: refreshes a project.
    """

    opened: OpenedProject
    connection: Connection
    study: str
    authors: tuple[str, ...]
    build: Callable[[Project], object]

    def into(self, folder: Path) -> Packed:
        """Make the package in an empty folder.

        Raises:
            InputError, CheckFailed: the files of the package alone do not give what is published.
        """
        found = sources.sources_of(
            self.connection,
            self.opened.project,
            self.opened.compiled[self.study].named_series,
            own_weights(self.opened.files[self.study]),
        )
        study_file = _copy(self.opened, self.study, found, folder)
        minutes = self._built(folder)
        for one in found.kept_back:
            (folder / one.path).unlink()
        data = write_data(self.connection, self.study, found, folder)
        programs = write_programs(self.connection, self.study, folder)
        titles = known_tables(self.connection)
        tables = [
            TableFacts(
                name,
                title,
                tuple(write_tables(self.connection, name, titles, folder)),
                programs.made_in_r(name.partition(".")[2]),
                programs.made_in_stata(name.partition(".")[2]),
            )
            for name, title in titles.items()
            if name.partition(".")[0] == self.study
        ]
        facts = PackageFacts(
            self.opened.studies[self.study],
            study_file,
            replace(about_publication(self.connection), is_synthetic=found.is_synthetic),
            self.authors,
            found,
            tables,
            write_figures(self.connection, self.study, folder),
            versions(),
            minutes,
            os.cpu_count() or 1,
            data.codebook,
            data.n_rows,
        )
        _describe(facts, folder, data.schemas)
        n_files = sum(path.is_file() for path in folder.rglob("*"))
        return Packed(facts, n_files)

    def _built(self, folder: Path) -> int:
        """Build from the folder alone, write its lock, hold the numbers against ours; minutes it took."""
        own = self.opened.project.warehouse / f".package.{os.getpid()}"
        aside = Project(folder, own)
        began = time.monotonic()
        try:
            self.build(aside)
            minutes = max(1, math.ceil((time.monotonic() - began) / 60))
            write_lock(aside, lock_of_newest(aside))
            with open_closed(aside.database) as built:
                other = different_tables(self.connection, built, self.study)
        finally:
            shutil.rmtree(own, ignore_errors=True)
        if other:
            raise CheckFailed([_differs(self.study, other)])
        return minutes


def _copy(opened: OpenedProject, study: str, found: Sources, folder: Path) -> str:
    """The files that the study is built from; the study file's path in the package.

    Files that may not be passed on are copied too: they are needed once, and leave before anybody sees them.
    """
    project = opened.project
    kept_back = {one.path for one in found.kept_back}
    state = RawState.of(project)
    for name, content in state.hashes.items():
        is_raw = (project.root / name).is_relative_to(project.raw)
        if is_raw and name not in kept_back and not found.goes(name):
            continue
        there = folder / name
        there.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(project.root / name, there)
        if sha256_of(there) != content:
            raise InputError([_changing(name)])
    (path,) = (path for path in project.study_paths() if _is_study(path, opened, study))
    shown = f"studies/{path.name}"
    for source, name in [
        (path, shown),
        *((project.root / name, name) for name in ROOT_FILES if (project.root / name).is_file()),
    ]:
        (folder / name).parent.mkdir(exist_ok=True)
        shutil.copyfile(source, folder / name)
    return shown


def _is_study(path: Path, opened: OpenedProject, study: str) -> bool:
    return path.name == Path(opened.files[study].path).name


def _describe(facts: PackageFacts, folder: Path, schemas: dict[str, dict[str, object]]) -> None:
    """README, requirements, metadata, data package and hashes, from what is there by now."""
    pins = [f"{name}=={release}" for name, release in facts.versions.items() if name != "python"]
    (folder / "requirements.txt").write_text("\n".join(pins) + "\n", "utf-8")
    (folder / "README.md").write_text(readme(facts), "utf-8")
    (folder / FOLDER).mkdir()
    for name, text in metadata_files(facts):
        (folder / name).write_text(text, "utf-8")
    described = data_package.data_package(facts, folder, schemas)
    (folder / data_package.FILE).write_text(as_json(described), "utf-8")
    target.write_checksums(folder)


def _changing(name: str) -> Problem:
    return Problem(
        file=name,
        where="",
        expected="a file that stays as it is while it is packed",
        found="another content",
        remedy="run the command again",
        code="package",
    )


def _differs(study: str, tables: list[str]) -> Problem:
    return Problem(
        file=study,
        where="",
        expected="the published numbers, built from the files of the package alone",
        found=f"others in {', '.join(tables)}",
        remedy="run `nqpf refresh` with this release; if it stays, the study reads a file that the package "
        "lacks: please report it",
        code="package",
    )
