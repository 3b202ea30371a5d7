"""What only data show to be wrong, under the name of the study's file and at the line that asks for it.

A step knows its study, not the file that it was read from: it names the keys (`Problem.asked_at`), and
whoever has the file puts its line before the table and column that are told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from nqpf_assets.messages.problems import Problem
from nqpf_assets.studies.reader import StudyFile
from nqpf_assets.studies.validation_columns import Written


def at_its_line(problem: Problem, files: Mapping[str, StudyFile]) -> Problem:
    """The same in its study file; as it is where it is not about a study.

    Args:
        problem: its file is ``study NAME``, or a table of a study whose keys are asked for.
        files: the study files, by the names of the studies.
    """
    name = problem.file.removeprefix("study ")
    if problem.asked_at and name not in files:
        name = name.partition(".")[0]
    file = files.get(name)
    if file is None:
        return problem
    if not problem.asked_at:
        return replace(problem, file=file.path)
    path = problem.asked_at
    if path[0] == "tables" and path[2:3] == ("columns",):
        path = Written(file, path[:4])(path[4:])
    where = f"{file.place(*path)}: {problem.where}" if problem.where else str(file.place(*path))
    return replace(problem, file=file.path, where=where, asked_at=())
