"""The mini project with a yearbook that revises it: what tests of publications begin with."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from nqpf_assets.user_input.project import Project
from tests import once
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


def published_twice(root: Path) -> Project:
    """The mini project, and a later vintage in which 山西's output of 2017 is ten per cent higher.

    Published before and after; built once in a run of the tests and copied to all who begin with it.
    """

    def build(folder: Path) -> None:
        project = published(folder).project
        add_vintage(project, "2020", revised(1.1, (3, 2017)))
        published_again(project)

    return Project.at(
        shutil.copytree(once.once("published_twice", build), root, dirs_exist_ok=True)
    )
