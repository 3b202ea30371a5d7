"""The years that a column prints, and what is no calendar year among them."""

from __future__ import annotations

import polars as pl

from nqpf_assets.formats import labels
from nqpf_assets.formats.limits import PROBLEMS
from nqpf_assets.formats.numbers import half_width
from nqpf_assets.messages.problems import Problem


def years_of(text: pl.Expr, window: tuple[int, int] | None = None) -> pl.Expr:
    """The calendar years that a column prints, as `labels.parse_year` reads one; null for others.

    Args:
        text: the column.
        window: first and last year of those that may be printed by their last two digits.
    """
    printed = half_width(text.str.strip_chars(labels.BLANKS))
    whole = printed.str.extract(r"^(\d{4})(?:\.0+)?\s*年?度?$").cast(pl.Int32, strict=False)
    if window is None:
        return whole
    first, last = window
    digits = printed.str.extract(labels.TWO_DIGITS).cast(pl.Int32, strict=False)
    year = first + (digits - first) % labels.SPAN
    return pl.coalesce(whole, pl.when(year <= last).then(year))


def has_two_digits(text: pl.Series) -> bool:
    """Whether a column prints a year by its last two digits."""
    printed = pl.DataFrame({"_": text}).select(
        half_width(pl.col("_").str.strip_chars(labels.BLANKS))
    )
    return bool(printed.select(pl.col("_").str.contains(labels.TWO_DIGITS).any()).item())


def not_years(cells: pl.DataFrame) -> pl.DataFrame:
    """The first cell of each period that is no calendar year: ``locator, _period_text``.

    Args:
        cells: columns `period` (null where it could not be parsed), `_period_text`, `locator`.
    """
    bad = pl.col("period").is_null() | ~pl.col("period").is_between(*labels.years_read())
    wrong = cells.filter(bad).unique("_period_text", maintain_order=True, keep="first")
    return wrong.select("locator", "_period_text")


def year_problems(cells: pl.DataFrame, file: str, *, is_own: bool = False) -> list[Problem]:
    """Periods that are no calendar year.

    Args:
        cells: all of a file, or what `not_years` gives of its parts.
        file: display name for problems.
        is_own: of a table that a card describes, where it can say what two digits stand for.
    """
    years = labels.years_read()
    wrong = not_years(cells) if "period" in cells.columns else cells
    wrong = wrong.unique("_period_text", maintain_order=True, keep="first")
    problems = []
    for place, period in wrong.head(PROBLEMS).iter_rows():
        is_part = labels.is_part_of_year(str(period or ""))
        remedy = labels.mend_year(period) if period else "write the year, or take the row out"
        if is_own and has_two_digits(pl.Series([period], dtype=pl.String)):
            remedy = (
                "write it with four digits; or say under `columns` between which years, at most a hundred, "
                "those of two digits lie: `two_digit_years: [1950, 2049]`"
            )
        problems.append(
            Problem(
                file=file,
                where=place,
                expected=f"a calendar year from {years[0]} to {years[1]}",
                found=f"the period {period!r}" if period else "no year",
                remedy="choose annual data: only calendar years are read" if is_part else remedy,
                code="not_annual" if is_part else "bad_period",
                asked_at=() if is_part else ("years",),
            )
        )
    return problems
