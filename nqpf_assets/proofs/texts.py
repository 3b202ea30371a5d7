"""Texts of a manuscript as they can be compared: signs that look alike are one, numbers are numbers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

_MINUS = str.maketrans(dict.fromkeys("−‐‑‒–—﹣－", "-"))
_STARS = str.maketrans(dict.fromkeys("＊∗⁎﹡★✱", "*"))
_NUMBER = re.compile(
    r"""^(?P<open>[(\[]?) (?P<sign>[+-]?) (?P<digits>\d[\d,]*(?:\.\d+)?|\.\d+) (?P<power>e[+-]?\d+)?
    (?P<percent>%?) (?P<close>[)\]]?) (?P<stars>\**) (?P<late>[)\]]?)$""",
    re.VERBOSE | re.IGNORECASE,
)
_QUOTED = re.compile(
    r"(?<![A-Za-z0-9_])(?<![0-9][.,])-?(?:\d[\d,]*)?\.?\d+(?:e-?\d+)?%?(?![A-Za-z0-9_])"
)
_END = re.compile(r"(?<=[.!?])\s+(?=[^\W\d_a-z]|[A-Z(“\"])|(?<=[。！？；])")


@dataclass(frozen=True)
class Number:
    """A number in a text.

    Attributes:
        value: as it is written, percent as such.
        decimals: how many it shows.
        stars: after it.
        brackets: around it.
    """

    value: Decimal
    decimals: int
    stars: str = ""
    brackets: str = ""

    @property
    def unit(self) -> Decimal:
        """One in its last place."""
        return Decimal(1).scaleb(-self.decimals)


def plain(text: str) -> str:
    """A text with one sign for minus and star, and single blanks."""
    known = unicodedata.normalize("NFKC", text.translate(_STARS)).translate(_MINUS)
    return " ".join(known.replace("\u200b", "").split())


def cell_text(text: str) -> str:
    """What a cell says, blanks apart where it is a number."""
    known = plain(text)
    tight = re.sub(r"\s+", "", known)
    return tight if _NUMBER.match(tight) else known


def label_text(text: str) -> str:
    """A label or head as two hands would write it."""
    return re.sub(r"[\s.,:;*]+", " ", plain(text).casefold()).strip()


def number_of(text: str) -> Number | None:
    """The number that a whole cell is; None for words."""
    found = _NUMBER.match(cell_text(text))
    if found is None:
        return None
    digits = found["digits"].replace(",", "")
    try:
        value = Decimal(f"{found['sign']}{digits}{found['power'] or ''}")
    except InvalidOperation:
        return None
    decimals = len(digits.partition(".")[2])
    if found["power"]:
        decimals -= int(found["power"][1:])
    return Number(value, decimals, found["stars"], found["open"])


def quoted_numbers(text: str) -> Iterator[tuple[str, Number]]:
    """Numbers that a sentence quotes: at least two decimals, or three digits that are no year."""
    for found in _QUOTED.finditer(plain(text)):
        written = found[0]
        number = number_of(written.rstrip("%"))
        if number is None:
            continue
        if written.endswith("%"):
            number = Number(number.value / 100, number.decimals + 2)
        if number.decimals >= 2:
            yield written, number


def sentences_of(text: str) -> Iterator[str]:
    """Sentences of a paragraph, as far as marks tell."""
    for part in _END.split(" ".join(text.split())):
        if part.strip():
            yield part.strip()


def says(number: Number, other: Number) -> bool:
    """Whether a number, rounded by its author, may stand for another with as many digits or more."""
    if number.decimals > other.decimals:
        return False
    gap = abs(number.value - other.value)
    if number.decimals == other.decimals:
        return gap == 0
    # The other was rounded already, by half of its own last place.
    return gap <= number.unit / 2 + other.unit / 2
