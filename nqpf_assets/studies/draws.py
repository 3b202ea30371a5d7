"""How often a bootstrap or a permutation test draws, as estimators with one let a study say it."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field


def _some_or_none(draws: int) -> int:
    if draws == 1:
        raise ValueError("one draw has no spread: write 0 for none, or 2 at the very least")
    return draws


Draws = Annotated[int, Field(ge=0), AfterValidator(_some_or_none)]
"""Number of draws of a bootstrap or permutation test; 0 for none."""
