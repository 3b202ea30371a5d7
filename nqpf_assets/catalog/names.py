"""Comparing names as publishers print them: blanks and full-width forms do not count.

Nothing else is forgiven here: brackets and every letter between them stay, because
专利申请授权数 and 发明专利申请授权数 are different series.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

BLANKS = r"[\s\u200b\ufeff]+"
"""What does not count between the letters of a name, as a pattern."""
_BLANKS = re.compile(BLANKS)
_BLANK_AT_CHINESE = re.compile(r"(?<=[^\x00-\x7f]) +| +(?=[^\x00-\x7f])| +(?=\()|(?<=\)) +")


def key_of(name: str) -> str:
    """The name for comparison: half-width, lower case, no blanks at all."""
    return _BLANKS.sub("", unicodedata.normalize("NFKC", name)).lower()


def simplified(key: str) -> str:
    """The key in simplified characters, as far as they stand in names of regions."""
    return key.translate(_characters())


@cache
def _characters() -> dict[int, str]:
    table = files("nqpf_assets.catalog") / "traditional_characters.csv"
    pairs = (line.split(",") for line in table.read_text(encoding="utf-8").splitlines()[1:])
    return {ord(one): other for one, other in pairs}


def tidy_name(name: str) -> str:
    """The name for keeping: half-width, single blanks, none beside Chinese characters."""
    text = _BLANKS.sub(" ", unicodedata.normalize("NFKC", name)).strip()
    return _BLANK_AT_CHINESE.sub("", text)


def near_names(name: str, known: Iterable[str], n: int = 3) -> tuple[str, ...]:
    """Known names close to one that is not known, the closest first.

    Between equally close ones, those that begin alike come first, 北惊 is nearer to 北京 than
    to 湖北, and of these the one that is known first.
    """
    wanted = key_of(name)
    by_key: dict[str, str] = {}
    for candidate in known:
        by_key.setdefault(key_of(candidate), candidate)
    close = difflib.get_close_matches(wanted, by_key, n=max(len(by_key), 1), cutoff=0.5)
    score = {key: difflib.SequenceMatcher(None, wanted, key).ratio() for key in close}
    place = {key: number for number, key in enumerate(by_key)}
    close.sort(key=lambda key: (-score[key], key[:1] != wanted[:1], place[key]))
    return tuple(by_key[key] for key in close[:n])
