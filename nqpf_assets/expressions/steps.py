"""The steps of the derived-variables SELECT: which column is computed where, and carried how far.

Knows nothing of expressions: columns, the step that computes each, and what each reads.
"""

from __future__ import annotations

from dataclasses import dataclass


def literal(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """A name as a quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


@dataclass(frozen=True)
class _Column:
    name: str
    step: int
    sql: str
    reads: frozenset[str]


class Steps:
    """Columns in the order of the steps that compute them; step 0 is what is given."""

    def __init__(self) -> None:
        self._columns: dict[str, _Column] = {}
        self._given: dict[str, str] = {}
        self._same: dict[tuple[int, str], str] = {}
        self._folded: set[str] = set()

    def given(self, label: str) -> str:
        """The identifier of a column of step 0."""
        if label not in self._given:
            self._given[label] = name = self._free(label)
            self._columns[name] = _Column(name, 0, name, frozenset())
        return self._given[label]

    def add(self, step: int, sql: str, reads: frozenset[str], label: str = "") -> str:
        """The identifier of a column that `step` computes; an equal one is computed once."""
        if not label and (step, sql) in self._same:
            return self._same[step, sql]
        name = self._free(label or f"part {len(self._columns)}")
        self._columns[name] = _Column(name, step, sql, reads)
        self._same[step, sql] = name
        return name

    def selects(self, wanted: list[str]) -> list[tuple[str, str]]:
        """Name and text of every step after step 0, each with the columns still needed."""
        last = max(column.step for column in self._columns.values())
        needed = {last + 1: set(wanted)}
        for step in range(last, 0, -1):
            here = needed[step + 1]
            computed = [self._columns[name] for name in here if self._columns[name].step == step]
            carried = {name for name in here if self._columns[name].step < step}
            needed[step] = carried.union(*(column.reads for column in computed))
        return [
            (f"step_{step}", self._select(step, needed[step + 1])) for step in range(1, last + 1)
        ]

    def _select(self, step: int, columns: set[str]) -> str:
        lines = [
            column.name if column.step < step else f"{column.sql} AS {column.name}"
            for column in self._columns.values()
            if column.name in columns
        ]
        listed = "".join(f",\n    {line}" for line in lines)
        return f"  SELECT unit, period{listed}\n  FROM step_{step - 1}"

    def _free(self, label: str) -> str:
        """An identifier not yet used, in whatever case: DuckDB's names ignore it."""
        name, number = label, 1
        while name.casefold() in self._folded:
            number += 1
            name = f"{label} ({number})"
        self._folded.add(name.casefold())
        return identifier(name)
