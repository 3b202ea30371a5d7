"""Letters that show how they are set: raised, lowered, struck out. No reader takes them for digits."""

from __future__ import annotations

import re

_RAISED = str.maketrans("0123456789+-()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾")
_LOWERED = str.maketrans("0123456789+-()", "₀₁₂₃₄₅₆₇₈₉₊₋₍₎")
_NOTE = re.compile(r"\s*[(（]?\s*(\d{1,2})\s*[)）]?\s*")
_STROKE = "\u0336"


def raised(text: str) -> str:
    """Raised letters; the number of a note without its brackets."""
    note = _NOTE.fullmatch(text)
    return (note[1] if note else text).translate(_RAISED)


def lowered(text: str) -> str:
    """Lowered letters."""
    return text.translate(_LOWERED)


def struck(text: str) -> str:
    """Letters with a stroke over each."""
    return "".join(c if c.isspace() else c + _STROKE for c in text)
