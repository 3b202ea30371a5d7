"""A project opened for work: its studies, catalogue and graph of steps, and what is out of date.

Every mistake in study files and catalogue is found here, before anything runs. The command line and
Dagster both begin with `open_project`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from nqpf_assets.catalog.columns import table_info
from nqpf_assets.messages.problems import InputError, Problem
from nqpf_assets.projects.inspection import study_problems
from nqpf_assets.projects.user_files import read_root_files, read_study_files
from nqpf_assets.sources.raw_state import RawState
from nqpf_assets.stages.compiled_study import CompiledStudy, compile_study
from nqpf_assets.stages.formula_neighbours import own_weights_in_formulas
from nqpf_assets.stages.graph import build_graph
from nqpf_assets.steps.graph import Graph
from nqpf_assets.steps.plan import Planned, plan
from nqpf_assets.studies.spec import Study
from nqpf_assets.user_input.project import Project
from nqpf_assets.user_input.settings import Settings
from nqpf_assets.warehouse.code_hash import recall_running, remember_running
from nqpf_assets.warehouse.made_from import MADE_FROM
from nqpf_assets.warehouse.store import Store, TableKey

if TYPE_CHECKING:
    from nqpf_assets.catalog.catalogue import Catalogue
    from nqpf_assets.studies.reader import StudyFile


@dataclass(frozen=True)
class OpenedProject:
    """What a refresh works with: all that was read and worked out of a project's own files."""

    project: Project
    catalogue: Catalogue
    files: Mapping[str, StudyFile]
    compiled: Mapping[str, CompiledStudy]
    graph: Graph
    store: Store
    settings: Settings

    @property
    def studies(self) -> dict[str, Study]:
        return {name: file.study for name, file in self.files.items()}

    @cached_property
    def descriptions(self) -> dict[TableKey, str]:
        """Every table with what it is: from the registry, or the title of a study's table."""
        titles = {
            (name, table): spec.title
            for name, study in self.studies.items()
            for table, spec in study.tables.items()
        }
        described = {key: table_info(*key) for key in self.graph.tables}
        return {key: info.description if info else titles[key] for key, info in described.items()}

    def plan(
        self, raw: RawState, only: Collection[str] = (), tables: Store | None = None
    ) -> list[Planned]:
        """Steps that are out of date; with `only`, those of these studies and those that serve all.

        Args:
            tables: the store as it was seen already.
        """
        planned = plan(self.graph, tables or self.store.at_a_glance(), raw)
        return [one for one in planned if not only or one.step.study in (None, *only)]


def open_project(project: Project, only: Collection[str] = ()) -> OpenedProject:
    """Read a project's studies and catalogue and put its graph together.

    Args:
        only: build these studies; others take part as they were built, or not at all.

    Raises:
        InputError: every mistake in study files and catalogue, each with its place. Whether the raw
            files hold the series is not looked at here.
    """
    from nqpf_assets.catalog.catalogue import load_catalogue

    read = read_study_files(project)
    files, problems = read.sound, read.problems
    try:
        catalogue = load_catalogue(project.catalog)
    except InputError as error:
        raise InputError([*problems, *error.problems]) from None
    settings, corrections, wrong = read_root_files(project)
    problems += wrong
    for file in files.values():
        problems += study_problems(file, catalogue, None)
    for part in read.in_part:
        problems += part.certain(study_problems(part.file, catalogue, None))
    problems += [_unknown(project, name, files) for name in only if name not in files]
    if problems:
        raise InputError(problems)
    store = Store(project.warehouse)
    if only:
        built = {name for name in files if store.record((name, "panel")) is not None}
        files = {name: file for name, file in files.items() if name in {*only, *built}}
    memory = project.warehouse / MADE_FROM
    recall_running(memory)
    if any(own_weights_in_formulas(file) for file in files.values()):
        from nqpf_assets.sources.weights_under import with_weights_under

        catalogue = with_weights_under(project.raw, catalogue)
    compiled = {name: compile_study(file, catalogue) for name, file in files.items()}
    graph = build_graph(compiled.values(), catalogue, settings, corrections)
    remember_running(memory)
    return OpenedProject(project, catalogue, files, compiled, graph, store, settings)


def _unknown(project: Project, name: str, studies: Mapping[str, StudyFile]) -> Problem:
    return Problem(
        file=f"{project.root / 'studies'}",
        where="",
        expected=f"a study named {name}",
        found=f"these studies: {', '.join(sorted(studies)) or 'none'}",
        remedy=f"correct the name, or begin one with `nqpf new-study {name}`",
    )
