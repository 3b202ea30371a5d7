"""Regression tables side by side in one: columns beside each other, each term on one line for all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from nqpf_assets.exports.printed.table import Cell, Line, PrintedTable, Span
from nqpf_assets.messages.problems import InputError, Problem

Key = tuple[str, str, int]
"""Part of the table, label, and which of several lines with that label."""


def side_by_side(tables: Sequence[PrintedTable]) -> PrintedTable:
    """One table of several.

    Raises:
        InputError: one of them is no regression table, whose lines are terms.
    """
    wrong = [table for table in tables if not table.is_regression]
    if wrong:
        raise InputError(map(_no_regression, wrong))
    blocks = [dict(_blocks(table)) for table in tables]
    keys: list[Key] = []
    for block in blocks:
        at = 0
        for key in block:
            if key not in keys:
                keys.insert(at, key)
            at = keys.index(key) + 1
    parts = ("heading", "results", "fact")
    keys.sort(key=lambda key: parts.index(key[0]))
    studies = dict.fromkeys(table.study for table in tables)
    names = [table.name if len(studies) == 1 else table.full_name for table in tables]
    return PrintedTable(
        tables[0].study if len(studies) == 1 else "studies",
        " + ".join(names),
        "; ".join(dict.fromkeys(table.title for table in tables)),
        tuple(head for table in tables for head in table.heads),
        tuple(line for key in keys for line in _lines(key, tables, blocks)),
        tuple(_notes(tables)),
        is_synthetic=any(table.is_synthetic for table in tables),
        spans=tuple(Span(table.title, len(table.heads)) for table in tables),
    )


def _blocks(table: PrintedTable) -> Iterator[tuple[Key, list[Line]]]:
    """Lines that belong together: an estimate, with what stands in parentheses below it."""
    seen: Counter[tuple[str, str]] = Counter()
    block: list[Line] = []
    for line in table.lines:
        if line.kind == "parentheses" and block:
            block.append(line)
            continue
        part = line.kind if line.kind in ("heading", "fact") else "results"
        seen[part, line.label] += 1
        block = [line]
        yield (part, line.label, seen[part, line.label]), block


def _lines(
    key: Key, tables: Sequence[PrintedTable], blocks: Sequence[dict[Key, list[Line]]]
) -> Iterator[Line]:
    """The lines of one block over all tables; cells of a table that has it not are empty."""
    found = [block.get(key, []) for block in blocks]
    longest = max(found, key=len)
    for place, like in enumerate(longest):
        cells: list[Cell] = []
        for table, lines in zip(tables, found, strict=True):
            cells += lines[place].cells if place < len(lines) else [Cell()] * len(table.heads)
        yield Line(like.kind, like.label, tuple(cells))


def _notes(tables: Sequence[PrintedTable]) -> Iterator[str]:
    """Notes that all tables have, once; others with the name of their table."""
    common = [note for note in tables[0].notes if all(note in one.notes for one in tables)]
    yield from common
    for table in tables:
        yield from (f"{table.full_name}: {note}" for note in table.notes if note not in common)


def _no_regression(table: PrintedTable) -> Problem:
    return Problem(
        file=table.full_name,
        where="",
        expected="regression tables, to be set side by side",
        found="a table of other numbers",
        remedy="leave it out, or leave out --side-by-side",
        code="side_by_side",
    )
