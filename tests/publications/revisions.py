"""The mini project with a yearbook that revises it: what tests of publications begin with."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from nqpf_assets.user_input.project import Project
from tests.stages.mini import CARD, Walk, output, page, walk, walked

Cell = Callable[[int, int], float | None]

WIDE = "limits: {weight_shift: 1}\n"
"""Four provinces and two indicators: every revision moves weights far."""


def revised(factor: float = 1.1, at: tuple[int, int] = (3, 2017)) -> Cell:
    """Output with one cell that a later yearbook multiplies."""

    def cell(region: int, year: int) -> float | None:
        value = output(region, year)
        return value if value is None or (region, year) != at else round(value * factor, 2)

    return cell


def add_vintage(project: Project, vintage: str, cell: Cell) -> Path:
    """A file of the bureau's with another vintage of the same series."""
    folder = project.raw / "bureau" / vintage
    folder.mkdir(parents=True)
    card = CARD.format(publisher="Bureau", status="official", published=f"{vintage}-10", unit="亿元",
                       series="gdp", label="output")  # fmt: skip
    path = folder / "output.csv"
    path.write_text(page("output", cell), "utf-8")
    path.with_name("output.csv.card.yaml").write_text(card, "utf-8")
    return path


def published(root: Path, settings: str = WIDE) -> Walk:
    """The mini project with its first publication."""
    return walked(root, files={"nqpf.yaml": settings}, is_published=True)


def published_again(project: Project) -> Walk:
    """Bring everything up to date, and publish."""
    done = walk(project)
    done.publish()
    return done
