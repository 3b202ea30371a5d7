"""Every key that an origin card has, cards and files of each kind to write it into, and what may be written.

Keys are found by walking the models of the card, so that one that is added is tried by itself: a test fails
where it has no values. `*` in a path is a name that the card gives, or an edition.
"""

from __future__ import annotations

import copy
import io
from collections.abc import Iterator
from typing import Any

import xlsxwriter

from nqpf_assets.sources.card import OriginCard
from tests.formats.conftest import CREATED, Rows
from tests.leaves import leaves

Block = dict[str, Any]
Place = tuple[str | int, ...]

NBS = """\
数据库：分省年度数据
指标：地区生产总值(亿元)
时间：2018-2019
地区,2019年,2018年
北京市,2,1
天津市,4,3
注：试算
数据来源：国家统计局
"""
PAGE: Rows = [
    ["表1 生产总值（2018）"],
    ["地区", "生产总值", "人口", "面积"],
    [None, "（亿元）", "（万人）", None],
    ["全市", 9, 8, 1],
    ["万州区", 1, 2, 1],
    ["涪陵区", 3, 4, 1],
    ["主城都市区", 5, 6, 1],
]
BARE_PAGE: Rows = [["表1 生产总值"], ["地区", "生产总值"], ["万州区", 1], ["涪陵区", 3]]
YEARS: Rows = [["表2 生产总值"], ["年份", "生产总值"], [None, "（亿元）"], [2018, 1], [2019, 2]]


def book(**sheets: Rows) -> bytes:
    """A workbook of these sheets."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as made:
        made.set_properties({"created": CREATED})
        for name, rows in sheets.items():
            sheet = made.add_worksheet(name)
            for r, row in enumerate(rows):
                for c, cell in enumerate(row):
                    if cell is not None:
                        sheet.write(r, c, cell)
    return buffer.getvalue()


_WIDE = {"region": "地区", "period": "年份", "missing": ["NA"]}
_PAGE_CARD: Block = {
    "columns": {"gdp": "生产总值", "people": "人口"},
    "ignore": ["面积"],
    "rows": {"areas": ["主城都市区"]},
}
_YEARS_CARD: Block = {
    "row_kind": "year",
    "row_head": "年份",
    "region": "重庆市",
    "columns": {"gdp": "生产总值"},
}
_BUREAU = {"publisher": "国家统计局"}
CARDS: dict[str, tuple[bytes, Block]] = {
    "a page of the bureau": (NBS.encode(), _BUREAU),
    "a page that names no indicator": (
        NBS.replace("指标：地区生产总值(亿元)\n", "").replace("市,", "市\t,").encode(),
        _BUREAU | {"series": "gdp", "unit": "亿元"},
    ),
    "rows of indicators": (
        NBS.replace("指标：地区生产总值(亿元)", "地区：北京市")
        .replace("地区,2019", "指标,2019")
        .replace("北京市,2,", "地区生产总值(亿元),2,")
        .replace("天津市", "年末常住人口(万人)")
        .encode(),
        _BUREAU,
    ),
    "wide": (
        "地区,年份,gdp,people,另\n北京市,2018,1,5,7\n天津市,2018,2,NA,8\n北京市,2019,3,6,9\n".encode(),
        {
            "columns": _WIDE
            | {"values": ["gdp", "people"], "units": {"gdp": "亿元", "people": "万人"}}
        },
    ),
    "wide, with a column of units": (
        "地区,年份,gdp,计量\n北京市,2018,1,亿元\n天津市,2018,2,亿元\n北京市,2019,3,亿元\n".encode(),
        {"unit": "亿元", "columns": _WIDE | {"values": ["gdp"]}},
    ),
    "long": (
        "地区,年份,指标,值,单位\n北京市,2018,gdp,1,亿元\n天津市,2018,gdp,NA,亿元\n北京市,2019,people,3,万人\n".encode(),
        {"columns": _WIDE | {"series": "指标", "value": "值", "unit": "单位"}},
    ),
    "a column for each year": (
        "地区,2018,2019\n北京市,1,2\n天津市,3,NA\n".encode(),
        {
            "series": "gdp",
            "unit": "亿元",
            "columns": {"region": "地区", "values": [2018, 2019], "missing": ["NA"]},
        },
    ),
    "a page of a yearbook": (book(Sheet1=PAGE), {"layout": _PAGE_CARD}),
    "a page of a yearbook that says little": (
        book(Sheet1=BARE_PAGE),
        {"layout": {"columns": {"gdp": "生产总值"}, "year": 2018, "unit": "亿元"}},
    ),
    "a page of one edition": (
        book(Other=YEARS, Sheet1=PAGE),
        {
            "layout": _PAGE_CARD
            | {
                "columns": {"gdp": "生产总值", "people": "总人口"},
                "editions": {2018: {"sheet": "Sheet1", "columns": {"people": "人口"}}},
            }
        },
    ),
    "rows of years": (book(Sheet1=YEARS), {"layout": _YEARS_CARD}),
    "sheets of tables": (
        book(
            A=[["地区", "年份", "gdp"], ["北京市", 2018, 1], ["天津市", 2018, "NA"]],
            B=[["地区", "年份", "people"], ["北京市", 2018, 1], ["天津市", 2018, 2]],
        ),
        {
            "unit": "亿元",
            "sheets": {
                "A": {"columns": _WIDE | {"values": ["gdp"]}},
                "B": {"unit": "万人", "columns": _WIDE | {"values": ["people"]}},
            },
        },
    ),
    "sheets of pages": (
        book(A=PAGE, B=YEARS),
        {"sheets": {"A": {"layout": _PAGE_CARD}, "B": {"layout": _YEARS_CARD}}},
    ),
    "a matrix of weights": (
        "省,北京,天津\n北京,0,2\n天津,1,0\n".encode(),
        {"weights": {"name": "trade"}},
    ),
    "pairs of weights": (
        "省,邻省,权重,另\n北京,天津,2,7\n天津,北京,1,8\n".encode(),
        {"weights": {"name": "trade", "unit": "省", "neighbour": "邻省", "weight": "权重"}},
    ),
    "pairs of weights by year": (
        "省,邻省,权重,年份,届\n北京,天津,2,2018,2001\n天津,北京,1,2018,2002\n"
        "北京,天津,3,2019,2003\n天津,北京,4,2019,2004\n".encode(),
        {
            "weights": {
                "name": "flows_by_year",
                "unit": "省",
                "neighbour": "邻省",
                "weight": "权重",
                "period": "年份",
            }
        },
    ),
    "weights that name no units": (
        book(W=[[0, 2], [1, 0]], V=[["x"], [3]]),
        {"weights": {"name": "trade", "sheet": "W", "order": ["北京", "天津"]}},
    ),
    "one layout for sheets": (book(A=PAGE, B=YEARS), {"layout": _PAGE_CARD, "sheets": {"A": {}}}),
}
"""File → card, each the least that is read without a word."""

WORDS = ["Words of its own"]
VALUES: dict[str, list[Any]] = {
    "publisher": ["另局"],
    "title": ["另表", "表 2010"],
    "status": ["survey", "synthetic", "made up"],
    "series": [
        "gdp",
        "population",
        {"生产总值": "population"},
        {"地区生产总值": "gdp_index"},
        {"无": "gdp"},
    ],
    "unit": ["万元", "亿", {"gdp": "万元"}, {"无": "万元"}],
    "region": ["重庆市", "北京市", "四川省", "Beijin"],
    "names_of": [2018, 1985, 1800, "then"],
    "years": [[2019, 2100], [1840, 2100], [2019, 2018]],
    "published": ["2020-03", 1990],
    "accessed": ["2020-03-01", "soon"],
    "next_edition": ["2021", "soon"],
    "vintage": ["2020-02"],
    "edition": [2019, 1999],
    "licence": ["CC0"],
    "may_be_passed_on": [True, False],
    "citation": WORDS,
    "url": WORDS,
    "sha256": ["0" * 64, "0"],
    "ignore": [["天津市"], ["万州区"], ["people"], ["无"]],
    "slips.*.at": ["line 5, column 2", "A!C3", "C3", "fifth line"],
    "slips.*.printed": ["7"],
    "slips.*.read": ["9", "missing", "2"],
    "slips.*.reason": WORDS,
    "notes": WORDS,
    "accept": [{"unit": "台"}, {"units": "台"}],
    "layout.sheet": ["Sheet1", "Sheet9"],
    "layout.title": ["生产", "xyz", "("],
    "layout.year": [2017, 2018, 1800],
    "layout.row_head": ["地区", "名称"],
    "layout.row_kind": ["region", "year"],
    "layout.turned": [True, False],
    "layout.region": ["四川省", "nowhere"],
    "layout.header_rows": [[2, 3], [2, 2], [7, 9]],
    "layout.unit": ["亿元", "万元", "qq"],
    "layout.columns": [
        {"gdp": "人口", "people": "生产总值"},
        {"x": "没有"},
        {"population": "人口"},
    ],
    "layout.ignore": [[], ["面积", "没有"]],
    "layout.rows.totals": [[], ["全市", "没有"]],
    "layout.rows.areas": [[], ["主城都市区", "没有"]],
    "layout.rows.keep": [["totals"], ["areas"]],
    "layout.editions.*.sheet": ["Sheet1", "Sheet9"],
    "layout.editions.*.title": ["生产", "xyz", "("],
    "layout.editions.*.row_head": ["地区", "名称"],
    "layout.editions.*.header_rows": [[2, 3], [2, 2], [7, 9]],
    "layout.editions.*.columns": [{"gdp": "面积"}, {"x": "人口"}],
    "layout.editions.*.without": [["people"], ["x"]],
    "layout.editions.*.ignore": [["人口"], ["没有"]],
    "columns.region": ["没有", "年份"],
    "columns.period": ["没有", "年份"],
    "columns.year": [2017, 1800],
    "columns.two_digit_years": [[1950, 2049], [1950, 2050], [2001, 1999]],
    "columns.values": [["gdp"], ["没有"], ["gdp", "另"]],
    "columns.units": [{"gdp": "万元"}, {"gdp": "qq"}, {"没有": "万元"}],
    "columns.series": ["没有", "指标"],
    "columns.value": ["没有", "值"],
    "columns.unit": ["没有", "计量", "另"],
    "columns.sheet": ["A", "Sheet9"],
    "columns.missing": [[], ["NA", "1"], ["NA", "-99"]],
    "weights.name": ["flows", "nested", "A b"],
    "weights.order": [["天津", "北京"], ["北京", "nowhere"], ["北京"], [110000, 120000]],
    "weights.unit": ["省", "邻省", "没有"],
    "weights.neighbour": ["邻省", "没有"],
    "weights.weight": ["权重", "另", "没有"],
    "weights.period": ["年份", "权重", "没有"],
    "weights.sheet": ["W", "V", "Sheet9"],
}
"""Key → values; a sheet's are those of the card."""

AS_IT_IS: dict[str, list[Any]] = {
    "series": ["gdp"],
    "region": ["重庆市", "北京市"],
    "years": [[1840, 2100]],
    "layout.sheet": ["Sheet1"],
    "layout.title": ["生产"],
    "layout.year": [2018],
    "layout.row_head": ["地区"],
    "layout.row_kind": ["region"],
    "layout.turned": [False],
    "layout.header_rows": [[2, 3], [2, 2]],
    "layout.unit": ["亿元"],
    "layout.editions.*.sheet": ["Sheet1"],
    "layout.editions.*.title": ["生产"],
    "layout.editions.*.row_head": ["地区"],
    "layout.editions.*.header_rows": [[2, 3]],
    "columns.unit": ["计量"],
    "columns.sheet": ["A"],
    "weights.order": [[110000, 120000]],
}
"""Values that say of some file what it says itself, or what is done anyway."""
NOT_IN_EVERY_FILE: dict[str, list[Any]] = {
    "layout.ignore": [[], ["面积", "没有"]],
    "layout.rows.totals": [[], ["全市", "没有"]],
    "layout.rows.areas": [[], ["主城都市区", "没有"]],
    "layout.rows.keep": [["totals"]],
    "layout.editions.*.ignore": [["没有"]],
    "columns.missing": [[], ["NA", "-99"]],
}
"""Words that are left out or mean no value where a file prints them; a card is for many files."""
SLIP = {"at": "line 5, column 2", "printed": "2", "read": "8", "reason": "a slip"}
"""One of a page of the bureau's."""
OF_THIS_EDITION = (
    "a page of a yearbook",
    "a page of one edition",
    "sheets of pages",
    "one layout for sheets",
)

"""Cards whose first page is of the edition that the values speak of."""


def options() -> list[str]:
    """Every key of a card, as a path."""
    return [".".join(path) for path, _ in leaves(OriginCard)]


def values_of(path: str) -> list[Any]:
    return VALUES.get(path.removeprefix("sheets.*."), [])


def is_nothing(card: str, path: str, value: Any) -> bool:
    """Whether a value may change nothing of what this card's file gives."""
    key = path.removeprefix("sheets.*.")
    if key.startswith("layout.editions") and card not in OF_THIS_EDITION:
        return True
    if key == "layout.sheet" and card == "a page of one edition":
        return True  # the edition names its own
    return value in [*AS_IT_IS.get(key, []), *NOT_IN_EVERY_FILE.get(key, [])]


def written(card: Block, path: str, value: Any) -> tuple[Block, Place] | None:
    """The card with a value, and the keys that lead to it; None where it has no block for it."""
    whole = copy.deepcopy(card)
    block, place, keys = whole, [], path.split(".")
    for key in keys[:-1]:
        if key == "slips":  # a list of blocks
            block["slips"] = [{**SLIP, keys[-1]: value}]
            return whole, (*place, "slips")
        if key == "*" and not block:
            block[2018] = {}
        name = next(iter(block)) if key == "*" else key
        if name not in block:
            if name in ("layout", "columns", "sheets", "weights"):
                return None
            block[name] = {}
        place.append(name)
        block = block[name]
    block[keys[-1]] = value
    return whole, (*place, keys[-1])


def cases() -> Iterator[tuple[str, str, Any, Block, Place]]:
    """Card, key, value, the card that has it, and where it stands there."""
    for name, (_, card) in CARDS.items():
        for path in options():
            for value in values_of(path):
                made = written(card, path, value)
                if made is not None and made[0] != card:
                    yield name, path, value, *made
