"""Sentences of a manuscript that quote a number which is not published any more.

A number with two decimals or more counts as quoted from a table if a table had it, rounded or not, and no
table has it now. Levels of significance are nobody's number.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from nqpf_assets.proofs.manuscripts.manuscript import Manuscript
from nqpf_assets.proofs.texts import Number, number_of, quoted_numbers

_LEVELS = {Decimal(text) for text in ("0.1", "0.05", "0.01", "0.001", "0.9", "0.95", "0.99")}
MOST_DECIMALS = 8


@dataclass(frozen=True)
class Changed:
    """A number that a table had and has no more.

    Attributes:
        where: table, line and column.
        was: as it was printed.
        now: as it is published now.
        who: what had it.
    """

    where: str
    was: str
    now: str
    who: str


@dataclass(frozen=True)
class Quotation:
    """A sentence that quotes one."""

    place: str
    sentence: str
    written: str
    changed: Changed


def quotations(
    manuscript: Manuscript,
    current: Iterable[str],
    changed: Iterable[Changed],
    notes: Collection[str] = (),
) -> Iterator[Quotation]:
    """Every such sentence, in the order of the manuscript.

    Args:
        current: cells of all tables of the study now.
        changed: cells that they had, the newest first.
        notes: paragraphs that are notes of tables.
    """
    still = {place for text in current for place in _places(number_of(text))}
    was: dict[tuple[int, int], Changed] = {}
    for one in changed:
        for place in _places(number_of(one.was)):
            was.setdefault(place, one)
    for paragraph in manuscript.paragraphs:
        if paragraph.text in notes:
            continue
        for sentence in paragraph.sentences:
            for written, number in quoted_numbers(sentence):
                place = _place(number)
                if abs(number.value) in _LEVELS or place in still or place not in was:
                    continue
                yield Quotation(paragraph.place, sentence, written, was[place])


def _place(number: Number) -> tuple[int, int]:
    """Decimals, and the digits as a whole number; prose says the sign in words."""
    return number.decimals, int(abs(number.value).scaleb(number.decimals).to_integral_value())


def _places(number: Number | None) -> Iterator[tuple[int, int]]:
    """All ways in which prose may write a number: with its decimals, or rounded to fewer."""
    if number is None or number.decimals < 2:
        return
    for decimals in range(2, min(number.decimals, MOST_DECIMALS) + 1):
        exact = float(abs(number.value).scaleb(decimals))
        room = (
            0.0 if decimals == number.decimals else 0.5 + 0.5 * 10.0 ** (decimals - number.decimals)
        )
        for digits in range(math.ceil(exact - room - 1e-9), math.floor(exact + room + 1e-9) + 1):
            yield decimals, digits
