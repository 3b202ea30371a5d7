"""The part of an origin card that a table without one would need, guessed from its first rows.

A guess to look over, never used for reading: which sheets hold tables, and which of their columns
look like the region, the year and the values.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from nqpf_assets.formats.grid import Grid, is_empty
from nqpf_assets.formats.labels import parse_year, strip
from nqpf_assets.formats.numbers import shows_number
from nqpf_assets.messages.pasted_yaml import yaml_word

SAMPLE = 200
_YEAR = re.compile(r"^(?:year|period|年|年份|年度|时间|统计年度|sgnyea)$", re.I)
_CODE = re.compile(r"code|代码|编码|序号|编号|^id$|_id$|^no\.?$", re.I)
_ENGLISH = re.compile(r"eng|英文|pinyin|拼音", re.I)


def columns_of(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> dict[str, Any] | None:
    """Columns of a table that look like region, year and values; None where no table is seen."""
    sample = [row for row in rows[:SAMPLE] if not all(map(is_empty, row))]
    cells = {
        name: [row[place] for row in sample if place < len(row) and not is_empty(row[place])]
        for place, name in enumerate(names)
        if name
    }
    cells = {name: found for name, found in cells.items() if found}
    years = [name for name in cells if _YEAR.match(name)] or [
        name for name, found in cells.items() if all(parse_year(cell) for cell in found)
    ]
    in_header = [name for name in cells if parse_year(name) is not None]
    numeric = [name for name, found in cells.items() if all(map(shows_number, found))]
    text = [name for name in cells if name not in (*numeric, *years) and not _ENGLISH.search(name)]
    if len(in_header) > 1:
        period, values = None, in_header
    else:
        period = years[0] if years else None
        values = [n for n in numeric if n != period and not _CODE.search(n) and n not in in_header]
    if not values or (period is None and len(in_header) < 2):
        return None
    return {
        **({"region": text[0]} if text else {}),
        **({"period": period} if period else {}),
        "values": values,
    }


def lines_for(grids: Sequence[Grid]) -> tuple[str, ...]:
    """Lines of a card for the sheets of a workbook that hold tables."""
    found: dict[str, dict[str, Any]] = {}
    for grid in grids:
        names = [strip(str(cell)) for cell in grid.rows[0]]
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
    columns = columns_of(names, rows)
    if columns is None:
        return ()
    return ("# look it over", f"columns: {_flow(columns)}", *_silent([columns]))


def _silent(tables: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """Keys for what no column says."""
    unit = "unit:              # of the values, 无 for a plain number; or {column: unit}"
    if all("period" in table for table in tables):
        return (unit,)
    return ("series:            # what the values of all the years are", unit)


def _flow(value: object) -> str:
    """A mapping, list or word in YAML's flow style."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return yaml_word(str(value))
