"""Labels in Chinese and Latin letters in one cell: ``北京 Beijing``, ``北京（Beijing）``, 地区 above Region.

Yearbooks print both, in one cell or with a line break between them. Which part is known, and whether the
other says the same, is for those who know the names.
"""

from __future__ import annotations

import re
from functools import lru_cache

_CHINESE = "\u3400-\u9fff"
_LONGEST = 200
"""Characters of a label in two languages; a longer text is none."""
_CAPITAL = re.compile("[A-Z]")
_FIRST = re.compile(
    rf"(?P<chinese>[^A-Za-z]*[{_CHINESE}][^A-Za-z]*?)(?P<open>[(（]?)\s*"
    rf"(?P<latin>[A-Z][a-z&.' ]{{2}}[^{_CHINESE}]*|[A-Z]{{3}}[^{_CHINESE}]*)"
)
_SECOND = re.compile(
    rf"(?P<latin>[A-Z][a-z][^{_CHINESE}]*?)\s*[\r\n]\s*(?P<chinese>[{_CHINESE}][^A-Za-z]*)"
)
_LATIN_FIRST = re.compile(
    rf"(?P<latin>[A-Z][a-z][^{_CHINESE}]*?)\s*(?P<chinese>[{_CHINESE}][^A-Za-z]*)"
)
_OF_TWO_LETTERS = re.compile(
    rf"(?P<chinese>[{_CHINESE}]+)(?:\s*[(（]\s*(?P<inside>[A-Z][a-z])\s*[)）]|\s+(?P<behind>[A-Z][a-z]))"
)


def parts_of_place(label: str) -> tuple[str, str] | None:
    """The same of the name of a place, whose Latin part may stand first in one line or have two letters.

    ``Nanjing 南京``, ``易县 Yi``; of an indicator these are one name: ``Theil 指数``, ``饮用水 Ph``.
    """
    if (parts := parts_of(label)) is not None:
        return parts
    text = label.strip()
    if len(text) > _LONGEST or not _CAPITAL.search(text):
        return None
    if (match := _OF_TWO_LETTERS.fullmatch(text)) is not None:
        return match["chinese"], match["inside"] or match["behind"]
    match = _LATIN_FIRST.fullmatch(text)
    return None if match is None else (match["chinese"].strip(), match["latin"].strip())


@lru_cache(maxsize=16_384)
def parts_of(label: str) -> tuple[str, str] | None:
    """The Chinese and the Latin part of a label that has both; None of any other.

    The Chinese part stands first, or the Latin one in lines of its own; ``R&D经费`` and ``人口A`` are names.
    """
    text = label.strip()
    if len(text) > _LONGEST or text.isascii() or not _CAPITAL.search(text):
        return None  # no name, or nothing to take apart: the patterns try every place of a text
    if (match := _FIRST.fullmatch(text)) is not None:
        latin = match["latin"]
        if match["open"]:
            if latin[-1] not in ")）":
                return None
            latin = latin[:-1]
        return match["chinese"].strip(), latin.strip()
    if (match := _SECOND.fullmatch(text)) is not None:
        return match["chinese"].strip(), match["latin"].strip()
    return None
