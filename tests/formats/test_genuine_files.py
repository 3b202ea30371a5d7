"""Every genuine export: how many cells, which hold no value, and cells looked up by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from nqpf_assets.formats.layout import YearbookLayout
from nqpf_assets.formats.recognise import read, recognise
from tests.formats.conftest import at, codes

OLD = {  # file: (series, unit, cells, without a value, notes)
    "分省年度数据.csv": ("地区生产总值", "亿元", 589, 0, 1),
    "分省年度数据 (1).csv": ("人口数(人口抽样调查)", "人", 620, 93, 2),
    "分省年度数据 (2).csv": ("65岁及以上人口数(人口抽样调查)", "人", 620, 93, 1),
    "分省年度数据 (3).csv": ("城镇单位就业人员", "万人", 620, 93, 3),
    "分省年度数据 (4).csv": ("私营企业和个体就业人员", "万人", 620, 186, 3),
    "分省年度数据 (5).csv": ("固定资产投资(不含农户)实际到位资金_比上年增长", "%", 620, 403, 0),
    "分省年度数据 (6).csv": ("公有经济企事业单位专业技术人员数", "人", 620, 434, 2),
    "分省年度数据 (7).csv": ("年末常住人口", "万人", 310, 0, 1),
}
NEW = {"1": (62, 1), "2": (37, 0), "4": (31, 1), "5": (31, 0), "6": (31, 1), "8": (31, 0)}
LONG = {
    "主要农业机械年末拥有量": (9920, 3802, []),
    "主要农作物单位面积产量": (24800, 7056, []),
    "主要农作物播种面积": (27280, 4224, []),
    "乡村户数和乡村人口": (496, 0, []),
    "农用塑料薄膜使用量": (620, 93, []),
    "农用柴油和农药使用量": (1240, None, []),
    "农林牧渔业总产值及指数": (6200, None, []),
    "有效灌溉面积农用化肥施用量农村水电站及用电量": (5580, None, []),
}
PAGES = {  # page: (columns, cells, locator, series, unit, region, year, value)
    "C0202": (
        {"land": "行政区划面积", "residents": "年末常住人口", "of_which": "其中 / 外来人口",
         "density": "人口密度"},
        64, ("Sheet1!E6", "density", "人/平方公里", "浦东新区", 2017, 4567.377995885691),
    ),
    "C0205": (
        {"moved_in": "市外迁入", "moved_out": "迁往市外"},
        64, ("Sheet1!C7", "moved_out", "人", "浦东新区", 2016, 7457.0),
    ),
    "C0206": (
        {"all": "合计", "to_17": "17岁及以下", "to_34": "18～34岁", "to_59": "35～59岁",
         "from_60": "60岁及以上"},
        80, ("Sheet1!C23", "to_17", "万人", "崇明区", 2017, 5.2785),
    ),
    "C1105": (
        {"all": "全部房屋 / 合计", "dwellings": "其中 / 居住房屋", "other": "其中 / 非居住房屋"},
        48, ("Sheet1!D8", "other", "万平方米", "黄浦区", 2017, 2056.0),
    ),
    "C1302": (
        {"staff": "年末从业人员", "output": "工业总产值", "assets": "年末资产总计",
         "revenue": "主营业务收入", "profit": "利润总额"},
        85, ("Sheet1!C6", "output", "亿元", "浦东新区", 2017, 10095.48),
    ),
    "C1805": (
        {"households": "征收户数", "dwellings": "征收户数 > 其中 / # 居民住宅",
         "area": "征收面积", "dwelling_area": "征收面积 > 其中 / # 居民住宅"},
        40, ("Sheet1!E6", "dwelling_area", "万平方米", "浦东新区", 2017, 7393.0),
    ),
    "C2013": (
        {"schools": "学校", "graduates": "毕业生数", "entrants": "招生数", "pupils": "在校学生",
         "staff": "教职员工", "teachers": "其中 / # 专任教师"},
        96, ("Sheet1!G6", "teachers", "人", "浦东新区", 2017, 12332.0),
    ),
    "C2103": (
        {"institutions": "机构数", "beds": "床位数", "staff": "卫生技术人员",
         "doctors": "其中 / # 执业（助理）医师", "nurses": "其中 / 注册护士"},
        80, ("Sheet1!F6", "nurses", "人", "浦东新区", 2017, 11273.0),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", OLD)
def test_old_site_csv(real: Path, name: str) -> None:
    series, unit, cells, empty, notes = OLD[name]
    reading = read((real / "nbs_csv_old" / name).read_bytes(), file=name)
    assert (reading.format, reading.problems) == ("nbs_csv_old", ())
    assert (reading.cells.height, reading.cells["value"].null_count()) == (cells, empty)
    assert reading.cells["series_label"].unique().to_list() == [series]
    assert reading.facts["unit"] == unit
    assert reading.facts["source"] == "国家统计局"
    assert len(reading.notes) == notes


def test_old_site_csv_keeps_place_and_print(real: Path) -> None:
    reading = read((real / "nbs_csv_old" / "分省年度数据.csv").read_bytes(), file="gdp")
    first = at(reading, "line 5, column 2")
    assert (first["region_label"], first["period"], first["text"]) == ("北京市", 2024, "49670.2")
    last = at(reading, "line 35, column 4")
    assert (last["region_label"], last["period"], last["value"]) == (
        "新疆维吾尔自治区", 2022, 18550.5,
    )  # fmt: skip


@pytest.mark.parametrize("number", NEW)
def test_new_site_csv_knows_no_indicator(real: Path, number: str) -> None:
    content = (real / "nbs_csv_new" / f"分省年度数据_{number}.csv").read_bytes()
    reading = read(content, file=number)
    assert (reading.format, reading.problems) == ("nbs_csv_new", ())
    assert (reading.cells.height, reading.cells["value"].null_count()) == (465, NEW[number][0])
    assert reading.cells["series_label"].null_count() == 465
    assert "indicator" not in reading.facts
    assert len(reading.notes) == NEW[number][1]


def test_new_site_csv_values(real: Path) -> None:
    content = (real / "nbs_csv_new" / "分省年度数据_6.csv").read_bytes()
    cell = at(read(content, file="gdp"), "line 4, column 3")
    assert (cell["region_label"], cell["period"], cell["value"]) == ("北京市", 2024, 49670.2)


def test_old_site_xls(real: Path) -> None:
    content = (real / "nbs_xls" / "分省年度数据.xls").read_bytes()
    reading = read(content, file="gdp.xls")
    assert (reading.format, reading.problems, reading.cells.height) == ("nbs_workbook", (), 155)
    cell = at(reading, "分省年度数据!D6")
    assert (cell["region_label"], cell["period"], cell["value"]) == ("天津市", 2017, 18549.19)
    assert reading.facts["indicator"] == "地区生产总值"
    assert len(reading.notes) == 2


def test_xlsx_trimmed_to_its_table(real: Path) -> None:
    reading = read((real / "gdp_vintages" / "gdp_nbs_2023.xlsx").read_bytes(), file="gdp")
    assert (reading.format, reading.problems, reading.cells.height) == ("nbs_workbook", (), 961)
    assert at(reading, "分省年度数据!B2")["value"] == 41610.9
    assert reading.cells["series_label"].null_count() == 961


def test_eps(real: Path) -> None:
    name = "中国宏观经济数据库-年度（分省级）.xlsx"
    reading = read((real / "eps" / name).read_bytes(), file=name)
    assert (reading.format, reading.problems, reading.cells.height) == ("eps_workbook", (), 2015)
    assert reading.facts["source"] == "中国统计年鉴"  # the export leaves <p> tags in
    assert reading.notes == ("由EPS DATA整理",)
    cell = at(reading, "'中国宏观经济数据库-年度（分省级）'!C2")
    assert (cell["series_label"], cell["unit_label"]) == ("地区生产总值（当年价）", "亿元")
    assert (cell["region_label"], cell["period"], cell["text"], cell["value"]) == (
        "北京", 2011, "16251.93000", 16251.93,
    )  # fmt: skip
    road = at(reading, "'中国宏观经济数据库-年度（分省级）'!J156")
    assert (road["series_label"], road["region_label"], road["value"]) == (
        "公路里程", "新疆", 189049.887,
    )  # fmt: skip


@pytest.mark.parametrize("name", LONG)
def test_scraped_long_tables(real: Path, name: str) -> None:
    cells, empty, kinds = LONG[name]
    content = (real / "nbs_api" / f"{name}_分省_2005YY-2024YY.csv").read_bytes()
    reading = read(content, file=name)
    assert (reading.format, reading.facts["database"]) == ("nbs_api_long", name)
    assert reading.cells.height == cells
    assert codes(reading) == kinds
    if empty is not None:
        assert reading.cells["value"].null_count() == empty


def test_scraped_long_table_values(real: Path) -> None:
    content = (real / "nbs_api" / "主要农业机械年末拥有量_分省_2005YY-2024YY.csv").read_bytes()
    cell = at(read(content, file="f"), "line 2, column 5")
    assert (cell["series_label"], cell["unit_label"], cell["region_label"]) == (
        "农业机械总动力", "万千瓦", "北京",
    )  # fmt: skip
    assert (cell["period"], cell["text"], cell["value"]) == (2024, "129.50", 129.5)


def test_index_without_unit_keeps_its_base(real: Path) -> None:
    content = (real / "nbs_api" / "农林牧渔业总产值及指数_分省_2005YY-2024YY.csv").read_bytes()
    cells = read(content, file="f").cells
    units = dict(cells.select("series_label", "unit_label").unique().iter_rows())
    assert units["农业总产值指数"] == "上年=100"


def test_saved_answers(real: Path) -> None:
    answers = real / "nbs_api"
    refused = read((answers / "test_invalid_query.json").read_bytes(), file="f")
    assert codes(refused) == ["no_data"]
    assert "501" in refused.problems[0].found
    monthly = read((answers / "test_stats_gdp.json").read_bytes(), file="f")
    assert codes(monthly) == ["not_annual"]
    assert monthly.problems[0].severity == "error"
    yearly = read((answers / "test_stats_with_reg_annual.json").read_bytes(), file="f")
    assert yearly.problems == ()
    assert yearly.cells.height == 1
    cell = at(yearly, "datanodes[0]")
    assert (cell["region_label"], cell["period"], cell["unit_label"]) == ("北京市", 2023, "个")
    assert cell["value"] is None  # data is 0.0, hasdata is false


@pytest.mark.parametrize("page", PAGES)
def test_yearbook_pages(real: Path, page: str) -> None:
    columns, count, spot = PAGES[page]
    content = (real / "yearbook" / "shanghai_2017" / f"{page}.xls").read_bytes()
    assert recognise(content, page) == "yearbook"
    reading = read(content, file=page, layout=YearbookLayout(columns=columns))
    assert reading.problems == ()
    assert reading.cells.height == count
    cell = at(reading, spot[0])
    assert tuple(cell[name] for name in (
        "locator", "series_label", "unit_label", "region_label", "period", "value"
    )) == spot  # fmt: skip
    assert cell["region_level"] == 1


def test_yearbook_total_row_is_kept_when_asked(real: Path) -> None:
    content = (real / "yearbook" / "shanghai_2017" / "C0202.xls").read_bytes()
    layout = YearbookLayout(columns=PAGES["C0202"][0], rows={"keep": ["totals"]})
    cell = at(read(content, file="f", layout=layout), "Sheet1!E5")
    assert (cell["region_label"], cell["region_level"]) == ("全  市", 0)
    assert cell["value"] == 3814.099834397918  # 16 digits: nothing is rounded on the way


def test_layout_that_does_not_fit_names_what_is_printed(real: Path) -> None:
    content = (real / "yearbook" / "shanghai_2017" / "C2103.xls").read_bytes()
    layout = YearbookLayout(columns={"beds": "床位数", "patients": "病人数"}, title="学校")
    reading = read(content, file="f", layout=layout)
    assert set(codes(reading)) == {"missing_columns", "extra_columns", "other_title"}
    assert all("机构数" in p.found for p in reading.problems if p.code.endswith("columns"))
