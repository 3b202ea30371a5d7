"""Numbers before and after, in as many digits as it takes to see that they differ."""

from __future__ import annotations

from nqpf_assets.messages.printed_numbers import told

FEW_DIGITS, ALL_DIGITS = 4, 17
LARGE = 10
"""From so many times the old value on a change is told as a multiple, not in percent."""


def number_words(value: float | None, digits: int = FEW_DIGITS) -> str:
    """A number in few digits; a missing one as ``none``."""
    return "none" if value is None else told(value, digits)


def pair_words(old: float | None, new: float | None, digits: int = FEW_DIGITS) -> tuple[str, str]:
    """Both numbers in the fewest digits that tell them apart, `digits` at least."""
    words = number_words(old, digits), number_words(new, digits)
    while words[0] == words[1] and old != new and digits < ALL_DIGITS:
        digits += 1
        words = number_words(old, digits), number_words(new, digits)
    return words


def arrow(old: float | None, new: float | None, digits: int = FEW_DIGITS) -> str:
    """``18066.4 → 16259.7``."""
    return " → ".join(pair_words(old, new, digits))


def share_words(share: float) -> str:
    """``-10.0%``, with digits that show a small one; ``×1,000`` where it is another size altogether."""
    if abs(1 + share) >= LARGE:
        return f"×{1 + share:,.4g}"
    if share != 0 and abs(share) < 5e-4:
        return f"{100 * share:+.1g}%"
    return f"{share:+.1%}"
