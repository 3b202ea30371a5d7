"""Manuscripts of Word: tables and paragraphs in the order of the document, as they are read."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from nqpf_assets.proofs.manuscripts.manuscript import (
    FoundTable,
    Manuscript,
    Paragraph,
    rectangular,
)

if TYPE_CHECKING:
    from docx.table import Table

_DELETED = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def read_docx(content: bytes) -> Manuscript:
    """The manuscript of a Word file.

    Raises:
        ValueError: it is none.
    """
    import docx
    from docx.table import Table
    from docx.text.paragraph import Paragraph as WordParagraph

    try:
        word = docx.Document(io.BytesIO(content))
    except Exception as error:  # zipfile's, lxml's and its own
        raise ValueError(f"it cannot be read as a Word file: {error}") from None
    found, number = Manuscript(), 0
    pending: list[tuple[str, str, tuple[tuple[str, ...], ...], list[str], tuple[str, ...]]] = []
    for part in word.iter_inner_content():
        if isinstance(part, WordParagraph):
            words = _seen(part)
            if not words.strip():
                continue
            number += 1
            found.paragraphs.append(Paragraph(f"paragraph {number}", words))
            if pending:
                pending[-1][3].append(words)
        elif isinstance(part, Table):
            caption = found.paragraphs[-1].text if found.paragraphs else ""
            place = f"table {len(pending) + 1} of the file"
            pending.append((place, caption, _rows(part), [], _marks(part)))
    found.tables += [
        FoundTable(place, caption, rows, tuple(below), marks)
        for place, caption, rows, below, marks in pending
    ]
    return found


def _seen(paragraph: object) -> str:
    """Text with insertions of tracked changes, and without what was deleted."""
    element = paragraph._p  # type: ignore[attr-defined]
    names = {f"{_DELETED}t", f"{_DELETED}tab", f"{_DELETED}br"}
    return "".join(
        (node.text or "") if node.tag == f"{_DELETED}t" else " "
        for node in element.iter()
        if node.tag in names
    )


def _rows(table: Table) -> tuple[tuple[str, ...], ...]:
    """Cells as they are seen; a merged one comes once for each of its columns."""
    return rectangular(
        [
            ["\n".join(map(_seen, cell.paragraphs)).strip() for cell in row.cells]
            for row in table.rows
        ]
    )


def _marks(table: Table) -> tuple[str, ...]:
    """What the table says of itself for screen readers."""
    found = []
    for node in table._tbl.tblPr:
        if node.tag in (f"{_DELETED}tblCaption", f"{_DELETED}tblDescription"):
            found.append(node.get(f"{_DELETED}val") or "")
    return tuple(found)
