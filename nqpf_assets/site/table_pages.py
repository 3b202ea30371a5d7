"""Pages of printed tables, and of the columns of regression tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from markupsafe import Markup

from nqpf_assets.explanations.published import PublishedStudy, Row
from nqpf_assets.exports.printed.table import Line, PrintedTable, without_stars
from nqpf_assets.exports.published_tables import read_printed
from nqpf_assets.site.addresses import column_page, table_page
from nqpf_assets.site.page import Page, drawn
from nqpf_assets.site.places import Pages
from nqpf_assets.site.printed_links import PrintedLinks, term_of
from nqpf_assets.site.values import Values

MOST_INFLUENCES = 3
MOST_SPANS = 2_000
"""Units of a sample whose years are listed."""


@dataclass(frozen=True)
class TablePages:
    """Makes the pages of a study's tables.

    Attributes:
        values: of the study.
        titles: of its printed tables, ``study.table`` → title.
        files: raw files → their pages.
        about: what every page says.
    """

    values: Values
    titles: dict[str, str]
    files: dict[str, Pages]
    about: dict[str, Any]

    @property
    def study(self) -> PublishedStudy:
        return self.values.study

    def all(self) -> Iterator[Page]:
        """Each table, and each of its columns."""
        for full_name, title in self.titles.items():
            table = read_printed(self.study.connection, full_name, title)
            columns = self.study.rows(
                "FROM {study}.model WHERE table_name = ? ORDER BY column_position", [table.name]
            )
            yield self._table(table, columns)
            for model in columns:
                yield self._column(table, model)

    def _table(self, table: PrintedTable, columns: list[Row]) -> Page:
        path = table_page(self.study.name, table.name)
        root = "../" * path.count("/")
        addresses = list(PrintedLinks(self.study, table).rows() if columns else self._cells(table))
        lines = [
            (line.kind, line.label, _cells(line, links, table, root))
            for line, links in zip(table.lines, addresses, strict=True)
        ]
        heads = [
            (
                head,
                next(
                    (
                        column_page(self.study.name, table.name, one["column_position"])
                        for one in columns
                        if one["column_label"] == head
                    ),
                    "",
                ),
            )
            for head in table.heads
        ]
        return drawn(
            "table.html",
            path,
            table=table,
            heads=heads,
            head_lines=[one for one in lines if one[0] == "heading"],
            lines=[one for one in lines if one[0] != "heading"],
            reads=self._reads(table.name),
            **self.about,
        )

    def _cells(self, table: PrintedTable) -> Iterator[list[str]]:
        """Addresses of the cells of a table of levels: those in the raw files."""
        found: dict[tuple[int, str], str] = {}
        rows = self.study.rows(
            "SELECT row_position, period, file_id, locator FROM {study}.growth_cell WHERE table_name = ?",
            [table.name],
        )
        for row in rows:
            if row["file_id"] in self.files and row["locator"]:
                key = (row["row_position"], str(row["period"]))
                found[key] = self.files[row["file_id"]].address(row["locator"])
        for at, line in enumerate(table.lines, 1):
            yield [
                found.get((at, head), "") for head, _ in zip(table.heads, line.cells, strict=True)
            ]

    def _reads(self, table: str) -> list[tuple[str, str]]:
        """Variables that a table of measures reads, with their pages."""
        rows = self.study.rows(
            "SELECT DISTINCT variable FROM {study}.table_read WHERE table_name = ? ORDER BY variable",
            [table],
        )
        known = self.values.formulas
        return [
            (row["variable"], self.values.page("variable", row["variable"]))
            for row in rows
            if row["variable"] in known
        ]

    @cached_property
    def _by_column(self) -> dict[str, dict[tuple[str, str], list[Row]]]:
        """Name of a table of numbers → table and column → rows: few, and read once."""
        names = ["estimate", "effect", "test", "model_variable"]
        rest = [one for one in ("influence", "leave_out") if self.study.has(one, "size_rank")]
        found: dict[str, dict[tuple[str, str], list[Row]]] = {
            name: {} for name in (*names, "influence", "leave_out")
        }
        for name in (*names, *rest):
            few = "" if name in names else f"WHERE size_rank <= {MOST_INFLUENCES}"
            for row in self.study.rows(f"FROM {{study}}.{name} {few} ORDER BY ALL"):
                key = (row["table_name"], row["column_label"])
                found[name].setdefault(key, []).append(row)
        return found

    def _column(self, table: PrintedTable, model: Row) -> Page:
        key = (table.name, model["column_label"])
        numbers = {
            kind: [row | {"name": term_of(kind, row)} for row in self._by_column[kind].get(key, [])]
            for kind in ("estimate", "effect", "test")
        }
        roles = self._by_column["model_variable"].get(key, [])
        spans = self.study.rows(
            "FROM {study}.model_span WHERE sample_id = ? ORDER BY unit, first_period",
            [model["sample_id"]],
        )
        units = _by_unit(spans)
        return drawn(
            "column.html",
            column_page(self.study.name, table.name, model["column_position"]),
            table=table,
            model=model,
            numbers=numbers,
            roles=[(row, self._variable(row["variable"])) for row in roles],
            spans=units[:MOST_SPANS],
            n_spans=len(units),
            influences=self._influences("influence", key),
            left_out=self._influences("leave_out", key),
            names=self.study.unit_names,
            titles=self.study.variables,
            **self.about,
        )

    def _variable(self, name: str) -> str:
        if name in self.values.formulas:
            return self.values.page("variable", name)
        return self.values.page("series", name) if name in self.study.series else ""

    def _influences(self, table: str, key: tuple[str, str]) -> list[tuple[Row, str]]:
        """What moves the coefficients most, each with the value that it is."""
        found = []
        for row in self._by_column[table].get(key, []):
            series, href = row.get("series_id"), ""
            if series in self.study.series and row["unit"] and row["period"]:
                href = self.values.address("series", series, row["unit"], row["period"])
            found.append((row, href))
        return found


def _cells(
    line: Line, links: list[str], table: PrintedTable, root: str
) -> list[tuple[str, Markup]]:
    """Class and content of each cell of a line."""
    found = []
    for place, (cell, link) in enumerate(zip(line.cells, links, strict=True)):
        bare, marks = without_stars(cell.text)
        text = Markup("{}<sup>{}</sup>").format(bare, marks) if marks else Markup("{}").format(bare)
        if link:
            text = Markup('<a href="{}">{}</a>').format(root + link, text)
        found.append(("left" if place in table.left else "", text))
    return found


def _by_unit(spans: list[Row]) -> list[tuple[str, str]]:
    """Unit → its years in the sample, in words."""
    found: dict[str, list[str]] = {}
    for row in spans:
        first, last = row["first_period"], row["last_period"]
        found.setdefault(row["unit"], []).append(str(first) if first == last else f"{first}–{last}")
    return [(unit, ", ".join(years)) for unit, years in found.items()]
