"""Files of which nothing is read: in no known format, or tables that only their card can explain."""

from __future__ import annotations

from dataclasses import replace

from nqpf_assets.formats.raw_content import RawContent
from nqpf_assets.formats.reading import LINE, Reading
from nqpf_assets.formats.suggestion import (
    SAMPLE,
    lines_for,
    lines_for_columns,
    lines_for_table,
    table_below,
)
from nqpf_assets.formats.tables import read_table
from nqpf_assets.formats.text import decode
from nqpf_assets.formats.text_head import records_of
from nqpf_assets.formats.values import empty_cells
from nqpf_assets.messages.problems import Problem
from nqpf_assets.messages.shown_text import listed

_FOREIGN = {
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture (PNG)",
    b"\xff\xd8\xff": "a picture (JPEG)",
    b"Rar!": "a RAR archive",
    b"7z\xbc\xaf": "a 7z archive",
    b"\x1f\x8b": "a gzip archive",
    b"{\\rtf": "an RTF text",
    b"SQLite": "a SQLite database",
}


def foreign(content: bytes) -> str | None:
    """What the file is, if its first bytes say that it is none of ours."""
    for magic, what in _FOREIGN.items():
        if content.startswith(magic):
            return what
    head = content[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<!doctype", b"<html", b"<head", b"<table", b"<meta", b"<div", b"<body")):
        return "a web page (HTML), whatever its name says"
    if head.startswith(b"<?xml"):
        return "an XML text"
    if content[:2000].lower().startswith(b"mime-version") and b"<html" in content[:20_000].lower():
        return "a web page (MHTML), whatever its name says"
    return None


def nothing(
    file: str, expected: str, found: str, remedy: str, code: str = "input", format: str = "unknown"
) -> Reading:
    """A reading without cells, and the one problem that says why."""
    problem = Problem(file=file, where="", expected=expected, found=found, remedy=remedy, code=code)
    return Reading(format, {}, (), empty_cells(), (problem,))


def refused(problems: list[Problem]) -> Reading:
    """A reading without cells, with what forbids to read the file."""
    return Reading("unknown", {}, (), empty_cells(), tuple(problems))


def undeclared_table(raw: RawContent) -> Reading:
    """A table in text, Parquet or Stata without the `columns` that say what it holds."""
    container = raw.container or "csv"
    if container == "csv" and (problems := decode(raw.content, raw.file)[1]):
        return refused(problems)
    found = (
        "none" if container != "csv" else f"none; the file begins with {first_bytes(raw.content)}"
    )
    suggested = _below_a_title(raw)
    if not suggested:
        table, _, problems = read_table(raw.content, raw.file, container, first=SAMPLE)
        if table.columns and all(one.severity == "warning" for one in problems):
            names = [name for name in table.columns if name != LINE]
            suggested = lines_for_table(names, table.select(names).head(SAMPLE).rows())
    expected = "`columns` in the origin card"
    return _undeclared(raw.file, expected, found, suggested, f"tidy_{container}")


def _below_a_title(raw: RawContent) -> tuple[str, ...]:
    """Lines of a card for a text whose header stands below a title."""
    found = table_below(records_of(raw.text))
    return lines_for_columns(found[1]) if found is not None and found[0] else ()


def undeclared_workbook(raw: RawContent, format: str) -> Reading:
    """A workbook without the `layout` or `columns` that say what it holds."""
    grids = raw.grids
    begins = [[str(cell) for cell in grid.rows[0] if cell != ""][:8] for grid in grids]
    sheets = "; ".join(
        f"{grid.sheet} with {listed(head)}" for grid, head in zip(grids, begins, strict=True)
    )
    suggested = lines_for(grids)
    expected = "in the origin card, `layout` for a yearbook page or `columns` for a table"
    found = f"a workbook whose sheets begin so: {sheets}"
    format = "tidy_workbook" if suggested else format
    return _undeclared(raw.file, expected, found, suggested, format)


def _undeclared(
    file: str, expected: str, found: str, suggested: tuple[str, ...], format: str
) -> Reading:
    """A table that only its card can explain, with a card to begin with."""
    remedy = "describe the table in the card (`nqpf help formats` has examples)"
    if suggested:
        remedy += "; as it looks:\n" + "\n".join(f"    {line}" for line in suggested)
    return replace(
        nothing(file, expected, found, remedy, "undeclared", format), suggested=suggested
    )


def first_bytes(content: bytes) -> str:
    """How a file begins, for messages."""
    decoded, problems = decode(content[:400], "")
    is_text = decoded and all(problem.code == "truncated" for problem in problems)  # cut here
    return repr(decoded[:60]) if is_text else repr(content[:24])
