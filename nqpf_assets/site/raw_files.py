"""Pages of raw files: the sheet or the lines as they are printed, with every cell that was read marked."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from nqpf_assets.explanations.published import PublishedStudy, Row
from nqpf_assets.formats.grid import column_letters
from nqpf_assets.formats.raw_content import RawContent
from nqpf_assets.formats.text import decode
from nqpf_assets.formats.workbook import open_workbook
from nqpf_assets.messages.shown_text import on_one_line
from nqpf_assets.site.page import Page, drawn
from nqpf_assets.site.places import Pages, place_of

MOST_BYTES = 30_000_000
"""A larger file is told by the cells that were read, and not shown."""
LONGEST = 300
"""Letters of a cell that are shown."""

Sheet = dict[int, list[tuple[str, str]]]
"""Row → anchor and text of its cells."""


def file_pages(
    published: PublishedStudy, root: Path, known: dict[str, Pages], used: set[str], **about: Any
) -> Iterator[Page]:
    """A page or several for each file that a study reads, and the list of all files."""
    files = published.rows("FROM source.file ORDER BY path")
    first = {
        one["file_id"]: known[one["file_id"]].page(None, 0)
        for one in files
        if one["file_id"] in used and one["file_id"] in known
    }
    yield drawn("files.html", "files/index.html", files=files, first=first, known=known, **about)
    cells: dict[str, list[Row]] = {}
    for row in published.rows(
        "SELECT file_id, locator, reported_text, series_id, region_label, period FROM source.observation"
        " WHERE list_contains(?, file_id) ORDER BY ALL",
        [sorted(first)],
    ):
        cells.setdefault(row["file_id"], []).append(row)
    for file in files:
        if file["file_id"] in first:
            yield from _pages(
                file, root, known[file["file_id"]], cells.get(file["file_id"], []), about
            )


def _pages(
    file: Row, root: Path, pages: Pages, cells: list[Row], about: dict[str, Any]
) -> Iterator[Page]:
    shown = _sheets(file, root)
    read = {place_of(one["locator"])[:2]: one for one in cells}
    found = {
        (name, anchor) for name, rows in shown.items() for row in rows.values() for anchor, _ in row
    }
    by_page: dict[str, dict[str, Any]] = {}
    for name, rows in shown.items():
        for at, row in rows.items():
            page = by_page.setdefault(pages.page(name, at), {"sheet": name, "rows": [], "rest": []})
            page["rows"].append(Markup(_line(at, row, name, read)))
    for key, one in read.items():
        if key not in found:
            path = pages.page(key[0], place_of(one["locator"])[2])
            page = by_page.setdefault(path, {"sheet": key[0], "rows": [], "rest": []})
            page["rest"].append((key[1], one))
    by_page.setdefault(pages.page(None, 0), {"sheet": None, "rows": [], "rest": []})
    heads = {
        name: [
            column_letters(n) for n in range(max((len(row) for row in rows.values()), default=0))
        ]
        for name, rows in shown.items()
        if name is not None
    }
    for path, page in sorted(by_page.items()):
        head = heads.get(page["sheet"], [])
        yield drawn(
            "file.html", path, file=file, head=head, others=sorted(by_page), **page, **about
        )


def _line(at: int, row: list[tuple[str, str]], sheet: str | None, read: dict[Any, Row]) -> str:
    """A row of a table: the number of the row, and its cells with anchors."""
    cells = (
        f'<td id="{anchor}"{" class=read" if (sheet, anchor) in read else ""}>'
        f"{escape(on_one_line(text[:LONGEST]))}</td>"
        for anchor, text in row
    )
    return f'<tr><th scope="row">{at}</th>{"".join(cells)}</tr>'


def _sheets(file: Row, root: Path) -> dict[str | None, Sheet]:
    """The content of the file that was read, by sheet; nothing where it is gone, other, or no page."""
    path = root / file["path"]
    try:
        if not path.is_file() or path.stat().st_size > MOST_BYTES:
            return {}
        content = path.read_bytes()
    except OSError:
        return {}
    if hashlib.sha256(content).hexdigest() != file["sha256"]:
        return {}
    raw = RawContent(content)
    if raw.is_workbook:
        grids, _ = open_workbook(content, file["path"])
        return {grid.sheet: _of_grid(grid) for grid in grids}
    if raw.container is not None or "json" in file["format"]:
        return {}
    text, problems = decode(content, file["path"])
    return {} if problems else {None: _of_text(text)}


def _of_grid(grid: Any) -> Sheet:
    found: Sheet = {}
    for number, row in enumerate(grid.rows):
        at = number + grid.top + 1
        lead = [(f"{column_letters(n)}{at}", "") for n in range(grid.left)]
        found[at] = lead + [
            (f"{column_letters(n + grid.left)}{at}", _text(cell)) for n, cell in enumerate(row)
        ]
    return found


def _of_text(text: str) -> Sheet:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n").split("\n")
    lead = "\n".join(lines[:10])
    separator = max(",\t;|", key=lead.count)
    found: Sheet = {}
    for at, line in enumerate(lines, 1):
        cells = next(csv.reader([line], delimiter=separator), [])
        found[at] = [(f"L{at}C{n}", cell.strip("\t")) for n, cell in enumerate(cells, 1)]
    return found


def _text(cell: object) -> str:
    if isinstance(cell, float):
        return f"{cell:.15g}"
    return "" if cell is None else str(cell)
