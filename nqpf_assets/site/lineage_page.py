"""The lineage of a study as one picture: publications, series, variables, indices, tables, joined by lines.

What is drawn is what the published file says (`dependency`, `model_variable`, `table_read`, `growth_cell`).
Everything in it leads to its own page, and the same stands below as a list, for those who do not see lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from nqpf_assets.explanations.published import PublishedStudy
from nqpf_assets.messages.shown_text import on_one_line
from nqpf_assets.site.addresses import FILES, lineage_page, table_page
from nqpf_assets.site.page import Page, drawn
from nqpf_assets.site.values import Values

WIDTH, HEIGHT, GAP, LETTERS = 190, 20, 66, 25
"""Of a box and between two columns in pixels; letters of a name that a box has room for."""

_SOURCES = """
    SELECT DISTINCT s.series_id, f.vintage || ' ' || f.publisher AS source
    FROM (
        SELECT variable AS series_id, file_id FROM {study}.reported_cell
        UNION SELECT series_id, file_id FROM {study}.growth_cell
    ) AS s INNER JOIN source.file AS f USING (file_id) ORDER BY ALL"""
_READ_BY_TABLES = """
    SELECT DISTINCT table_name, variable FROM {study}.model_variable
    UNION SELECT DISTINCT table_name, variable FROM {study}.table_read ORDER BY ALL"""
_LEVELS = "SELECT DISTINCT table_name, series_id FROM {study}.growth_cell ORDER BY ALL"
"""Tables of levels, which read series as they are published."""


@dataclass(frozen=True)
class Node:
    """One thing that is drawn.

    Attributes:
        kind: source, series, variable, index or table.
        name: of it.
        page: its own, from the root of the site.
    """

    kind: str
    name: str
    page: str

    @property
    def shown(self) -> str:
        """Its name, as much of it as the box has room for."""
        name = on_one_line(self.name)
        wide = [1 + (sign > "\u2e7f") for sign in name]
        room = sum(1 for at in range(len(name)) if sum(wide[: at + 1]) <= LETTERS)
        return name if room == len(name) else f"{name[: room - 1]}…"


@dataclass(frozen=True)
class Box:
    """A node in its place; left upper corner in pixels."""

    node: Node
    x: int
    y: int


@dataclass(frozen=True)
class Lineage:
    """What a study is made of.

    Attributes:
        values: of the study.
        titles: of its printed tables, ``study.table`` → title.
    """

    values: Values
    titles: Mapping[str, str]

    @property
    def study(self) -> PublishedStudy:
        return self.values.study

    @cached_property
    def made_of(self) -> dict[Node, list[Node]]:
        """Everything that is drawn → what it is made of; what nothing is made of reads nothing."""
        found: dict[Node, dict[Node, None]] = {}

        def add(node: Node, read: Node) -> None:
            found.setdefault(read, {})
            found.setdefault(node, {})[read] = None

        for name, inputs in self.values.inputs.items():
            for one in inputs:
                if one.kind != "dimension" and name in self.values.formulas:
                    add(self._named(name), self._of(one.kind, one.name))
        printed = (name.partition(".")[2] for name in self.titles)
        tables = {one: Node("table", one, table_page(self.study.name, one)) for one in printed}
        for row in self.study.rows(_READ_BY_TABLES):
            if row["table_name"] in tables:
                add(tables[row["table_name"]], self._named(row["variable"]))
        for row in self.study.rows(_LEVELS):
            add(tables[row["table_name"]], self._of("series", row["series_id"]))
        for row in self.study.rows(_SOURCES):
            add(self._of("series", row["series_id"]), Node("source", row["source"], FILES))
        return {node: list(reads) for node, reads in found.items()}

    def _named(self, name: str) -> Node:
        return self._of("variable" if name in self.values.formulas else "series", name)

    def _of(self, kind: Any, name: str) -> Node:
        formula = self.values.formulas.get(name) if kind == "variable" else None
        drawn_as = "index" if formula is not None and formula["role"] == "index" else kind
        # A series that only a table of levels reads has no page of its own.
        has_page = kind != "series" or name in self.study.series
        return Node(drawn_as, name, self.values.page(kind, name) if has_page else FILES)

    @cached_property
    def columns(self) -> list[list[Node]]:
        """From left to right: each stands right of all that it is made of, tables last of all.

        Within a column things stand beside what they are made of, so that lines cross little.
        """
        depth: dict[Node, int] = {}

        def deep(node: Node) -> int:
            if node not in depth:
                depth[node] = 0  # an index that reads its own past ends here
                below = [deep(one) + 1 for one in self.made_of[node]]
                depth[node] = max([{"source": 0, "series": 1}.get(node.kind, 2), *below])
            return depth[node]

        last = max([deep(node) for node in self.made_of if node.kind != "table"], default=0) + 1
        columns: list[list[Node]] = [[] for _ in range(last + 1)]
        for node in self.made_of:
            columns[last if node.kind == "table" else depth[node]].append(node)
        place: dict[Node, float] = {}
        for column in columns:
            column.sort(key=lambda one: (_middle(self.made_of[one], place), one.name))
            place |= {node: at / len(column) for at, node in enumerate(column)}
        return columns

    @cached_property
    def boxes(self) -> dict[Node, Box]:
        """Each node in its place; short columns stand in the middle of long ones."""
        return {
            node: Box(
                node,
                column * (WIDTH + GAP),
                10 + (self.n_rows - len(nodes) + 2 * row) * (HEIGHT + 6) // 2,
            )
            for column, nodes in enumerate(self.columns)
            for row, node in enumerate(nodes)
        }

    @cached_property
    def n_rows(self) -> int:
        """Boxes in the longest column."""
        return max(map(len, self.columns), default=0)

    def lines(self) -> Iterator[str]:
        """The path of a line from each thing to what is made of it."""
        for node, reads in self.made_of.items():
            end = self.boxes[node]
            for read in reads:
                start = self.boxes[read]
                x, y, to, at = start.x + WIDTH, start.y + HEIGHT // 2, end.x, end.y + HEIGHT // 2
                yield f"M{x} {y}C{x + GAP // 2} {y} {to - GAP // 2} {at} {to} {at}"

    def page(self, about: Mapping[str, Any]) -> Page:
        """The page."""
        return drawn(
            "lineage.html",
            lineage_page(self.study.name),
            boxes=list(self.boxes.values()),
            lines=list(self.lines()),
            made_of=[(node, reads) for node, reads in self.made_of.items() if reads],
            width=len(self.columns) * (WIDTH + GAP) - GAP,
            height=20 + self.n_rows * (HEIGHT + 6),
            box_width=WIDTH,
            box_height=HEIGHT,
            **about,
        )


def _middle(reads: list[Node], place: Mapping[Node, float]) -> float:
    known = [place[one] for one in reads if one in place]
    return sum(known) / len(known) if known else 1.0
