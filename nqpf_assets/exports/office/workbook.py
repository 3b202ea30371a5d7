"""The workbook of a study: what is in it, its sheets in their order, and what was left out and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nqpf_assets.exports.office.book import MOST_ROWS, Book, put_text
from nqpf_assets.exports.office.index_sheet import MOST_FORMULAS, IndexSheet, n_formulas
from nqpf_assets.exports.office.printed_sheet import add_printed
from nqpf_assets.exports.office.rows_sheet import SHADES, add_dictionary, add_panel, add_rows
from nqpf_assets.exports.office.weighted_sheet import WeightedSheet

if TYPE_CHECKING:
    from nqpf_assets.exports.document import Document
    from nqpf_assets.exports.study import StudyContent


def tables_book(document: Document) -> bytes:
    """Printed tables, a sheet for each, after one that says where they come from."""
    book = Book(document.said_title, document.about)
    _about(book, document, [f"{table.name}: {table.said_title}" for table in document.tables])
    for table in document.tables:
        add_printed(book, table, document.style)
    return book.content()


def study_book(content: StudyContent) -> bytes:
    """All of a study."""
    document = content.document
    book = Book(document.said_title, document.about)
    fits = content.panel.rows.height <= MOST_ROWS
    live = [one for one in content.indices if fits and n_formulas(one) <= MOST_FORMULAS]
    left = [one.name for one in content.indices if one not in live]
    lines = [f"{table.name}: {table.said_title}" for table in document.tables]
    lines += [f"{one.name.partition('.')[2]}: {one.title}" for one in content.results]
    lines += ["panel: the analysis panel, one row per unit and year"]
    lines += ["marked cells: all cells of the study that are not as they were published"]
    lines += ["dictionary: columns of the panel with units, formulas and sources"]
    lines += [f"index {one.name}: computed by live formulas from the panel" for one in live]
    lines += [f"index {name}: too large for live formulas" for name in left]
    lines += [
        f"index {name}: scores in the panel are values; formulas are written for sums of min-max values"
        for name in content.valued
    ]
    _about(book, document, lines, with_shades=True)
    for table in document.tables:
        add_printed(book, table, document.style)
    for result in content.results:
        add_rows(book, result.name.partition(".")[2], result.rows)
    columns = add_panel(book, content)
    add_rows(book, "marked cells", content.marked)
    add_dictionary(book, content)
    keys = content.panel.rows.select("unit", "period").iter_rows()
    places = {(unit, period): row for row, (unit, period) in enumerate(keys, 1)}
    for index in live:
        sheet = IndexSheet if index.method == "entropy" else WeightedSheet
        sheet(book, index, places, columns).write()
    return book.content()


def _about(book: Book, document: Document, lines: list[str], *, with_shades: bool = False) -> None:
    """The first sheet."""
    sheet, about = book.sheet("about"), document.about
    sheet.set_column(0, 0, 100)
    put_text(sheet, 0, 0, document.said_title, book.format(bold=True, size=14))
    told = [about.words, f"Study {about.study}."]
    if about.is_synthetic:
        told.insert(0, "SYNTHETIC DATA: made up, to be replaced before anything is concluded.")
    told += ["", "Sheets", *lines]
    for row, text in enumerate(told, 1):
        is_head = text == "Sheets" or text.startswith("SYNTHETIC")
        put_text(sheet, row, 0, text, book.format(bold=is_head))
    if with_shades:
        row = len(told) + 2
        put_text(sheet, row, 0, "Shades of cells of the panel", book.format(bold=True))
        for place, (status, shade) in enumerate(SHADES.items(), 1):
            words = f"{status}, itself or something that it is computed from"
            put_text(sheet, row + place, 0, words, book.format(bg_color=shade))
