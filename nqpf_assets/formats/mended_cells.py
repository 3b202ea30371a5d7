"""What was read by a slip, said on the cells that rest on it: their text as printed, a footnote, a warning.

A slip at a number is that cell's; at the label of a row it is that of all numbers of the row; over a table it
is that of the numbers below, of all columns where it stands alone in its row. `mending` puts slips right.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import polars as pl

from nqpf_assets.formats.grid import Grid, column_letters
from nqpf_assets.formats.labels import normalise, strip
from nqpf_assets.formats.ledger import Account
from nqpf_assets.formats.mending import Mending, Reach
from nqpf_assets.formats.numbers import number_of
from nqpf_assets.formats.reading import Reading
from nqpf_assets.formats.slips import MISSING, Slip
from nqpf_assets.formats.values import MISSING as SIGNS
from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.problems import Problem


def with_slips(reading: Reading, mending: Mending) -> Reading:
    """A reading with all that is to be said of the slips in it."""
    if not mending.slips:
        return reading
    cells, problems, notes = reading.cells, [], []
    for number, slip in enumerate(mending.slips):
        if number not in mending.reaches or mending.is_elsewhere(number):
            continue
        reach = mending.reaches[number]
        own = cells.select(pl.col("locator") == _locator(slip, reach)).to_series()
        is_own = bool(own.any())
        rests = own if is_own else _resting(cells, number, mending)
        n = int(rests.sum())
        if _is_needless(slip, cells.filter(own) if is_own else None) or (
            not n and _is_unread(slip, reach, cells, mending)
        ):
            problems.append(_needless(mending.file, slip, number))
            continue
        cells = _noted(cells, slip, own, rests)
        notes.append(f"{slip.at}: {slip.words}")
        problems.append(_told(mending.file, slip, n, is_own=is_own))
    return replace(
        reading,
        cells=cells,
        notes=(*reading.notes, *notes),
        problems=(*reading.problems, *mending.problems.values(), *problems),
        account=_with_lost(reading, mending),
    )


def _locator(slip: Slip, reach: Reach) -> str:
    """The place of a slip as cells name theirs."""
    if reach.sheet is None or slip.place.column is None:
        return slip.at
    return Grid(reach.sheet, []).place(slip.place.row - 1, slip.place.column - 1)


def _resting(cells: pl.DataFrame, number: int, mending: Mending) -> pl.Series:
    """The cells that rest on a label, or on a line; none on numbers that are left out with their line."""
    reach, slip = mending.reaches[number], mending.slips[number]
    is_unread = (
        reach.columns and mending.columns is not None and not mending.columns & {*reach.columns}
    )
    is_of_numbers = not reach.columns and slip.is_missing and mending.numbers_lost[number]
    if is_unread or is_of_numbers:
        return pl.repeat(value=False, n=cells.height, eager=True)
    in_row = cells.select(_is_in_row(reach)).to_series()
    if in_row.any():
        return in_row
    return _below(cells, reach)


def _is_in_row(reach: Reach) -> pl.Expr:
    """Whether a cell stands in one of the rows: as quick as can be, there may be millions."""
    locator = pl.col("locator")
    if reach.sheet is None:
        return pl.any_horizontal(locator.str.starts_with(f"line {row}, ") for row in reach.rows)
    rows = "|".join(map(str, reach.rows))
    return _is_on(reach.sheet) & locator.str.contains(rf"![A-Z]+(?:{rows})$")


def _is_on(sheet: str) -> pl.Expr:
    return pl.col("locator").str.starts_with(Grid(sheet, []).place(0, 0).removesuffix("A1"))


def _below(cells: pl.DataFrame, reach: Reach) -> pl.Series:
    """The cells under a header or a lone title; all of the table where neither has any."""
    locator, is_text = pl.col("locator"), reach.sheet is None
    row = locator.str.extract(r"^line (\d+)," if is_text else r"(\d+)$", 1)
    column = locator.str.extract(r"column (\d+)$" if is_text else r"!([A-Z]+)\d+$", 1)
    names = [str(one) if is_text else column_letters(one - 1) for one in reach.columns]
    last = max(reach.rows)
    found = cells.select(
        row=row.cast(pl.Int64),
        column=column,
        on_sheet=pl.lit(value=True) if reach.sheet is None else _is_on(reach.sheet),
    )
    is_below = pl.col("on_sheet") & (pl.col("row") > last)
    if reach.is_alone:  # perhaps over the second of several tables
        return found.select(is_below).to_series()
    below = found.select(is_below & pl.col("column").is_in(names)).to_series()
    if below.any():
        return below
    first = found.filter("on_sheet")["row"].min()
    is_over = isinstance(first, int) and last < first
    return found["on_sheet"] if is_over else pl.repeat(value=False, n=len(below), eager=True)


def _noted(cells: pl.DataFrame, slip: Slip, own: pl.Series, rests: pl.Series) -> pl.DataFrame:
    """The cells with their text as printed, and the slip in the footnotes of those that rest on it."""
    if not rests.any():
        return cells
    where = "printed " if own.any() else f"{slip.at} prints "
    said = pl.concat_str("footnote", pl.lit(where + slip.words), separator="; ", ignore_nulls=True)
    at = rests.arg_true()
    footnotes = cells["footnote"].scatter(at, cells[at].select(said).to_series())
    text = cells["text"].scatter(own.arg_true(), slip.printed) if own.any() else cells["text"]
    return cells.with_columns(footnotes, text)


def _is_needless(slip: Slip, own: pl.DataFrame | None) -> bool:
    """Whether the same would be read without the slip."""
    if slip.place.column is None:
        return False
    if own is None:
        return not slip.is_missing and normalise(slip.printed) == normalise(slip.read)
    if own["value"].null_count() == own.height:
        return strip(slip.printed) in SIGNS
    return bool(number_of(slip.printed, is_marked=True) == own["value"][0])


def _is_unread(slip: Slip, reach: Reach, cells: pl.DataFrame, mending: Mending) -> bool:
    """Whether a slip without any number on it lies where nothing is read."""
    if slip.place.column is None:
        return False
    sheets = cells["sheet"].drop_nulls().unique().to_list()
    if reach.sheet is not None and sheets and reach.sheet not in sheets:
        return True
    return mending.columns is not None and not mending.columns & {*reach.columns}


def _with_lost(reading: Reading, mending: Mending) -> Account:
    """The account with the numbers that the file shows and that a slip has taken out."""
    ignored = Counter(reading.account.ignored)
    lost = 0
    for number, n in mending.numbers_lost.items():
        if n and not mending.is_elsewhere(number):
            ignored[f"slip at {mending.slips[number].at}"] += n
            lost += n
    account = reading.account
    return replace(account, seen=account.seen + lost, ignored=dict(sorted(ignored.items())))


def _told(file: str, slip: Slip, n: int, *, is_own: bool) -> Problem:
    is_line_lost = slip.place.column is None and slip.read == MISSING
    better = "; where you know the line, write it whole as `read`" if is_line_lost else ""
    rests = "" if is_own or slip.place.column is None else f"; {counted(n, 'cells')} rest on it"
    return Problem(
        file=file,
        where=slip.at,
        expected="a file as its publisher wrote it",
        found=f"{slip.words}{rests}",
        remedy="nothing, if the card's `slips` are right; the publisher's own copy needs none"
        f"{better}",
        severity="warning",
        code="slip",
    )


def _needless(file: str, slip: Slip, number: int) -> Problem:
    return Problem(
        file=file,
        where=slip.at,
        expected="a slip without which something else would be read",
        found=f"{slip.words}, which nothing that is read needs",
        remedy="remove it from the card's `slips`, or correct its place",
        severity="warning",
        code="slip_unneeded",
        asked_at=("slips", number),
    )
