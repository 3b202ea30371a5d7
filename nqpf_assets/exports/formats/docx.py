"""Printed tables as a Word file: real tables with the rules of their style, to be copied into a paper."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from nqpf_assets.exports.export import Export
from nqpf_assets.exports.printed.table import Cell, without_stars
from nqpf_assets.messages.problems import shortened
from nqpf_assets.messages.shown_text import on_one_line

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.enum.text import WD_PARAGRAPH_ALIGNMENT
    from docx.table import Table, _Cell
    from docx.text.paragraph import Paragraph

    from nqpf_assets.exports.document import Document
    from nqpf_assets.exports.printed.style import TableStyle
    from nqpf_assets.exports.printed.table import PrintedTable

_MOST_UPRIGHT = 6
"""Columns that a page takes upright; more are set on pages that lie."""
_LONGEST_PROPERTY = 220
"""Characters of a property, which may have 255 with the words that more was cut."""


def _write(document: Document) -> bytes:
    import docx

    from nqpf_assets.exports.office.same_bytes import same_bytes

    word = docx.Document()
    _set_properties(word, document)
    lies = [len(table.heads) > _MOST_UPRIGHT for table in document.tables]
    _set_page(word, lies=lies[0], is_first=True)
    _paragraph(word, document.said_title, document.style, bold=True, heading=1)
    for table, is_wide in zip(document.tables, lies, strict=True):
        _set_page(word, lies=is_wide, is_first=False)
        _add_table(word, table, document.style)
    _paragraph(word, document.about.words, document.style, size=document.style.notes_size)
    buffer = io.BytesIO()
    word.save(buffer)
    return same_bytes(buffer.getvalue())


def _set_properties(word: WordDocument, document: Document) -> None:
    """The properties that a file manager and a search show; the day is that of the publication."""
    known, about = word.core_properties, document.about
    known.title = _property(document.said_title)
    known.subject = _property(about.words)
    known.keywords = _property(about.keywords)
    # The names first: a property ends after 255 characters, and a citation is long.
    known.comments = _property(f"Tables: {', '.join(about.names)}. {about.words}")
    known.author = known.last_modified_by = "nqpf-assets"
    known.category = "SYNTHETIC DATA" if about.is_synthetic else ""
    known.created = known.modified = about.published_at
    known.revision = 1
    known.identifier = about.fingerprint


def _property(text: str) -> str:
    return shortened(on_one_line(text), _LONGEST_PROPERTY)


def _set_page(word: WordDocument, *, lies: bool, is_first: bool) -> None:
    """Pages of A4, upright or lying, from here on; nothing where they are so already."""
    from docx.enum.section import WD_ORIENT, WD_SECTION
    from docx.shared import Mm

    orientation = WD_ORIENT.LANDSCAPE if lies else WD_ORIENT.PORTRAIT
    section = word.sections[-1]
    if not is_first:
        if section.orientation == orientation:
            return
        section = word.add_section(WD_SECTION.NEW_PAGE)
    section.page_width, section.page_height = (Mm(297), Mm(210)) if lies else (Mm(210), Mm(297))
    section.orientation = orientation
    section.left_margin = section.right_margin = Mm(20)


def _add_table(word: WordDocument, table: PrintedTable, style: TableStyle) -> None:
    """Caption, table and notes."""
    from docx.enum.table import WD_TABLE_ALIGNMENT

    from nqpf_assets.exports.office.word_parts import describe, keep_whole, rule

    caption = _paragraph(word, style.caption_of(table), style, bold=style.caption_bold, heading=2)
    caption.alignment = _alignment(style.caption_align)
    caption.paragraph_format.keep_with_next = True
    heads = [*table.headings]
    n_head = len(heads) + 1 + bool(table.spans)
    lines = [line for part in table.body for line in part]
    drawn = word.add_table(rows=n_head + len(lines), cols=1 + len(table.heads))
    drawn.alignment = WD_TABLE_ALIGNMENT.CENTER
    drawn.autofit = False
    describe(drawn, on_one_line(table.said_title), f"Published table {table.full_name}")
    grid = [list(row.cells) for row in drawn.rows]
    _set_widths(drawn, grid, table, word)
    if table.spans:
        _fill_spans(grid[0], table, style)
    _fill(grid[n_head - len(heads) - 1], "", [Cell(head) for head in table.heads], table, style)
    for row, line in zip(grid[n_head - len(heads) :], [*heads, *lines], strict=True):
        _fill(row, line.label, line.cells, table, style)
    for place, row in enumerate(drawn.rows):
        keep_whole(row, is_head=place < n_head)
    first_fact = next((at for at, line in enumerate(lines) if line.kind == "fact"), 0)
    for column in range(1 + len(table.heads)):
        rule(grid[0][column], "top", style.rules.top)
        rule(grid[n_head - 1][column], "bottom", style.rules.head)
        if first_fact:
            rule(grid[n_head + first_fact][column], "top", style.rules.section)
        rule(grid[-1][column], "bottom", style.rules.bottom)
    _add_notes(word, table, style)


def _set_widths(
    drawn: Table, grid: list[list[_Cell]], table: PrintedTable, word: WordDocument
) -> None:
    """The width of the page, divided by what the columns hold; long texts go on in further lines."""
    from docx.shared import Emu

    section = word.sections[-1]
    whole = (section.page_width or 0) - (section.left_margin or 0) - (section.right_margin or 0)
    labels = max([len(line.label) for line in table.lines], default=0)
    weights = [min(max(labels, 8), 32)]
    for place, head in enumerate(table.heads):
        longest = max([len(line.cells[place].text) for line in table.lines], default=0)
        weights.append(min(max(longest, len(head) // 2, 7), 14))
    widths = [Emu(whole * weight // sum(weights)) for weight in weights]
    for column, width in zip(drawn.columns, widths, strict=True):
        column.width = width
    for row in grid:  # Word goes by the cells, others by the columns
        for cell, width in zip(row, widths, strict=True):
            cell.width = width


def _fill(
    row: list[_Cell], label: str, cells: Sequence[Cell], table: PrintedTable, style: TableStyle
) -> None:
    """One line of a table."""
    small = style.size if len(cells) <= _MOST_UPRIGHT else style.notes_size
    _put(row[0], label, style, size=small, align="left")
    for place, (there, cell) in enumerate(zip(row[1:], cells, strict=True)):
        where = "left" if place in table.left else "center" if table.is_regression else "right"
        _put(there, cell.text, style, size=small, align=where, link=cell.link)


def _fill_spans(row: list[_Cell], table: PrintedTable, style: TableStyle) -> None:
    """Heads above the heads."""
    from nqpf_assets.exports.office.word_parts import rule

    first = 1
    for span in table.spans:
        last = first + span.n_columns - 1
        cell = row[first].merge(row[last])
        _put(cell, span.text, style, size=style.size, align="center")
        rule(cell, "bottom", style.rules.head)
        first = last + 1


def _put(
    cell: _Cell, text: str, style: TableStyle, *, size: float, align: str, link: str = ""
) -> None:
    """A text in a cell, its stars raised where the style says so; a number leads to its link."""
    from docx.shared import Pt

    from nqpf_assets.exports.office.word_parts import linked, set_fonts

    paragraph = cell.paragraphs[0]
    paragraph.alignment = _alignment(align)
    paragraph.paragraph_format.space_after = paragraph.paragraph_format.space_before = Pt(1)
    bare, stars = without_stars(text)
    for piece, is_raised in ((bare, False), (stars, style.stars == "raised")):
        if piece:
            run = paragraph.add_run(on_one_line(piece))
            run.font.superscript = is_raised or None
            set_fonts(run, style.font, style.font_east_asian, size)
            if link and piece == bare:
                linked(run, link)


def _add_notes(word: WordDocument, table: PrintedTable, style: TableStyle) -> None:
    notes = [*table.notes, f"Table {table.full_name}."]
    for place, note in enumerate(notes):
        text = f"{style.notes}{note}" if place == 0 else note
        _paragraph(word, text, style, size=style.notes_size)


def _paragraph(
    word: WordDocument,
    text: str,
    style: TableStyle,
    *,
    size: float | None = None,
    bold: bool = False,
    heading: int = 0,
) -> Paragraph:
    """A paragraph in the fonts of the style; a heading stands in Word's outline."""
    from docx.shared import Pt, RGBColor

    from nqpf_assets.exports.office.word_parts import set_fonts

    paragraph = word.add_paragraph(style=f"Heading {heading}" if heading else None)
    paragraph.paragraph_format.space_after = Pt(3)
    run = paragraph.add_run(on_one_line(text))
    run.bold = bold
    run.font.color.rgb = RGBColor(0, 0, 0) if heading else None
    set_fonts(run, style.font, style.font_east_asian, size or style.size)
    return paragraph


def _alignment(name: str) -> WD_PARAGRAPH_ALIGNMENT:
    from docx.enum.text import WD_PARAGRAPH_ALIGNMENT

    return WD_PARAGRAPH_ALIGNMENT[name.upper()]


EXPORT = Export(
    "docx",
    ".docx",
    is_text=False,
    write_tables=_write,
    needs=("python-docx",),
    purpose="Word: real tables, to be copied into a paper",
)
