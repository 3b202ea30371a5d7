"""The unit that a column's header prints, in brackets or without, and what it means beside the page's own.

``幢`` under 单位：万平方米 counts buildings. A unit behind a line break, comma or colon says the same.
Where a header can be read in two ways (``人口/平方公里`` is a density; ``户`` under 万户 may be either),
nothing is guessed: the column has no unit then, which only the card can give. A bracket may also hold a
year, or words that belong to the name: ``生产总值(现价)``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from nqpf_assets.catalog.units import Unit, UnitError, parse_unit
from nqpf_assets.formats import labels

_BEHIND = re.compile(
    r"^(?P<name>.{2,}?)\s*(?P<mark>[\n\r:：,，/／])\s*(?P<unit>[^\n\r:：,，/／]+)$", re.S
)
_NAMES = frozenset("村班组线门位本期种名片孔眼床对集场股周双支副盘箱具") | {
    "端口",
    "座位",
    "航次",
    "班次",
    "场次",
}
_INDEX_NAME = re.compile(r"指数|指标|index", re.I)
_SHAPED = re.compile(r"^[百千万亿](?!.*(?:以[上下内外]|强|时期)).|[/%‰]|每")
"""How a unit is written that nobody knows; 千人以上 is a size, and 百强 a list."""
_NO_MONEY = re.compile(
    r"(?:(?:人|户|家|个|件|次|所|处|学生|教师|职工|人员|从业者|机构|床位|单位|企业|公司|学校|医院|车辆|班级|项目|用户|就业)数"
    r"|面积|里程|人口|增速|增幅|增长率|增长速度|比重|占比|比例|指数|名次|位次|排名|排位|用电量|载客量|货运量|客运量)$"
)
"""Names of what is counted, measured or compared, and never paid."""
_MONEY = frozenset(("money", "us_dollar"))
_NO_MEASURES = ("calendar_time", "time", "index", "degree")


BracketKind = Literal["unit", "base", "year", "number", "several", "words"]


@dataclass(frozen=True)
class Bracket:
    """What the bracket behind a name holds.

    Attributes:
        kind: `unit`: a unit, or what is written like one (``万吨标煤``); `base`: what an index is compared
            with, which is its unit and tells it from others (``上年=100``); `year`; `number`: of a column;
            `several`: units of which one may be meant; `words`: a part of the name.
        unit: the unit, where it is one.
        words: what belongs to the name.
    """

    kind: BracketKind
    unit: str | None = None
    words: str | None = None


def read_bracket(text: str) -> Bracket:
    """What a bracket holds: ``现价，亿元`` has a unit and words of the name."""
    if labels.parse_year(text) is not None:
        return Bracket("year")
    plain = labels.normalise(text)
    if re.fullmatch(r"\d{1,3}", plain):
        return Bracket("number", words=text)
    try:
        unit = parse_unit(text)
    except UnitError:
        return _of_parts(text)
    return Bracket("base", text, text) if unit.reference else Bracket("unit", text)


def _of_parts(text: str) -> Bracket:
    """A bracket that is no unit as a whole."""
    parts = [part for part in re.split(r"[\s,，、;；]+", text) if part]
    units = [part for part in parts if _is_unit(part)]
    words = [part for part in parts if part not in units]
    if len(units) > 1:
        return Bracket("several", words=text)
    if any(_SHAPED.search(labels.normalise(part)) for part in words):
        return Bracket("unit", text)
    return Bracket("unit", units[0], "，".join(words)) if units else Bracket("words", words=text)


def _is_unit(text: str) -> bool:
    try:
        return not parse_unit(text).reference and not text.isdigit()
    except UnitError:
        return False


def is_index_of(name: str, page: str | None) -> bool:
    """Whether a base behind the name (``2014=100``) is surely its unit, whatever the page's unit is."""
    over = _parsed(page)
    return page is None or _INDEX_NAME.search(name) is not None or bool(over and over.reference)


def unit_of_header(text: str, page: str | None) -> tuple[str | None, bool]:
    """The unit that one cell of a header prints, and whether it is doubtful.

    Args:
        text: the cell, without brackets.
        page: the unit of the page or of the columns around, if one is printed.
    """
    name, is_doubtful = labels.normalise(text), False
    if (unit := _known(name)) is None and (match := _BEHIND.match(text)):
        name = labels.normalise(match["unit"])
        unit = _known(name)
        is_doubtful = match["mark"] in "/／" and unit is not None
    over = _parsed(page)
    is_measured = over is not None and bool(over.dimensions)
    if unit is None:
        counted = _known(name[:-1]) if name.endswith("数") else None
        is_other = counted is not None and is_measured and not _is_same(counted, over)
        is_money = over is not None and not _MONEY.isdisjoint(dict(over.dimensions))
        return None, is_other or (is_money and _NO_MONEY.search(name) is not None)
    if name in _NAMES and page is not None:
        return None, not _is_same(unit, over)
    if _is_same(unit, over) and over is not None and over.factor != unit.factor:
        return None, True
    return (None, True) if is_doubtful else (name, False)


def _known(text: str) -> Unit | None:
    """A unit that something is measured or counted in; years, indices and plain numbers are none."""
    if not text or (text.isascii() and text != "%"):
        return None
    try:
        unit = parse_unit(text)
    except UnitError:
        return None
    if not unit.dimensions:
        return unit if text in ("%", "‰") else None
    return None if any(name in _NO_MEASURES for name, _ in unit.dimensions) else unit


def _parsed(page: str | None) -> Unit | None:
    try:
        return None if page is None else parse_unit(page)
    except UnitError:
        return None


def _is_same(unit: Unit, over: Unit | None) -> bool:
    return over is not None and unit.measures_same_as(over)
