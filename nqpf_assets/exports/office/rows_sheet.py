"""Rows as a sheet: a table of results, the panel with its filled cells shaded, the dictionary."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from nqpf_assets.exports.cells import as_number, flat
from nqpf_assets.exports.office.book import MOST_ROWS, Book, put, put_text
from nqpf_assets.messages.counted import counted

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.exports.study import StudyContent

SHADES = {
    "aggregated": "#E2EFDA",
    "interpolated": "#DDEBF7",
    "extrapolated": "#9DC3E6",
    "corrected": "#F8CBAD",
    "winsorized_low": "#FFE699",
    "winsorized_high": "#FFD966",
}
"""Shades of cells that are not as they were published."""


def add_rows(book: Book, name: str, rows: pl.DataFrame) -> Any:
    """A sheet with the rows under the names of their columns; says how many are left out."""
    sheet = book.sheet(name)
    plain = flat(rows.with_columns(as_number(column) for column in rows))
    for place, head in enumerate(plain.columns):
        put_text(sheet, 0, place, head, book.format(bold=True, bottom=1))
        sheet.set_column(place, place, min(max(9, len(head) + 2), 40))
    for place, row in enumerate(plain.head(MOST_ROWS).iter_rows(), 1):
        for column, value in enumerate(row):
            put(sheet, place, column, value)
    if plain.height > MOST_ROWS:
        more = counted(plain.height - MOST_ROWS, "more rows")
        left = f"{more}, for which a sheet has no room: take parquet"
        put_text(sheet, MOST_ROWS + 1, 0, left)
    sheet.freeze_panes(1, 0)
    if plain.width and plain.height:
        sheet.autofilter(0, 0, min(plain.height, MOST_ROWS), plain.width - 1)
    return sheet


def add_panel(book: Book, content: StudyContent) -> Mapping[str, int]:
    """The panel, cells shaded by what they are; each column's place."""
    rows = content.panel.rows
    sheet = add_rows(book, "panel", rows)
    place = {
        (unit, period): number
        for number, (unit, period) in enumerate(rows.select("unit", "period").iter_rows(), 1)
    }
    columns = {name: number for number, name in enumerate(rows.columns)}
    for cell in content.marked.iter_rows(named=True):
        row, column = place.get((cell["unit"], cell["period"])), columns.get(cell["variable"])
        if row is not None and column is not None and row <= MOST_ROWS:
            shade = book.format(bg_color=SHADES[cell["status"]])
            put(sheet, row, column, rows[row - 1, column], shade)
    sheet.freeze_panes(1, 3)
    return columns


def add_dictionary(book: Book, content: StudyContent) -> None:
    """A row for each column of the panel: what it is, its unit, how it is made, from which source."""
    import polars as pl

    known = {row["variable"]: row for row in content.variables.iter_rows(named=True)}
    fields = (
        ("unit_measure", "unit"),
        ("role", "role"),
        ("expression", "computed as"),
        ("source_note", "source"),
        ("index_name", "index"),
        ("dimension", "dimension"),
        ("direction", "direction"),
    )
    rows = []
    for name, description in content.panel.labels.items():
        about = known.get(name, {})
        rows.append(
            {"column": name, "description": about.get("title") or description}
            | {shown: about.get(field) for field, shown in fields}
        )
    schema = dict.fromkeys(["column", "description", *(shown for _, shown in fields)], pl.String)
    sheet = add_rows(book, "dictionary", pl.DataFrame(rows, schema=schema))
    for column, width in enumerate((32, 60, 14, 10, 50, 60, 22, 24, 10)):
        sheet.set_column(column, column, width)
