"""A project's own files as they are read, each with what is wrong in it: settings, corrections, studies."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from nqpf_assets.catalog.columns import STUDY_SCHEMA, registry
from nqpf_assets.messages.problems import InputError, Problem
from nqpf_assets.user_input.own_files import leads_outside, real
from nqpf_assets.user_input.project import Project

if TYPE_CHECKING:
    from nqpf_assets.sources.corrections import Corrections
    from nqpf_assets.studies.reader import StudyFile
    from nqpf_assets.studies.sound_part import SoundPart
    from nqpf_assets.user_input.settings import Settings

ENGINE_SCHEMAS = frozenset(
    {"main", "information_schema", "pg_catalog", "memory", "system", "temp", "warehouse", "raw"}
    | {STUDY_SCHEMA, "every_study"}
)
"""Names of schemas that a study cannot have, besides those of the warehouse."""


def taken_schemas() -> frozenset[str]:
    """Names that a study cannot have: each study is a schema of its own beside these."""
    return ENGINE_SCHEMAS | {schema for schema, _ in registry()}


@dataclass(frozen=True)
class StudyFiles:
    """The study files of a project.

    Attributes:
        sound: those that can be read, by the names of the studies.
        in_part: of those with mistakes, what else can be looked at.
        problems: what is wrong with files that could not be read.
    """

    sound: dict[str, StudyFile]
    in_part: list[SoundPart]
    problems: list[Problem]


def read_study_files(project: Project) -> StudyFiles:
    """The project's studies, and what is wrong with files that could not be read."""
    files: dict[str, StudyFile] = {}
    parts: list[SoundPart] = []
    problems: list[Problem] = []
    for path in project.study_paths():
        if path.is_symlink() and leads_outside(path, path.parent):
            problems.append(
                Problem(
                    file=f"studies/{path.name}",
                    where="",
                    expected="a file inside studies/",
                    found=f"a link to {real(path)}, which was not read",
                    remedy="copy the file here",
                    code="link",
                )
            )
            continue
        file, part, wrong = read_one_study(project, path)
        problems += wrong
        parts += [part] if part else []
        if file is None:
            continue
        name = file.study.study
        if name != path.stem and name not in taken_schemas():
            problems.append(
                file.problem(
                    ("study",),
                    f"`study: {path.stem}`, the name of the file",
                    f"`study: {name}`",
                    f"rename the file to {name}{path.suffix}, or the study to {path.stem}",
                    "study_name",
                )
            )
        if name in files:
            problems.append(
                file.problem(
                    ("study",),
                    "one file per study",
                    f"`{name}`, as in {files[name].path}",
                    "rename one of the two studies",
                    "study_name",
                )
            )
        files.setdefault(name, file)
    return StudyFiles(files, parts, problems)


def read_root_files(project: Project) -> tuple[Settings, Corrections, list[Problem]]:
    """What `nqpf.yaml` and `corrections.yaml` say, the defaults where one is wrong or not there."""
    from nqpf_assets.sources.corrections import Corrections, load_corrections
    from nqpf_assets.user_input.settings import Settings, load_settings

    settings, corrections, problems = Settings(), Corrections(), list[Problem]()
    try:
        settings = load_settings(project)
        _require_engine(project, settings)
    except InputError as error:
        problems += error.problems
    try:
        corrections = load_corrections(project)
    except InputError as error:
        problems += error.problems
    return settings, corrections, problems


def _require_engine(project: Project, settings: Settings) -> None:
    """Stop where the engine of queries is not here: what is out of date depends on its release, too."""
    if settings.engine != "spark":
        return
    from nqpf_assets.user_input.settings import engine_problem
    from nqpf_assets.warehouse.spark_engine import SparkStopped, require_spark

    try:
        require_spark()
    except SparkStopped as error:
        raise InputError([engine_problem(project, error.found, error.remedy)]) from None


def read_one_study(
    project: Project, path: Path
) -> tuple[StudyFile | None, SoundPart | None, tuple[Problem, ...]]:
    """One study file under its path in the project; or its sound part, if any, and what is wrong with it."""
    from nqpf_assets.studies.reader import read_study_file
    from nqpf_assets.studies.sound_part import in_file, sound_part

    shown = str(path)
    if real(path).is_relative_to(project.root):
        shown = real(path).relative_to(project.root).as_posix()
    try:
        return replace(read_study_file(path), path=shown), None, ()
    except InputError as error:
        part, problems = sound_part(path), error.problems
    if part is not None:
        part = in_file(part, shown)
        problems = part.problems
    return None, part, tuple(replace(problem, file=shown) for problem in problems)
