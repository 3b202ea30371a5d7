"""What a line of the benchmarks is: one task, those who do it, and how large it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

OURS = "nqpf-assets"
STRIPPED = "NumPy, bare"
"""The least that arithmetic needs on rows that are sorted and complete: no checks, names, tests or notes."""
ROOM = "benchmarks.suite.lines"
ROWS, MANY_ROWS = (3_000, 30_000, 300_000), (300_000, 1_000_000, 3_000_000)
"""Sizes of what reads each row a few times."""


@dataclass(frozen=True)
class Contestant:
    """Who does the task.

    Attributes:
        run: from the data to some numbers, to be held against the first of ours.
        package: whose release is told; empty for NumPy.
        most: the largest size that it is asked; it would take hours, or more memory than there is.
        same: how far its numbers may be from ours, of their size.
        remark: what it does otherwise.
    """

    run: Callable[[Any], tuple[float, ...]]
    package: str = ""
    most: int | None = None
    same: float = 1e-6
    remark: str = ""


@dataclass(frozen=True)
class Line:
    """One task.

    Attributes:
        title: of the task, for the page.
        of: what `sizes` count.
        sizes: three of them; `large`: those of ``make bench-large``.
        data: from a size to what contestants are given; not measured.
        warm: a size at which each is run once before it is measured: imports, compilation.
        contestants: name → who it is, ours first.
    """

    title: str
    of: str
    sizes: tuple[int, ...]
    large: tuple[int, ...]
    data: Callable[[int], Any]
    warm: int
    contestants: Mapping[str, Contestant]


def lines() -> dict[str, Line]:
    """Name → line, in the order of their names."""
    folder = Path(__file__).parent / "lines"
    names = sorted(path.stem for path in folder.glob("*.py") if path.stem != "__init__")
    return {name: import_module(f"{ROOM}.{name}").LINE for name in names}
