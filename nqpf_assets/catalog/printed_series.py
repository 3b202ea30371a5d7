"""The name of a series as printed, and the unit that is printed behind it.

`城镇化率（%）` is the series `城镇化率` in %, whatever the width of the brackets: in the header of a table,
in a formula, in a correction. Brackets that hold no unit are part of the name: `乡村专任教师数(小学)`.
"""

from __future__ import annotations

from functools import lru_cache

from nqpf_assets.catalog.names import tidy_name
from nqpf_assets.catalog.two_languages import parts_of
from nqpf_assets.catalog.units import UnitError, parse_unit


@lru_cache(maxsize=4096)
def printed_series(label: str) -> tuple[str, str | None]:
    """Name and unit of a printed label; no unit where none is printed.

    What an index is compared with belongs to its name, too, since two indices differ in nothing else:
    `居民消费价格指数(上年=100)` has the unit and keeps the brackets. Of a label in two languages both are the
    name, and the unit behind the Chinese one is its unit.
    """
    if (parts := parts_of(label)) is not None:
        (chinese, unit), (latin, other) = map(printed_series, parts)
        return tidy_name(f"{chinese} {latin}"), unit or other
    text = tidy_name(label)
    start = _last_bracket(text)
    if start is None:
        return text, None
    name, unit = text[:start].strip(), text[start + 1 : -1]
    if not name or not _looks_like_unit(unit):
        return text, None
    try:
        return (text if parse_unit(unit).reference else name), unit
    except UnitError:
        return text, None


def _last_bracket(text: str) -> int | None:
    """Where the bracket begins that the text ends with."""
    depth = 0
    for place in range(len(text) - 1, -1, -1):
        depth += (text[place] == ")") - (text[place] == "(")
        if depth == 0:
            return place if place < len(text) - 1 else None
    return None


def _looks_like_unit(text: str) -> bool:
    """Signs that mean a unit wherever they stand: `x(2)` and `x(t)` are names of other things."""
    is_word = len(text) > 1 and any(character.isalpha() for character in text)
    return is_word or text in ("%", "‰") or (len(text) == 1 and not text.isascii())
