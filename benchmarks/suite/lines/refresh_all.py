"""A refresh of the sample from nothing: all files read, all tables of both studies built and published."""

from __future__ import annotations

from pathlib import Path

from benchmarks.suite.line import OURS, Contestant, Line
from benchmarks.suite.projects import forget, refresh, sample


def ours(project: Path) -> tuple[float, ...]:
    forget(project)
    refresh(project)
    return ()


LINE = Line(
    "Full refresh of the sample project, pages included",
    "projects",
    (1,),
    (1,),
    sample,
    1,
    {OURS: Contestant(ours, "nqpf-assets")},
)
