"""A refresh of the sample where nothing is new."""

from __future__ import annotations

from pathlib import Path

from benchmarks.suite.line import OURS, Contestant, Line
from benchmarks.suite.projects import built, refresh


def ours(project: Path) -> tuple[float, ...]:
    refresh(project)
    return ()


LINE = Line(
    "Refresh of the sample project with nothing new",
    "projects",
    (1,),
    (1,),
    built,
    1,
    {OURS: Contestant(ours, "nqpf-assets")},
)
