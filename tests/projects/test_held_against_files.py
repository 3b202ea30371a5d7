"""`nqpf check` refuses what a refresh would refuse when it meets the files: with lines of the study file."""

from __future__ import annotations

from pathlib import Path

import pytest

from nqpf_assets.messages.problems import CheckFailed, InputError, Problem
from nqpf_assets.projects.inspection import everything_wrong
from tests.stages.mini import STUDY, page, people, walk, write_mini

GROWTH = """\
  growth:
    kind: growth
    title: Growth
    region: 北京
    first: 2015
    last: 2018
    rows: [{series: SERIES, title: A}]
"""
CASES = {
    "a series of the catalogue that no file holds": (
        STUDY.replace("{series: gdp, title", "{expression: gdp + 0 * primary_value_added, title"),
        "a file under raw/ that holds `primary_value_added`",
        "line 10",
    ),
    "another number of units": (STUDY.replace("expect: 4}", "expect: 5}"), "5 units", "line 3"),
    "an edition that is not there": (
        STUDY.replace("population: {", 'population: {vintage: "2024", '),
        "values of vintage 2024",
        "line 8, column 5: sources of series population",
    ),
    "a key of sources in another unit": (
        STUDY.replace("    population: {", "    population（人）: {"),
        "`population` named in 万人",
        "line 8: sources.series.population（人）",
    ),
    "a growth row that no file holds": (
        STUDY + GROWTH.replace("SERIES", "primary_value_added"),
        "a file under raw/ that holds `primary_value_added`",
        "line 35",
    ),
    "a growth row in another unit": (
        STUDY + GROWTH.replace("SERIES", "gdp（万元）"),
        "`gdp` named in 亿元",
        "line 35: tables.growth.rows.0.series",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("study", CASES)
def test_check_refuses_what_the_files_cannot_give(tmp_path: Path, study: str) -> None:
    text, expected, where = CASES[study]
    (problem,) = [
        one for one in everything_wrong(write_mini(tmp_path, text)).problems
        if one.severity == "error"
    ]  # fmt: skip
    assert problem.expected.startswith(expected)
    assert problem.where.startswith(where)
    if "under raw/" in expected:  # a query could not tell them: nothing was published yet
        assert problem.remedy.startswith("add a file of 第一产业增加值, or name another series")


@pytest.mark.slow
@pytest.mark.parametrize("study", [one for one in CASES if "growth" not in one])
def test_refresh_refuses_the_same(tmp_path: Path, study: str) -> None:
    text, expected, _ = CASES[study]
    words = "a file that holds it" if "under raw/" in expected else expected
    with pytest.raises((CheckFailed, InputError), match=words):
        walk(write_mini(tmp_path, text))


def test_what_a_file_with_errors_may_hold_is_not_missed(tmp_path: Path) -> None:
    broken = page("people", people).replace("北京市", "北京是")
    files = {"raw/survey/2019/people.csv": broken}
    errors = [
        one for one in everything_wrong(write_mini(tmp_path, STUDY, files)).problems
        if one.severity == "error"
    ]  # fmt: skip
    assert {one.file for one in errors} == {"raw/survey/2019/people.csv"}


def test_a_sound_project_has_no_errors(tmp_path: Path) -> None:
    problems = everything_wrong(write_mini(tmp_path)).problems
    assert [one for one in problems if one.severity == "error"] == []


@pytest.mark.parametrize(
    ("study", "own", "said", "file"),
    [
        (
            STUDY.replace("  series:\n", "  series:\n    population（万人）: {ends: trend}\n"),
            "",
            "every series once: `population（万人）` and `population` are the same",
            "studies/mini.yaml",
        ),
        (
            STUDY.replace("  series:\n", "  series:\n    gdp: {rescaled: [2018]}\n"),
            "",
            "2018",
            "studies/mini.yaml",
        ),
        (STUDY, "gdp: {}\n", "`gdp` without it", "catalog/series.yaml"),
        (STUDY, "gdp: {rescaled: [2017]}\n", "2017", "catalog/series.yaml"),
    ],
)
def test_what_would_be_read_over_is_refused_in_its_file(
    tmp_path: Path, study: str, own: str, said: str, file: str
) -> None:
    files = {"catalog/series.yaml": own} if own else {}
    errors = everything_wrong(write_mini(tmp_path, study, files)).problems
    assert {one.file for one in errors} == {file}
    assert said in f"{errors[0].expected} {errors[0].found}"


def test_cells_of_a_file_that_cannot_be_read_are_not_said_to_be_unpublished(tmp_path: Path) -> None:
    project = write_mini(tmp_path, STUDY)
    (page,) = project.raw.rglob("people.csv")
    page.write_bytes(b"\x00\xff" * 40)
    found = everything_wrong(project)
    assert any(one.severity == "error" for one in found.problems)
    assert found.remarks == ()


@pytest.mark.parametrize(
    ("expression", "years", "names", "year"),
    [
        ("at(gdp, 1812)", "2014 to 2018", "`gdp`", 1812),
        ("gdp / at(output_per_person, 2030)", "2014 to 2018", "`gdp`, `population`", 2030),
        ("at(lag(gdp, 2), 2015)", "2014 to 2018", "`gdp`", 2015),
        ("at(wealth, 2014)", "2015 to 2018", "`wealth`", 2014),
    ],
)
def test_a_year_that_no_file_has_is_told(
    tmp_path: Path, expression: str, years: str, names: str, year: int
) -> None:
    (found,) = _absent_years(tmp_path, expression)
    assert found.expected == f"a year from {years}, in which there are values of {names}"
    assert (found.found, found.where) == (f"the year {year}", "line 13, column 10")


@pytest.mark.parametrize(
    "expression", ["at(lag(gdp, 1), 2015)", "at(lead(people_before, 2), 2017)", "lag(gdp, 9)"]
)
def test_a_year_that_files_have_is_not_told(tmp_path: Path, expression: str) -> None:
    assert _absent_years(tmp_path, expression) == []


def _absent_years(root: Path, expression: str) -> list[Problem]:
    variable = f'  then: {{expression: "{expression}"}}\nindices:\n'
    problems = everything_wrong(write_mini(root, STUDY.replace("indices:\n", variable))).problems
    assert {one.severity for one in problems} <= {"warning"}
    return [one for one in problems if one.code == "absent_year"]
