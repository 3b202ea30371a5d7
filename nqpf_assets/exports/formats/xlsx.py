"""Excel: rows, printed tables as sheets, or a whole study with its index by live formulas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nqpf_assets.exports.export import Export

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.exports.document import Document
    from nqpf_assets.exports.study import StudyContent


def _write(rows: pl.DataFrame) -> bytes:
    from nqpf_assets.exports.office.book import Book
    from nqpf_assets.exports.office.rows_sheet import add_rows

    book = Book()
    add_rows(book, "rows", rows)
    return book.content()


def _write_tables(document: Document) -> bytes:
    from nqpf_assets.exports.office.workbook import tables_book

    return tables_book(document)


def _write_study(content: StudyContent) -> bytes:
    from nqpf_assets.exports.office.workbook import study_book

    return study_book(content)


EXPORT = Export(
    "xlsx",
    ".xlsx",
    _write,
    is_text=False,
    write_tables=_write_tables,
    write_study=_write_study,
    needs=("xlsxwriter",),
    purpose="Excel: a study with all of it in one workbook",
)
