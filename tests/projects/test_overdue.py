"""Overdue editions: told by the day one looks on, by cards, and by what has arrived since."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from nqpf_assets.commands.status import show_status
from nqpf_assets.messages.problems import InputError
from nqpf_assets.projects.opened import open_project
from nqpf_assets.projects.overdue import overdue_editions
from nqpf_assets.user_input.project import Project
from tests.stages.mini import CARD, Walk, first_walk, output, page, walk, write_mini

DUE = dt.date(2020, 10, 31)
LATE = dt.date(2020, 11, 1)


def card(
    title: str = "Made up", *, next_edition: str | None = "2020-10", name: str = "output"
) -> str:
    text = CARD.format(publisher="Bureau", status="official", published="2019-10", unit="亿元",
                       series="gdp", label=name).replace("Made up", title)  # fmt: skip
    return text + (f"next_edition: {next_edition}\n" if next_edition else "")


@pytest.fixture
def mini(tmp_path: Path) -> Project:
    return write_mini(tmp_path, files={"raw/bureau/2019/output.csv.card.yaml": card()})


def collected(project: Project) -> Walk:
    """The project with its source tables, which say all that is asked here."""
    return first_walk(project, ("source.file", "source.observation"))


def overdue(project: Project, today: dt.date) -> list[str]:
    return [str(one) for one in overdue_editions(open_project(project), today)]


def add(project: Project, vintage: str, title: str, factor: float) -> None:
    folder = project.raw / "bureau" / vintage
    folder.mkdir(parents=True)

    def revised(region: int, year: int) -> float | None:
        value = output(region, year)
        return None if value is None else round(value * factor, 2)

    (folder / "output.csv").write_text(page("output", revised), "utf-8")
    (folder / "output.csv.card.yaml").write_text(card(title, next_edition=None), "utf-8")


@pytest.mark.slow
def test_nothing_is_overdue_before_anything_is_built_or_due(mini: Project) -> None:
    assert overdue(mini, LATE) == []
    collected(mini)
    assert overdue(mini, DUE) == [], "on the day itself it may still come"
    assert overdue(mini, LATE) == [
        "raw/bureau/2019: next edition expected by 2020-10-31, no newer one here"
    ]


@pytest.mark.slow
@pytest.mark.parametrize("title", ["Made up", "Another title of the same series"])
def test_a_newer_vintage_ends_it(mini: Project, title: str) -> None:
    add(mini, "2020", title, 1.01)
    collected(mini)
    assert overdue(mini, LATE) == []


@pytest.mark.slow
def test_an_older_vintage_does_not(mini: Project) -> None:
    add(mini, "2018", "Made up", 1.01)
    collected(mini)
    assert len(overdue(mini, LATE)) == 1


@pytest.mark.slow
def test_files_of_a_folder_are_counted(mini: Project) -> None:
    folder = mini.raw / "bureau" / "2019"
    (folder / "more.csv").write_text(page("more", output), "utf-8")
    text = card("More", name="more").replace("gdp", "local_more")
    (folder / "more.csv.card.yaml").write_text(text, "utf-8")
    add(mini, "2020", "Made up", 1.01)
    collected(mini)
    assert overdue(mini, LATE) == [
        "raw/bureau/2019: next edition of 1 of its 2 files expected by 2020-10-31, no newer one here"
    ]


@pytest.mark.slow
def test_it_is_accepted_by_its_folder(mini: Project) -> None:
    collected(mini)
    (mini.root / "nqpf.yaml").write_text(
        "accept:\n  - {check: editions, about: raw/bureau/*, reason: discontinued, date: 2020-11-01}\n",
        "utf-8",
    )
    assert overdue(mini, LATE) == []


@pytest.mark.slow
def test_no_table_depends_on_the_day(mini: Project) -> None:
    first_walk(mini)
    overdue(mini, LATE)
    assert walk(mini).planned == []


@pytest.mark.slow
def test_status_lists_it(mini: Project, capsys: pytest.CaptureFixture[str]) -> None:
    collected(mini)
    show_status(mini, LATE)
    assert (
        "overdue:   raw/bureau/2019: next edition expected by 2020-10-31" in capsys.readouterr().out
    )
    show_status(mini, DUE)
    assert "overdue" not in capsys.readouterr().out


def test_a_day_that_is_none_is_refused(mini: Project) -> None:
    (mini.raw / "bureau/2019/output.csv.card.yaml").write_text(card(next_edition="soon"), "utf-8")
    with pytest.raises(InputError, match="expected: a date such as"):
        collected(mini)
