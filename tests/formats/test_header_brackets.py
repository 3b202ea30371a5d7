"""Brackets in the headers of yearbook pages: a unit, a year, the base of an index, or a part of the name."""

from __future__ import annotations

import pytest

from nqpf_assets.formats.layout import YearbookLayout
from nqpf_assets.formats.reading import Reading
from nqpf_assets.formats.recognise import read
from tests.formats.conftest import at, build_xlsx, codes


def page(*headers: str, unit: str | None = "单位：亿元", under: tuple[str, ...] = ()) -> bytes:
    """A page with one district, whose numbers are 1, 2, … under the headers."""
    rows: list[list[object]] = [["表1 生产总值（2020）"], *([[unit]] if unit else [])]
    rows += [["地区", *headers], *([[None, *under]] if under else [])]
    return build_xlsx([*rows, ["万州区", *range(1, len(headers) + 1)]])


def read_by(content: bytes, ignore: tuple[str, ...] = (), **columns: str) -> Reading:
    layout = YearbookLayout(columns=columns, ignore=ignore)
    return read(content, file="f", layout=layout)


@pytest.mark.parametrize(
    ("headers", "under"),
    [(("生产总值(现价)", "生产总值（可比价）"), ()), (("生产总值", "生产总值"), ("(现价)", "（可比价）"))],
    ids=["behind", "below"],
)  # fmt: skip
def test_words_in_brackets_are_of_the_name(
    headers: tuple[str, ...], under: tuple[str, ...]
) -> None:
    reading = read_by(
        page(*headers, under=under), now="生产总值（现价）", constant="生产总值(可比价)"
    )
    assert codes(reading) == ["words_in_brackets"] * 2
    assert "亿元" in reading.problems[0].found
    found = reading.cells.select("series_label", "unit_label", "value").rows()
    assert found == [("now", "亿元", 1), ("constant", "亿元", 2)]


def test_one_name_does_not_fit_two_brackets() -> None:
    reading = read_by(page("生产总值(现价)", "生产总值(可比价)"), gdp="生产总值")
    assert set(codes(reading)) == {"missing_columns", "extra_columns"}
    assert "生产总值(可比价)" in reading.problems[0].found
    units = read_by(page("产量(吨)", "产量(件)"), output="产量")
    assert codes(units) == ["ambiguous_column"]
    assert "'产量(吨)' and '产量(件)'" in units.problems[0].found
    bases = read_by(page("指数(上年=100)", "指数(2014=100)", unit=None), index="指数")
    assert codes(bases) == ["ambiguous_column"]


def test_columns_that_differ_in_their_unit_are_told_apart() -> None:
    reading = read_by(page("产量（吨）", "产量(件)"), tons="产量(吨)", pieces="产量（件）")
    assert reading.problems == ()
    found = reading.cells.select("series_label", "unit_label", "value").rows()
    assert found == [("tons", "吨", 1), ("pieces", "件", 2)]


def test_the_base_of_an_index_is_its_unit_and_may_be_a_remark_on_prices() -> None:
    index = read_by(page("生产总值指数(2014=100)"), index="生产总值指数")
    assert index.problems == ()
    assert at(index, "Sheet1!B4")["unit_label"] == "2014=100"
    prices = read_by(page("生产总值(2014=100)"), gdp="生产总值(2014=100)")
    assert codes(prices) == ["doubtful_unit"]
    assert at(prices, "Sheet1!B4")["unit_label"] is None
    both = page("指数(上年=100)", "指数(2014=100)", unit=None)
    chained = read_by(both, ("指数(上年=100)",), index="指数(2014=100)")
    assert chained.cells["value"].to_list() == [2]


def test_a_year_in_brackets_is_the_year() -> None:
    reading = read_by(page("产值(2019年)", "产值（2020）"), output="产值")
    assert reading.problems == ()
    assert reading.cells.select("period", "value").rows() == [(2019, 1), (2020, 2)]


@pytest.mark.parametrize("bracket", ["现价，亿元", "亿元、现价", "当年价 亿元"])
def test_a_unit_beside_words_is_the_unit(bracket: str) -> None:
    words = bracket.replace("亿元", "").strip("，、 ")
    content = page(f"生产总值({bracket})", "生产总值(可比价)", unit="单位：万元")
    reading = read_by(content, ("生产总值(可比价)",), gdp=f"生产总值({words})")
    assert reading.problems == ()
    assert at(reading, "Sheet1!B4")["unit_label"] == "亿元"


def test_several_units_are_told() -> None:
    reading = read_by(page("规模(人、户)"), size="规模(人、户)")
    assert codes(reading) == ["doubtful_unit"]
    assert at(reading, "Sheet1!B4")["unit_label"] is None


@pytest.mark.parametrize("bracket", ["千人以上", "亿元以上", "百强", "一", "十三五"])
def test_a_size_is_no_unit(bracket: str) -> None:
    reading = read_by(page(f"企业({bracket})", unit="单位：个"), firms=f"企业({bracket})")
    assert codes(reading) == ["words_in_brackets"]
    assert at(reading, "Sheet1!B4")["unit_label"] == "个"


def test_numbers_of_columns_are_no_units() -> None:
    content = page("生产总值", "人口(万人)", under=("(1)", "(2)"))
    reading = read_by(content, gdp="生产总值", people="人口")
    assert reading.problems == ()
    assert reading.cells["unit_label"].to_list() == ["亿元", "万人"]
    behind = read_by(page("甲(1)", "甲(2)"), one="甲(1)", two="甲(2)")
    assert behind.problems == ()
    assert behind.cells["unit_label"].to_list() == ["亿元", "亿元"]


def test_what_is_written_like_a_unit_stays_one() -> None:
    reading = read_by(page("能源消费量(万吨标煤)"), energy="能源消费量")
    assert at(reading, "Sheet1!B4")["unit_label"] == "万吨标煤"


@pytest.mark.parametrize(
    "written", ["城镇化率（％）", "城镇化率(%)", "城镇化率", "城镇化率 / （%）"]
)
@pytest.mark.parametrize("rows", [(("城镇化率(%)",), ()), (("城镇化率",), ("（％）",))])
def test_a_layout_may_write_the_unit(
    written: str, rows: tuple[tuple[str, ...], tuple[str, ...]]
) -> None:
    reading = read_by(page(*rows[0], under=rows[1]), share=written)
    assert reading.problems == ()
    assert reading.cells.select("unit_label", "value").rows()[0][1] == 1
