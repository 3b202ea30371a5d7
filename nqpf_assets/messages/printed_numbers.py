"""Numbers as a table prints them: with as many decimals as their size needs.

Three decimals as papers have, more where three would show fewer than two digits of the number. What
is stored is never rounded.
"""

from __future__ import annotations

import math

DECIMALS = 3
LEAST_DIGITS = 2
"""Digits of a small number that are shown at the least."""
TOLD_DIGITS, ALL_DIGITS = 6, 17
"""Digits of a number in a message, and as many as a number can need."""
SMALLEST = 1e-6
LARGEST = 1e7
"""Beyond these a number is written with its power of ten."""
LARGEST_TOLD = 1e15
"""The same in messages, where a large number is one of a file."""


def printed(value: float | None, decimals: int | None = None) -> str:
    """A coefficient or standard error.

    Args:
        value: the number; nothing is printed for none.
        decimals: as many and no others; chosen by the size where left out.
    """
    if value is None or not math.isfinite(value):
        return "-"
    if decimals is not None:
        return fixed(value, decimals)
    size = abs(value)
    if size and not SMALLEST <= size < LARGEST:
        return f"{value:.{LEAST_DIGITS}e}"
    # The power of ten of the number as it will be rounded: 0.00996 is 0.010 to two digits.
    power = int(f"{size:.{LEAST_DIGITS - 1}e}".partition("e")[2]) if size else 0
    is_hidden = size > 0 and -power + LEAST_DIGITS - 1 > DECIMALS
    return fixed(value, -power + LEAST_DIGITS if is_hidden else DECIMALS)


def told(value: float, digits: int = TOLD_DIGITS) -> str:
    """A number in a message: in few digits, without a power of ten where its size can be read.

    Args:
        digits: that count at least; those before the point are always whole.
    """
    if not math.isfinite(value) or not SMALLEST <= abs(value) < LARGEST_TOLD:
        return without_sign_of_zero(f"{value:.{digits}g}")
    whole = f"{abs(value):.0f}"
    if len(whole) < digits:
        return f"{value:.{digits}g}"
    # Beyond the digits asked for a whole part stays whole, so that no zero stands for what was cut.
    return fixed(value, 0)


def told_beside(value: float, *bounds: float | None, digits: int = TOLD_DIGITS) -> str:
    """The same in as many digits as tell it from each of the bounds that it is not."""
    others = [one for one in bounds if one is not None and one != value]
    while digits < ALL_DIGITS and any(
        f"{value:.{digits}g}" == f"{one:.{digits}g}" for one in others
    ):
        digits += 1
    return told(value, digits) if digits == TOLD_DIGITS else f"{value:.{digits}g}"


def fixed(value: float, decimals: int) -> str:
    """So many decimals; zero has no sign."""
    return without_sign_of_zero(f"{value:.{decimals}f}")


def without_sign_of_zero(text: str) -> str:
    """A number as text; `-0.000` is `0.000`."""
    is_zero = "0" in text and not text.strip("-0.")
    return text.removeprefix("-") if is_zero else text


def percent_words(n: int, total: int) -> str:
    """A share in percent, small ones not as none."""
    share = 100 * n / total if total else 0.0
    return f"{'<0.1' if 0 < share < 0.05 else f'{share:.1f}'} %"
