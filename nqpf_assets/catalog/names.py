"""Comparing names as publishers print them: blanks and full-width forms do not count.

Nothing else is forgiven here: brackets and every letter between them stay, because
专利申请授权数 and 发明专利申请授权数 are different series.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable

_BLANKS = re.compile(r"[\s\u200b\ufeff]+")
_BLANK_AT_CHINESE = re.compile(r"(?<=[^\x00-\x7f]) +| +(?=[^\x00-\x7f])| +(?=\()|(?<=\)) +")


def key_of(name: str) -> str:
    """The name for comparison: half-width, lower case, no blanks at all."""
    return _BLANKS.sub("", unicodedata.normalize("NFKC", name)).lower()


def tidy_name(name: str) -> str:
    """The name for keeping: half-width, single blanks, none beside Chinese characters."""
    text = _BLANKS.sub(" ", unicodedata.normalize("NFKC", name)).strip()
    return _BLANK_AT_CHINESE.sub("", text)


def near_names(name: str, known: Iterable[str], n: int = 3) -> tuple[str, ...]:
    """Known names close to one that is not known, the closest first.

    Between equally close ones, those that begin alike come first: 北惊 is nearer to 北京 than
    to 湖北.
    """
    wanted = key_of(name)
    by_key: dict[str, str] = {}
    for candidate in known:
        by_key.setdefault(key_of(candidate), candidate)
    close = difflib.get_close_matches(wanted, by_key, n=5 * n, cutoff=0.5)
    score = {key: difflib.SequenceMatcher(None, wanted, key).ratio() for key in close}
    close.sort(key=lambda key: (score[key], key[:1] == wanted[:1]), reverse=True)
    return tuple(by_key[key] for key in close[:n])
