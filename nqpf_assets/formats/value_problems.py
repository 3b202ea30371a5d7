"""What is wrong with cells that were parsed: no numbers, marks without a note, cells that stand twice."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from nqpf_assets.formats.limits import PROBLEMS
from nqpf_assets.formats.slips import place_of
from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.pasted_yaml import yaml_word
from nqpf_assets.messages.problems import Problem

GIGANTIC = 2.0**53
"""Beyond it a float no longer tells one unit from the next; no statistic is that large."""
KEY = ("sheet", "series_label", "unit_label", "region_label", "period")
"""What a cell is of: none stands twice in a file."""
_WORD = 30
"""Characters of a text that a remedy repeats."""
_SAVE = "open the workbook in Excel and save it"

_KINDS = {
    "breaks_off": ("a number with digits behind its point", "look whether the file was cut there"),
    "percentage": ("a number in the unit of its series", "take the % sign out, or mend the unit"),
    "not_finite": ("a number, or an empty cell", "empty the cell where there is no value"),
    "not_a_number": ("a number, or an empty cell", "mend the cell; empty it if there is no value"),
    "gigantic": (f"a number below {GIGANTIC:.0f}", "look whether two cells have run together"),
    "formula": ("the value of a formula", f"{_SAVE}: the file holds the formula without its value"),
    "shown_otherwise": (
        "a cell that shows the number it holds",
        f"give the cells a plain number format, look at the unit, save; or {_SAVE} with the values",
    ),
    "negative": (
        "a negative number with its minus sign in front",
        "write -12.3 if it is that; brackets and triangles also stand for ranks and notes",
    ),
}


def explained_marks(texts: dict[str, str]) -> dict[str, str]:
    """Every mark with its note, as it is printed with and without a bracket behind it."""
    return {**texts, **{f"{mark})": text for mark, text in texts.items()}}


def number_problems(cells: pl.DataFrame, file: str) -> Iterator[Problem]:
    """Cells that parsing has given a `_kind`: each kind with what to do about it."""
    wrong = cells.filter(pl.col("_kind").is_not_null())
    for (kind,), group in wrong.group_by("_kind", maintain_order=True):
        expected, remedy = _KINDS[str(kind)]
        for place, text in group.select("locator", "text").head(PROBLEMS).iter_rows():
            yield Problem(
                file=file,
                where=place,
                expected=expected,
                found=f"{text!r}"[:200],
                remedy=remedy if kind != "not_a_number" else _by_slip(place, text, remedy),
                code=str(kind),
            )
        if group.height > PROBLEMS:
            more = f"{counted(group.height - PROBLEMS, 'more cells')} of the same kind"
            yield Problem(
                file=file, where="", expected=expected, found=more, remedy=remedy, code=str(kind)
            )


def _by_slip(place: str, text: str, remedy: str) -> str:
    """What to do about a text among numbers, with the words for the card where it may be a slip."""
    if place_of(place) is None or len(text) > _WORD:
        return remedy
    slip = f"{{at: {yaml_word(place)}, printed: {yaml_word(text)}, read: missing, reason: …}}"
    return f"{remedy}; or leave the file as it is, and say in its card `slips: [{slip}]`"


def unexplained(cells: pl.DataFrame, texts: dict[str, str], file: str) -> Iterator[Problem]:
    """Marks that no note explains: the note is missing, or the mark is a slip of the hand."""
    known = list(explained_marks(texts))
    at_cells = cells.filter(pl.col("_mark").is_not_null() & ~pl.col("_mark").is_in(known)).select(
        "locator", "text"
    )
    at_labels = (
        cells.select("locator", pl.col("footnote").str.split("; ").alias("mark"))
        .drop_nulls("mark")
        .explode("mark")
        .filter(~pl.col("mark").is_in(known))
        .unique("mark", keep="first", maintain_order=True)
        .with_columns(text=pl.format("{} at its row or column", "mark"))
        .select("locator", "text")
    )
    marked = pl.concat([at_cells, at_labels])
    for place, text in marked.head(PROBLEMS).iter_rows():
        yield Problem(
            file=file,
            where=place,
            expected="a footnote mark that a note explains",
            found=f"{text!r}, and no note on it",
            remedy="look at the page; take the mark out, or add the note",
            severity="warning",
            code="unexplained_mark",
        )
    if marked.height > PROBLEMS:
        yield Problem(
            file=file,
            where="",
            expected="footnote marks that notes explain",
            found=f"{marked.height - PROBLEMS} more without a note",
            remedy="look at the page; take the marks out, or add the notes",
            severity="warning",
            code="unexplained_mark",
        )


def repeated(
    cells: pl.DataFrame, file: str, beside: pl.DataFrame | None = None
) -> Iterator[Problem]:
    """The same series, region and year twice in one file: nobody could say which holds.

    Regions of one name beside other provinces or cities, ``locator, beside``, are not the same.
    """
    key = [*KEY]
    if cells.is_empty() or cells.select(key).is_unique().all():
        return
    apart = key
    if beside is not None:
        cells = cells.join(beside, on="locator", how="left", maintain_order="left")
        apart = [*key, "beside"]
    again = (
        cells.group_by(apart, maintain_order=True)
        .agg(pl.col("locator"))
        .filter(pl.col("locator").list.len() > 1)
    )
    for row in again.head(PROBLEMS).iter_rows(named=True):
        first, second = row["locator"][:2]
        named = ", ".join(str(row[k]) for k in key[1:] if row[k] is not None)
        yield Problem(
            file=file,
            where=second,
            expected="each series, region and year once",
            found=f"{named} again, first at {first}",
            remedy="keep one of the two; if these are two places of one name, give their codes",
            code="repeated_cell",
        )
    if again.height > PROBLEMS:
        yield Problem(
            file=file,
            where="",
            expected="each series, region and year once",
            found=f"{again.height - PROBLEMS} more that stand twice",
            remedy="keep one of each",
            code="repeated_cell",
        )
