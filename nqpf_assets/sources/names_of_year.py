"""Files that have the regions of one year in all their years: `names_of` of a card.

An index that is computed backwards under the names and borders of 2014 prints 闸北区 in 2020, years after it
became part of 静安区. Its rows are then found among the regions of that year.
"""

from __future__ import annotations

import polars as pl

from nqpf_assets.messages.problems import Problem
from nqpf_assets.sources.card import OriginCard


def name_years(periods: pl.Series, card: OriginCard) -> pl.Series:
    """The year in which each label is looked for among the regions: the card's, or that of its cell."""
    if card.names_of is None:
        return periods
    return pl.repeat(card.names_of, len(periods), dtype=pl.Int32, eager=True).alias(periods.name)


def idle_names(year: int, named: pl.Series, plain: pl.Series, file: str) -> list[Problem]:
    """What is told where a file gives the same regions without `names_of`.

    Args:
        named: codes of the regions that are found in that year.
        plain: codes of those that are found in the years of the cells.
    """
    if not named.equals(plain):
        return []
    return [
        Problem(
            file=file,
            where="",
            expected=f"names that are other regions, or none, in other years than {year}",
            found=f"`names_of: {year}`, and the same regions without it",
            remedy="remove it; in a workbook, write it under the sheets for which it holds",
            severity="warning",
            code="idle_names",
            asked_at=("names_of",),
        )
    ]
