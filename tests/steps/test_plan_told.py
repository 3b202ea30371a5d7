"""`nqpf refresh --plan` names every table that comes to be another, and not many more."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from nqpf_assets.commands.common.planned import plan_lines
from nqpf_assets.projects.opened import OpenedProject, open_project
from nqpf_assets.publications.outlook import outlook_of
from nqpf_assets.user_input.project import Project
from tests.stages.mini import STUDY, page, people, walk, walked

pytestmark = pytest.mark.slow  # each test builds a project of its own

LONE = """\
study: lone
title: Output alone
units: {level: province, only: [北京, 天津, 河北, 山西], expect: 4}
periods: {first: 2015, last: 2018}
interpolation: {method: linear, ends: none}
variables:
  output: {series: gdp, title: Output}
  output_before: {expression: "lag(gdp, 1)", title: Output the year before}
tables:
  table_3:
    title: Output
    model: {outcome: output, regressors: [output_before], expect: {n: 16}}
    columns:
      - label: (1)
"""

PEOPLE, OUTPUT = "raw/survey/2019/people.csv", "raw/bureau/2019/output.csv"


def edit(path: str, old: str, new: str) -> Callable[[Project], None]:
    def change(project: Project) -> None:
        text = (project.root / path).read_text("utf-8")
        assert old in text
        (project.root / path).write_text(text.replace(old, new), "utf-8")

    return change


def add_year(project: Project) -> None:
    """A new edition, which revises one cell as well."""
    folder = project.raw / "survey" / "2020"
    folder.mkdir()
    text = page("people", people).replace(f"北京市,2016,{people(0, 2016)}", "北京市,2016,1001")
    (folder / "people.csv").write_text(text, "utf-8")
    card = (project.root / f"{PEOPLE}.card.yaml").read_text("utf-8")
    (folder / "people.csv.card.yaml").write_text(card, "utf-8")


def rename(project: Project) -> None:
    for name in (PEOPLE, f"{PEOPLE}.card.yaml"):
        target = project.root / name.replace("people.csv", "population.csv")
        (project.root / name).rename(target)


def told(opened: OpenedProject) -> set[str]:
    """Tables that the plan names, certain and behind."""
    lines = plan_lines(outlook_of(opened))
    named = (line.split("  ", 1)[1] for line in lines if line.startswith(("build  ", "look at  ")))
    return {table.strip() for names in named for table in names.split(",")}


def contents(opened: OpenedProject) -> dict[str, str]:
    records = {".".join(key): opened.store.record(key) for key in opened.graph.tables}
    return {name: record.sha256 for name, record in records.items() if record is not None}


def tables_of(project: Project) -> set[Path]:
    return {*(project.warehouse / "tables").rglob("*")}


COLUMN = "      - label: (1)\n"
GROUP = "groups:\n  coast: {east: [天津, 河北]}\n"


@pytest.mark.parametrize(
    ("change", "most"),
    [
        (edit(PEOPLE, f"河北省,2017,{people(2, 2017)}", "河北省,2017,1700"), 10),
        (add_year, 9),
        (edit(f"{PEOPLE}.card.yaml", "status: synthetic", "status: official"), 13),
        (rename, 0),
        (
            edit("studies/mini.yaml", COLUMN, f"{COLUMN}      - {{label: (9), effects: [unit]}}\n"),
            8,
        ),
        (edit("studies/mini.yaml", "indices:\n", f"{GROUP}indices:\n"), 2),
    ],
    ids=["a cell", "a year", "a card", "renamed", "a column", "an unused group"],
)
def test_a_plan_names_what_comes_to_be_another_and_little_more(
    tmp_path: Path, change: Callable[[Project], None], most: int
) -> None:
    built = walked(tmp_path, STUDY, {"studies/lone.yaml": LONE})
    before = contents(built.opened)
    change(built.project)
    standing = {path: path.stat().st_mtime_ns for path in tables_of(built.project)}
    named = told(open_project(built.project))
    assert standing == {path: path.stat().st_mtime_ns for path in tables_of(built.project)}
    again = walk(built.project)
    after = contents(again.opened)
    other = {name for name in after if after[name] != before.get(name)}
    print(f"named {len(named)}, built {len(again.rebuilt)}, other {len(other)}")
    assert other <= again.rebuilt <= named
    assert len(named - again.rebuilt) <= most
    idle = {"lone.unit", "lone.reported_cell", "lone.filled_cell", "lone.panel", "lone.model"}
    assert not idle & named, "the other study reads no series that changed"
