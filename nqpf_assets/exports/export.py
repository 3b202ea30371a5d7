"""A format in which rows leave, as the module of its name declares it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True)
class Export:
    """One format of rows.

    Attributes:
        name: as ``--format`` names it.
        suffix: of the files that it writes.
        write: a frame of any columns → the file: a text, or bytes where it is none.
        is_text: whether it can be printed.
        is_drawn: drawn for people, and printed as such.
        write_exact: how ``--exact`` writes, where that is another way.
    """

    name: str
    suffix: str
    write: Callable[[pl.DataFrame], str | bytes]
    is_text: bool = True
    is_drawn: bool = False
    write_exact: Callable[[pl.DataFrame], str | bytes] | None = None


def lacks(export: Export) -> tuple[str, str] | None:
    """What a format has not that rows could not leave without, as expected and found."""
    if not re.fullmatch("[a-z][a-z0-9]*", export.name):
        return "a name of lower-case letters and digits", repr(export.name)
    if not re.fullmatch(r"\.[a-z0-9]+", export.suffix):
        return "a suffix such as `.md`", repr(export.suffix)
    if not callable(export.write):
        return "a function that writes", repr(export.write)
    return None
