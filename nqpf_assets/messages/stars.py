"""Stars of p-values, which all printed tables set alike."""

from __future__ import annotations

STARS = ((0.01, "***"), (0.05, "**"), (0.1, "*"))
LEGEND = "*** p < 0.01, ** p < 0.05, * p < 0.1"


def stars(p_value: float | None) -> str:
    """Stars of a p-value by the legend; none where there is no p-value."""
    if p_value is None:
        return ""
    return next((mark for bound, mark in STARS if p_value < bound), "")
