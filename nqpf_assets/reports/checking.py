"""`nqpf check`: everything that is wrong in raw files, cards and studies, building nothing."""

from __future__ import annotations

from pathlib import Path

from nqpf_assets.problems import InputError, Problem
from nqpf_assets.project import Project
from nqpf_assets.reports.problems import tell_problems
from nqpf_assets.reports.terminal import out
from nqpf_assets.workbench import open_project


def run_check(project: Project, paths: list[Path]) -> int:
    """Check these files and folders, or the whole project; the exit status."""
    problems: list[Problem] = []
    n_files = 0
    studies = [
        path
        for path in paths
        if path.suffix in (".yaml", ".yml") and not path.name.endswith("card.yaml")
    ]
    for path in studies:
        from nqpf_assets.studies.reader import read_study_file

        try:
            read_study_file(path)
        except InputError as error:
            problems += error.problems
    if not paths:
        try:
            open_project(project)
        except InputError as error:
            problems += error.problems
    sources = [path for path in paths if path not in studies] or ([] if paths else [project.raw])
    if sources and all(path.exists() for path in sources):
        from nqpf_assets.catalog.catalogue import load_catalogue
        from nqpf_assets.sources.collection import check_paths

        found = check_paths(sources, load_catalogue(project.catalog), root=project.root)
        problems += found.problems
        n_files = len(found.files)
    problems += [
        Problem(str(path), "", "a file or folder", "nothing there", "correct the path")
        for path in sources
        if not path.exists()
    ]
    tell_problems(dict.fromkeys(problems))
    errors = sum(problem.severity == "error" for problem in problems)
    warnings = len(problems) - errors
    out().print(f"{n_files} data files without errors, {errors} problems, {warnings} warnings")
    return 2 if errors else 0
