"""Regular expressions that a user writes, found in time that no text can draw out."""

from __future__ import annotations

from typing import Annotated

import polars as pl
from pydantic import AfterValidator


def has_pattern(text: str, pattern: str) -> bool:
    """Whether a regular expression is found in a text, in time that grows with the text only.

    Python's own take for ever on some: ``(a+)+$``.
    """
    return bool(pl.Series([text]).str.contains(pattern).item())


def require_pattern(pattern: str | None) -> str | None:
    """The same, where it is a regular expression.

    Raises:
        ValueError: it is none.
    """
    if pattern is not None:
        try:
            has_pattern("", pattern)
        except pl.exceptions.PolarsError as error:
            said = " ".join(str(error).split())
            raise ValueError(f"not a regular expression: {said}") from error
    return pattern


Pattern = Annotated[str | None, AfterValidator(require_pattern)]
