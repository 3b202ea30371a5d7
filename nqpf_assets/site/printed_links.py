"""Which number of a column each printed cell of a regression table is, so that it can link to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from nqpf_assets.explanations.published import PublishedStudy, Row
from nqpf_assets.exports.printed.table import PrintedTable, number_in
from nqpf_assets.site.addresses import column_page, table_page, term_anchor

if TYPE_CHECKING:
    from nqpf_assets.warehouse.connection import Connection

_KINDS = {"estimate": "estimate", "effect": "estimate", "test": "statistic"}
"""Table of numbers → its column that is printed."""
_Number = tuple[str, str, tuple[str, ...], float]
"""Kind, term, what its line says, and value."""


@dataclass(frozen=True)
class PrintedLinks:
    """The links of one printed regression table.

    Attributes:
        study, table: which.
    """

    study: PublishedStudy
    table: PrintedTable

    @cached_property
    def positions(self) -> dict[str, int]:
        """Label of a column → its position."""
        rows = self.study.rows(
            "SELECT column_label, column_position FROM {study}.model WHERE table_name = ?",
            [self.table.name],
        )
        return {row["column_label"]: row["column_position"] for row in rows}

    @cached_property
    def _numbers(self) -> dict[str, list[_Number]]:
        """Label of a column → all its numbers."""
        found: dict[str, list[_Number]] = {}
        for kind, value in _KINDS.items():
            for row in self.study.rows(
                f"FROM {{study}}.{kind} WHERE table_name = ? AND {value} IS NOT NULL ORDER BY ALL",
                [self.table.name],
            ):
                one = (kind, term_of(kind, row), self._words(kind, row), float(row[value]))
                found.setdefault(row["column_label"], []).append(one)
        return found

    def _words(self, kind: str, row: Row) -> tuple[str, ...]:
        """What the line of a number says: the title of its variable, and which part of it this is."""
        name, _, part = str(row["test"] if kind == "test" else row["term"]).partition(":")
        known: Mapping[str, Row] = self.study.variables
        title = str((name in known and known[name]["title"]) or name)
        return (title, part.replace("_", " ")) if part else (title,)

    def rows(self) -> Iterator[list[str]]:
        """For each line of the table, the address of each of its cells; empty where it has no number."""
        above: list[str] = []
        for line in self.table.lines:
            if line.kind == "parentheses":
                yield [a if cell.text else "" for a, cell in zip(above, line.cells, strict=True)]
                continue
            above = [
                self._address(head, line.label, cell.text, line.kind)
                for head, cell in zip(self.table.heads, line.cells, strict=True)
            ]
            yield above

    def _address(self, head: str, label: str, text: str, kind: str) -> str:
        if not text or head not in self.positions:
            return ""
        page = column_page(self.study.name, self.table.name, self.positions[head])
        shown = number_in(text)
        if shown is None or kind == "heading":
            return page
        half = 0.5 * 10.0**-shown.decimals * float(f"1{shown.power}" if shown.power else 1)
        near = [
            one
            for one in self._numbers.get(head, [])
            if abs(one[3] - shown.value) <= half * (1 + 1e-9)
        ]
        named = [one for one in near if all(words in label for words in one[2])]
        if kind == "estimate":
            of_it = [one for one in near if one[0] == "estimate"] or near
            named = named or (of_it if len(of_it) == 1 else [])
        return f"{page}#{term_anchor(*named[0][:2])}" if named else page


def with_links(connection: Connection, table: PrintedTable, site: str) -> PrintedTable:
    """A printed table whose numbers lead to the site.

    Those of a regression lead to their term on the page of their column, others to the page of the table,
    where each leads on.

    Args:
        site: address of the site, with a slash at its end.
    """
    links = PrintedLinks(PublishedStudy(connection, table.study), table)
    addresses = links.rows() if links.positions else _of_the_table(table)
    lines = [
        line
        if line.kind == "heading"
        else replace(
            line,
            cells=tuple(
                replace(cell, link=f"{site}{address}") if address else cell
                for cell, address in zip(line.cells, found, strict=True)
            ),
        )
        for line, found in zip(table.lines, addresses, strict=True)
    ]
    return replace(table, lines=tuple(lines))


def _of_the_table(table: PrintedTable) -> Iterator[list[str]]:
    page = table_page(table.study, table.name)
    for line in table.lines:
        yield [page if number_in(cell.text) is not None else "" for cell in line.cells]


def term_of(kind: str, row: Row) -> str:
    """How a number of a column is called among those of its kind."""
    if kind == "effect":
        return f"{row['effect']}: {row['term']}"
    return str(row["test"] if kind == "test" else row["term"])
