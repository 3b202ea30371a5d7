"""Signs that a Chinese keyboard types where YAML wants those of ASCII: `：`, `，`, `“`, an ideographic blank.

They are letters to YAML, so that `[北京，天津]` is a list of one name. None is read as its half-width sign,
since a title may hold them; where a text with one of them is refused, the message names the sign.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from itertools import islice

MOST_LINES = 5
"""Lines above the one at which YAML breaks off: a line without its colon goes on in the next."""

_STRUCTURE = {
    "：": (": ", "between a key and its value write `: `"),
    "，": (", ", "between the entries of a list write `, `"),
    "、": (", ", "between the entries of a list write `, `"),
    "；": ("; ", "between the entries of a list write `, `"),
    "［": ("[", "a list begins with [ and ends with ]"),
    "］": ("]", "a list begins with [ and ends with ]"),
    "【": ("[", "a list begins with [ and ends with ]"),
    "】": ("]", "a list begins with [ and ends with ]"),
    "｛": ("{", "a block in one line begins with { and ends with }"),
    "｝": ("}", "a block in one line begins with { and ends with }"),
    "“": ('"', 'put a text into quotes of ASCII, "…"'),
    "”": ('"', 'put a text into quotes of ASCII, "…"'),
    "‘": ("'", "put a text into quotes of ASCII, '…'"),
    "’": ("'", "put a text into quotes of ASCII, '…'"),
    "＃": (" # ", "a comment begins with #"),
    "－": ("- ", "an item of a list begins with `- `, a minus is -"),
    "—": ("- ", "an item of a list begins with `- `, a minus is -"),
    "–": ("- ", "an item of a list begins with `- `, a minus is -"),
    "\u3000": (" ", "write blanks of half width, or remove it"),
    "\u00a0": (" ", "write plain blanks, or remove it"),
    "\u200b": ("", "remove it"),
    "\u2060": ("", "remove it"),
    "\ufeff": ("", "remove it"),
}
"""Sign → what it stands for in YAML, and what to write."""
_INVISIBLE = {
    "\u3000": "an ideographic blank",
    "\u00a0": "a blank that does not break",
    "\u200b": "an invisible character",
    "\u2060": "an invisible character",
    "\ufeff": "an invisible character",
}
_CLOSED_BY = {"［": "］", "【": "】", "｛": "｝", "“": "”", "‘": "’"}
_NUMBER = re.compile(r"[+-]?\d[\d,]*(?:\.\d+)?")
_QUOTED = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*'")


def sign_words(text: str) -> tuple[str, str] | None:
    """The first such sign of a text that is refused, by name, and what to write instead; None of others."""
    half = half_width(text)
    if half != text and _NUMBER.fullmatch(half):
        return "digits or signs of full width", f"write `{half.replace(',', '')}`"
    for sign in text:
        if sign in _STRUCTURE:
            return _named(sign), _STRUCTURE[sign][1]
        if "！" <= sign <= "～" and half_width(sign).isalnum():
            kind = "digits" if half_width(sign).isdigit() else "letters"
            return f"{kind} of full width, `{sign}`", f"write `{half}`"
    return None


def unclosed(text: str) -> bool:
    """Whether a text begins with a bracket or quote of full width that does not end in it."""
    return text[:1] in _CLOSED_BY and _CLOSED_BY[text[:1]] not in text[1:]


def half_width(text: str) -> str:
    """Digits, letters and signs of full width as those of ASCII."""
    return unicodedata.normalize("NFKC", text)


def broken_by_sign(text: str, line: int, breaks_at: Callable[[str], int | None]) -> _Found | None:
    """The sign for which YAML cannot be read: with ASCII in its place it is read further.

    Args:
        text: the whole file.
        line: at which it is not read, from 0.
        breaks_at: the line at which a text is not read, None where it is read whole.

    Returns:
        Line and column of the sign from 0, its name, and what to write.
    """
    lines = text.split("\n")
    written = [at for at in range(min(line, len(lines) - 1), -1, -1) if lines[at].strip()]
    near = [at for at in islice(written, MOST_LINES + 1) if any(_signs(lines[at]))]
    for tried in [*([at] for at in near), near]:
        mended = [_mended(one) if at in tried else one for at, one in enumerate(lines)]
        broken = breaks_at("\n".join(mended)) if tried else line
        if broken is None or broken > line:
            at = min(tried)
            column, sign = next(_signs(lines[at]))
            return at, column, _named(sign), _STRUCTURE[sign][1]
    return None


_Found = tuple[int, int, str, str]


def _signs(line: str) -> Iterator[tuple[int, str]]:
    """Place and sign of each that stands outside of quotes."""
    bare = _QUOTED.sub(lambda found: " " * len(found[0]), line)
    return ((at, sign) for at, sign in enumerate(bare) if sign in _STRUCTURE)


def _mended(line: str) -> str:
    found = dict(_signs(line))
    return "".join(_STRUCTURE[sign][0] if at in found else sign for at, sign in enumerate(line))


def _named(sign: str) -> str:
    return f"{_INVISIBLE.get(sign, f'`{sign}` of full width')} (U+{ord(sign):04X})"
