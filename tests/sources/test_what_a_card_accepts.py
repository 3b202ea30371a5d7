"""What a card accepts is needed, a year that it gives is the page's own, and remedies name what helps."""

from __future__ import annotations

from pathlib import Path

import pytest

from nqpf_assets.catalog.catalogue import load_catalogue
from nqpf_assets.messages.problems import Problem
from nqpf_assets.projects.inspection import everything_wrong
from nqpf_assets.sources.collection import Collection
from nqpf_assets.sources.collector import collect
from nqpf_assets.user_input.project import Project
from tests.formats.conftest import Rows, build_xlsx

ABOUT = "publisher: x\ntitle: t\nstatus: official\n"
GDP = "unit: 亿元\ncolumns: {region: 地区, period: 年份, values: [gdp]}\n"
LAYOUT = "layout: {year: YEAR, columns: {gdp: 生产总值}}\nregion: 重庆市\n"


def collected(root: Path, card: str, **files: str | Rows) -> Collection:
    """What is read of tables in text, and of pages, that lie in one folder with one card."""
    folder = root / "raw" / "x" / "2023"
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        suffix = "csv" if isinstance(content, str) else "xlsx"
        raw = content.encode() if isinstance(content, str) else build_xlsx(content)
        (folder / f"{name}.{suffix}").write_bytes(raw)
    (folder / "card.yaml").write_text(ABOUT + card, encoding="utf-8")
    return collect(root / "raw", load_catalogue())


def told(found: Collection) -> list[tuple[str, str]]:
    return [(one.severity, one.code) for one in found.problems]


TABLE = "地区,年份,gdp\n北京市,2012,1\n天津市,2012,2\n"


@pytest.mark.parametrize(
    "accept", ["unit: 万元", "title: t", "region: 河北省", "source: EPS", "indicator: x", "level: county"]
)  # fmt: skip
def test_an_accept_that_nothing_needs_is_told(tmp_path: Path, accept: str) -> None:
    found = collected(tmp_path, f"{GDP}accept: {{{accept}}}\n", a=TABLE)
    assert told(found) == [("warning", "accept_unneeded")]
    [problem] = found.problems
    assert (problem.file, problem.where) == ("raw/x/2023/card.yaml", "line 6, column 10")
    assert found.observations.height == 2


def test_an_accept_that_one_file_of_a_folder_needs_is_needed(tmp_path: Path) -> None:
    card = f"{GDP}accept: {{unit: 万元}}\n"
    values = (
        "{series: {gdp（万元）: gdp}, columns: {region: 地区, period: 年份, values: [gdp（万元）]}}"
    )
    wrong = TABLE.replace("gdp", "gdp（万元）").replace("2012", "2013")
    found = collected(tmp_path, f"{card}files: {{b.csv: {values}}}\n", a=TABLE, b=wrong)
    assert told(found) == [("warning", "disagrees_unit")]


def test_an_accept_of_an_unknown_fact_is_refused(tmp_path: Path) -> None:
    found = collected(tmp_path, f"{GDP}accept: {{units: 万元}}\n", a=TABLE)
    [problem] = [one for one in found.problems if one.severity == "error"]
    assert "units is none of indicator, level, region, source, title, unit" in problem.expected


PAGE = [["表1 生产总值（2017）"], ["单位：亿元"], ["地区", "生产总值"], ["万州区", 1]]


@pytest.mark.slow
def test_a_year_that_the_title_contradicts(tmp_path: Path) -> None:
    found = collected(tmp_path / "a", LAYOUT.replace("YEAR", "2018"), a=PAGE)
    assert told(found) == [("error", "disagrees_title")]
    assert "values of 2018, as line 4 of raw/x/2023/card.yaml says" in found.problems[0].expected
    accepted = LAYOUT.replace("YEAR", "2018") + "accept: {title: 表1 生产总值（2017）}\n"
    found = collected(tmp_path / "b", accepted, a=PAGE)
    assert told(found) == [("warning", "disagrees_title")]
    assert found.observations["period"].to_list() == [2018]
    assert told(collected(tmp_path / "c", LAYOUT.replace("YEAR", "2017"), a=PAGE)) == []


def test_the_year_of_a_table_that_its_title_contradicts(tmp_path: Path) -> None:
    card = "unit: 亿元\ncolumns: {region: 地区, year: 2018, values: [gdp]}\n"
    found = collected(tmp_path, card, a="# title: 生产总值 2017\n地区,gdp\n北京市,1\n")
    assert told(found) == [("error", "disagrees_title")]


@pytest.mark.slow
@pytest.mark.parametrize("second", ["1", "2", ""])
@pytest.mark.parametrize("names", [("北京市", "北京"), ("北京", "110000"), ("北 京", "北京市")])
def test_one_region_under_two_spellings(
    tmp_path: Path, names: tuple[str, str], second: str
) -> None:
    text = f"地区,年份,gdp\n{names[0]},2012,1\n天津市,2012,2\n{names[1]},2012,{second}\n"
    found = collected(tmp_path, GDP, a=text)
    assert told(found) == [("error", "repeated_region")]
    [problem] = found.problems
    assert problem.where.startswith("line 4")
    assert names[0] in problem.found
    assert f"ignore: [{names[1]}]" in problem.remedy.replace("'", "").replace('"', "")
    left_out = collected(tmp_path, f'{GDP}ignore: ["{names[1]}"]\n', a=text)
    assert not [one for one in left_out.problems if one.severity == "error"]


def test_one_region_under_two_names_in_different_years_is_no_mistake(tmp_path: Path) -> None:
    found = collected(tmp_path, GDP, a="地区,年份,gdp\n北京市,2012,1\n北京,2013,1\n")
    assert found.problems == ()


def only(found: Collection) -> Problem:
    [problem] = [one for one in found.problems if one.severity == "error"]
    return problem


def test_two_values_in_one_file_are_no_two_vintages(tmp_path: Path) -> None:
    card = "unit: 亿元\ncolumns: {region: 地区, period: 年份, values: [gdp, 地区生产总值]}\n"
    text = "地区,年份,gdp,地区生产总值\n北京市,2012,1,2\n"
    problem = only(collected(tmp_path, card, a=text))
    assert problem.code == "two_values"
    assert "vintage" not in problem.remedy
    assert "`ignore`" in problem.remedy


def rows_of(*labels: object, kind: str = "year") -> tuple[str, Rows]:
    head = "layout: {row_head: 年份, columns: {gdp: 生产总值}"
    tail = ", row_kind: year, region: 重庆市}\n" if kind == "year" else "}\n"
    rows = [
        ["表1 生产总值"],
        ["单位：亿元"],
        ["年份", "生产总值"],
        *([label, 1] for label in labels),
    ]
    return head + tail, rows  # type: ignore[return-value]


@pytest.mark.slow
def test_rows_of_years_name_the_key_that_helps(tmp_path: Path) -> None:
    card, rows = rows_of(2010, 2011, "2010-2011")
    problem = only(collected(tmp_path / "a", card, a=rows))
    assert "row_kind" not in problem.remedy
    assert "`rows: {areas: [2010-2011]}`" in problem.remedy.replace('"', "").replace("'", "")
    wanted = card.replace("row_kind", "rows: {areas: ['2010-2011']}, row_kind")
    assert collected(tmp_path / "b", wanted, a=rows).problems == ()
    card, rows = rows_of("万州区", "涪陵区", "黔江区")
    problem = only(collected(tmp_path / "c", card, a=rows))
    assert "`row_kind: year`" in problem.remedy
    assert "areas" not in problem.remedy


def test_years_where_regions_are_expected(tmp_path: Path) -> None:
    card, rows = rows_of(2010, 2011, kind="region")
    found = collected(tmp_path, card.replace("row_head", "year: 2011, row_head"), a=rows)
    unknown = [one for one in found.problems if one.code == "unknown_region"]
    assert unknown
    assert all("`row_kind: year`" in one.remedy for one in unknown)


STUDY = """\
study: s
title: s
units: {level: province}
periods: {first: 2020, last: 2021}
variables: {a: {series: alpha}, b: {series: beta}, c: {series: gamma}}
"""


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["sha256", "number", "card", "missing column"])
def test_series_of_a_file_that_was_refused_are_not_called_unknown(
    tmp_path: Path, fault: str
) -> None:
    card = "unit: 亿元\ncolumns: {region: 地区, period: 年份, values: [alpha, beta, gamma]}\n"
    text = "地区,年份,alpha,beta,gamma\n北京市,2020,1,2,3\n"
    if fault == "sha256":
        card += f"sha256: '{'0' * 64}'\n"
    elif fault == "number":
        text += "天津市,2020,x,1,2\n"
    elif fault == "card":
        card = card + "colour: red\n"
    else:
        text = text.replace("gamma", "delta")
    collected(tmp_path, card, a=text)
    (tmp_path / "studies").mkdir()
    (tmp_path / "studies" / "s.yaml").write_text(STUDY, encoding="utf-8")
    found = everything_wrong(Project.at(tmp_path)).problems
    assert not [one for one in found if one.file.startswith("studies")]
    assert [one for one in found if one.file.startswith("raw")]
