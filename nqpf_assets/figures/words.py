"""Languages and themes that figures are drawn in, and texts broken into lines in each."""

from __future__ import annotations

import math
import re
from typing import Literal

Language = Literal["en", "zh"]
ThemeName = Literal["light", "dark"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")

CHINESE_TERMS = {"rho": "被解释变量的空间滞后（ρ）", "lambda": "空间误差（λ）"}
"""Parameters of estimators that are no variables; printed tables have them in English."""
CHINESE_PARTS = {
    "lag": "邻近地区：{}",
    "mean": "{}（单元均值）",
    "by_moderator": "{} × 调节变量",
    **{f"regime_{n}": f"{{}}（区制 {n}）" for n in range(1, 5)},
}
"""What follows the colon of a term."""

_HAN = "\u2e80-\u2fdf\u3001-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef"
_IS_HAN = re.compile(f"[{_HAN}]")
_PIECES = re.compile(rf"[{_HAN}]|[^\s{_HAN}]+|\s+")
_CLOSING = "，。；：、）》」！？,.;:)"
"""Signs with which no line begins."""


def has_han(text: str) -> bool:
    """Whether a text has characters that only a Chinese font has."""
    return _IS_HAN.search(text) is not None


def width_of(text: str) -> float:
    """How wide it is drawn, in widths of a Latin letter."""
    return sum(1.75 if has_han(one) else 1.0 for one in text)


def wrapped(text: str, width: float) -> list[str]:
    """Lines that are not wider; Chinese is broken between any two characters."""
    lines, line = list[str](), ""
    for piece in _PIECES.findall(text):
        is_over = width_of(line + piece.rstrip()) > width and piece[0] not in _CLOSING
        if line and is_over:
            lines.append(line.rstrip())
            line = piece.lstrip()
        else:
            line += piece
    return [*lines, line.rstrip()] if line.strip() else lines


def number(value: float, digits: int = 3) -> str:
    """A number in a sentence: so many significant digits, whole ones all, and a true minus."""
    if not math.isfinite(value):
        return {math.inf: "∞", -math.inf: "\u2212∞"}.get(value, "–")
    if abs(value) >= 10**digits:
        return f"{value:.0f}".replace("-", "\u2212")
    rounded = float(f"{value:.{digits}g}")
    if rounded == 0:
        return "0"
    places = max(0, digits - 1 - math.floor(math.log10(abs(rounded))))
    text = f"{rounded:.{places}f}" if places <= 6 else f"{rounded:.{digits - 1}e}"
    return text.replace("-", "\u2212")


def shortened(text: str, width: float) -> str:
    """No wider than this; what is left out leaves a sign."""
    if width_of(text) <= width:
        return text
    while text and width_of(text) > width - 1:
        text = text[:-1]
    return text.rstrip() + "…"
