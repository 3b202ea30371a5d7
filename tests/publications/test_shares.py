"""Shares of several causes at once: what publishing them one after the other gives, and no other numbers."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from nqpf_assets.projects.opened import open_project
from nqpf_assets.publications.difference import difference, pair
from nqpf_assets.publications.shares import Shares, shares
from nqpf_assets.user_input.project import Project
from tests.command import nqpf
from tests.publications.revisions import (
    add_vintage,
    published,
    published_again,
    published_twice,
    revised,
)
from tests.publications.test_true_causes import CORRECTION, replace_people
from tests.stages.mini import STUDY, page, write_mini

pytestmark = pytest.mark.slow  # whole builds and publications

Key = tuple[str, str, str, str]
OTHER_STUDY = STUDY.replace(
    "output: {series: gdp, title: Output}", "output: {expression: gdp / 2, title: Half}"
)


def study_file(project: Project) -> None:
    write_mini(project.root, OTHER_STUDY, {
        "raw/survey/2019/people.csv": (project.raw / "survey/2019/people.csv").read_text("utf-8")
    })  # fmt: skip


def people_replaced(project: Project) -> None:
    replace_people(project, 1.02)


def vintage_added(project: Project) -> None:
    add_vintage(project, "2020", revised(1.1, (3, 2017)))


def corrected(project: Project) -> None:
    text = CORRECTION.replace('    vintage: "2019"\n', "")
    (project.root / "corrections.yaml").write_text(text, "utf-8")


IN_ORDER = (study_file, people_replaced, vintage_added, corrected)


def estimates(project: Project) -> dict[Key, float]:
    """The coefficients that are published."""
    ran = nqpf(
        "query", "SELECT study, table_name, column_label, term, estimate FROM result.estimate",
        "--format", "json", project=project.root,
    )  # fmt: skip
    rows = json.loads(ran.out)
    return {tuple(row.values())[:4]: row["estimate"] for row in rows}  # type: ignore[misc]


def found(project: Project) -> Shares:
    return shares(open_project(project), difference(project, *pair(project, None, None), None))


def test_shares_are_what_publishing_one_after_the_other_gives(tmp_path: Path) -> None:
    at_once = published(tmp_path / "at_once").project
    for change in IN_ORDER:
        change(at_once)
    published_again(at_once)
    made = found(at_once)
    assert made.causes == (
        "study file",
        "raw/survey/2019/people.csv replaced",
        "raw/bureau/2020/output.csv added",
        "corrections slip",
    )

    one_by_one = published(tmp_path / "one_by_one").project
    path = [estimates(one_by_one)]
    for change in IN_ORDER:
        change(one_by_one)
        published_again(one_by_one)
        path.append(estimates(one_by_one))
    assert made.rows
    for key, whole, parts in made.rows:
        expected = [after[key] - before[key] for before, after in pairwise(path)]
        scale = max(abs(one[key]) for one in path)
        # The same program over the same values: products of rounding in another order at most.
        assert parts == pytest.approx(expected, abs=1e-9 * scale), key
        assert sum(parts) == pytest.approx(whole, abs=1e-12 * scale)
    assert all(any(abs(parts[n]) > 1e-6 for _, _, parts in made.rows) for n in range(4))


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Two causes, and no other study file or program."""
    project = published(tmp_path_factory.mktemp("twice")).project
    people_replaced(project)
    vintage_added(project)
    published_again(project)
    return project


def test_the_command_tells_causes_by_number_and_their_shares(twice: Project) -> None:
    ran = nqpf("diff", "--shares", project=twice.root)
    assert ran.status == 0, ran.err
    told = ran.out.split("\nshares ")[1]
    assert "1: raw/survey/2019/people.csv replaced\n" in told
    assert "2: raw/bureau/2020/output.csv added\n" in told
    third = next(line for line in told.splitlines() if "mini.table_1 (3) people_before: " in line)
    assert third.endswith("(100%)"), "山西 is not in its sample: the survey moved all of it"
    assert "; 2: " not in third
    data = json.loads(nqpf("diff", "--shares", "--format", "json", project=twice.root).out)
    for row in data["shares"]["estimate"]:
        assert sum(row["shares"]) == pytest.approx(row["change"])


def test_the_projects_own_warehouse_is_left_alone(twice: Project) -> None:
    def state() -> dict[str, int]:
        return {
            str(path): path.stat().st_mtime_ns
            for path in twice.warehouse.rglob("*")
            if path.is_file()
        }

    before = state()
    found(twice)
    assert state() == before


def test_with_another_study_file_than_was_published_it_is_refused(tmp_path: Path) -> None:
    project = published_twice(tmp_path)
    study_file(project)
    ran = nqpf("diff", "--shares", project=project.root)
    assert ran.status == 2
    assert "the study files and program with which it was made" in ran.err
    assert nqpf("diff", project=project.root).status == 0


def _elsewhere(project: Project) -> None:
    """The bureau's file under another name, with another value: the same edition at two places."""
    folder = project.raw / "bureau/2019"
    (folder / "output.csv").unlink()
    (folder / "table.csv").write_text(page("output", revised(1.1, (3, 2017))), "utf-8")
    (folder / "output.csv.card.yaml").rename(folder / "table.csv.card.yaml")


def _in_its_place(project: Project) -> None:
    """A later edition, and the earlier one is gone: without either there is no study."""
    add_vintage(project, "2020", revised(1.1, (3, 2017)))
    for path in (project.raw / "bureau/2019").iterdir():
        path.unlink()


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        (_elsewhere, "raw/bureau/2019/output.csv removed and raw/bureau/2019/table.csv added"),
        (
            _in_its_place,
            "raw/bureau/2019/output.csv removed together with raw/bureau/2020/output.csv added",
        ),
    ],
)
def test_what_cannot_be_taken_apart_is_one_cause(
    tmp_path: Path, change: Callable[[Project], None], cause: str
) -> None:
    project = published(tmp_path).project
    change(project)
    published_again(project)
    made = found(project)
    assert made.causes == (cause,)
    assert all(parts == (whole,) for _, whole, parts in made.rows)
