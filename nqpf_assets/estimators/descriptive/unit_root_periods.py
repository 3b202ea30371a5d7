"""How many periods tests of unit roots take: asked before anything is read, without what computes them."""

from __future__ import annotations

from typing import Literal

Terms = Literal["intercept", "trend"]
LEAST_PERIODS = 3
"""Of which two units have a correlation that is not 1 anyway."""


def least_periods(lags: int, terms: Terms) -> int:
    """Periods from which each unit's regression has a degree of freedom."""
    return 2 * lags + 2 + (1 if terms == "intercept" else 2) + 1
