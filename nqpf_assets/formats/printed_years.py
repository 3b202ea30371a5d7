"""The years that a column prints, and what is no calendar year among them."""

from __future__ import annotations

import polars as pl

from nqpf_assets.formats import labels
from nqpf_assets.formats.limits import PROBLEMS
from nqpf_assets.formats.numbers import half_width
from nqpf_assets.messages.problems import Problem


def years_of(text: pl.Expr) -> pl.Expr:
    """The calendar years that a column prints, as `labels.parse_year` reads one; null for others."""
    printed = half_width(text.str.strip_chars(labels.BLANKS))
    return printed.str.extract(r"^(\d{4})(?:\.0+)?\s*年?度?$").cast(pl.Int32, strict=False)


def year_problems(cells: pl.DataFrame, file: str) -> list[Problem]:
    """Periods that are no calendar year.

    Args:
        cells: columns `period` (null where it could not be parsed), `_period_text`, `locator`.
        file: display name for problems.
    """
    years = labels.years_read()
    bad = pl.col("period").is_null() | ~pl.col("period").is_between(*years)
    wrong = cells.filter(bad).unique("_period_text", maintain_order=True, keep="first")
    problems = []
    for place, period in wrong.select("locator", "_period_text").head(PROBLEMS).iter_rows():
        is_part = labels.is_part_of_year(str(period or ""))
        problems.append(
            Problem(
                file=file,
                where=place,
                expected=f"a calendar year from {years[0]} to {years[1]}",
                found=f"the period {period!r}",
                remedy="choose annual data: only calendar years are read"
                if is_part
                else labels.mend_year(str(period or "")),
                code="not_annual" if is_part else "bad_period",
                asked_at=() if is_part else ("years",),
            )
        )
    return problems
