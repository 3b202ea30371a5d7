"""A format in which results leave, as the module of its name declares it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.exports.document import Dataset, Document
    from nqpf_assets.exports.study import StudyContent


@dataclass(frozen=True)
class Export:
    """One format.

    Attributes:
        name: as ``--format`` and ``--to`` name it.
        suffix: of the files that it writes.
        write: a frame of any columns → the file: a text, or bytes where it is none. None for a format of
            printed tables alone.
        is_text: whether it can be printed.
        is_drawn: drawn for people, and printed as such.
        write_exact: how ``--exact`` writes, where that is another way.
        write_tables: printed tables → the file, for a format that papers are written in.
        write_dataset: rows with the words that explain them → the file; `write` writes them where it is None.
        write_study: a whole study → the file, for a format that holds tables beside each other.
        names: columns → the names under which they are written, where the format takes no others.
        needs: packages that it is made with and that are installed with ``nqpf-assets[export]``.
        purpose: for what program, as the documentation lists it.
    """

    name: str
    suffix: str
    write: Callable[[pl.DataFrame], str | bytes] | None = None
    is_text: bool = True
    is_drawn: bool = False
    write_exact: Callable[[pl.DataFrame], str | bytes] | None = None
    write_tables: Callable[[Document], str | bytes] | None = None
    write_dataset: Callable[[Dataset], str | bytes] | None = None
    write_study: Callable[[StudyContent], str | bytes] | None = None
    names: Callable[[Sequence[str]], Mapping[str, str]] | None = None
    needs: tuple[str, ...] = ()
    purpose: str = ""

    @property
    def writers(self) -> dict[str, Callable[..., str | bytes]]:
        """What it can write, by what that is."""
        known = {"rows": self.write, "tables": self.write_tables, "study": self.write_study}
        return {what: write for what, write in known.items() if write is not None}


def lacks(export: Export) -> tuple[str, str] | None:
    """What a format has not that results could not leave without, as expected and found."""
    if not re.fullmatch("[a-z][a-z0-9]*", export.name):
        return "a name of lower-case letters and digits", repr(export.name)
    if not re.fullmatch(r"\.[a-z0-9]+", export.suffix):
        return "a suffix such as `.md`", repr(export.suffix)
    if not export.writers or not all(map(callable, export.writers.values())):
        return "a function that writes", repr(next(iter(export.writers.values()), None))
    return None
