"""Tables of a web page as the sheets of a workbook: bureaus publish yearbooks so, also under names in .xls.

Each table with a number in it is a sheet, `table 1` and so on down the page; a single row or column is one
only for a card that names it, as a hidden sheet is. Tables that lay out others are none. Raised digits are
marks of notes, or 12² would be 122.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from nqpf_assets.formats import labels
from nqpf_assets.formats.grid import Grid, is_empty
from nqpf_assets.formats.limits import PAGE_BYTES, SHEETS
from nqpf_assets.formats.numbers import shows_number
from nqpf_assets.formats.text import decode
from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.problems import Problem

_BEGINS = (b"<!doctype html", b"<html", b"<head", b"<table", b"<meta", b"<div", b"<body")
_TABLE = re.compile(rb"<table[\s>]", re.I)
_END = re.compile(rb"</table\s*>", re.I)
_RAISED = re.compile(r"[\[(（]?(\d{1,2})[\])）]?|([a-z*①-⑳])[)）]?")
_MOST_SPAN = 1_000
_BLOCKS = ("br", "p", "div", "li")


def is_web_table(content: bytes) -> bool:
    """Whether a content begins as a web page does and has a table in it."""
    head = content[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    is_page = head.startswith(_BEGINS) or (head.startswith(b"<?xml") and b"<html" in head)
    return is_page and _TABLE.search(content) is not None


def web_grids(
    content: bytes, file: str, *, max_rows: int, max_cells: int
) -> tuple[list[Grid], list[Problem]]:
    """The tables of a web page, or what is wrong with it.

    Args:
        content: the bytes of the page.
        file: display name for problems.
        max_rows, max_cells: what one table, and all together, may have.
    """
    if len(content) > PAGE_BYTES:
        return [], [_refused(file, f"{counted(len(content), 'bytes')}", "take the table out of it")]
    if len(_TABLE.findall(content)) != len(_END.findall(content)):
        return [], [
            _refused(file, "a table without its end", "download the page again", "damaged_file")
        ]
    text, problems = decode(content, file)
    if problems:
        return [], problems
    found: list[Grid] = []
    n_cells = 0
    tables = _leaves(text)
    if tables is None:
        return [], [_refused(file, "markup that cannot be read whole", "save the table as .xlsx")]
    if len(tables) > SHEETS:
        return [], [_refused(file, counted(len(tables), "tables"), f"part it: {SHEETS} at most")]
    for table in tables:
        laid = _laid(table, max_rows, max_cells - n_cells)
        if laid is None:
            return [], [
                _refused(file, f"more than {max_rows} rows or {max_cells} cells", "part it")
            ]
        rows, anchors = laid
        n_cells += sum(map(len, rows))
        if any(shows_number(cell) for row in rows for cell in row):
            is_table = len(rows) > 1 and len(rows[0]) > 1
            grid = Grid(f"table {len(found) + 1}", rows, anchors, is_table, from_web=True)
            found.append(_with_title(grid, table) if is_table else grid)
    return found, []


def _leaves(text: str) -> list[Any] | None:
    """The tables that lay out no other; None where the parser gave up within the page."""
    from lxml import html

    parser = html.HTMLParser(encoding="utf-8", remove_comments=True)
    root = html.fromstring(text.encode(), parser=parser)
    if any(entry.level_name == "FATAL" for entry in parser.error_log):
        return None
    return [
        table for table in root.iter("table") if next(table.iterdescendants("table"), None) is None
    ]


def _laid(
    table: Any, max_rows: int, max_cells: int
) -> tuple[list[list[str]], dict[tuple[int, int], tuple[int, int]]] | None:
    """Rows of equal length with what lies under merged cells; None where it is too large."""
    cells: dict[tuple[int, int], str] = {}
    anchors: dict[tuple[int, int], tuple[int, int]] = {}
    width = height = 0
    for number, row in enumerate(table.iter("tr")):
        column = 0
        for cell in row.iterchildren("td", "th"):
            while (number, column) in cells:
                column += 1
            down, right = _span(cell, "rowspan"), _span(cell, "colspan")
            if len(cells) + down * right > max_cells or number + down > max_rows:
                return None
            for place in ((number + r, column + c) for r in range(down) for c in range(right)):
                cells.setdefault(place, "")
                if place != (number, column):
                    anchors[place] = (number, column)
            cells[number, column] = text_of(cell)
            column += right
        width, height = max(width, column), number + 1
    anchors = {place: first for place, first in anchors.items() if place[0] < height}
    if height * width > max_cells:
        return None
    return [[cells.get((r, c), "") for c in range(width)] for r in range(height)], anchors


def _span(cell: Any, name: str) -> int:
    text = (cell.get(name) or "1").strip()
    return min(max(int(text), 1), _MOST_SPAN) if text.isascii() and text.isdigit() else 1


def text_of(element: Any) -> str:
    """The text of a cell as shown: line breaks parted, raised digits as marks of notes."""
    parts: list[str] = []
    _collect(element, parts)
    lines = (
        re.sub(r"[ \t\r\f\v\xa0]+", " ", line).strip(" ") for line in "".join(parts).split("\n")
    )
    return "\n".join(line for line in lines if labels.strip(line))


def _collect(element: Any, parts: list[str]) -> None:
    if element.tag in ("script", "style"):
        return
    if element.tag in ("sup", "sub"):
        parts.append(_raised(labels.strip(element.text_content()), "".join(parts)))
        return
    if element.tag in _BLOCKS and parts:
        parts.append("\n")
    parts.append((element.text or "").replace("\n", " "))
    for child in element.iterchildren():
        if isinstance(child.tag, str):
            _collect(child, parts)
        parts.append((child.tail or "").replace("\n", " "))


def _raised(text: str, before: str) -> str:
    """A raised text behind others: a mark of a note, or the power of a unit in Latin letters."""
    if before[-1:].isascii() and before[-1:].isalpha():
        return text
    match = _RAISED.fullmatch(text)
    if match is None:
        return f" {text}" if text else ""
    return f"[{match[1]}]" if match[1] else match[2]


def _with_title(grid: Grid, table: Any) -> Grid:
    """The grid with the caption of its table, or what stands right above it, in a row of its own."""
    first = [cell for cell in grid.rows[0] if not is_empty(cell)]
    if len(first) == 1:
        return grid
    caption = table.find("caption")
    title = text_of(caption) if caption is not None else _above(table)
    if not title or len(title) > 100:
        return grid
    width = len(grid.rows[0])
    rows = [[title, *[""] * (width - 1)], *grid.rows]
    anchors = {(r + 1, c): (row + 1, column) for (r, c), (row, column) in grid.anchors.items()}
    return replace(grid, rows=rows, anchors=anchors, top=-1)  # the first row of the table is 1


def _above(table: Any) -> str:
    """The heading or paragraph before a table."""
    before = table.getprevious()
    is_words = before is not None and before.tag in ("h1", "h2", "h3", "h4", "p", "div", "caption")
    return text_of(before) if is_words else ""


def _refused(file: str, found: str, remedy: str, code: str = "too_large") -> Problem:
    return Problem(
        file=file,
        where="",
        expected="a web page with tables",
        found=found,
        remedy=remedy,
        code=code,
    )
