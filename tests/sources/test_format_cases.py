"""Tables as people have them, each with what is right: values, or a clear word about why not.

A shared folder may hold the same cases and more, as files with an `EXPECTATION.txt`; what no
expectation says is that each is read or told, and never ends in a traceback.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from nqpf_assets.catalog.catalogue import load_catalogue
from nqpf_assets.sources.collection import Collection
from nqpf_assets.sources.collector import collect
from tests.formats.conftest import build_xlsx

ABOUT = "publisher: X\ntitle: y\nstatus: official\naccessed: 2026-05-03\n"
GDP = ABOUT + "unit: 亿元\n"
TIDY = GDP + "columns: {region: 地区, period: 年份, values: [gdp]}\n"
PAGE = ABOUT + "region: 重庆市\nlayout:\n  title: 测试\n  columns: {gdp: 生产总值}\n"
HOMONYMS = (
    "region_code,gb_code,name,short,english,level,parent,valid_from,valid_to,successor,spellings\n"
    "110105,110105,朝阳区,,,county,110000,1949,,,\n220104,220104,朝阳区,,,county,220000,1949,,,\n"
)


@dataclass(frozen=True)
class Case:
    """A file, its card, the values that are read with their units, and (code, words) of what is told."""

    content: bytes
    card: str
    values: tuple[tuple[str, int, float], ...] = ()
    told: tuple[tuple[str, str], ...] = ()
    regions: str | None = None
    units: tuple[str, ...] | None = None


def tidy(*rows: str, card: str = TIDY, head: str = "地区,年份,gdp", **more: object) -> Case:
    text = "".join(f"{row}\n" for row in (head, *rows))
    return Case(text.encode(), card, **more)  # type: ignore[arg-type]


CASES = {
    "commas that part other than three digits": tidy(
        '北京市,2012,"1,2345"', '天津市,2012,"1,234,5678"', '河北省,2012,"1,234.5"',
        told=(("not_a_number", "1,2345"), ("not_a_number", "1,234,5678"))),
    "commas for points in a file of semicolons": tidy(
        "北京市;2012;1,5312", "天津市;2012;3,2512", head="地区;年份;gdp",
        told=(("not_a_number", "1,5312"), ("not_a_number", "3,2512"))),
    "a column of units that the card does not name": tidy(
        "北京市,2012,1,万元", "天津市,2012,2,亿元", head="地区,年份,gdp,单位",
        told=(("disagrees_unit", "万元"),)),
    "a column of units that says what the card says": tidy(
        "北京市,2012,1,亿元", "天津市,2012,2,亿元", head="地区,年份,gdp,单位",
        values=(("110000", 2012, 1.0), ("120000", 2012, 2.0))),
    "a column of offices": tidy(
        "北京市,2012,1,统计局", "天津市,2012,2,", head="地区,年份,gdp,单位",
        values=(("110000", 2012, 1.0), ("120000", 2012, 2.0))),
    "a column of units in a workbook": Case(
        build_xlsx([["地区", "年份", "gdp", "单位"], ["北京市", 2012, 1.5, "万元"]]), TIDY,
        told=(("disagrees_unit", "万元"),)),
    "a column of units beside series in rows": tidy(
        "北京市,2012,gdp,1,万元", head="地区,年份,名,值,单位",
        card=GDP + "columns: {region: 地区, period: 年份, series: 名, value: 值}\n",
        told=(("disagrees_unit", "万元"),)),
    "a column of units beside several series": tidy(
        "北京市,2012,1,2,万元", head="地区,年份,gdp,population,单位",
        card=ABOUT + "columns: {region: 地区, period: 年份, values: [gdp, population],"
        " units: {gdp: 亿元, population: 万人}}\n",
        told=(("disagrees_unit", "万元"),)),
    "names that ended elsewhere": tidy(
        "襄樊市,2009,1", "济南市,2020,4", "莱芜市,2020,4", told=(("ended_region", "莱芜市"),)),
    "names that were given up": tidy(
        "襄樊市,2009,1", "济南市,2020,4",
        values=(("420600", 2009, 1.0), ("370100", 2020, 4.0))),
    "two places of one name": tidy(
        "北京市,朝阳区,2020,1", "吉林省,朝阳区,2020,2", head="省份,地区,年份,gdp", regions=HOMONYMS,
        values=(("110105", 2020, 1.0), ("220104", 2020, 2.0))),
    "years in many spellings": tidy(
        "北京市,2012年,1", "天津市,2012.0,2", "上海市,2012年度,3", "江苏省, 2012 ,4", "浙江省,２０１２,5",
        "河北省,２０１２年,6",
        values=(("110000", 2012, 1.0), ("120000", 2012, 2.0), ("310000", 2012, 3.0),
                ("320000", 2012, 4.0), ("330000", 2012, 5.0), ("130000", 2012, 6.0))),
    "dates and words for years": tidy(
        "天津市,2012-12,2", "河北省,二〇一二年,3", "辽宁省,2012/12/31,5",
        told=(("not_annual", "2012-12"), ("bad_period", "二〇一二年"), ("not_annual", "2012/12/31"))),
    "years of two digits": tidy(
        "北京市,12年,1", "天津市,98年,2", "河北省,05,3",
        told=(("bad_period", "12年"), ("bad_period", "98年"), ("bad_period", "05"))),
    "years of two digits, of which the card says what they stand for": tidy(
        "北京市,12年,1", "天津市,98年,2", "河北省,05,3", "山西省,2006,4", "辽宁省,'7,5",
        card=TIDY.replace("period", "two_digit_years: [1998, 2020], period"),
        values=(("110000", 2012, 1.0), ("120000", 1998, 2.0), ("130000", 2005, 3.0),
                ("140000", 2006, 4.0), ("210000", 2007, 5.0))),
    "a year of two digits outside of those that the card has": tidy(
        "北京市,12,1", "吉林省,49,6",
        card=TIDY.replace("period", "two_digit_years: [1998, 2020], period"),
        told=(("bad_period", "49"),)),
    "a column for each year of two digits": tidy(
        "北京,1,2", "天津,3,4", head="省份,98年,02年",
        card=GDP + "series: gdp\n"
        "columns: {region: 省份, two_digit_years: [1950, 2049], values: [98年, 02年]}\n",
        values=(("110000", 1998, 1.0), ("110000", 2002, 2.0),
                ("120000", 1998, 3.0), ("120000", 2002, 4.0))),
    "years of two digits that a workbook keeps as numbers": Case(
        build_xlsx([["地区", "年份", "gdp"], ["北京市", 99, 1.5], ["北京市", 0, 2.5], ["北京市", 5, 3.5]]),
        TIDY.replace("period", "two_digit_years: [1950, 2049], period"),
        values=(("110000", 1999, 1.5), ("110000", 2000, 2.5), ("110000", 2005, 3.5))),
    "no year of two digits where the card has them": tidy(
        "北京市,2012,1", card=TIDY.replace("period", "two_digit_years: [1950, 2049], period"),
        values=(("110000", 2012, 1.0),), told=(("bad_period", "none"),)),
    "months": tidy(
        "北京市,2012年12月,1", "天津市,201212,2",
        told=(("not_annual", "2012年12月"), ("not_annual", "201212"))),
    "a web page with a table's name": Case(
        b"<html><body><table><tr><td>1</td></tr></table></body></html>", ABOUT,
        told=(("unknown_format", "a web page"),)),
    "Excel's Unicode text": Case(
        "地区\t2012年\n北京市\t1\n".encode("utf-16"), GDP + "series: gdp\n",
        told=(("encoding", "UTF-16"),)),
    "three header rows": Case(
        build_xlsx([["Sgnyea", "Prvcnm", "Cntycd", "Gdp0101"],
                    ["统计年度", "所属省份", "县域代码", "地区生产总值"],
                    ["没有单位", "没有单位", "没有单位", "亿元"],
                    ["2012", "北京市", "110000", 17879.4], ["2013", "北京市", "110000", 19800.8]]),
        ABOUT + "columns: {region: Prvcnm, period: Sgnyea, values: [Gdp0101]}\n",
        values=(("110000", 2012, 17879.4), ("110000", 2013, 19800.8))),
    "a unit in the header rows that the card contradicts": Case(
        build_xlsx([["y", "p", "g"], ["年度", "省份", "总值"], ["没有", "没有", "万元"],
                    ["2012", "北京市", 1.5]]),
        GDP + "columns: {region: p, period: y, values: [g]}\n", told=(("disagrees_unit", "万元"),)),
    "a blank row": tidy(
        "北京市,2012,1", "天津市,2012,2", ",,",
        values=(("110000", 2012, 1.0), ("120000", 2012, 2.0))),
    "notes below a table": tidy(
        "北京市,2012,1", "天津市,2012,2", "注：常住人口包括…,,", "数据来源：国家统计局,,", "注：没有逗号",
        values=(("110000", 2012, 1.0), ("120000", 2012, 2.0))),
    "notes below a table in a sheet": Case(
        build_xlsx([["地区", "年份", "gdp"], ["北京市", 2012, 1.5], [None], ["注：修订。"]]), TIDY,
        values=(("110000", 2012, 1.5),)),
    "a note that stands in several cells of its row": Case(
        build_xlsx([["代码", "地区", "年份", "gdp"], [11, "北京市", 2012, 1.5],
                    ["注：修订。", "注：修订。", None, None]]), TIDY,
        values=(("110000", 2012, 1.5),)),
    "a note over all cells of its row": tidy(
        "北京市,2012,1", "注：修订。,注：修订。,注：修订。", values=(("110000", 2012, 1.0),)),
    "the same word in all cells of a row": tidy(
        "北京市,2012,1", "河北省,河北省,河北省",
        told=(("bad_period", "河北省"),)),
    "subtotals of areas": Case(
        build_xlsx([["表1 各区县测试（2020）"], ["地区", "生产总值"], [None, "（亿元）"], ["主城小计", 10],
                    ["  江北区", 10], ["渝东北小计", 5], ["  万州区", 5]]), PAGE,
        told=(("unknown_region", "主城小计"), ("unknown_region", "渝东北小计"))),
    "names of 2010": Case(
        build_xlsx([["表1 各区县测试（2010）"], ["地区", "生产总值"], [None, "（亿元）"], ["潼南县", 2],
                    ["荣昌县", 3], ["大足县", 4], ["綦江县", 5]]), PAGE,
        values=(("500152", 2010, 2.0), ("500153", 2010, 3.0), ("500225", 2010, 4.0),
                ("500222", 2010, 5.0))),
    "an English column that the card ignores": Case(
        build_xlsx([["表1 各区县测试（2020）"], ["地区", "Region", "生产总值"], [None, None, "（亿元）"],
                    ["万州区", "Wanzhou", 5], ["涪陵区", "Fuling", 6]]), f"{PAGE}  ignore: [Region]\n",
        values=(("500101", 2020, 5.0), ("500102", 2020, 6.0))),
    "marks that no note explains": Case(
        build_xlsx([["表1 各区县测试（2020）"], ["地区", "生产总值"], [None, "（亿元）"], ["万州区", "1234①"],
                    ["涪陵区", "30）"]]), PAGE,
        told=(("unexplained_mark", "1234①"), ("not_a_number", "30）"))),
    "tables side by side, the second a row higher": Case(
        build_xlsx([["表1 各区县测试（2020）"], ["地区", "生产总值", None, "地区", "常住人口"],
                    [None, "（亿元）", None, None, "（万人）"], ["全市", 100, None, "万州区", 10],
                    ["万州区", 1, None, "涪陵区", 20], ["涪陵区", 2]]),
        PAGE.replace("}", ", pop: 常住人口}") + "  ignore: [地区]\n",
        values=(("500101", 2020, 1.0), ("500102", 2020, 2.0), ("500101", 2020, 10.0),
                ("500102", 2020, 20.0))),
    "years and a period as rows": Case(
        build_xlsx([["表1 主要年份测试"], ["年份", "生产总值"], [None, "（亿元）"], ["1998", 1],
                    ["“十五”时期", 2],
                    ["2005", 3]]), f"{PAGE}  row_head: 年份\n  row_kind: year\n  region: 重庆市\n",
        told=(("bad_period", "十五"),)),
    "growth beside years": Case(
        build_xlsx([["表1 各区县测试"], ["地区", "2019", "2020", "2020年比2019年增长"],
                    ["万州区", 1, 2, 100]]), f"{PAGE}unit: 亿元\n",
        told=(("missing_columns", "2019"), ("extra_columns", "2020年比2019年增长"))),
    "counts below a unit of the sheet": Case(
        build_xlsx([["表1 各区县测试（2020）"], ["单位：万平方米"], ["地区", "合计"], [None, "幢", "面积"],
                    ["万州区", 10, 100]]), PAGE.replace("gdp: 生产总值", "n: 合计 / 幢, area: 面积"),
        values=(("500101", 2020, 10.0), ("500101", 2020, 100.0)), units=("幢", "万平方米")),
    "a unit that nobody knows": Case(
        build_xlsx([[None, None, "2011", "2012"], ["怪消费量（万捆标）", "北京", "1.5", "2.5"],
                    ["数据来源：x"]]), ABOUT,
        values=(("110000", 2011, 1.5), ("110000", 2012, 2.5)), told=(("unknown_unit", "万捆标"),)),
    "coal in the short word": Case(
        build_xlsx([[None, None, "2011", "2012"], ["能源消费量（万吨标煤）", "北京", "1.5", "2.5"],
                    ["数据来源：x"]]), ABOUT,
        values=(("110000", 2011, 1.5), ("110000", 2012, 2.5)), units=("万吨标煤",)),
    "codes of two digits": tidy(
        "11,2012,1", "12,2012,2", values=(("110000", 2012, 1.0), ("120000", 2012, 2.0))),
    "numbers of two digits that are not all codes": tidy(
        "11,2012,1", "19,2012,2", told=(("unknown_region", "11"), ("unknown_region", "19"))),
    "a column for each year": tidy(
        "北京,1,2", "天津,3,4", head="省份,2012,2013",
        card=GDP + 'columns: {region: 省份, values: ["2012","2013"]}\n',
        told=(("missing_series", "does not say what it measures"),)),
    "a page with bare years": tidy(
        "北京,1,2", "天津,3,4", head="地区,2012,2013", card=GDP + "series: gdp\n",
        values=(("110000", 2012, 1.0), ("110000", 2013, 2.0),
                ("120000", 2012, 3.0), ("120000", 2013, 4.0))),
    "a region with words behind it": tidy(
        "全国总计,2012,1", "北京 ,2012,2", "内 蒙 古,2012,3", "新疆维吾尔自治区（含兵团）,2012,4",
        told=(("unknown_region", "新疆维吾尔自治区（含兵团）"),)),
    "an error of Excel": Case(
        build_xlsx([["地区", "年份", "gdp"], ["北京市", 2012, "#DIV/0!"], ["天津市", 2012, 2.5]]), TIDY,
        told=(("not_finite", "#DIV/0!"),)),
    "a table in a workbook that no card describes": Case(
        build_xlsx([["year", "prov", "idx"], [2011, "北京市", 79.5], [2012, "北京市", 80.5]], sheet="P"),
        ABOUT, told=(("undeclared", "P with year, prov, idx"),)),
    "a row of registered nurses": Case(
        "地区：北京市\n指标,2019年,2018年\n注册护士(万人),11.9,11.1\n药师(万人),1.5,1.4\n数据来源：x\n".encode(),
        ABOUT, values=(("110000", 2019, 11.9), ("110000", 2018, 11.1), ("110000", 2019, 1.5),
                       ("110000", 2018, 1.4))),
    "rows below a note": Case(
        "指标：地区生产总值(亿元)\n地区,2018年\n北京市,1\n注：修订。\n天津市,2\n来源：x\n".encode(), ABOUT,
        values=(("110000", 2018, 1.0), ("120000", 2018, 2.0)), told=(("below_notes", "天津市"),)),
}  # fmt: skip


def collected(folder: Path, case: Case) -> Collection:
    place = folder / "raw" / "x" / "2026-05"
    place.mkdir(parents=True)
    name = "input.xlsx" if case.content.startswith(b"PK") else "input.csv"
    (place / name).write_bytes(case.content)
    (place / f"{name}.card.yaml").write_text(case.card, encoding="utf-8")
    own = None
    if case.regions is not None:
        own = folder / "catalog"
        own.mkdir()
        (own / "regions.csv").write_text(case.regions, encoding="utf-8")
    return collect(folder / "raw", load_catalogue(own))


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_case(tmp_path: Path, name: str) -> None:
    case = CASES[name]
    found = collected(tmp_path, case)
    values = found.observations.select("region_code", "period", "value").drop_nulls("value")
    assert sorted(values.rows()) == sorted(case.values)
    if case.units is not None:
        assert set(found.observations["unit_measure"]) == set(case.units)
    assert len(found.problems) >= len(case.told)
    for code, words in case.told:
        assert any(p.code == code and words in p.found for p in found.problems), found.problems
    told = {problem.code for problem in found.problems}
    assert told <= {code for code, _ in case.told} | {"repeated_cell"}


@pytest.mark.slow
def test_years_of_two_digits_are_told_with_the_key_that_reads_them(tmp_path: Path) -> None:
    found = collected(tmp_path, CASES["years of two digits"])
    assert all("`two_digit_years: [1950, 2049]`" in p.remedy for p in found.problems)
    of_months = collected(tmp_path / "months", CASES["months"])
    assert not any("two_digit_years" in p.remedy for p in of_months.problems)


def test_a_message_about_codes_says_how_to_write_them(tmp_path: Path) -> None:
    found = collected(tmp_path, CASES["numbers of two digits that are not all codes"])
    assert all("110000" in p.remedy or "190000" in p.remedy for p in found.problems)


def folders() -> list[str]:
    shared = os.environ.get("NQPF_SHARED")
    place = Path(shared or ".") / "cases" / "formats"
    return sorted(path.name for path in place.iterdir()) if shared and place.is_dir() else [""]


N_VALUES = {
    "00_baseline": 6, "03_fullwidth_digits": 6, "09_percent_text": 6, "19_csmar_three_headers": 2,
    "23_english_column": 6, "24_region_with_mark": 6, "26_trailing_blank_csv_row": 2,
    "27_trailing_note_tidy": 2, "32_year_variants": 1, "33_year_fullwidth": 1, "34_year_niandu": 1,
    "37_wide_years_diqu": 4, "40_encrypted_default_password": 6,
    "54_no_study": 434, "A2_registered_nurses": 10,
    "A2_rows_below_a_note": 12,
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("name", folders())
def test_every_shared_case_is_read_or_told(tmp_path: Path, name: str) -> None:
    if not name:
        pytest.skip("NQPF_SHARED names no folder with cases of formats")
    case = Path(os.environ["NQPF_SHARED"]) / "cases" / "formats" / name
    place = tmp_path / "raw" / "x" / "2026-05"
    place.mkdir(parents=True)
    own = None
    for path in case.iterdir():
        is_raw = path.suffix != ".yaml" or path.name.endswith(".card.yaml")
        if path.name == "regions.csv":
            own = tmp_path / "catalog"
            own.mkdir()
            shutil.copy(path, own / "regions.csv")
        elif is_raw and path.name != "EXPECTATION.txt":
            shutil.copy(path, place / path.name)
    found = collect(tmp_path / "raw", load_catalogue(own))
    assert found.files.height or any(p.severity == "error" for p in found.problems)
    for row in found.files.to_dicts():
        assert row["n_cells_seen"] == row["n_cells_read"] + row["n_cells_ignored"]
    if name in N_VALUES:
        assert found.observations["value"].drop_nulls().len() == N_VALUES[name]
        assert not any(problem.severity == "error" for problem in found.problems)
    if name == "29_eps_unit_unknown":
        assert found.problems == ()
        assert (found.observations.height, set(found.observations["unit_measure"])) == (
            270,
            {"万吨标煤"},
        )
