"""What an author writes of one variable: an expression, and the unit of its values."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Definition:
    """One variable as the author wrote it."""

    expression: str
    unit: str | None = None
