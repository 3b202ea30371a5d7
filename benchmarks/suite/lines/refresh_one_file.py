"""A refresh of the sample with one newer vintage of a series that a study reads."""

from __future__ import annotations

from itertools import count
from pathlib import Path

from benchmarks.refresh import READ, add
from benchmarks.suite.line import OURS, Contestant, Line
from benchmarks.suite.projects import built, refresh

_NUMBERS = count()


def ours(project: Path) -> tuple[float, ...]:
    """Another number of inhabitants each time."""
    add(project, "2091", READ, next(_NUMBERS))
    refresh(project)
    return ()


LINE = Line(
    "Refresh of the sample project with one new file of a series that a study reads",
    "projects",
    (1,),
    (1,),
    built,
    1,
    {OURS: Contestant(ours, "nqpf-assets")},
)
