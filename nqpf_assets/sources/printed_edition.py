"""Which edition of a yearbook a file is of, and when a workbook was saved, as far as it says so itself.

A year in a title is that of the numbers, mostly: 2020年各地区农业分项产值 stands in the edition of 2021.
So only a year beside the word for a yearbook counts, and only where all that is printed agrees.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

from nqpf_assets.formats.zip_parts import Refusal, unfold

_YEAR = r"(?<!\d)((?:19|20)\d\d)(?!\d)"
_RANGE = r"(?!\s*年?\s*[-–—~～至到]\s*\d)"
_BOOK = r"(?:年鉴|年鑑|yearbook)"
_BEHIND = re.compile(rf"{_BOOK}[\s_\-—·(（》〉]*{_YEAR}{_RANGE}", re.IGNORECASE)
_BEFORE = re.compile(
    rf"(?<![-–—~～至到\d]){_YEAR}(?:年版?)?[\s_]*[《〈]?[\u4e00-\u9fff]{{0,10}}?{_BOOK}"
    rf"|(?<![-–—~～\d]){_YEAR}[\s_]*(?:\w+[\s_]+){{0,3}}yearbook",
    re.IGNORECASE,
)
_OF_NUMBERS = re.compile(r"(?:19|20)\d\d年(?!版)[\u4e00-\u9fff]*[各分]")
"""A year of what the numbers are of: 2020年各地区, 2020年分省."""
_CORE = "docprops/core.xml"
_BY = re.compile(r"<(?:\w+:)?lastModifiedBy>\s*[^<\s]")
_SAVED = re.compile(r"<(?:\w+:)?modified[^>]*>\s*(\d{4}-\d\d-\d\d)")


def edition_of(texts: Iterable[str]) -> int | None:
    """The one edition that a file's name, title and folder name; None where none does, or several."""
    found: set[int] = set()
    for text in texts:
        years = [match[1] for match in _BEHIND.finditer(text)]
        if not years and _OF_NUMBERS.search(text) is None:
            years = [match[1] or match[2] for match in _BEFORE.finditer(text)]
        found |= set(map(int, years))
    return found.pop() if len(found) == 1 else None


def saved_on(content: bytes) -> dt.date | None:
    """The day on which somebody saved a workbook last; None where no person did, or none is told.

    Programs that export leave the day of the template that they fill.
    """
    if not content.startswith(b"PK\x03\x04"):
        return None
    try:
        parts = unfold(content, (_CORE,))
    except Refusal:
        return None
    text = next(iter(parts.values()), b"").decode("utf-8", "ignore")
    day = _SAVED.search(text)
    if day is None or _BY.search(text) is None:
        return None
    try:
        return dt.date.fromisoformat(day[1])
    except ValueError:
        return None
