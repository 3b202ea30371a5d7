"""The parts of a yearbook page: its tables with their headers, and what stands between them.

A row of text with nothing beside it is a note, a source, the title of a continued table or a line with
the unit. None of them ends a table: rows go on below a note until the next header.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from nqpf_assets.formats import labels
from nqpf_assets.formats.grid import Grid, is_empty
from nqpf_assets.formats.layout import YearbookLayout
from nqpf_assets.formats.numbers import shows_number
from nqpf_assets.formats.statements import source_of
from nqpf_assets.formats.unit_lines import joined_units, unit_in_line
from nqpf_assets.formats.values import printed
from nqpf_assets.formats.yearbook_header import is_row_of_units, label_columns

_NOTE = re.compile(
    r"^(?:注|附注|说明|资料来源|数据来源|Notes?\b|Source|[①-⑳⑴-⒇*¹²³⁴-⁹]|[a-z]\))", re.I
)
_CONTINUED = re.compile(r"续\s*表|[（(]\s*续\s*[\d一二三四五六七八九]*\s*[)）]|^续")


@dataclass(frozen=True)
class Block:
    """A header and the rows under it, numbered from 0.

    Attributes:
        head: first row of the header.
        first: first row under it.
        end: first row that belongs to it no more.
        texts: rows in between that hold no data: notes, titles, units.
        units: column of row labels to the unit printed above the table that begins there.
    """

    head: int
    first: int
    end: int
    texts: frozenset[int] = frozenset()
    units: tuple[tuple[int, str | None], ...] = ()

    @property
    def data(self) -> list[int]:
        """The rows that hold data."""
        return [number for number in range(self.first, self.end) if number not in self.texts]


def is_continued(text: str) -> bool:
    """Whether a title is that of a table that goes on: 续表."""
    return _CONTINUED.search(labels.strip(text)) is not None


def is_remark(cells: list[str]) -> bool:
    """Whether the cells of a row are a note, a source or a line with the unit."""
    is_note = _NOTE.match(cells[0]) is not None and not is_continued(cells[0])
    return is_note or any(unit_in_line(cell) for cell in cells)


def find_blocks(grid: Grid, layout: YearbookLayout) -> list[Block]:
    """Headers, found by the layout's row head, with the rows that belong to each."""
    if layout.header_rows is not None:
        first, last = (row - grid.top for row in layout.header_rows)
        starts = [(first - 1, last)] if 0 < first <= last < len(grid.rows) else []
    else:
        head = labels.normalise(layout.row_head)
        numbers = [
            n for n, row in enumerate(grid.rows) if head in labels.spellings(printed(row[0]))
        ]
        starts = [(n, _header_end(grid, n)) for n in numbers]
    blocks: list[Block] = []
    above: tuple[tuple[int, str | None], ...] = ()
    for place, (start, first_row) in enumerate(starts):
        limit = starts[place + 1][0] if place + 1 < len(starts) else len(grid.rows)
        since = starts[place - 1][1] if place else 0
        tables = label_columns(grid, start, layout.row_head)
        above = _units(grid, range(since, start), tables, dict(above)) or above
        texts = frozenset(_texts(grid, first_row, limit))
        blocks.append(Block(start, first_row, limit, texts, above))
    return blocks


def _header_end(grid: Grid, start: int) -> int:
    """The first row under a header: where the first column has a label of its own again, not 单位."""
    end = start + 1
    while end < len(grid.rows) and (
        grid.anchors.get((end, 0)) == (start, 0)
        or (is_empty(grid.rows[end][0]) and not grid.is_blank(end))
        or is_row_of_units(grid, end)
    ):
        end += 1
    return end


def _texts(grid: Grid, first: int, end: int) -> list[int]:
    """The rows that are no data: a note goes on in the rows of text below it."""
    found: list[int] = []
    is_below_note = False
    for number in range(first, end):
        cells = [labels.strip(printed(c)) for c in grid.rows[number] if not is_empty(c)]
        if not cells:
            continue
        has_numbers = any(shows_number(cell) for cell in grid.rows[number])
        is_note = _is_note(cells[0], is_alone=len(cells) == 1) and not has_numbers
        is_below_note = is_note or (is_below_note and len(cells) == 1 and not has_numbers)
        if is_below_note or (not has_numbers and any(unit_in_line(cell) for cell in cells)):
            found.append(number)
    return found


def _is_note(text: str, *, is_alone: bool) -> bool:
    """A note, or the title of a continued table: text with nothing beside it, or 注 before more text."""
    if not is_alone:
        return re.match(r"(?:注|附注|说明|资料来源|数据来源)\s*[:：]|续\s*表", text) is not None
    return bool(_NOTE.match(text) or is_continued(text) or len(text) > 30)


def _units(
    grid: Grid, rows: range, tables: list[int], before: dict[int, str | None]
) -> tuple[tuple[int, str | None], ...]:
    """The unit above each table of a header; all of them where lines with different units might be meant.

    A table without a line of its own has the unit of the same table further up, `before`, if there
    is one, or that of the only line.
    """
    lines: list[tuple[int, str]] = []
    for number in rows:
        for column, cell in enumerate(grid.rows[number]):
            if (unit := unit_in_line(printed(cell))) is not None:
                lines.append((column, unit))
    found: list[tuple[int, str | None]] = []
    for place, start in enumerate(tables):
        end = tables[place + 1] if place + 1 < len(tables) else len(grid.rows[0])
        own: set[str | None] = {unit for column, unit in lines if start <= column < end}
        several = own or {before.get(start, unit) for _, unit in lines}
        found.append((start, joined_units(sorted(unit for unit in several if unit))))
    return tuple(found) if lines else ()


def read_notes(grid: Grid, blocks: list[Block], facts: dict[str, str]) -> list[str]:
    """The notes of a page as printed; its source becomes a fact."""
    notes: list[str] = []
    for block in blocks:
        for number in sorted(block.texts):
            texts = [labels.strip(printed(cell)) for cell in grid.rows[number]]
            text = " ".join(part for part in texts if part)
            if (source := source_of(text)) is not None:
                facts["source"] = source
            elif not is_continued(text) and not any(map(unit_in_line, texts)):
                notes.append(text)
    return notes
