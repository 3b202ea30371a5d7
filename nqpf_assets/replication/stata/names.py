"""Names and numbers of a panel as its .dta file has them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nqpf_assets.exports.stata.names import names_in_stata
from nqpf_assets.exports.stata.panel import with_codes

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True)
class StataNames:
    """What a do-file calls things.

    Attributes:
        names: column → its name.
        codes: column → text → the number that stands for it.
    """

    names: Mapping[str, str]
    codes: Mapping[str, Mapping[str, int]]

    def of(self, columns: Iterable[str]) -> str:
        """Several names, with blanks between them."""
        return " ".join(self.names[one] for one in columns)

    def numbers(self, column: str, texts: Iterable[str]) -> str:
        """Numbers of several texts, with commas; those that the panel does not have are left out."""
        known = self.codes.get(column, {})
        return ", ".join(str(known[one]) for one in texts if one in known)


def names_of(panel: pl.DataFrame) -> StataNames:
    """Of a panel with all its columns, as its .dta file is written."""
    coded, labels = with_codes(panel)
    codes = {
        column: dict(zip(panel[column].to_list(), coded[column].to_list(), strict=True))
        for column in labels
    }
    return StataNames(names_in_stata(coded.columns), codes)
