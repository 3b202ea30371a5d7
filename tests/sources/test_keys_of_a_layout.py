"""Keys of a card that were passed over without a word: each does what it says, or is refused at its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from nqpf_assets.messages.problems import Problem
from tests.formats.conftest import Rows
from tests.sources.every_card import book
from tests.sources.test_every_card_key import read

PAGE: Rows = [["表1 生产总值（2018）"], ["地区", "生产总值"], [None, "（亿元）"], ["万州区", 1]]
OTHER: Rows = [["表2 另表"], ["地区", "别的"], ["万州区", 9]]
GDP = {"gdp": "生产总值"}


def told(problems: tuple[Problem, ...]) -> list[tuple[str, str]]:
    return [(one.where.partition(",")[0], one.expected) for one in problems]


def test_an_edition_names_its_sheet(tmp_path: Path) -> None:
    editions = {2018: {"sheet": "b"}}
    content = book(a=OTHER, b=PAGE)
    _, found = read(tmp_path, content, {"layout": {"columns": GDP, "editions": editions}})
    assert found.problems == ()
    assert found.observations["value"].to_list() == [1.0]
    editions[2018]["sheet"] = "c"
    _, found = read(tmp_path, content, {"layout": {"columns": GDP, "editions": editions}})
    (problem,) = found.problems
    assert (problem.expected, problem.found) == ("a sheet 'c'", "a, b")
    assert problem.remedy.endswith("line 9 of raw/x/2020/card.yaml")


@pytest.mark.parametrize(
    ("layout", "line", "expected"),
    [
        ({"region": "四川省"}, 7, "`region` only where rows are years"),
        ({"row_kind": "year"}, 7, "whose rows they are, where rows are years"),
        ({"row_kind": "year", "region": "重庆市", "year": 2018}, 9, "the years of the rows alone"),
        ({"rows": {"keep": ["areas"]}}, 8, "`areas` that are kept"),
        ({"ignore": ["生产总值"]}, 7, "headers of columns that are not read"),
        ({"editions": {2018: {"ignore": ["生产总值"]}}}, 9, "headers of columns that are not read"),
        ({"editions": {2018: {"title": "("}}}, 9, "not a regular expression"),
        ({"editions": {2018: {"without": ["x"]}}}, 9, "columns of the layout: gdp"),
    ],
)
def test_a_layout_is_refused_at_the_key(
    tmp_path: Path, layout: dict[str, object], line: int, expected: str
) -> None:
    _, found = read(tmp_path, book(a=PAGE), {"layout": {"columns": GDP} | layout})
    ((where, said),) = told(found.problems)
    assert (where, said[: len(expected)]) == (f"line {line}", expected)


@pytest.mark.parametrize("unit", ["万元", "qq"])
def test_a_unit_of_a_layout_that_no_column_takes_is_refused(tmp_path: Path, unit: str) -> None:
    _, found = read(tmp_path, book(a=PAGE), {"layout": {"columns": GDP, "unit": unit}})
    (problem,) = found.problems
    assert (problem.severity, problem.found) == ("error", "columns in 亿元")
    assert problem.remedy.endswith("line 7 of raw/x/2020/card.yaml")


def test_a_unit_that_only_the_card_names_must_be_known(tmp_path: Path) -> None:
    table = "地区,年份,own\n北京市,2018,1\n".encode()
    columns = {"region": "地区", "period": "年份", "values": ["own"], "units": {"own": "qq"}}
    _, found = read(tmp_path, table, {"columns": columns})
    (problem,) = found.problems
    assert (problem.severity, problem.where.partition(",")[0]) == ("error", "line 10")
    assert problem.file == "raw/x/2020/card.yaml"


def test_two_units_on_one_card_are_not_said_of_the_file(tmp_path: Path) -> None:
    table = "地区,年份,gdp\n北京市,2018,1\n".encode()
    columns = {"region": "地区", "period": "年份", "values": ["gdp"], "units": {"gdp": "万元"}}
    _, found = read(tmp_path, table, {"unit": "亿元", "columns": columns})
    (problem,) = found.problems
    assert (problem.file, problem.found) == ("raw/x/2020/card.yaml", "`万元`")
    assert "as line 4 of raw/x/2020/card.yaml says" in problem.expected


def test_a_column_of_units_that_a_wide_table_names_is_read(tmp_path: Path) -> None:
    table = "地区,年份,gdp,计量\n北京市,2018,1,万元\n".encode()
    columns = {"region": "地区", "period": "年份", "values": ["gdp"], "unit": "计量"}
    _, found = read(tmp_path, table, {"columns": columns})
    assert found.problems == ()
    assert found.observations["unit_measure"].to_list() == ["万元"]
    _, found = read(tmp_path, table, {"unit": "亿元", "columns": columns})
    assert [one.code for one in found.problems] == ["disagrees_unit"]


def test_a_sheet_named_above_sheets_is_refused(tmp_path: Path) -> None:
    card = {"layout": {"columns": GDP, "sheet": "b"}, "sheets": {"a": {}}}
    _, found = read(tmp_path, book(a=PAGE), card)
    assert told(found.problems) == [("line 7", "sheets named by `sheets` alone")]
