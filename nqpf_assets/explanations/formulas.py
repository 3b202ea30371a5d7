"""Formulas of a published study: compiled again, evaluated again over the published cells.

What is asked is a variable, or a part of its formula, in one row. All that a walk asks is computed in one
query, by the code that made the published numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from nqpf_assets.explanations.named import refused
from nqpf_assets.explanations.published import PublishedStudy
from nqpf_assets.expressions.compile import compile_definitions
from nqpf_assets.expressions.compiled import CompiledExpression
from nqpf_assets.expressions.definition import Definition
from nqpf_assets.expressions.functions import FUNCTIONS
from nqpf_assets.expressions.neighbours import asks_for_links, links_of
from nqpf_assets.expressions.reads import reach
from nqpf_assets.expressions.tree import Call, Name, Node, Number, children, names, nodes
from nqpf_assets.stages.derived_query import variables_sql
from nqpf_assets.studies.index_rounds import units_of_names
from nqpf_assets.warehouse.duckdb_engine import literal

if TYPE_CHECKING:
    import polars as pl

Key = tuple[str, str, int]
"""Name, unit and year."""


@dataclass
class Formulas:
    """The formulas under some variables.

    Attributes:
        study: where they were published.
        wanted: variables that the walk begins with.
    """

    study: PublishedStudy
    wanted: tuple[str, ...]
    _parts: dict[tuple[str, Node], str] = field(default_factory=dict)
    _rows: set[tuple[str, int]] = field(default_factory=set)
    _values: dict[Key, float | None] | None = None

    @cached_property
    def compiled(self) -> dict[str, CompiledExpression]:
        """Variable → its formula with conversions written in; all that the wanted ones read.

        Of an index whose score is read, its indicators.
        """
        definitions: dict[str, Definition] = {}
        waiting = [name for name in self.wanted if self.is_formula(name)]
        while waiting:
            name = waiting.pop()
            if name in definitions:
                continue
            row = self.study.variables[name]
            links = self.study.links if asks_for_links(row["expression"]) else ()
            definitions[name] = Definition(row["expression"], row["unit_measure"], links)
            read = {one.name for one in names(definitions[name].tree)}
            waiting += [one for one in sorted(read) if one != name and self.is_formula(one)]
            waiting += [
                row["variable"]
                for row in self.study.variables.values()
                if row["index_name"] in read and row["role"] != "index"
            ]
        compiled, wrong = compile_definitions(
            definitions,
            series_units=units_of_names(
                {key: row["unit_measure"] for key, row in self.study.series.items()},
                [name for name in self.study.variables if self.is_index(name)],
            ),
            groups=self.study.groups,
            codes=self.study.codes,
        )
        if wrong:
            raise refused(
                "formulas",
                "formulas that this release reads as the one that published them",
                "; ".join(f"{name}: {why}" for name, why in wrong.items()),
                "take the release that published them",
            )
        return compiled

    def is_formula(self, name: str) -> bool:
        """Whether a name stands for something computed, and not for a series or an index."""
        row = self.study.variables.get(name)
        return row is not None and row["role"] not in ("series", "index")

    def is_index(self, name: str) -> bool:
        """Whether a name stands for an index, whose score is read."""
        row = self.study.variables.get(name)
        return row is not None and row["role"] == "index"

    @cached_property
    def indices(self) -> list[str]:
        """Indices whose scores the formulas read."""
        read = {other for one in self.compiled.values() for other in one.inputs}
        return sorted(name for name in read if self.is_index(name))

    @cached_property
    def series(self) -> list[str]:
        """Series under the wanted variables."""
        computed = self.compiled
        read = {
            other
            for name, one in computed.items()
            for other in one.inputs
            if other == name or not (other in computed or self.is_index(other))
        }
        return sorted(read | {one for one in self.wanted if not self.is_formula(one)})

    @cached_property
    def regions(self) -> list[str]:
        """Regions that the formulas name, and units that are neighbours in them."""
        found = (node for one in self.compiled.values() for node in nodes(one.tree))
        calls = [node for node in found if isinstance(node, Call)]
        named = (call.option("region") for call in calls)
        links = filter(None, map(links_of, calls))
        neighbours = {unit for one in links for unit in one.heard_by}
        return sorted({region.name for region in named if isinstance(region, Name)} | neighbours)

    def value(self, owner: str, node: Node, unit: str, period: int) -> float | None:
        """A part of the formula of `owner` in a row of the study; None until all is asked for."""
        name = self._parts.setdefault((owner, node), f"part {len(self._parts)}")
        self._rows.add((unit, period))
        return None if self._values is None else self._values.get((name, unit, period))

    def rows_of(self, owner: str, node: Node) -> pl.DataFrame | None:
        """The same in all rows of the study: unit, year and value."""
        name = self._parts.setdefault((owner, node), f"part {len(self._parts)}")
        if self._values is None:
            return None
        return self.study.frame(
            f"SELECT unit, period, value FROM ({self._query()}) WHERE variable = ?", [name]
        )

    def evaluate(self) -> None:
        """Compute all that was asked for."""
        self._values = {}
        if not self._parts:
            return
        listed = ", ".join(f"({literal(unit)}, {period})" for unit, period in sorted(self._rows))
        where = f"WHERE (unit, period) IN ({listed})" if listed else "WHERE false"
        rows = self.study.connection.execute(
            f"SELECT variable, unit, period, value FROM ({self._query()}) {where}"
        ).fetchall()
        self._values = {(name, unit, period): value for name, unit, period, value in rows}

    def _query(self) -> str:
        """All variables and parts; a part stands before the variable that it is a part of."""
        ordered: dict[str, CompiledExpression] = {}
        for name, one in self.compiled.items():
            for (owner, node), part in self._parts.items():
                if owner == name:
                    ordered[part] = CompiledExpression(node, None, reach(node))
            ordered[name] = one
        clipped = {key: row for key, row in self.study.clipped.items() if key in ordered}
        own = list(self.study.units)
        read = self.study.rows(
            "SELECT DISTINCT of_region FROM {study}.rests_on WHERE of_region IS NOT NULL"
        )
        return variables_sql(
            self.study.spec,
            ordered,
            clipped,
            self.study.groups,
            own,
            self._cells(clipped),
            regions=[row["of_region"] for row in read],
        )

    def _cells(self, clipped: dict[str, dict[str, object]]) -> str:
        """The cells that are read: of the units asked for, where no other row has a say in them."""
        series = ", ".join(map(literal, self.series))
        which = f"variable IN ({series})" if series else "true"
        filled, scores = self.study.table("filled_cell"), self.study.table("index_score")
        of = f"SELECT variable, unit, period, value, status FROM {filled} WHERE {which}"
        if self.indices:
            named = ", ".join(map(literal, self.indices))
            score = "index_name AS variable, unit, period, score AS value, 'reported' AS status"
            of = f"FROM ({of} UNION ALL SELECT {score} FROM {scores} WHERE index_name IN ({named}))"
            of = f"SELECT * {of} WHERE true"
        calls = [
            n.function for (_, tree) in self._parts for n in nodes(tree) if isinstance(n, Call)
        ]
        calls += [
            n.function
            for one in self.compiled.values()
            for n in nodes(one.tree)
            if isinstance(n, Call)
        ]
        if any(FUNCTIONS[one].reads == "panel" for one in calls) or clipped:
            return f"({of})"
        units = {unit for unit, _ in self._rows} | set(self.regions)
        return f"({of} AND unit IN ({', '.join(map(literal, sorted(units)))}))"


def elsewhere(node: Node, unit: str, period: int, base_unit: str, base_period: int) -> Node:
    """A part as it is in another row, told from a row of the study."""
    if unit != base_unit:
        node = Call("of_region", (node,), (("region", Name(unit)),))
    return node if period == base_period else Call("at", (node, Number(period)))


def calls_of(node: Node) -> Iterator[Call]:
    """Parts of a formula that read other rows, the outermost ones."""
    if isinstance(node, Call) and FUNCTIONS[node.function].reads not in ("row", "cases"):
        yield node
        return
    for one in children(node):
        yield from calls_of(one)
