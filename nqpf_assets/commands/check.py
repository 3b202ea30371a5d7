"""Read raw files, cards and study files, say what is wrong, and build nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated

import typer

from nqpf_assets.checks.registry import CHECKS
from nqpf_assets.commands.common.arguments import ProjectOption
from nqpf_assets.commands.common.command import Command
from nqpf_assets.exports.registry import EXPORTS
from nqpf_assets.exports.terminal import out
from nqpf_assets.exports.told_problems import tell_problems
from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.problems import InputError, Problem
from nqpf_assets.projects.fetching.declared import NAME as SOURCES
from nqpf_assets.projects.fetching.declared import load_sources
from nqpf_assets.projects.inspection import (
    Inspection,
    everything_wrong,
    study_problems,
)
from nqpf_assets.projects.user_files import read_one_study
from nqpf_assets.sources.corrections import FILE, load_corrections
from nqpf_assets.user_input.project import Project
from nqpf_assets.user_input.settings import load_settings

ROOT_FILES: dict[str, Callable[[Project], object]] = {
    "nqpf.yaml": load_settings,
    FILE: load_corrections,
    SOURCES: load_sources,
}


def run(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[PATH]…", help="Files or folders; default: the project's own."),
    ] = None,
    project: ProjectOption = None,
) -> int:
    """Check these files and folders, or the whole project; the exit status."""
    opened = Project.at(project)
    found = _of_paths(opened, paths) if paths else everything_wrong(opened)
    problems = list(dict.fromkeys([*_broken_packages(), *found.problems]))
    tell_problems(problems)
    for remark in found.remarks:
        out().print(remark)
    errors = sum(problem.severity == "error" for problem in problems)
    warnings = len(problems) - errors
    sound = f"{counted(found.n_files, 'data files')} without errors"
    # A series without a file is no mistake of the study's.
    if paths and not found.n_files and not errors:
        sound = "read without the data files (`nqpf check` holds it against them)"
    out().print(
        f"{sound}, {counted(errors, 'problems')}, {counted(warnings, 'warnings')}", soft_wrap=True
    )
    return 2 if errors else 0


def _broken_packages() -> Iterator[Problem]:
    """Installed packages that register what a refresh or a query could not use.

    Those that studies and raw files are read with are told before anything is read.
    """
    for registry in (CHECKS, EXPORTS):
        try:
            _ = registry.all
        except InputError as error:
            yield from error.problems


def _of_paths(project: Project, paths: list[Path]) -> Inspection:
    """Study files are those that end in .yaml and are no cards; everything else is raw."""
    from nqpf_assets.catalog.catalogue import load_catalogue
    from nqpf_assets.sources.collector import check_paths

    catalogue = load_catalogue(project.catalog)
    problems = [
        Problem(
            file=str(path),
            where="",
            expected="a file or folder",
            found="nothing there",
            remedy="correct the path",
        )
        for path in paths
        if not path.exists()
    ]
    raw: list[Path] = []
    for path in filter(Path.exists, paths):
        load = ROOT_FILES.get(path.name) if path.resolve().parent == project.root else None
        if load is not None:
            problems += _problems_of(load, project)
            continue
        studies = _studies(project, path)
        for one in studies:
            file, part, wrong = read_one_study(project, one)
            problems += study_problems(file, catalogue, None) if file else wrong
            if part:
                problems += part.certain(study_problems(part.file, catalogue, None))
        if not studies:
            raw.append(path)
    found = check_paths(raw, catalogue, root=project.root)
    return Inspection([*problems, *found.problems], len(found.files))


def _problems_of(load: Callable[[Project], object], project: Project) -> tuple[Problem, ...]:
    """What is wrong with the form of a file at the root; all files together tell whether it fits them."""
    try:
        load(project)
    except InputError as error:
        return error.problems
    return ()


def _studies(project: Project, path: Path) -> list[Path]:
    """The study files that a path stands for."""
    if path.resolve() == project.root / "studies":
        return sorted(path.glob("*.yaml"))
    is_study = path.suffix in (".yaml", ".yml") and not path.name.endswith("card.yaml")
    return [path] if is_study and path.is_file() else []


COMMAND = Command("check", run)
