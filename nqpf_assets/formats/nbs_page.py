"""The page that the statistics bureau's data site exports, whatever container it comes in.

A block that names database, indicator and time; a header row; one row per region (or per
indicator of one region, or per year); notes; the source. People delete the block and the
notes, so a page may begin at its header row, and paste one page below another. Which row is
what is told by `nbs_rows`, the table is read by `nbs_table`. Containers: `nbs_csv`, `nbs_workbook`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from nqpf_assets.formats import labels
from nqpf_assets.formats.ledger import Ledger
from nqpf_assets.formats.nbs_rows import Page, Section, joined, sections, table_rows
from nqpf_assets.formats.nbs_table import Row, Table, read_table
from nqpf_assets.formats.reading import Reading
from nqpf_assets.formats.statements import block_entry, find_header, source_of, status_of
from nqpf_assets.formats.values import empty_cells, finish, frame
from nqpf_assets.formats.words_in_brackets import names_with_words
from nqpf_assets.messages.problems import Problem


@dataclass
class _Body:
    """What is being gathered from a page."""

    facts: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    cells: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_page(page: Page, format: str, ledger: Ledger) -> Reading:
    """Read one page, or several below each other; every cell of a table becomes one row of cells.

    Args:
        page: rows whose numbers the ledger has seen.
        format: name of the format, for the reading.
        ledger: where labels are entered.
    """
    body = _Body()
    head = find_header(page.rows)
    if head is None:
        body.problems.append(
            Problem(
                file=page.file,
                where="",
                expected="a header row that begins with 地区, 指标 or 时间",
                found=f"first line {joined(page.rows[0]) if page.rows else ''!r}"[:200],
                remedy="download the table again, or declare the format in the origin card",
                code="no_header",
            )
        )
        return Reading(format, {}, (), empty_cells(), tuple(body.problems), ledger)
    for section in sections(page.rows, head):
        _read_section(page, section, body, ledger)
    body.facts |= status_of(*body.facts.values(), *body.notes)
    notes = tuple(body.notes)
    cells, problems = finish(names_with_words(frame(body.cells)), file=page.file, notes=notes)
    if cells.is_empty() and not body.problems:
        found = "no cell of a table under the header"
        body.problems.append(
            Problem(
                file=page.file,
                where="",
                expected="a table",
                found=found,
                remedy="download it again",
                code="no_cells",
            )
        )
    return Reading(format, body.facts, notes, cells, tuple(body.problems + problems), ledger)


def _read_section(page: Page, section: Section, body: _Body, ledger: Ledger) -> None:
    """Read one page of the file; what the first one says of itself holds for the file."""
    facts: dict[str, str] = {}
    top = section.start if section.head is None else section.head
    for number in range(section.start, top):
        text = joined(page.rows[number])
        if entry := block_entry(text):
            if entry[1]:
                facts[entry[0]] = entry[1]
        elif text:
            body.notes.append(labels.strip(text))
    if "indicator" in facts:
        name, unit, _ = labels.split_unit(facts["indicator"])
        facts["indicator"] = name
        if unit:
            facts["unit"] = unit
    notes = list(range(top, section.end))
    if section.head is not None:
        if section.start == section.head > 0:
            body.problems.append(_second_header(page, section.head))
        rows, notes, below = table_rows(page, section)
        cells, problems = read_table(Table(page, section.head, rows, facts), ledger)
        body.cells += cells
        body.problems += problems
        if below is not None:
            body.problems.append(_below_notes(page, below))
    for number in notes:
        text = joined(page.rows[number])
        if (source := source_of(text)) is not None:
            facts["source"] = source
        elif text:
            body.notes.append(labels.strip(text))
    if section.head is not None:
        _check_end(page, section, rows, facts, body)
    body.facts |= {name: text for name, text in facts.items() if name not in body.facts}


def _second_header(page: Page, head: int) -> Problem:
    return Problem(
        file=page.file,
        where=page.row_place(head),
        expected="one table, or a block 数据库, 指标, 时间 above each",
        found="a second header without a block: what it measures is not said",
        remedy="move the rows from here on to a file of their own",
        code="second_header",
    )


def _below_notes(page: Page, row: int) -> Problem:
    return Problem(
        file=page.file,
        where=page.row_place(row),
        expected="notes and source below the table",
        found=f"rows with numbers below them, from {labels.strip(str(page.rows[row][0]))!r} on; they "
        "were read as rows of the table above",
        remedy="nothing, if they belong to it; else move them to a file of their own",
        severity="warning",
        code="below_notes",
    )


def _check_end(
    page: Page, section: Section, rows: list[int], facts: dict[str, str], body: _Body
) -> None:
    """An export ends with its source; a page without it may have been cut."""
    is_cut = any(problem.code == "truncated" for problem in body.problems)
    if "source" in facts or is_cut:
        return
    has_block = section.head is not None and section.head > section.start
    is_open = page.ends_open and bool(rows) and rows[-1] == len(page.rows) - 1
    if not has_block and not is_open:
        return  # block and notes were deleted together, by hand
    body.problems.append(
        Problem(
            file=page.file,
            where=page.row_place(section.end - 1),
            expected="the line 数据来源 at the end of an export",
            found="no such line" + (", and the last line is not finished" if is_open else ""),
            remedy="look whether the last rows are whole and all there; download the file again if in doubt",
            severity="error" if has_block and is_open else "warning",
            code="truncated",
        )
    )
