"""The part of an origin card that a table without one would need, guessed from its first rows.

A guess to look over, never used for reading: which sheets hold tables, and which of their columns
look like the region, the year and the values; and whether one is a square of units by units.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from nqpf_assets.catalog.printed_series import printed_series
from nqpf_assets.catalog.two_languages import parts_of
from nqpf_assets.formats.grid import Grid, is_empty
from nqpf_assets.formats.known_regions import is_region
from nqpf_assets.formats.labels import parse_year, strip, whole_year
from nqpf_assets.formats.numbers import shows_number
from nqpf_assets.formats.region_columns import CODE, codes_of_counties, narrowest
from nqpf_assets.formats.text_head import on_one_line
from nqpf_assets.formats.values import MISSING, printed
from nqpf_assets.messages.pasted_yaml import yaml_word

SAMPLE = 200
ANY_CENTURY = (1950, 2049)
"""Years that two digits may stand for, while nobody has said which they do."""
SHORT: dict[str, Any] = {"two_digit_years": None}
"""What a table of years of two digits has in its `columns`."""
_HEAD = 5
"""Rows in which words over a header may stand."""
_YEAR = re.compile(r"^(?:year|period|年|年份|年度|时间|统计年度|sgnyea)$", re.I)
_OF_YEARS = re.compile(r"年份|年度|时间|日期|nian|year|period|date|(?<![a-z])yr", re.I)
"""What is in further heads of columns of years."""
_ENGLISH = re.compile(r"eng|英文|pinyin|拼音", re.I)
_SERIES = re.compile(r"^(?:指标|指标名称|项目|indicator|variable|series)$", re.I)
_VALUE = re.compile(r"^(?:数值|值|数据|value|amount)$", re.I)
_UNIT = re.compile(r"^(?:计量)?单位$|^units?$", re.I)


def columns_of(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> dict[str, Any] | None:
    """Columns of a table that look like region, year and values; None where no table is seen.

    Rows of labels and units below the header are none of its rows. A table of one year has no `period`; what
    holds years is told by its header alone. `year` and `two_digit_years` are there, as None, where only the
    card can say them.
    """
    if _is_square(names, rows):
        return None
    found = _filled(names, rows)
    years = [name for name in found if _is(_YEAR, name) and _have_digits(found[name])] or [
        name for name, cells in found.items() if _is_of_years(name) and _are_years(cells)
    ]
    in_header = [name for name in found if parse_year(name) is not None or _is_short_year(name)]
    numeric = [name for name, cells in found.items() if _are_values(cells)]
    text = [name for name in found if name not in (*numeric, *years) and not _ENGLISH.search(name)]
    series = [name for name in text if _is(_SERIES, name)]
    value = [name for name in numeric if _is(_VALUE, name)]
    unit = [name for name in text if _is(_UNIT, name)]
    regions = [name for name in text if name not in (*series, *unit) and not CODE.search(name)]
    region = {"region": narrowest(regions)} if regions else {}
    if any(map(is_region, region.values())):
        return None  # a first row of values, of a table without a header
    if region and (codes := codes_of_counties(found, regions)):
        region = {"region": codes}
    period = {"period": years[0]} if years else {}
    if years and _hold_short_years(found[years[0]]):
        period |= SHORT
    if series and value and period:
        beside = {"unit": unit[0]} if unit else {}
        return {**region, **period, "series": series[0], "value": value[0], **beside}
    if len(in_header) > 1:
        names_series = {"series": series[0]} if series else {}
        beside = {"unit": unit[0]} if unit else {}
        short = SHORT if any(map(_is_short_year, in_header)) else {}
        return {**region, **short, **names_series, "values": in_header, **beside}
    values = [n for n in numeric if n not in years[:1] and not CODE.search(n)]
    values = [name for name in values if name not in in_header]
    if not values or not (region or period):
        return None
    year = {} if period else {"year": None}
    return {**region, **period, **year, "values": values}


def _is_short_year(name: str) -> bool:
    """Whether a header is a year of two digits that nobody takes for a number: 05年, '05."""
    return not strip(name).isdigit() and whole_year(name, ANY_CENTURY) is not None


def _hold_short_years(cells: Sequence[object]) -> bool:
    return any(whole_year(str(cell), ANY_CENTURY) is not None for cell in cells)


def _is(head: re.Pattern[str], name: str) -> bool:
    """Whether a header, or its part in one language, is one of a kind."""
    return any(map(head.match, (name, *(parts_of(name) or ()))))


def table_below(rows: Sequence[Sequence[Any]]) -> tuple[int, dict[str, Any]] | None:
    """Where the header of a table stands, below a title as well, and its columns; None where none is seen.

    Below a title a page of a yearbook begins as well: a table has rows of regions and years.
    """
    filled = [row for row in rows[:SAMPLE] if not all(map(is_empty, row))]
    usual = Counter(map(len, filled)).most_common(1)[0][0] if filled else 0
    for head, row in enumerate(rows[:_HEAD]):
        names = [on_one_line(printed(cell)) for cell in row]
        n_names = sum(map(bool, names))
        if n_names < 2 or len(row) < usual:
            continue
        if len(set(filter(None, names))) < n_names:
            return None
        columns = columns_of(names, rows[head + 1 :])
        if columns is None or (head and not {"region", "period"} <= columns.keys()):
            return None
        return head, columns
    return None


def _is_square(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> bool:
    """Whether the rows bear the names of the columns, in their order, as spatial weights do."""
    across = list(names[1:])
    down = [strip(str(row[0])) for row in rows if not all(map(is_empty, row))]
    goes_on = len(down) == len(across) or len(down) >= SAMPLE
    return len(across) > 1 and goes_on and down == across[: len(down)]


def _filled(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> dict[str, list[Any]]:
    """The columns that are filled, with what stands in them below the last row of a header."""
    sample = [row for row in rows[:SAMPLE] if not all(map(is_empty, row))]
    first = next((n for n, row in enumerate(sample) if any(map(shows_number, row))), 0)
    cells = {
        name: [
            row[place] for row in sample[first:] if place < len(row) and not is_empty(row[place])
        ]
        for place, name in enumerate(names)
        if name
    }
    return {name: inside for name, inside in cells.items() if inside}


def _is_value(cell: object) -> bool:
    return shows_number(cell) or (isinstance(cell, str) and strip(cell) in MISSING)


def _are_values(cells: Sequence[object]) -> bool:
    """Whether a column is one of numbers; a few texts among them are for the reader to tell."""
    return 2 * sum(map(_is_value, cells)) > len(cells)


def _is_of_years(name: str) -> bool:
    """Whether a header may be one of years: 1,964 of 万人 looks like one in its cells."""
    return _OF_YEARS.search(name) is not None and printed_series(name)[1] is None


def _are_years(cells: Sequence[object]) -> bool:
    return all(parse_year(cell) is not None for cell in cells)


def _have_digits(cells: Sequence[object]) -> bool:
    """Whether all cells may be years, whoever wrote them: 12年 is for the reader to tell."""
    return all(any(character.isdigit() for character in str(cell)) for cell in cells)


def lines_for(grids: Sequence[Grid]) -> tuple[str, ...]:
    """Lines of a card for the sheets of a workbook that hold tables."""
    found: dict[str, dict[str, Any]] = {}
    for grid in grids:
        names = [strip(str(cell)) for cell in grid.rows[0]]
        if _is_square(names, grid.rows[1:]):
            return _weights(grid.sheet if len(grids) > 1 else None)
        if (columns := columns_of(names, grid.rows[1:])) is not None:
            found[grid.sheet] = columns
    others = [grid.sheet for grid in grids if grid.sheet not in found]
    if not found:
        return ()
    about = f"# look it over; not taken: {', '.join(others)}" if others else "# look it over"
    if len(found) == 1:
        ((sheet, columns),) = found.items()
        chosen = ({"sheet": sheet} if others else {}) | columns
        return (about, f"columns: {_flow(chosen)}", *_silent([columns]))
    return (
        f"sheets:            {about}",
        *(
            f"  {yaml_word(sheet)}: {{columns: {_flow(columns)}}}"
            for sheet, columns in found.items()
        ),
        *_silent(found.values()),
    )


def lines_for_table(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> tuple[str, ...]:
    """Lines of a card for a table in text."""
    if _is_square(names, rows):
        return _weights(None)
    columns = columns_of(names, rows)
    return () if columns is None else lines_for_columns(columns)


def lines_for_columns(columns: Mapping[str, Any]) -> tuple[str, ...]:
    """Lines of a card for a table whose columns look so."""
    return ("# look it over", f"columns: {_flow(dict(columns))}", *_silent([columns]))


def _weights(sheet: str | None) -> tuple[str, ...]:
    """Lines of a card for spatial weights, whose name no file says."""
    named = {"name": None} | ({"sheet": sheet} if sheet else {})
    about = "# a name of yours, by which studies ask for them: `space: {weights: NAME}`"
    return ("# look it over: a square of units by units", f"weights: {_flow(named)} {about}")


def _silent(tables: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """Keys for what no column says."""
    unit = "unit:              # of the values, 无 for a plain number; or {column: unit}"
    tables = list(tables)
    if all({"period", "year"} & table.keys() for table in tables):
        return () if all("unit" in table for table in tables) else (unit,)
    return ("series:            # what the values of all the years are", unit)


def _flow(value: object) -> str:
    """A mapping, list or word in YAML's flow style; None is for its reader to fill in."""
    if value is None:
        return ""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return yaml_word(str(value))
