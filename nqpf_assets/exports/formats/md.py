"""Printed tables in Markdown, with bars between cells: for README files, issues, notebooks, Quarto."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from nqpf_assets.exports.export import Export
from nqpf_assets.messages.shown_text import on_one_line

if TYPE_CHECKING:
    from nqpf_assets.exports.document import Document
    from nqpf_assets.exports.printed.style import TableStyle
    from nqpf_assets.exports.printed.table import PrintedTable

_MARKS = {ord(mark): f"\\{mark}" for mark in "\\`*_[]<>#|~$&!"}
"""Signs that Markdown reads as its own; the rest stands as it is, or numbers could hardly be read."""
_BEGINNING = re.compile(r"^(\d*)([-+=:.)])")
"""A paragraph that begins so may become a list, a rule or a heading."""


def _plain(text: str) -> str:
    """Text that is nothing but text, on one line."""
    return on_one_line(text).translate(_MARKS)


def _paragraph(text: str) -> str:
    """A paragraph that does not begin as a list does."""
    return _BEGINNING.sub(r"\1\\\2", _plain(text))


def _write(document: Document) -> str:
    parts = [f"# {_plain(document.said_title)}"]
    for table in document.tables:
        parts += ["\n".join(_table(table, document.style)), *_notes(table, document.style)]
    parts.append(_plain(document.about.words))
    return "\n\n".join(parts) + "\n"


def _table(table: PrintedTable, style: TableStyle) -> Iterator[str]:
    yield f"## {_plain(style.caption_of(table))}"
    yield ""
    yield _line(["", *table.heads])
    rest = (
        ":--" if place in table.left else ":-:" if table.is_regression else "--:"
        for place in range(len(table.heads))
    )
    yield f"| {' | '.join([':--', *rest])} |"
    if table.spans:  # Markdown has one line of heads
        texts = (text for one in table.spans for text in [one.text, *[""] * (one.n_columns - 1)])
        yield _line(["", *texts])
    for line in table.lines:
        yield _line([line.label, *(cell.text for cell in line.cells)])


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(map(_plain, cells))} |"


def _notes(table: PrintedTable, style: TableStyle) -> Iterator[str]:
    for place, note in enumerate(table.notes):
        yield f"*{style.notes.strip()}* {_plain(note)}" if place == 0 else _paragraph(note)
    yield f"Table `{table.full_name}`."


EXPORT = Export("md", ".md", write_tables=_write, purpose="README files, issues, notebooks, Quarto")
