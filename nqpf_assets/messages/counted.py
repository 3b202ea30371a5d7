"""Numbers of things in words: one cell, two cells. Every message that counts something is written with it."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher

IRREGULAR = {"series": "series", "indices": "index", "matrices": "matrix", "others": "other"}
"""Plurals that do not end in the singular and an s."""


def counted(number: int, things: str, separator: str = "") -> str:
    """A number with its noun: ``1 cell``, ``2 cells``, ``0 studies``.

    Args:
        things: the plural; words may stand before it: ``further breaks``.
        separator: of thousands.
    """
    return f"{number:{separator}} {things if number != 1 else singular(things)}"


def singular(things: str) -> str:
    """The singular of a plural of which the last word counts."""
    words, blank, last = things.rpartition(" ")
    one = IRREGULAR.get(last) or (
        f"{last[:-3]}y" if last.endswith("ies") else last.removesuffix("s")
    )
    return f"{words}{blank}{one}"


MOST_NAMED = 30
"""Names that one message tells."""


def named(names: Iterable[str], like: str) -> str:
    """Names in a row, those that are written like another first where there are more than can be told."""
    known = sorted(names)
    if len(known) <= MOST_NAMED:
        return ", ".join(known) or "none"
    known.sort(key=lambda one: -SequenceMatcher(a=one, b=like).ratio())
    return f"{', '.join(known[:MOST_NAMED])} and {len(known) - MOST_NAMED} more"


VERBS = {"are": "is", "were": "was", "have": "has", "do": "does"}
"""Plurals of verbs whose singular is not the plural and an s."""


def verb(number: int, plural: str) -> str:
    """The verb behind a number of things: ``is`` behind one, ``are`` behind all others."""
    return plural if number != 1 else VERBS.get(plural, f"{plural}s")
