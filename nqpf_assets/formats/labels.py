"""How publishers print years, units, footnote marks and names.

Small pure functions on one label at a time; what labels mean is decided in the catalogue.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from nqpf_assets.catalog.two_languages import parts_of, parts_of_place

BLANKS = " \t\r\n\f\v\u00a0\u2002\u2003\u2009\u200b\u3000\ufeff"
YEARS = (1900, 2100)
"""First and last year that is read where a card says no others: most numbers of four digits are values."""
FOUR_DIGITS = (1000, 9999)
"""Years that a card may speak of."""
TWO_DIGITS = r"^['’‘]?(\d{1,2})(?:\.0+)?\s*年?度?$"
"""A year by its last two digits; 5 is 05, of which a program that keeps numbers drops the nought."""
SPAN = 100
"""So many years have each two digits of their own."""
_years: ContextVar[tuple[int, int]] = ContextVar("years", default=YEARS)

# Letters that look like a digit (i, l, o) are no marks: 12o is a mistyped 120. Half-width (1)
# is no mark either: after a number it is a standard error or a rank as often as a note.
NOTE_MARK = r"[a-hj-km-np-z]\)?|[①-⑳]|[⑴-⒇]|\*{1,3}|[¹²³⁴-⁹][⁰¹²³⁴-⁹]*|\[\d{1,2}\]|注\d{0,2}"
_LABEL_MARK = re.compile(rf"^\s*(?:{NOTE_MARK}|i\)?)\s*$")
_NOTE_HEAD = re.compile(r"^(?:注|注释|说明|附注|Notes?)\s*[:：]?\s*", re.IGNORECASE)
_MARKED_NOTE = re.compile(
    rf"^(?:(?P<letter>[a-z])[\s、.．:：)）]+|(?P<sign>{NOTE_MARK})[\s、.．:：]*)(?P<rest>.+)$"
)
_FURTHER_MARK = re.compile(
    r"([①-⑳⑴-⒇]|\*{1,3}|\[\d{1,2}\])|(?:^|[；;。\s])([a-hj-km-np-z])[、.．:：)）]|^(注\d{1,2})"
)
_YEAR = re.compile(r"^(?P<year>\d{4})(?:\.0+)?\s*年?(?:度)?$")
_PART_OF_YEAR = re.compile(
    r"^\d{4}\s*年?\s*(?:第?[一二三四1-4]\s*季度|\d{1,2}\s*月.*|[-/.]\d{1,2}(?:[-/.]\d{1,2})?"
    r"|[qQ][1-4]|(?:0[1-9]|1[0-2]))$"
)
_OF_WHICH = re.compile(r"^(?:#|＃|其\s*中\s*[:：]?)\s*")
_QUOTED_MARK = re.compile(r"[“\"'‘「](…+|\.{2,3}|[—–-]{1,2}|空格)[”\"'’」]")


def strip(label: str) -> str:
    """The label without outer blanks of any width."""
    return label.strip(BLANKS)


def normalise(label: str) -> str:
    """The label for comparison: no blanks at all, full-width forms as half-width."""
    return re.sub(rf"[{BLANKS}]+", "", unicodedata.normalize("NFKC", label))


def find_label(written: str, names: Sequence[str]) -> str | None:
    """The printed name that a card means: itself, or the only one that differs in blanks and width.

    ``城镇化率（％）`` is ``城镇化率(%)``; letters of another case are another name. Of a name in two
    languages one will do: ``地区`` is ``地区 Region``.
    """
    if written in names:
        return written
    same = {name for name in names if normalise(name) == normalise(written)}
    same = same or {name for name in names if normalise(written) in spellings(name)}
    return same.pop() if len(same) == 1 else None


def spellings(name: str) -> set[str]:
    """All that a card may write for a printed name, for comparison: it, or its part in one language."""
    return set(map(normalise, (name, *(parts_of(name) or ()))))


def row_key(label: str) -> str:
    """A row label for comparison with the names of totals: of ``总计 Total`` the Chinese part."""
    parts = parts_of_place(label)
    is_total = parts is not None and "total" in parts[1].lower()
    return normalise(parts[0] if parts is not None and is_total else label)


@contextmanager
def years_between(years: tuple[int, int] | None) -> Iterator[None]:
    """Within it other years are read than `YEARS`; as usual where none are given."""
    token = _years.set(years or YEARS)
    try:
        yield
    finally:
        _years.reset(token)


def years_read() -> tuple[int, int]:
    """The first and the last year that is read, here and now."""
    return _years.get()


def parse_year(cell: object, years: tuple[int, int] | None = None) -> int | None:
    """The calendar year that a cell prints: ``2012年``, ``2012.0``, ``'2012年 '``; else None.

    Args:
        cell: a number or text.
        years: the first and the last that count; else `years_read`.
    """
    if isinstance(cell, bool):
        return None
    if isinstance(cell, int | float):
        if cell != cell or cell in (float("inf"), float("-inf")) or cell != int(cell):
            return None
        year = int(cell)
    else:
        match = _YEAR.match(strip(unicodedata.normalize("NFKC", str(cell))))
        if match is None:
            return None
        year = int(match["year"])
    first, last = years or years_read()
    return year if first <= year <= last else None


def whole_year(label: str, window: tuple[int, int]) -> int | None:
    """The year from the first to the last of a window that a label prints by its last two digits."""
    match = re.match(TWO_DIGITS, strip(unicodedata.normalize("NFKC", label)), re.ASCII)
    if match is None:
        return None
    first, last = window
    year = first + (int(match[1]) - first) % SPAN
    return year if year <= last else None


def mend_year(label: str) -> str:
    """What to do about a period that is none of the years that are read."""
    year = parse_year(label, FOUR_DIGITS)
    if year is None:
        return "mend the year"
    first, last = min(year, years_read()[0]), max(year, years_read()[1])
    return f"mend the year; if it is right, write `years: [{first}, {last}]` in the card"


def is_part_of_year(label: str) -> bool:
    """Whether a header names a month or a quarter: ``2026年5月``, ``2024年第一季度``."""
    return _PART_OF_YEAR.match(strip(unicodedata.normalize("NFKC", label))) is not None


def split_unit(label: str) -> tuple[str, str | None, str | None]:
    """Split a printed indicator into name, unit and note mark.

    The unit is the last bracket group, of either width, and nothing but a note mark may stand
    behind it: ``人口数(人口抽样调查)(人)`` gives ``人口数(人口抽样调查)`` and ``人``;
    ``一般公共预算支出（亿元）i`` gives its unit and the mark ``i``.
    """
    text = strip(label)
    close = max(text.rfind(")"), text.rfind("）"))
    mark: str | None = None
    if close >= 0 and close < len(text) - 1:
        if not _LABEL_MARK.match(text[close + 1 :]):
            return text, None, None
        mark, text = strip(text[close + 1 :]), text[: close + 1]
    elif close < 0:
        return text, None, None
    depth = 0
    for place in range(len(text) - 1, -1, -1):
        depth += text[place] in ")）"
        depth -= text[place] in "(（"
        if depth == 0:
            unit = strip(text[place + 1 : -1])
            name = strip(text[:place])
            return (name, unit or None, mark) if name else (text, None, mark)
    return strip(label), None, None


def is_unit_alone(label: str) -> str | None:
    """The unit, where a header cell holds nothing else: ``（万人）``."""
    text = strip(label)
    if len(text) > 2 and text[0] in "(（" and text[-1] in ")）":
        inner = text[1:-1]
        if not re.search(r"[()（）]", inner):
            return strip(inner)
    return None


def region_of(label: str) -> tuple[str, int]:
    """A row label's name and its indent in half-width places, "of which" marks included.

    ``␣␣# 浦东新区`` gives ``浦东新区`` at 4, the place where the name begins.
    """
    indent = 0
    for character in label:
        if character not in BLANKS:
            break
        indent += 2 if character == "\u3000" else 1
    name = strip(label)
    if (match := _OF_WHICH.match(name)) and match.end() < len(name):
        indent += sum(2 if ord(c) > 0x2E80 else 1 for c in match.group())
        name = name[match.end() :]
    return name, indent


def is_of_which(label: str) -> bool:
    """Whether a header is a part of the column before it: ``其  中``, ``# 专任教师``."""
    return _OF_WHICH.match(strip(label)) is not None


def mark_texts(notes: tuple[str, ...]) -> dict[str, str]:
    """The notes that explain a mark: mark, or missing sign as printed, to the note's text."""
    texts: dict[str, str] = {}
    for note in notes:
        body = _NOTE_HEAD.sub("", strip(note))
        if match := _MARKED_NOTE.match(body):
            texts.setdefault(match["letter"] or match["sign"], strip(note))
        # One note may explain several: 注：①含开发区；②为初步数。带*的为县。
        for found in _FURTHER_MARK.finditer(strip(note)):
            texts.setdefault(found[1] or found[2] or found[3], strip(note))
        for sign in _QUOTED_MARK.findall(body):
            texts.setdefault(sign, strip(note))
    return texts


def clean_markup(text: str) -> str:
    """Text without the HTML that export templates leave in: ``<p>中国统计年鉴</p>``."""
    return strip(re.sub(r"</?[A-Za-z][^<>]*>", "", text))


def split_mark(label: str) -> tuple[str, str | None]:
    """A name and the note mark printed behind it: ``重庆市①``, ``万州区*``.

    Letters are left alone: a name may end in one.
    """
    text = strip(label)
    match = re.search(r"\s*([①-⑳⑴-⒇]|[¹²³⁴-⁹][⁰¹²³⁴-⁹]*|\*{1,3}|\[\d{1,2}\])$", text)
    if match is None or match.start() == 0:
        return text, None
    return text[: match.start()], match[1]
