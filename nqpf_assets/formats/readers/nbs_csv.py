"""Text exports of the statistics bureau's data site, old (until 2026-03-27) and new.

The old site writes GB18030 and names the indicator; the new one writes UTF-8 with a mark and a
tab in every cell, and leaves the indicator out, so that only the origin card can say what the
numbers are. The page itself is read by `nbs_page`.
"""

from __future__ import annotations

import csv
from dataclasses import replace

from nqpf_assets.formats import labels, text
from nqpf_assets.formats.ledger import Ledger
from nqpf_assets.formats.limits import COLUMNS, PAGE_BYTES, PAGE_CELLS, PAGE_ROWS
from nqpf_assets.formats.nbs_page import read_page
from nqpf_assets.formats.nbs_rows import Page
from nqpf_assets.formats.raw_content import RawContent
from nqpf_assets.formats.reader import FormatWords, Reader
from nqpf_assets.formats.reading import Reading
from nqpf_assets.formats.statements import block_entry, find_header, is_label
from nqpf_assets.formats.values import empty_cells
from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.problems import Problem


def is_new_site(decoded: str) -> bool:
    """The new site puts a tab behind every cell of the header row."""
    return any(
        "\t," in line
        for line in decoded[:4000].splitlines()
        if labels.strip(line.split(",")[0]) in ("地区", "指标", "时间")
    )


def split_lines(decoded: str, file: str) -> tuple[list[list[str]], list[Problem]]:
    """Fields of every line. A quote that is not closed spoils its own line only."""
    rows: list[list[str]] = []
    problems: list[Problem] = []
    lines = decoded.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for number, line in enumerate(lines, start=1):
        try:
            rows.append(next(csv.reader([line], strict=True), []))
        except csv.Error as error:
            rows.append(line.split(","))
            problems.append(
                Problem(
                    file=file,
                    where=f"line {number}",
                    expected="quotes that are closed on their line",
                    found=f"{line[:60]!r} ({error})",
                    remedy="mend the quotes; download the file again if it is cut",
                    code="quotes",
                )
            )
    return rows, problems


def _too_large(file: str, limit: str, found: str) -> Reading:
    problem = Problem(
        file=file,
        where="",
        expected=f"at most {limit}",
        found=found,
        remedy="split the download",
        code="too_large",
    )
    return Reading("nbs_csv_old", {}, (), empty_cells(), (problem,))


def read_nbs_csv(content: bytes, file: str) -> Reading:
    """Read a text export of either site; locators are ``line 5, column 3``."""
    if len(content) > PAGE_BYTES:
        return _too_large(file, f"{PAGE_BYTES} bytes", f"{counted(len(content), 'bytes')}")
    decoded, problems = text.decode(content, file)
    lines, fields = decoded.count("\n"), decoded.count(",")
    if lines > PAGE_ROWS or lines + fields > PAGE_CELLS:
        limit = f"{PAGE_ROWS} lines and {PAGE_CELLS} fields"
        return _too_large(
            file, limit, f"{counted(lines, 'lines')} and {counted(lines + fields, 'fields')}"
        )
    format = "nbs_csv_new" if is_new_site(decoded) else "nbs_csv_old"
    if not decoded:
        return Reading(format, {}, (), empty_cells(), tuple(problems))
    rows, quote_problems = split_lines(decoded, file)
    if (widest := max(map(len, rows), default=0)) > COLUMNS:
        return _too_large(file, f"{COLUMNS} columns", f"{counted(widest, 'columns')}")
    ends_open = bool(rows and rows[-1])
    while rows and not rows[-1]:
        rows.pop()
    page = Page(
        file=file,
        rows=rows,
        place=lambda row, column: f"line {row + 1}, column {column + 1}",
        is_ragged=True,
        ends_open=ends_open,
    )
    ledger = Ledger()
    ledger.see_rows(rows, page.place)
    reading = read_page(page, format, ledger)
    return replace(reading, problems=(*problems, *quote_problems, *reading.problems))


def _sees(raw: RawContent) -> str | None:
    """A line of the block on top, or a header row with years."""
    if not raw.lines:
        return None
    rows = [
        [field.strip(labels.BLANKS + '"') for field in line.split(",")] for line in raw.lines[:40]
    ]
    has_block = any(block_entry(row[0]) is not None for row in rows[:4])
    if has_block or (find_header(rows) == 0 and _heads_are_page(rows)):
        return "nbs_csv_new" if is_new_site(raw.text) else "nbs_csv_old"
    return None


def _heads_are_page(rows: list[list[str]]) -> bool:
    """Whether a page without its block has years along its header, or down its first column."""
    along = [labels.parse_year(cell) is not None for cell in rows[0][1:] if cell]
    down = [labels.parse_year(row[0]) is not None for row in rows[1:] if row[0]]
    if rows[0][0] == "时间":
        return sum(down) * 2 > len(down)
    return any(along) and not is_label(rows[0][1])


READER = Reader(
    name="nbs_csv",
    formats=("nbs_csv_old", "nbs_csv_new"),
    holds="exports of the statistics bureau in text (.csv)",
    sees=_sees,
    read=lambda raw: read_nbs_csv(raw.content, raw.file),
    order=120,
    words=(
        FormatWords(
            ("nbs_csv_old",),
            known_by="a line `数据库：`, `指标：` or `时间：` on top, or a header row 地区 / 指标 / 时间 "
            "with years",
            series="line `指标：`, or row labels under 指标",
            region="row and column heads",
            card="what was trimmed away: series and unit of a file without its block",
        ),
        FormatWords(
            ("nbs_csv_new",),
            known_by="the same, with a tab behind every cell",
            series="row labels under 指标; **else nowhere**",
            region="row and column heads; with 指标 rows no region",
            card="series and unit; for 指标 rows the region",
        ),
    ),
    documentation="formats.md",
)
