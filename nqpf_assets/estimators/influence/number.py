"""The name of a number whose influence is asked for: known without arrays, which only computing it needs."""

from __future__ import annotations

from typing import NamedTuple


class Number(NamedTuple):
    """A number of a column: a coefficient, the constant, or an effect of a term."""

    term: str
    effect: str | None = None
