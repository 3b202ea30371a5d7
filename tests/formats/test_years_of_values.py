"""A value that looks like a year, 1964 of 万人, is a value: `nqpf add` takes a year from words alone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from nqpf_assets.catalog.catalogue import load_catalogue
from nqpf_assets.formats.layout_draft import subject_of
from nqpf_assets.sources.collector import collect
from tests.command import Ran, nqpf
from tests.formats.conftest import build_xlsx

PLACES = ("北京", "天津", "上海")
VALUES = ("2189", "1387", "1964")


def added(folder: Path, content: str | bytes, *words: str) -> tuple[Ran, dict[str, Any]]:
    """What `nqpf add --yes` said of a file, and the card that it wrote."""
    (folder / "catalog").mkdir()
    name = "k.csv" if isinstance(content, str) else "k.xlsx"
    (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    ran = nqpf("add", folder / name, "--yes", "--publisher", "国家统计局", *words, project=folder)
    (card,) = (folder / "raw").rglob("*.card.yaml")
    return ran, yaml.safe_load(card.read_text("utf-8"))


def read_as(folder: Path) -> list[tuple[str, int, float]]:
    """Region, year and value of every observation."""
    found = collect(folder / "raw", load_catalogue(folder / "catalog")).observations
    return found.select("region_label", "period", "value").sort("region_label").rows()


def lines(*rows: Sequence[str]) -> str:
    return "".join(",".join(row) + "\n" for row in rows)


@pytest.mark.parametrize("last", ["1964", "1964.5", "1964年"])
@pytest.mark.parametrize("head", [("年末常住人口(万人)",), ("05年", "06年")])
def test_one_value_that_looks_like_a_year_is_not_the_year(
    tmp_path: Path, head: tuple[str, ...], last: str
) -> None:
    values = (*VALUES[:2], last)
    rows = [(place, *[value] * len(head)) for place, value in zip(PLACES, values, strict=True)]
    ran, card = added(tmp_path, lines(("地区", *head), *rows))
    assert f"open: columns.{'two_digit_years' if len(head) > 1 else 'year'}," in ran.out
    assert "year" not in card["columns"]
    assert card["columns"]["values"] == list(head)


def test_one_value_of_a_workbook_is_not_the_year(tmp_path: Path) -> None:
    head = ["地区", "年末常住人口(万人)", "地区生产总值(亿元)"]
    ran, card = added(tmp_path, build_xlsx([head, ["北京", 2189, 1964.5], ["天津", 1387, 14000]]))
    assert "open: columns.year" in ran.out
    assert "year" not in card["columns"]


def test_one_value_of_a_page_is_not_its_year(tmp_path: Path) -> None:
    rows = [["各地区人口"], ["地区", "人口(万人)"], ["北京", 2189], ["上海", 1964], ["天津", 1387]]
    ran, card = added(tmp_path, build_xlsx(rows))
    assert "open: layout.year" in ran.out
    assert "year" not in card["layout"]


def test_a_column_of_values_that_all_look_like_years_is_no_period(tmp_path: Path) -> None:
    head = ("地区", "人口(万人)", "地区生产总值(亿元)")
    rows = zip(PLACES, ("1999", "1964", "1964"), ("30320", "14000", "35104"), strict=True)
    ran, card = added(tmp_path, lines(head, *rows))
    assert "open: columns.year" in ran.out
    assert card["columns"] == {"region": "地区", "values": list(head[1:])}


@pytest.mark.parametrize(
    "head",
    ["地区生产总值(2015年不变价)(亿元)", "人口比2010年增加(万人)", "指数(2010=100)"],
)
def test_the_year_of_a_base_is_not_the_year(tmp_path: Path, head: str) -> None:
    ran, card = added(tmp_path, lines(("地区", head), *zip(PLACES, VALUES, strict=True)))
    assert "open: columns.year" in ran.out
    assert "year" not in card["columns"]


def test_a_year_in_the_header_is_the_year(tmp_path: Path) -> None:
    head = ("地区", "2020年人口(万人)")
    ran, card = added(tmp_path, lines(head, *zip(PLACES, VALUES, strict=True)))
    assert ran.status == 0, ran.err
    assert card["columns"]["year"] == 2020


@pytest.mark.slow
@pytest.mark.parametrize("first", ["1999", "2189"])
@pytest.mark.parametrize("head", ["地区", "各 地 区"])
def test_a_row_whose_value_looks_like_a_year_is_no_header(
    tmp_path: Path, first: str, head: str
) -> None:
    rows = zip(PLACES, (first, *VALUES[1:]), strict=True)
    text = lines(("2020年人口", ""), (head, "年末常住人口(万人)"), *rows)
    ran, card = added(tmp_path, text)
    assert ran.status == 0, ran.err
    assert "0 cards with open facts" in ran.out
    assert card["layout"]["columns"] == {"年末常住人口": "年末常住人口"}
    assert read_as(tmp_path) == [
        ("上海", 2020, 1964.0),
        ("北京", 2020, float(first)),
        ("天津", 2020, 1387.0),
    ]


@pytest.mark.slow
@pytest.mark.parametrize("place", ["某某新区", "兵团"])
def test_a_place_that_nobody_knows_is_no_header(tmp_path: Path, place: str) -> None:
    rows = [["2020年人口"], ["地区", "人口(万人)"], [place, 1999], ["天津", 1387]]
    _, card = added(tmp_path, build_xlsx(rows))
    assert card["layout"] == {"columns": {"人口": "人口"}}


def test_a_region_without_a_number_is_no_header(tmp_path: Path) -> None:
    rows = [["2020年人口"], ["地区", "人口(万人)"], ["北京", "—"], ["天津", 1387]]
    _, card = added(tmp_path, build_xlsx(rows))
    assert card["layout"] == {"columns": {"人口": "人口"}}


@pytest.mark.slow
@pytest.mark.parametrize("brackets", [("", ""), ("(", ")")])
@pytest.mark.parametrize("is_book", [False, True])
def test_a_row_of_units_below_years(
    tmp_path: Path, is_book: bool, brackets: tuple[str, str]
) -> None:
    unit = "亿元".join(brackets)
    rows = [("地区", "2018", "2019"), ("单位", unit, unit), ("北京", "30320", "35371")]
    rows += [("河北", "36010", "35104")]
    title, note = ("分地区生产总值",), ("资料来源：国家统计局",)
    numbers = [[int(cell) if cell.isdigit() else cell for cell in row] for row in rows]
    book = build_xlsx([[*title], *numbers, [*note]])
    ran, card = added(tmp_path, book if is_book else lines(title, *rows, note))
    assert ran.status == 0, ran.err
    assert "0 cards with open facts" in ran.out
    assert card["layout"] == {"columns": {"生产总值": "年份"}}
    found = collect(tmp_path / "raw", load_catalogue(tmp_path / "catalog")).observations
    assert found["unit_measure"].unique().to_list() == ["亿元"]
    assert sorted(read_as(tmp_path)) == [
        ("北京", 2018, 30320.0),
        ("北京", 2019, 35371.0),
        ("河北", 2018, 36010.0),
        ("河北", 2019, 35104.0),
    ]


@pytest.mark.parametrize("values", [("1964", "1387"), ("1964", "1999"), ("2189", "1387")])
def test_a_turned_table_is_proposed_so(tmp_path: Path, values: tuple[str, str]) -> None:
    ran, card = added(tmp_path, lines(("指标", *PLACES[:2]), ("年末常住人口(万人)", *values)))
    assert "open: layout.year" in ran.out
    assert card["title"] == "k"
    assert card["layout"] == {
        "row_head": "指标",
        "turned": True,
        "columns": {"年末常住人口": "年末常住人口"},
    }


@pytest.mark.slow
@pytest.mark.parametrize("is_book", [False, True])
def test_a_turned_table_is_read_where_its_year_is_said(tmp_path: Path, is_book: bool) -> None:
    rows = [
        ["指标", "北京", "天津"],
        ["年末常住人口(万人)", 2189, 1387],
        ["地区生产总值(亿元)", 36102, 14083],
    ]
    text = lines(*([str(cell) for cell in row] for row in rows))
    ran, _ = added(tmp_path, build_xlsx(rows) if is_book else text, "--year", "2020")
    assert ran.status == 0, ran.err
    found = collect(tmp_path / "raw", load_catalogue(tmp_path / "catalog")).observations
    place, last = (
        ("Sheet1!C2", "Sheet1!C3") if is_book else ("line 2, column 3", "line 3, column 3")
    )
    of_tianjin = found.filter(region_label="天津").sort("value").select("value", "locator")
    assert of_tianjin.rows() == [(1387.0, place), (14083.0, last)]


@pytest.mark.parametrize(
    ("title", "subject"),
    [
        ("2018-2019年生产总值", "生产总值"),
        ("2018—19年生产总值", "生产总值"),
        ("2-1 2018年生产总值", "生产总值"),
        ("2-12018年生产总值", "生产总值"),
        ("3-1-2018年生产总值", "生产总值"),
        ("表3 2018—2019年各地区生产总值", "生产总值"),
        ("2020-1 生产总值", "生产总值"),
        ("表2018年生产总值", "生产总值"),
    ],
)
def test_years_before_a_subject_are_no_number_of_a_table(title: str, subject: str) -> None:
    assert subject_of(title) == subject


def test_a_row_of_units_that_contradicts_the_header_is_for_the_card(tmp_path: Path) -> None:
    rows = [["2020年生产总值"], ["地区", "生产总值(亿元)"], ["单位", "万元"], ["北京", 36102]]
    ran, _ = added(tmp_path, build_xlsx(rows))
    assert "open: unit" in ran.out


def test_the_first_row_of_a_table_without_a_header_gives_no_years(tmp_path: Path) -> None:
    (tmp_path / "k.csv").write_text(lines(("北京", "2018", "1999"), ("天津", "1964", "1387")))
    ran = nqpf("add", tmp_path / "k.csv", "--yes", project=tmp_path)
    assert ran.status == 2
    assert not (tmp_path / "raw").exists()
