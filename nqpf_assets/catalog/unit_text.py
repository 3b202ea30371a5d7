"""Reading a unit from text: multiples, quotients, products, rates per so many.

Base symbols stand in ``unit_symbols.csv``. Composed here are multiples (``万元``, ``千公顷``),
quotients (``元/人``, ``件/万人``, ``元/人·月``), rates (``每万人件``), products (``吨·公里``), plain numbers
(``1/10万``) and indices (``上年=100``).
"""

from __future__ import annotations

import csv
import difflib
import re
import unicodedata
from fractions import Fraction
from functools import lru_cache
from importlib.resources import files

from nqpf_assets.catalog.unit import RATIO, Unit, UnitError

_MULTIPLES = {"百": 10**2, "千": 10**3, "万": 10**4, "亿": 10**8}
_LATIN_MULTIPLES = {"thousand": 10**3, "million": 10**6, "billion": 10**9}
_LATIN = {
    "yuan": "元",
    "cny": "元",
    "rmb": "元",
    "persons": "人",
    "person": "人",
    "households": "户",
    "ha": "公顷",
    "km": "公里",
    "km2": "平方公里",
    "m2": "平方米",
    "m3": "立方米",
    "m": "米",
    "t": "吨",
    "tons": "吨",
    "tonnes": "吨",
    "mm": "毫米",
    "teu": "标准箱",
    "db": "分贝",
    "db(a)": "分贝",
    "分贝(a)": "分贝",
    "mg": "毫克",
    "μg": "微克",
    "l": "升",
    "mw": "兆瓦",
    "kg": "公斤",
    "g": "克",
    "kw": "千瓦",
    "kwh": "千瓦时",
    "percent": "%",
    "pct": "%",
    "ratio": "比例",
    "index": "指数",
    "years": "年",
}
_REFERENCE = re.compile(r"^.+=(1|100|1000)$")
_NUMBER = re.compile(r"^(\d+)(.*)$")


class UnknownUnit(UnitError):
    """A text that names no known unit; the nearest are looked for only once somebody reads of it."""

    def __str__(self) -> str:
        (text,) = self.args
        return f"the unit `{text}` is not known{_nearest(text)}"


def parse_unit(text: str) -> Unit:
    """The unit that a text names.

    Raises:
        UnitError: when the text names no known unit; the message lists the nearest known ones.
    """
    if not text or not text.strip():
        raise UnitError("a unit is expected, but the text is empty; write 无 for a plain number")
    cleaned = _clean(text)
    unit = _parsed(cleaned)
    if unit is None:
        raise UnknownUnit(cleaned)
    return unit


def known_symbols() -> tuple[str, ...]:
    """Base symbols and the multiples that are usual in yearbooks, for suggestions."""
    usual = tuple(f"{prefix}{symbol}" for prefix in "万亿" for symbol in _symbols())
    return (*_symbols(), *usual, "千公顷", "千瓦", "千瓦时", "千克", "元/人", "公斤/公顷")


def _clean(text: str) -> str:
    """Half-width, without blanks, outer brackets or the words 单位：."""
    text = unicodedata.normalize("NFKC", text.replace("℃", "摄氏度"))
    text = re.sub(r"\s+", "", text).removeprefix("单位:").lower()
    while text.startswith("(") and text.endswith(")") and text.count("(") == 1:
        text = text[1:-1]
    return text.replace("×", "·").replace("*", "·").replace("/每", "/")


@lru_cache(maxsize=4096)
def _parsed(text: str) -> Unit | None:
    if _REFERENCE.match(text):
        return Unit(text, Fraction(1), (("index", 1),), text)
    unit = _quotient(text)
    return None if unit is None else Unit(text, unit.factor, unit.dimensions)


def _nearest(text: str) -> str:
    known = known_symbols()
    ratio = {name: difflib.SequenceMatcher(None, text, name).ratio() for name in known}
    near = [name for name in sorted(known, key=lambda name: -ratio[name]) if ratio[name] > 0.4]
    return f"; known and near: {', '.join(near[:3])}" if near else ""


def _quotient(text: str) -> Unit | None:
    """A quotient, brackets first; None when a part is not a unit.

    What follows a stroke is below it: 元/人·月 is 元/(人·月), as statistics print it.
    """
    total: Unit | None = None
    is_below = False
    for sign, part in _parts(text):
        is_below = is_below or sign == "/"
        bracketed = part.startswith("(") and part.endswith(")")
        unit = _quotient(part[1:-1]) if bracketed else _simple(part) or _rate(part)
        if unit is None:
            return None
        total = unit if total is None else total / unit if is_below else total * unit
    return total


def _parts(text: str) -> list[tuple[str, str]]:
    """Each part outside brackets, with the sign before it."""
    parts, depth = [("·", "")], 0
    for letter in text:
        depth += (letter == "(") - (letter == ")")
        if letter in "/·" and depth == 0:
            parts.append((letter, ""))
        else:
            parts[-1] = (parts[-1][0], parts[-1][1] + letter)
    return parts


def _rate(text: str) -> Unit | None:
    """``每万人件`` and ``件每万人``: 件/万人; ``每万人`` alone: 1/万人."""
    above, each, below = text.partition("每")
    if not each:
        return None
    for end in range(len(below), 0, -1):
        base, rest = _simple(below[:end]), above + below[end:]
        counted = _simple(rest) if rest else RATIO
        if base is not None and counted is not None:
            return counted / base
    return None


def _simple(text: str) -> Unit | None:
    """A base symbol with the multiples before it, or a plain number."""
    multiple, number = Fraction(1), _NUMBER.match(text)
    if number:
        multiple, text = Fraction(int(number[1])), number[2]
    for word, times in _LATIN_MULTIPLES.items():
        if text.startswith(word):
            multiple, text = multiple * times, text.removeprefix(word)
    text = _LATIN.get(text, text)
    symbols = _symbols()
    while text not in symbols:
        if text and text[0] in _MULTIPLES:
            multiple, text = multiple * _MULTIPLES[text[0]], text[1:]
        elif text == "" and number:
            break
        else:
            return None
    factor, dimensions = symbols.get(text, (Fraction(1), ()))
    return Unit(text, multiple * factor, dimensions) if multiple else None


@lru_cache(maxsize=1)
def _symbols() -> dict[str, tuple[Fraction, tuple[tuple[str, int], ...]]]:
    table = files("nqpf_assets.catalog").joinpath("unit_symbols.csv").read_text(encoding="utf-8")
    return {
        row["symbol"]: (
            Fraction(row["equals"]),
            tuple((name, 1) for name in sorted(row["dimension"].split("·")) if name),
        )
        for row in csv.DictReader(table.splitlines())
    }
