"""Rows of a user's table that hold no values: blank ones, notes under it, labels and units above it.

Databases such as CSMAR print a second and third header row, with the label and the unit of every
column; spreadsheets end in a note and a source. They are told from rows of values by what stands
in the declared columns, whole columns at a time.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import polars as pl

from nqpf_assets.catalog.printed_series import printed_series
from nqpf_assets.catalog.units import UnitError, parse_unit
from nqpf_assets.formats.known_regions import is_region
from nqpf_assets.formats.labels import BLANKS, is_unit_alone, normalise, strip
from nqpf_assets.formats.own_columns import TidyColumns
from nqpf_assets.formats.reading import LINE
from nqpf_assets.formats.statements import NEXT_NOTE, NOTE, SECOND_HEADS
from nqpf_assets.formats.unit_lines import joined_units

PART = 250_000
"""Rows that are looked at together."""
_CELLS = 2_000_000
"""Cells of all columns that are looked at together."""
_HEADER_ROWS = 3
_HEADS = SECOND_HEADS | {"region", "province", "city", "prefecture", "county", "area", "code"}
"""Heads of columns of regions, lower case."""
_BRACKETS = re.compile(r"[(（][^()（）]*[)）]")
_UNITS = frozenset(("unit", "units", "单位", "计量单位"))


def split_notes(table: pl.DataFrame, named: Sequence[str]) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """The table without blank rows and rows that are notes, and the notes.

    A row below a note and all values may go on with it: ``2.城镇单位数据不含私营单位。``.
    """
    others = [name for name in table.columns if name != LINE]
    text = {
        name: pl.col(name).cast(pl.String, strict=False).str.strip_chars(BLANKS) for name in others
    }
    # Numbers are written out only in rows that the other columns leave open: it takes longer than all else.
    is_number = {name: table.schema[name].is_numeric() for name in others}
    filled = {
        name: pl.col(name).is_not_null() if is_number[name] else (cell != "").fill_null(False)
        for name, cell in text.items()
    }
    n_named = pl.sum_horizontal(filled[name].cast(pl.Int32) for name in named)
    # A note over merged cells stands in each of them once they are parted.
    is_odd = (n_named <= 1) | _is_one_text(text, filled, named)
    quick = [name for name in named if not table.schema[name].is_float()]
    may_be_odd = (n_named <= 1) | _are_alike(text, filled, quick)
    first = pl.coalesce(pl.when(filled[name]).then(text[name]) for name in others)
    told = (
        LINE,
        first.alias("_text"),
        (n_named == 0).alias("_is_blank"),
        _is_one_text(text, filled, others).alias("_is_one"),
    )
    # Some rows at a time: all columns without their blanks are as large as the table.
    n_rows = max(min(PART, _CELLS // len(table.columns)), 1)
    rest = pl.concat(
        part.filter(may_be_odd).filter(is_odd).select(told) for part in table.iter_slices(n_rows)
    )
    if rest.is_empty():
        return table, ()
    is_note = pl.col("_is_one") & pl.col("_text").str.contains(NOTE)
    goes_on = pl.col("_is_one") & pl.col("_text").str.contains(NEXT_NOTE)
    last = _without(table, rest.filter(pl.col("_is_blank") | is_note | goes_on)[LINE])[LINE].max()
    is_below = is_note.cum_max() & (pl.col(LINE) > (0 if last is None else last))
    rest = rest.filter(pl.col("_is_blank") | is_note | (goes_on & is_below))
    notes = rest.filter(pl.col("_is_one") & ~pl.col("_text").str.contains(r"^[0-9.,-]+$"))
    return _without(table, rest[LINE]), tuple(notes["_text"])


def _without(table: pl.DataFrame, lines: pl.Series) -> pl.DataFrame:
    """The table without the rows of some lines; stretches without one are not copied."""
    if lines.is_empty():
        return table
    first, last = int(lines.min()), int(lines.max())  # type: ignore[arg-type]
    parts = []
    for part in table.iter_slices(PART):
        is_among = part[LINE].is_between(first, last).any()
        parts.append(part.filter(~pl.col(LINE).is_in(lines.implode())) if is_among else part)
    return pl.concat(parts, rechunk=False)


def _is_one_text(
    text: Mapping[str, pl.Expr], filled: Mapping[str, pl.Expr], names: Sequence[str]
) -> pl.Expr:
    """Whether some of the columns are filled in a row, and all that are with the same text."""
    return pl.any_horizontal(filled[name] for name in names) & _are_alike(text, filled, names)


def _are_alike(
    text: Mapping[str, pl.Expr], filled: Mapping[str, pl.Expr], names: Sequence[str]
) -> pl.Expr:
    """Whether all of the columns that are filled in a row have the same text."""
    if not names:
        return pl.lit(value=True)
    # The least and the greatest, and not each against the first: of 400 columns that is a query of 160,000.
    texts = [pl.when(filled[name]).then(text[name]) for name in names]
    return (pl.min_horizontal(texts) == pl.max_horizontal(texts)).fill_null(value=True)


def split_headers(
    table: pl.DataFrame, columns: TidyColumns
) -> tuple[pl.DataFrame, dict[str, str], tuple[str, ...]]:
    """The table without further header rows, the units they print, and the labels as notes.

    Units of several rows that are not the same stand behind each other, for the card to choose.
    """
    values = columns.values or ((columns.value,) if columns.value else ())
    n = 0
    top = table.head(_HEADER_ROWS)
    for row in top.iter_rows(named=True):
        region = row[columns.region] if columns.region is not None else None
        period = row[columns.period] if columns.period is not None else None
        if not _is_header(region, period, [row[name] for name in values]):
            break
        n += 1
    units: dict[str, list[str]] = {}
    notes: list[str] = []
    for printed in top.head(n).select(values).iter_rows(named=True):
        for name, cell in printed.items():
            if not isinstance(cell, str) or not strip(cell):
                continue
            unit = _unit_of(cell) if columns.values else None
            if unit is not None:
                units.setdefault(name, []).append(unit)
            if unit is None or strip(cell).strip("()（）") != unit:
                notes.append(f"{name}: {strip(cell)}")
    said = {name: joined_units(found) or "" for name, found in units.items()}
    return table.slice(n), said, tuple(notes)


def _is_header(region: object, period: object, values: Sequence[object]) -> bool:
    """Whether a row is one of the header: headed 单位, of units alone, or of labels."""
    if _is_head_of_units(region):
        return True
    filled = [cell for cell in values if not (cell is None or cell == "")]
    if not filled:
        return False
    if _is_blank(region) and _is_blank(period):
        return all(isinstance(cell, str) and _unit_of(cell) is not None for cell in filled)
    is_head = isinstance(region, str) and normalise(region).lower() in _HEADS
    is_labelled = _is_label(period) or (_is_blank(period) and is_head)
    is_row = isinstance(region, str) and is_region(region)
    return is_labelled and not is_row and all(map(_is_words, filled))


def _is_head_of_units(cell: object) -> bool:
    """Whether a row says in place of its region that it has the units of the columns."""
    return isinstance(cell, str) and strip(cell).lower() in _UNITS


def _is_label(cell: object) -> bool:
    """Whether a cell holds words, and no number that might be a year or a value."""
    words = strip(cell) if isinstance(cell, str) else ""
    return any(c.isalpha() for c in words) and not any(c.isdigit() for c in words)


def _is_words(cell: object) -> bool:
    """Whether a cell holds a label, with digits in its brackets or not: GRP (100 million yuan)."""
    words = _BRACKETS.sub("", cell) if isinstance(cell, str) else ""
    return _is_label(words) or (isinstance(cell, str) and _unit_of(cell) is not None)


def _is_blank(cell: object) -> bool:
    return cell is None or (isinstance(cell, str) and not strip(cell))


def _unit_of(cell: str) -> str | None:
    """The unit that a header cell holds, alone or in brackets behind a name; no number is one."""
    text = strip(cell)
    alone = is_unit_alone(text) or text
    try:
        return alone if not alone.isdigit() and parse_unit(alone) else None
    except UnitError:
        return printed_series(text)[1]


def text_of(table: pl.DataFrame, column: str) -> pl.Expr:
    """A label column as text; a code stored as 500101.0 is 500101."""
    expression = pl.col(column).cast(pl.String).str.strip_chars(BLANKS)
    if table[column].dtype.is_float():
        expression = expression.str.replace(r"\.0$", "")
    return expression.replace("", None)
