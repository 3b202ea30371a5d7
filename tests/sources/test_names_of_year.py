"""`names_of` of a card: a table that has the regions of one year in all its years."""

from __future__ import annotations

import io
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from nqpf_assets.sources.collection import Collection
from nqpf_assets.sources.collector import collect
from tests.sources.test_collection import CARD, CATALOGUE, TIDY, project

# 闸北区 lies in 静安区 since 2015; 静安区 has another code and other borders since then.
ROWS = "闸北区,2014,1\n闸北区,2020,2\n徐汇区,2014,3\n徐汇区,2020,4\n"
YEAR = "names_of: 2014\n"


def read(root: Path, more: str, rows: str = ROWS) -> Collection:
    files = {
        "pku/x/a.csv": f"区县,年份,地区生产总值\n{rows}",
        "pku/x/a.csv.card.yaml": CARD + TIDY + more,
    }
    return collect(project(root, files), CATALOGUE)


def test_a_region_that_ended_has_its_rows_of_later_years(tmp_path: Path) -> None:
    found = read(tmp_path, YEAR)
    assert found.problems == ()
    rows = found.observations.select("region_code", "period", "value").sort("value")
    assert rows.rows() == [
        ("310108", 2014, 1.0), ("310108", 2020, 2.0), ("310104", 2014, 3.0), ("310104", 2020, 4.0)
    ]  # fmt: skip


def test_without_it_the_later_years_are_refused_and_it_is_named(tmp_path: Path) -> None:
    (problem,) = read(tmp_path, "").problems
    assert problem.code == "ended_region"
    assert "names_of" in problem.remedy


@pytest.mark.parametrize("rows", ["徐汇区,2014,3\n徐汇区,2020,4\n", "闸北区,2014,1\n"])
def test_where_it_changes_nothing_it_is_told_with_its_line(tmp_path: Path, rows: str) -> None:
    found = read(tmp_path, YEAR, rows)
    (problem,) = found.problems
    assert (problem.severity, problem.code) == ("warning", "idle_names")
    assert "line " in problem.remedy
    assert "a.csv.card.yaml" in problem.remedy
    assert found.observations.height == rows.count("\n")


def test_each_sheet_has_a_year_of_its_own(tmp_path: Path) -> None:
    table = io.BytesIO()
    with xlsxwriter.Workbook(table, {"in_memory": True}) as book:
        for name, place in (("cities", "莱芜市"), ("counties", "闸北区")):
            sheet = book.add_worksheet(name)
            for r, row in enumerate((("地区", "年份", "指数"), (place, 2014, 1), (place, 2020, 2))):
                sheet.write_row(r, 0, row)
    columns = "columns: {region: 地区, period: 年份, values: [指数]}"
    card = (
        f"{CARD}unit: 无\nsheets:\n  cities: {{names_of: 2018, {columns}}}\n"
        f"  counties: {{names_of: 2014, {columns}}}\n"
    )
    raw = project(tmp_path, {"pku/x/a.xlsx.card.yaml": card})
    (raw / "pku" / "x" / "a.xlsx").write_bytes(table.getvalue())
    found = collect(raw, CATALOGUE)
    assert [one for one in found.problems if one.severity == "error"] == []
    codes = (
        found.observations.group_by("region_code").agg(pl.col("value").sum()).sort("region_code")
    )
    assert codes.rows() == [("310108", 3.0), ("371200", 3.0)]
