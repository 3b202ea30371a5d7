"""Lines of a table that state its unit are held to the card, and taken where nothing else says one.

A line may name several units. Which one a column has is for its header or the card: none is taken,
and one that the line does not name contradicts it, whatever format the table has.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from nqpf_assets.catalog.catalogue import load_catalogue
from nqpf_assets.formats.unit_lines import unit_in_line, unit_of_notes, units_named
from nqpf_assets.projects.inspection import everything_wrong
from nqpf_assets.sources.collection import Collection
from nqpf_assets.sources.collector import collect
from tests.formats.conftest import build_xlsx
from tests.stages.mini import CARD_OF_OUTPUT, STUDY, output, page, write_mini

TABLE = "raw/bureau/2019/output.csv"


def errors(root: Path, line: str, card: str = CARD_OF_OUTPUT) -> list[str]:
    files = {TABLE: f"{line}\n{page('output', output)}", f"{TABLE}.card.yaml": card}
    problems = everything_wrong(write_mini(root, STUDY, files)).problems
    return [one.found for one in problems if one.severity == "error"]


@pytest.mark.slow
@pytest.mark.parametrize(
    "line", ["# 单位：万元", "# 计量单位:万元", "# unit: 万元", "#（单位：万元）"]
)
def test_a_unit_over_the_table_that_the_card_contradicts_is_told(tmp_path: Path, line: str) -> None:
    assert errors(tmp_path, line) == ["the file prints 万元"]


@pytest.mark.slow
@pytest.mark.parametrize("line", ["# 单位：亿元", "# 单位：本省", "# 2019年", "# 单位变动见说明"])
def test_the_same_unit_and_other_lines_are_no_contradiction(tmp_path: Path, line: str) -> None:
    assert errors(tmp_path, line) == []


def test_it_is_the_unit_where_the_card_has_none(tmp_path: Path) -> None:
    assert errors(tmp_path, "# 单位：亿元", CARD_OF_OUTPUT.replace("unit: 亿元\n", "")) == []


def test_lines_that_state_several_units_state_all_of_them() -> None:
    assert unit_of_notes(["单位：万元", "单位：万元"]) == "万元"
    assert unit_of_notes(["单位：万元", "单位：人"]) == "万元、人"


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("单位：万人、亿元", "万人 亿元"),
        ("（单位：亿元，%）", "亿元 %"),
        ("单位：户，人；公顷", "户 人 公顷"),
        ("单位：亿元 %", "亿元 %"),
        ("单位：人和户", "人 户"),
        ("单位：万人 单位：亿元", "万人 亿元"),
        ("单位：人（%）", "人 %"),
        ("单位：亿元、万吨标煤", "亿元 万吨标煤"),
        ("单位：亿元、万美元（当年价）", "亿元 万美元"),
        ("Unit: 100 million yuan, 10000persons", "100 million yuan 10000persons"),
        ("单位：亿元 Unit: 100 million yuan", "亿元"),
        ("单位：亿元 Unit: 10000 yuan", "亿元 10000 yuan"),
        ("单位：亿元 10,000 yuan", "亿元 10000 yuan"),
        ("单位：亿元（in 10,000 yuan）", "亿元 10000 yuan"),
        ("单位：万人 10,000 persons", "万人"),
        ("单位：亿元 RMB in current prices", "亿元"),
        ("12-3 各区县（2020年） 单位：万人、亿元", "万人 亿元"),
        # One unit, with words beside it.
        ("单位：万元（当年价）", "万元"),
        ("单位：亿元    (100 million yuan)", "亿元"),
        ("单位：人/平方公里", "人/平方公里"),
        ("各区县产值（单位：亿元）", "亿元"),
        ("单位 万元", "万元"),
    ],
)
def test_the_units_that_a_line_names(text: str, units: str) -> None:
    stated = unit_in_line(text)
    assert stated is not None
    assert " ".join(units_named(stated)) == units


@pytest.mark.parametrize("text", ["登记单位：人", "单位变动见说明", "注：按单位：国有", "单位"])
def test_other_texts_state_no_unit(text: str) -> None:
    assert unit_in_line(text) is None


LINE = "单位：万人、亿元"
BLOCK = [["数据库：分省年度数据"], ["地区：北京市"], ["时间：2019-2020"], [LINE]]
ROWS = [["指标", "2020年", "2019年"], ["rk", 1, 2], ["cz", 3, 4], ["数据来源：国家统计局"]]
NBS = [*BLOCK, *ROWS]
EPS = [
    [LINE], [None, None, "2019", "2020"],
    *([name, "北京市", "1.00000", "2.00000"] for name in ("rk", "cz")),
    ["数据来源：国家统计局"],
]  # fmt: skip
PAGE = [["各区县（2020）"], [LINE], ["地区", "rk", "cz"], ["万州区", 1, 2]]
LAYOUT = "region: 重庆市\nlayout: {title: 各区县, columns: {rk: rk, cz: cz}}\n"
WIDE = "columns: {region: 地区, period: 年份, values: [rk, cz]}\n"
LONG = "columns: {region: 地区, period: 年份, series: 名, value: 值}\n"
TABLES = {
    "a wide table": ("a.csv", f"# {LINE}\n地区,年份,rk,cz\n北京市,2020,1,2\n", WIDE),
    "a long table": ("a.csv", f"# {LINE}\n地区,年份,名,值\n北京市,2020,rk,1\n北京市,2020,cz,2\n", LONG),
    "a page of the bureau": ("a.csv", "".join(f"{','.join(map(str, row))}\n" for row in NBS), ""),
    "a workbook of the bureau": ("a.xlsx", build_xlsx(NBS), ""),
    "an export of EPS": ("a.xlsx", build_xlsx(EPS), ""),
    "a yearbook": ("a.xlsx", build_xlsx(PAGE), LAYOUT),
}  # fmt: skip
RIGHT = "unit: {rk: 万人, cz: 亿元}\n"


def collected(root: Path, table: str, unit: str) -> Collection:
    name, content, card = TABLES[table]
    place = root / "raw" / "x" / "2026-05"
    place.mkdir(parents=True)
    (place / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    about = "publisher: 国家统计局\ntitle: y\nstatus: official\naccessed: 2026-05-03\n"
    (place / f"{name}.card.yaml").write_text(about + card + unit, encoding="utf-8")
    return collect(root / "raw", load_catalogue(None))


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(
    ("unit", "code", "remedy"),
    [
        ("", "missing_unit", "say in the card which it is"),
        ("unit: 亿元\n", "disagrees_unit", "say it column by column: `unit: {rk: …, cz: …}`"),
        ("unit: {rk: 人, cz: 万元}\n", "disagrees_unit", "give the one of them that is meant"),
    ],
)
def test_none_of_several_units_is_taken_untold(
    tmp_path: Path, table: str, unit: str, code: str, remedy: str
) -> None:
    problems = [p for p in collected(tmp_path, table, unit).problems if p.severity == "error"]
    assert {problem.code for problem in problems} == {code}
    assert all("万人、亿元" in p.found and remedy in p.remedy for p in problems)


@pytest.mark.parametrize("table", TABLES)
def test_the_card_says_which_of_them_a_column_has(tmp_path: Path, table: str) -> None:
    found = collected(tmp_path, table, RIGHT)
    assert [p for p in found.problems if p.severity == "error"] == []
    units = found.observations.select("series_id", "unit_measure").unique().rows()
    assert sorted(units) == [("cz", "亿元"), ("rk", "万人")]


NBS = """\
指标：地区生产总值(亿元)
{over}地区,2018年
北京市,1.5
天津市,3
数据来源：国家统计局
{under}"""
NBS_CARD = """\
publisher: 国家统计局
title: output
status: official
published: "2019-10"
accessed: "2019-11"
"""


@pytest.mark.parametrize(
    ("over", "under", "more", "found"),
    [
        ("单位：万元\n", "", "", ["the file prints 亿元、万元 over the table"]),
        ("", "单位：万元\n", "", ["the file prints 亿元、万元 over the table"]),
        ("单位：万元\n", "", "unit: {地区生产总值: 亿元}\n", []),
        ("单位：亿元\n", "", "", []),
        ("单位：万人\n", "", "", []),
    ],
)
def test_a_line_that_contradicts_the_names_asks_the_card(
    tmp_path: Path, over: str, under: str, more: str, found: list[str]
) -> None:
    """亿元 in the name and 万元 in a line are one too many; a line of another kind of unit is of others."""
    folder = tmp_path / "raw/bureau/2019"
    folder.mkdir(parents=True)
    (folder / "gdp.csv").write_text(NBS.format(over=over, under=under), "utf-8")
    (folder / "gdp.csv.card.yaml").write_text(NBS_CARD + more, "utf-8")
    read = collect(tmp_path / "raw", load_catalogue(None))
    assert [one.found for one in read.problems if one.severity == "error"] == found
