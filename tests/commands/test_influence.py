"""`nqpf influence`: what is published of what matters, and numbers estimated again without some data."""

from __future__ import annotations

import json
import re
from pathlib import Path

import polars as pl
import pytest

from nqpf_assets.exports.told_influence import lines_of
from nqpf_assets.user_input.project import Project
from tests.command import nqpf
from tests.stages.mini import STUDY, output, page, people, walked

COLUMNS = """\
      - {label: (4), regressors: [wealth], effects: [unit], sample: {exclude: [北京]}, expect: {n: 12}}
      - {label: (5), regressors: [wealth], effects: [unit], sample: {last: 2017}, expect: {n: 12}}
      - {label: (6), regressors: [wealth], effects: [unit], expect: {n: 16}}
      - {label: (7), regressors: [wealth], effects: [unit], estimator: tobit, tobit: {lower: 110}}
"""
OTHERS = {
    "random_effects": ", effects: []",
    "between_units": ", effects: [], vcov: {type: unadjusted}",
    "first_difference": ", effects: []",
    "fe_poisson": ", effects: [unit]",
}
"""Estimators beside least squares of levels, with what their column says besides."""
PARTS = {
    "unit": ("without a unit", "{exclude: [北京]}"),
    "period": ("without a year", "{last: 2017}"),
}


def table_of_others() -> str:
    """Each of them as it is, without a unit, and without a year."""
    head = "  others:\n    title: Others\n    model: {outcome: output, regressors: [wealth]}\n    columns:\n"
    rows = [
        f"      - {{label: {name}{words}, estimator: {name}{more}{sample}}}\n"
        for name, more in OTHERS.items()
        for words, sample in (
            ("", ""),
            *((f" {words}", f", sample: {sample}") for words, sample in PARTS.values()),
        )
    ]
    return head + "".join(rows)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    root = tmp_path_factory.mktemp("influence")
    return walked(root, STUDY + COLUMNS + table_of_others(), is_published=True).project


def asked(project: Project, *words: str) -> list[dict]:
    ran = nqpf("influence", *words, "--format", "json", project=project.root)
    assert ran.status == 0, ran.err
    return json.loads(ran.out)


def estimate(project: Project, label: str, term: str = "wealth", table: str = "table_1") -> float:
    rows = pl.read_parquet(project.warehouse / "tables/mini/estimate.parquet")
    return rows.filter(table_name=table, column_label=label, term=term)["estimate"].item()


@pytest.mark.slow
def test_what_is_published_is_told_largest_first(project: Project) -> None:
    rows = asked(project, "mini.table_1", "(6)", "wealth", "--most", "2")
    kinds = [(row["kind"], row["subject"], row["size_rank"]) for row in rows]
    subjects = {"moved": ("cell", "unit", "period"), "left_out": ("unit", "period", "observation")}
    expected = [(kind, one, rank) for kind, of in subjects.items() for one in of for rank in (1, 2)]
    assert kinds == expected
    assert {row["published_estimate"] for row in rows} == {estimate(project, "(6)")}
    ran = nqpf("influence", "mini.table_1", "(6)", "wealth", project=project.root)
    assert ran.out.startswith("table_1 (6) wealth: ")
    assert "1 % more of:" in ran.out
    assert "without " in ran.out


@pytest.mark.slow
def test_without_a_unit_or_year_it_is_what_the_study_gives(project: Project) -> None:
    without = ("--without", "北京", "--without", "2018")
    rows = asked(project, "mini.table_1", "(6)", "wealth", "--most", "4", *without)
    again = {row["subject"]: row["estimate"] for row in rows if row["kind"] == "estimated_again"}
    assert again == {
        "unit": pytest.approx(estimate(project, "(4)"), rel=1e-12),
        "period": pytest.approx(estimate(project, "(5)"), rel=1e-12),
    }
    left = {
        (row["unit"], row["period"]): row["estimate"] for row in rows if row["kind"] == "left_out"
    }
    assert left["110000", None] == pytest.approx(again["unit"], rel=1e-8)


@pytest.mark.slow
@pytest.mark.parametrize("estimator", OTHERS)
def test_without_a_unit_or_year_every_estimator_is_what_the_study_gives(
    project: Project, estimator: str
) -> None:
    rows = asked(
        project,
        "mini.others",
        estimator,
        "wealth",
        "--most",
        "4",
        "--without",
        "北京",
        "--without",
        "2018",
    )
    again = {row["subject"]: row["estimate"] for row in rows if row["kind"] == "estimated_again"}
    assert again == {
        subject: pytest.approx(estimate(project, f"{estimator} {words}", table="others"), rel=1e-9)
        for subject, (words, _) in PARTS.items()
    }
    left = {
        (row["unit"], row["period"]): row["estimate"] for row in rows if row["kind"] == "left_out"
    }
    assert left["110000", None] == pytest.approx(again["unit"], rel=1e-8)
    assert left[None, 2018] == pytest.approx(again["period"], rel=1e-8)


@pytest.mark.slow
def test_a_shown_table_names_what_matters_most_to_every_estimator(project: Project) -> None:
    ran = nqpf("show", "mini.others", project=project.root)
    assert ran.status == 0, ran.err
    told = " ".join(ran.out.split())
    for estimator in OTHERS:
        assert re.search(
            rf"{estimator} wealth: cells (\w+ \w+ \d{{4}} \([^)]+\)(, |; )){{3}}"
            r"units .*?; years .*?\. Without ",
            told,
        ), estimator


@pytest.mark.slow
@pytest.mark.parametrize(("series", "unit", "year"), [("gdp", 2, 2017), ("population", 0, 2018)])
def test_without_a_cell_it_is_what_the_study_gives_of_files_without_it(
    project: Project, tmp_path: Path, series: str, unit: int, year: int
) -> None:
    """Filled inside of a series, and at its end, where the year is one that the study reads."""
    name = ("北京", "天津", "河北", "山西")[unit]
    [row] = [
        row
        for row in asked(
            project, "mini.table_1", "(6)", "wealth", "--without", f"{series} {name} {year}"
        )
        if row["kind"] == "estimated_again"
    ]
    path, label, cell = {
        "gdp": ("raw/bureau/2019/output.csv", "output", output),
        "population": ("raw/survey/2019/people.csv", "people", people),
    }[series]
    lacking = page(label, lambda at, in_: None if (at, in_) == (unit, year) else cell(at, in_))
    other = walked(tmp_path, STUDY + COLUMNS + table_of_others(), {path: lacking}).project
    found, base = estimate(other, "(6)"), estimate(project, "(6)")
    assert found != pytest.approx(base, rel=1e-6)
    assert row["estimate"] == pytest.approx(found, rel=1e-10)
    assert row["change"] == pytest.approx(found - base, rel=1e-6)
    for estimator in OTHERS:
        words = ("mini.others", estimator, "wealth", "--without", f"{series} {name} {year}")
        [row] = [row for row in asked(project, *words) if row["kind"] == "estimated_again"]
        assert row["estimate"] == pytest.approx(
            estimate(other, estimator, table="others"), rel=1e-9
        ), estimator


@pytest.mark.slow
def test_what_is_not_told_is_estimated_again(project: Project) -> None:
    """Of a likelihood all units at once, the largest first; the warehouse stays as it is."""
    before = {path: path.stat().st_mtime_ns for path in project.warehouse.rglob("*.parquet")}
    rows = asked(
        project, "mini.table_1", "(7)", "wealth", "--without", "units", "--without", "cells"
    )
    again = [row for row in rows if row["kind"] == "estimated_again" and row["subject"] == "unit"]
    assert sorted(row["unit"] for row in again) == ["110000", "120000", "130000", "140000"]
    sizes = [abs(row["change"]) for row in again if row["change"] is not None]
    assert sizes
    assert sizes == sorted(sizes, reverse=True)
    assert sum(row["subject"] == "cell" for row in rows if row["kind"] == "estimated_again") == 3
    assert {
        path: path.stat().st_mtime_ns for path in project.warehouse.rglob("*.parquet")
    } == before


def test_one_reason_for_cells_and_rows_is_told_once() -> None:
    number = {"table_name": "t", "column_label": "(1)", "effect": None, "term": "x"}
    number |= {"published_estimate": 1.0, "published_std_error": 0.5, "subject": "not_computed"}
    number |= {"weights_name": None}
    rows = [number | {"kind": kind, "note": "why"} for kind in ("moved", "left_out")]
    told = "  not computed for cells, nor for units, years and rows left out: why"
    assert [*lines_of(rows)] == ["t (1) x: 1, standard error 0.5", told]
    rows[1]["note"] = "another"
    assert [*lines_of(rows)][1:] == [
        "  not computed for cells: why",
        "  not computed for units, years and rows left out: another",
    ]
    rows[0]["weights_name"] = "trade"
    assert [*lines_of(rows)][1] == "  not computed for the weights trade: why"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("mini.table_2",), "a regression table of mini"),
        (("mini.table_1", "(9)"), "a column of mini.table_1"),
        (("mini.table_1", "(6)", "welth"), "did you mean `wealth`"),
        (("mini.table_1", "(6)", "wealth", "--effect", "total"), "an effect of table_1 (6)"),
        (("mini.table_1", "--without", "北京"), "a column beside --without"),
        (("mini.table_1", "(6)", "--without", "上海"), "a unit of the study mini"),
        (("mini.table_1", "(6)", "--without", "gdp 北京 1999"), "a year of the study mini"),
        (("mini.table_1", "(6)", "--without", "gdp 北京 2016"), "a published cell"),
        (("mini.table_1", "(6)", "--without", "gdp 北京 2017", "--publication", "1"), "leave one"),
        (("mini.table_1", "--format", "text", "-o", "x.txt"), "text is for the terminal"),
    ],
)
def test_names_that_mean_nothing_are_refused(
    project: Project, words: tuple[str, ...], said: str
) -> None:
    ran = nqpf("influence", *words, project=project.root)
    assert ran.status == 2
    assert said in ran.err
    assert "nqpf explain" not in ran.err.partition("\n")[0]
