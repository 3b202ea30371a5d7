"""Which series somebody means: by words of names, Chinese or English, and by likeness where words fail.

For people who look for a series. What a label in a file, a card or a study stands for is never decided
here: that is `series.find`, which knows no likeness.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher

from nqpf_assets.catalog.names import key_of

NEAR = 0.45
"""Likeness from which a name is near, of 1."""
MOST_NEAR = 10
"""Series that are near, where none has the words."""
_WORD = re.compile(r"[a-z0-9]+")
_SLIP = 0.8
"""Likeness from which an English word is taken for one that was spelled otherwise."""


def search_series(
    words: Sequence[str], names: Mapping[str, Sequence[str]]
) -> tuple[list[str], list[str]]:
    """Ids of the series that have all words, the closest first; and those that are only like them.

    A word in Latin letters is looked for where a word begins (`gdp`, `fertil`), any other anywhere.

    Args:
        words: what is looked for; one word holds blanks where it was typed in quotes.
        names: id of each series → all its names, in any language.

    Returns:
        Series with all words; and, only where there are none, up to `MOST_NEAR` near ones.
    """
    wanted = [part for word in words for part in _folded(word).split()]
    whole = key_of("".join(words))
    if not wanted:
        return sorted(names), []
    found = {}
    for series_id, own in names.items():
        texts = [_folded(name) for name in (series_id, *own)]
        if all(any(_has(text, word) for text in texts) for word in wanted):
            keys = [key_of(name) for name in (series_id, *own)]
            found[series_id] = (
                whole not in keys,
                not any(key.startswith(whole) for key in keys),
                min(map(len, keys)),
                series_id,
            )
    if found:
        return sorted(found, key=lambda one: found[one]), []
    scores = {one: _likeness(wanted, whole, (one, *own)) for one, own in names.items()}
    near = [one for one, score in scores.items() if score >= NEAR]
    return [], sorted(near, key=lambda one: (-scores[one], one))[:MOST_NEAR]


def _folded(text: str) -> str:
    """Half-width, lower case, ids taken apart: `fiscal_spending` is two words."""
    return " ".join(unicodedata.normalize("NFKC", text).lower().replace("_", " ").split())


def _has(text: str, word: str) -> bool:
    if not _WORD.fullmatch(word):
        return word in text.replace(" ", "") or word in text
    return any(one.startswith(word) for one in _WORD.findall(text))


def _likeness(wanted: Sequence[str], whole: str, names: Sequence[str]) -> float:
    """How like a series is to what is wanted, from 0 to 1: by letters in a row, or word by word."""
    best = 0.0
    latin = [word for word in wanted if _WORD.fullmatch(word)]
    if len(latin) == len(wanted):
        known = {one for name in names for one in _WORD.findall(_folded(name))}
        each = [max((_ratio(word, one) for one in known), default=0.0) for word in latin]
        return sum(each) / len(each) if min(each) >= _SLIP else 0.0
    for name in names:
        key = key_of(name)
        blocks = SequenceMatcher(None, whole, key, autojunk=False).get_matching_blocks()
        together = sum(block.size for block in blocks)
        in_a_row = sum(block.size for block in blocks if block.size > 1)
        if in_a_row:
            ratio = 2 * together / (len(whole) + len(key))
            best = max(best, (ratio + in_a_row / len(whole)) / 2)
    return best


def _ratio(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()
