"""Units: every symbol that yearbooks print is known, and conversion is exact."""

from __future__ import annotations

from fractions import Fraction

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nqpf_assets.catalog.units import (
    RATIO,
    UnitError,
    conversion,
    conversion_factor,
    convert,
    known_symbols,
    parse_unit,
)

PRINTED = """
元 万元 亿元 人 万人 户 万户 公顷 千公顷 万公顷 亩 万亩 平方公里 平方米 万平方米 公里 万公里
吨 万吨 公斤 千克 千瓦 万千瓦 亿千瓦时 亿千瓦小时 万千瓦时 台 部 个 件 项 册 所 张 辆 艘 条 篇
次 万次 天 小时 年 万部 万台 万件 度 % ‰ 比例 1 百分点 上年=100 无 分 元/人 公斤/公顷
万吨标煤 万集 幢 亿立方米 标台 万标台 万标准箱 TEU 万场 亿印张 毫米 微克/立方米 μg/m3 mg/L 分贝 dB(A)
百万千焦 吉焦 班次 万羽 万锭 万重量箱 万芯公里 皮长公里 亿股 个百分点 万担 吨标煤/万元 小时/周
人/平方公里 件/万人 每万人件 （％） 单位：万人 万吨标准煤 亿吨公里 1978年=100 ℃ 人次 台/百户
"""
symbols = st.sampled_from(known_symbols())


@pytest.mark.parametrize("text", PRINTED.split())
def test_printed_units_are_known(text: str) -> None:
    unit = parse_unit(text)
    assert parse_unit(unit.symbol) == unit


@pytest.mark.parametrize(
    ("source", "target", "factor"),
    [
        ("亿元", "万元", 10_000),
        ("万亩", "千公顷", Fraction(2, 3)),
        ("平方公里", "公顷", 100),
        ("亿千瓦小时", "万千瓦时", 10_000),
        ("千克", "公斤", 1),
        ("万吨标煤", "吨标准煤", 10_000),
        ("百万千焦", "千瓦时", Fraction(2500, 9)),
        ("μg/m3", "毫克/立方米", Fraction(1, 1000)),
        ("公斤/公顷", "吨/公顷", Fraction(1, 1000)),
        ("%", "比例", Fraction(1, 100)),
        ("‰", "%", Fraction(1, 10)),
        ("件/万人", "每百万人件", 100),
        ("件/每万人", "件/万人", 1),
        ("项", "件", 1),
        ("无", "上年=100", 1),
        ("吨·公里", "吨公里", 1),
        ("亿元/(件/万人)", "亿元·万人/件", 1),
    ],
)
def test_conversion_is_exact(source: str, target: str, factor: Fraction) -> None:
    assert conversion(source, target) == factor


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("台", "万元"),
        ("人", "户"),
        ("人", "件"),
        ("上年=100", "1978年=100"),
        ("上年=100", "%"),
        ("元", "美元"),
        ("度", "千瓦时"),
        ("年", "天"),
        ("元/人", "元/户"),
        ("标台", "辆"),
        ("标准箱", "个"),
    ],
)
def test_different_things_do_not_convert(source: str, target: str) -> None:
    with pytest.raises(UnitError, match="cannot be expressed in"):
        conversion(source, target)


@pytest.mark.parametrize("text", ["亿员", "万", "每", "/", "元/", "()", "元/人/", "0元", "quintal"])
def test_what_is_no_unit_is_refused(text: str) -> None:
    with pytest.raises(UnitError, match="not known"):
        parse_unit(text)


def test_unknown_unit_names_the_nearest() -> None:
    with pytest.raises(UnitError, match="亿元"):
        parse_unit("亿员")
    with pytest.raises(UnitError, match="empty"):
        parse_unit("　")


def test_quotients_have_the_dimension_of_their_parts() -> None:
    per_person = parse_unit("亿元") / parse_unit("万人")
    assert per_person.dimension == "money/person"
    assert conversion_factor(per_person, "元/人") == 10_000.0
    assert (parse_unit("万元") / parse_unit("元")).dimension == "ratio"
    assert parse_unit("公里") ** 2 == parse_unit("公里") ** 2
    assert conversion(parse_unit("公里") ** 2, parse_unit("米") ** 2) == 10**6
    assert parse_unit("元") * RATIO == parse_unit("元")


@given(symbols, symbols)
def test_product_and_quotient_undo_each_other(one: str, other: str) -> None:
    left, right = parse_unit(one), parse_unit(other)
    back = left * right / right
    assert (back.factor, back.dimensions) == (left.factor, left.dimensions)
    printed = parse_unit(str(left / right))
    assert (printed.factor, printed.dimensions) == (
        (left / right).factor,
        (left / right).dimensions,
    )


@given(symbols, symbols, symbols)
def test_conversions_compose(one: str, two: str, three: str) -> None:
    units = [parse_unit(text) for text in (one, two, three)]
    if all(units[0].measures_same_as(unit) for unit in units):
        assert conversion(one, two) * conversion(two, three) == conversion(one, three)
        assert conversion(one, two) * conversion(two, one) == 1
    else:
        with pytest.raises(UnitError):
            assert conversion(one, two) * conversion(one, three)


@given(st.integers(-(10**12), 10**12))
def test_dividing_by_ten_thousand_keeps_every_digit(number: int) -> None:
    assert convert(float(number), "万元", "亿元") == number / 10_000


def test_convert_takes_columns() -> None:
    frame = pl.DataFrame({"万元": [12345.0, None]})
    one_bit = pytest.approx(1.2345, rel=1e-15)  # Polars multiplies by the reciprocal
    assert convert(frame["万元"], "万元", "亿元").to_list() == [one_bit, None]
    assert frame.select(convert(pl.col("万元"), "万元", "元"))["万元"].to_list() == [
        123450000.0,
        None,
    ]


def test_what_follows_a_stroke_is_below_it() -> None:
    """Pay is printed in 元/人·月: twelve times as much in a year, not a twelfth."""
    assert conversion("元/人·月", "元/人·年") == 12
    assert conversion("元/人·月", "元/(人·月)") == 1
    assert conversion("吨·公里/元", "吨公里/元") == 1
    product = parse_unit("元/人") * parse_unit("月")
    assert product.symbol == "(元/人)·月"
    again = parse_unit(product.symbol)
    assert (again.factor, again.dimensions) == (product.factor, product.dimensions)
