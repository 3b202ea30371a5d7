"""Printed tables as sheets of a workbook, with the rules of their style."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nqpf_assets.exports.office.book import Book, put_printed, put_text

if TYPE_CHECKING:
    from nqpf_assets.exports.printed.style import TableStyle
    from nqpf_assets.exports.printed.table import Line, PrintedTable


def add_printed(book: Book, table: PrintedTable, style: TableStyle) -> None:
    """A sheet with the table: title, heads, lines, notes."""
    sheet = book.sheet(table.name)
    rules = style.rules
    sheet.set_column(0, 0, min(max([12, *(len(line.label) for line in table.lines)]), 60))
    widths = (
        max([len(head), *(len(line.cells[place].text) for line in table.lines)])
        for place, head in enumerate(table.heads)
    )
    for place, width in enumerate(widths, 1):
        sheet.set_column(place, place, min(max(9, width + 2), 32))
    put_text(sheet, 0, 0, style.caption_of(table), book.format(bold=True))
    row = 1
    if table.spans:
        _spans(book, sheet, row, table, rules.top)
        row += 1
    is_last = not table.headings
    top = 0.0 if table.spans else rules.top
    looks = _looks(top, rules.head if is_last else 0)
    put_text(sheet, row, 0, "", book.format(**looks))
    for place, head in enumerate(table.heads):
        put_text(sheet, row, place + 1, head, book.format(align=_align(table, place), **looks))
    for number, line in enumerate(table.headings, 1):
        row += 1
        _line(
            book,
            sheet,
            row,
            line,
            table,
            _looks(0, rules.head if number == len(table.headings) else 0),
        )
    lines = [(part, line) for part, lines in enumerate(table.body) for line in lines]
    for place, (part, line) in enumerate(lines):
        row += 1
        begins = part and lines[place - 1][0] != part
        ends = place == len(lines) - 1
        looks = _looks(rules.section if begins else 0, rules.bottom if ends else 0)
        _line(book, sheet, row, line, table, looks)
    for place, note in enumerate([*table.notes, f"Table {table.full_name}."]):
        row += 1
        put_text(sheet, row, 0, f"{style.notes}{note}" if place == 0 else note)
    sheet.freeze_panes(2 + len(table.headings) + bool(table.spans), 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _line(
    book: Book, sheet: Any, row: int, line: Line, table: PrintedTable, looks: dict[str, Any]
) -> None:
    put_text(sheet, row, 0, line.label, book.format(**looks))
    for place, cell in enumerate(line.cells):
        put_printed(book, sheet, row, place + 1, cell, align=_align(table, place), **looks)


def _spans(book: Book, sheet: Any, row: int, table: PrintedTable, top: float) -> None:
    put_text(sheet, row, 0, "", book.format(**_looks(top, 0)))
    first = 1
    for span in table.spans:
        last = first + span.n_columns - 1
        form = book.format(align="center", **_looks(top, 0.5))
        if last > first:
            sheet.merge_range(row, first, row, last, "", form)
        put_text(sheet, row, first, span.text, form)
        first = last + 1


def _align(table: PrintedTable, place: int) -> str:
    return "left" if place in table.left else "center" if table.is_regression else "right"


def _looks(top: float, bottom: float) -> dict[str, Any]:
    """Rules in the widths that Excel has, thin and medium; texts stay texts when they are edited."""
    sides = {"top": top, "bottom": bottom}
    return {"num_format": "@"} | {
        side: 2 if points >= 1 else 1 for side, points in sides.items() if points
    }
