"""What a file without a card looks like: tables with their columns, or pages with their layouts, by sheet.

A guess to look over, never used for reading. One sheet is one shape; a page that goes on, 续表, is one with
the sheets that continue it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from nqpf_assets.formats.grid import Grid, is_empty
from nqpf_assets.formats.labels import parse_year, strip
from nqpf_assets.formats.layout_draft import PageDraft, draft_of
from nqpf_assets.formats.numbers import shows_number
from nqpf_assets.formats.raw_content import RawContent
from nqpf_assets.formats.reading import LINE
from nqpf_assets.formats.statements import source_of
from nqpf_assets.formats.suggestion import SAMPLE, columns_of, table_below
from nqpf_assets.formats.tables import read_table
from nqpf_assets.formats.text_grid import text_grid
from nqpf_assets.formats.text_head import on_one_line, records_of
from nqpf_assets.formats.values import printed
from nqpf_assets.formats.yearbook_blocks import is_continued


@dataclass(frozen=True)
class Shape:
    """One table or page.

    Attributes:
        sheet: that it stands on; empty in a text.
        columns: of a table, as a card would name them; None of a page.
        page: what a page shows of its layout; None of a table.
        words: what stands in its header, above it, or in lines beside it; never its values.
        title: over a table; empty where none stands there.
    """

    sheet: str
    columns: dict[str, Any] | None
    page: PageDraft | None
    words: tuple[str, ...] = ()
    title: str = ""


def shapes_of(raw: RawContent) -> tuple[list[Shape], tuple[str, ...]]:
    """The tables and pages of a file, and the names of sheets that hold neither."""
    if raw.is_workbook:
        return _of_sheets(raw.grids)
    if (table := _of_lines(raw)) is not None:
        return [table], ()
    if raw.container is None:
        grids, _ = text_grid(raw.content, raw.file)
        if grids and (page := _of_page(grids)) is not None:
            return [page], ()
    return [], ()


def _of_sheets(grids: Sequence[Grid]) -> tuple[list[Shape], tuple[str, ...]]:
    found: list[Shape] = []
    others: list[str] = []
    for pages in _together(grids):
        one = _of_table(pages[0]) or _of_page(pages)
        if one is not None:
            found.append(one)
        else:
            others += [grid.sheet for grid in pages]
    return found, tuple(others)


def _together(grids: Sequence[Grid]) -> Iterator[list[Grid]]:
    """Sheets, those that continue the first with it, as the reader of pages takes them."""
    goes_on = [is_continued(_first_text(grid)) for grid in grids]
    if goes_on[1:] and not goes_on[0] and all(goes_on[1:]):
        yield list(grids)
        return
    yield from ([grid] for grid in grids)


def _of_lines(raw: RawContent) -> Shape | None:
    """The table of a text, below a title as well, or of a Parquet or Stata file."""
    records = records_of(raw.text)
    found = table_below(records)
    below = found[0] if found is not None else 0
    named = [on_one_line(cell) for cell in records[below]] if below else []
    table, notes, problems = read_table(
        raw.content, raw.file, raw.container or "csv", named, SAMPLE
    )
    if not table.columns or any(
        one.severity == "error" and one.code != "row_width" for one in problems
    ):
        return None
    names = [name for name in table.columns if name != LINE]
    rows = table.select(names).head(SAMPLE).rows()
    if (columns := columns_of(names, rows)) is None:
        return None
    title = next((strip(cell) for row in records[:below] for cell in row if strip(cell)), "")
    return Shape("", columns, None, (*notes, *words_over([names, *rows])), title)


def _of_table(grid: Grid) -> Shape | None:
    found = table_below(grid.rows)
    if found is None:
        return None
    above = [strip(printed(cell)) for row in grid.rows[: found[0]] for cell in row]
    words = words_over(grid.rows, found[0])
    return Shape(grid.sheet, found[1], None, words, next(filter(None, above), ""))


def _of_page(grids: list[Grid]) -> Shape | None:
    page = draft_of(grids)
    if page is None or not (page.title or page.is_turned):
        return None  # a header without a title is a table's, of which no column is known
    return Shape(page.sheet, None, page, words_over(grids[0].rows, page.head))


def words_over(rows: Sequence[Sequence[object]], head: int = 0) -> tuple[str, ...]:
    """What the rows of a header and those above it say; a value that looks like a year is none of it.

    Args:
        rows: of a table or page.
        head: the first row of its header.
    """
    first = next(
        (n for n, row in enumerate(rows) if n > head and any(map(shows_number, row))), head + 1
    )
    below = (row for row in rows[head + 1 : first] if sum(not is_empty(cell) for cell in row) > 1)
    texts = (printed(c) for row in (*rows[: head + 1], *below) for c in row if _is_word(c))
    return tuple(text for text in texts if source_of(text) is None)


def _is_word(cell: object) -> bool:
    return not is_empty(cell) and (not shows_number(cell) or parse_year(cell) is not None)


def _first_text(grid: Grid) -> str:
    return strip(next((printed(c) for row in grid.rows for c in row if not is_empty(c)), ""))
