"""What a workbook's number format makes of a number that it shows.

A page is read as it is seen. A cell that holds 0.8755 and shows 87.55% prints 87.55 %, so it is given
to the readers as that text, with every digit it holds. Formats that cut a number down (``0,`` shows
thousands, ``0!.0,"万"`` tens of thousands), hide it, turn its sign or set words or digits beside it give a
text that no reader takes for a number. Formats that only round, colour or set signs of currencies leave the
number as it is.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal
from functools import lru_cache

BUILT_IN = {9: "0%", 10: "0.00%"}
"""Formats that a workbook names by number only and that change what a number says."""

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|[\\!](?P<escaped>.)|[_*].|\[(?P<bracket>[^\]]*)\]?|(?P<one>.)'
)
_GENERAL = re.compile(r"G/通用格式|General", re.IGNORECASE)
_DATE = re.compile(r"[ymdhs]|AM/PM|上午", re.IGNORECASE)
_CUT = re.compile(r"[0#?],+(?![0#?,])")
_BESIDE = re.compile(r"[\s.．。()（）,，+年¥￥$€£\-－−–%％‰\0]+")
"""What may be set beside a number and says nothing of it: signs, currencies, the word for a year."""
_MINUS = re.compile(r"(?<![Ee])[-－−–]")
_NEGATIVE = re.compile(r"[-－−–(（\x01]")
_COLOUR = re.compile(
    r"(?i)(?:colou?r|颜色)\s*\d+|red|green|blue|yellow|magenta|cyan|black|white|.{1,2}色|[黑白红绿蓝黄]"
)
_SIGN = {"%": "%", "％": "%", "‰": "‰"}


def shown(value: float, code: str) -> str | None:
    """The text that a format makes of a number, or None where it only sets it differently."""
    conditional = "[<" in code or "[>" in code or "[=" in code
    sign = value if conditional else float((value > 0) - (value < 0))
    what = _what_is_shown(sign, code)
    if what is None:
        return None
    if what == _PERCENT:
        return f"{_plain(Decimal(repr(float(value))).scaleb(2))}%"
    return f"{_plain(Decimal(repr(float(value))))}{what}"


_PERCENT = "as a share"


@lru_cache(maxsize=4096)
def _what_is_shown(value: float, code: str) -> str | None:
    """What a format sets behind a number of this sign; `_PERCENT` where it shows a hundredfold."""
    sections = _sections(code) if code else ()
    section = _section_for(value, sections) if code else None
    if section is None:
        return None
    skeleton, literal = section
    words = _BESIDE.sub("", literal)
    has_digits = re.search(r"[0#?@]", skeleton) is not None
    if value == 0 and "%" not in skeleton:
        # An empty cell or a hyphen is the accountants' 0, a dash is no value.
        is_dash = not has_digits and re.search(r"[–－−—…]", literal)
        return f" shown as {code}" if words or is_dash else None
    is_changed = _CUT.search(skeleton) or words or "\0" in skeleton
    is_turned = _turns_sign(value, skeleton + literal, sections)
    if not has_digits or is_changed or is_turned or skeleton.count("%") > 1:
        return f" shown as {code}"
    if "%" in skeleton:
        return _PERCENT
    return next((_SIGN[letter] for letter in literal if letter in _SIGN), None)


def _turns_sign(value: float, text: str, sections: tuple[tuple[str, str, str], ...]) -> bool:
    """Whether a section shows a number with another sign than it has; a colour may stand for a minus."""
    if any(condition for *_, condition in sections):
        return False  # Excel sets a minus of its own by rules that depend on the conditions
    if value < 0 and len(sections) > 1:
        return _NEGATIVE.search(text) is None
    return _MINUS.search(text) is not None or (value > 0 and re.search(r"[(（]", text) is not None)


@lru_cache(maxsize=1024)
def changes(code: str) -> bool:
    """Whether a format may show anything but the number itself."""
    values = {1.5, -1.5, 0.0}
    for *_, condition in _sections(code):
        for limit in map(float, re.findall(r"-?\d+(?:\.\d+)?", condition)):
            # Both sides of the number that a section stands for, and itself.
            values |= {limit, math.nextafter(limit, -math.inf), math.nextafter(limit, math.inf)}
    return any(shown(value, code) is not None for value in values)


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@lru_cache(maxsize=1024)
def _sections(code: str) -> tuple[tuple[str, str, str], ...]:
    """Per section: placeholders, literal text, and the condition it stands under.

    A literal point between placeholders, which moves the decimal place, is a zero byte among them.
    """
    sections: list[tuple[str, str, str]] = []
    skeleton, literal, condition = "", "", ""
    for match in _TOKEN.finditer(_GENERAL.sub("@", code) + ";"):
        one = match["one"]
        if one == ";":
            sections.append((re.sub(r"(?<![0#?])\0|\0(?![0#?])", "", skeleton), literal, condition))
            skeleton, literal, condition = "", "", ""
        elif match["bracket"] is not None:
            bracket = match["bracket"]
            condition += bracket if bracket[:1] in ("<", ">", "=") else ""
            literal += bracket[1:].split("-")[0] if bracket[:1] == "$" else ""
            skeleton += "\x01" if _COLOUR.fullmatch(bracket) else ""
        elif one is not None and (one in "0#?.,%@/Ee+-" or one in " ()"):
            skeleton += one
        else:
            text = match["quoted"] or match["escaped"] or one or ""
            skeleton += "\0" if text in (".", "．", "。") else ""
            literal += text
    return tuple(sections[:4])


def _section_for(
    value: float, sections: tuple[tuple[str, str, str], ...]
) -> tuple[str, str] | None:
    """Placeholders and literal of the section that a number is shown by; None for a date."""
    if any(condition for *_, condition in sections):
        met = [one for one in sections if one[2] and _holds(value, one[2])]
        chosen = (met or [one for one in sections if not one[2]] or list(sections))[0]
    elif value < 0 and len(sections) > 1:
        chosen = sections[1]
    elif value == 0 and len(sections) > 2:
        chosen = sections[2]
    else:
        chosen = sections[0]
    if _DATE.search(re.sub("[Ee]", "", chosen[1])) and not re.search(r"[0#?@]", chosen[0]):
        return None
    return chosen[0], chosen[1]


def _holds(value: float, condition: str) -> bool:
    match = re.fullmatch(r"\s*(<=|>=|<>|<|>|=)\s*(-?[\d.]+)\s*", condition)
    if match is None:
        return False
    limit = float(match[2])
    return {
        "<": value < limit,
        ">": value > limit,
        "=": value == limit,
        "<=": value <= limit,
        ">=": value >= limit,
        "<>": value != limit,
    }[match[1]]
