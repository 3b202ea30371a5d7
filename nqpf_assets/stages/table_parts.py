"""Parts of a study's tables, so that a step is stale by what it reads of them and by nothing else.

A step that says which columns of the panel it reads, or which rows of a long table, sees those alone: what it
does not see cannot have entered what it made. Hashes of parts are kept beside the tables.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nqpf_assets.stages.underlying_cells import TABLES_UNDER
from nqpf_assets.steps.reads import Read
from nqpf_assets.warehouse.duckdb_engine import (
    connect,
    hashed,
    literals,
    quoted,
    rows_of_file,
    sums_of_hashes,
)
from nqpf_assets.warehouse.made_from import hashes_of_parts
from nqpf_assets.warehouse.store import Store, TableKey

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.stages.compiled_study import CompiledStudy

REMARKABLE: TableKey = ("audit", "remarkable_cell")
"""Single cells that look as of another unit, by the name of the series."""
NOTHING: frozenset[str] = frozenset()
PANEL_KEYS = ("unit", "unit_name", "period")


def columns_of_panel(panel: TableKey, names: Collection[str]) -> Read:
    """A read of the panel that sees these variables, indices and groupings."""
    view = _Columns(panel, tuple(sorted(set(names) - {*PANEL_KEYS})))
    return Read(panel, view, view.hashes)


def rows_with(key: TableKey, column: str, values: Collection[str]) -> Read:
    """A read of a table that sees the rows in which a column has one of some values."""
    view = _Rows(key, column, tuple(sorted(set(values))))
    return Read(key, view, view.hashes, None if view.values else NOTHING)


def cells_under(compiled: CompiledStudy, variables: Collection[str]) -> tuple[Read, ...]:
    """Reads of the tables that connect variables of a study with published cells, as far as they do."""
    name, below = compiled.name, compiled.under(variables)
    return tuple(
        Read((name, one)) if one in WHOLE else rows_with((name, one), "variable", below)
        for one in (*TABLES_UNDER, *CELLS)
    )


WHOLE = ("pool", "part_span")
"""Of the tables that say what is read where, those that name no variable."""
CELLS = ("filled_cell", "filled_from", "member_cell", "reported_cell")
"""Tables of series cells, by the name of the series."""


@dataclass(frozen=True)
class _Columns:
    """Columns of the panel."""

    key: TableKey
    names: tuple[str, ...]

    def query(self, store: Store) -> str:
        listed = ", ".join(map(quoted, (*PANEL_KEYS, *self.names)))
        return f"SELECT {listed} FROM {rows_of_file(store.path(self.key))}"

    def frame(self, store: Store) -> pl.LazyFrame:
        return store.scan(self.key).select(*PANEL_KEYS, *self.names)

    def hashes(self, store: Store) -> Mapping[str, str]:
        found = _hashes(store, self.key, "")
        return {f"{'.'.join(self.key)}.{one}": found.get(one, "none") for one in ("", *self.names)}


@dataclass(frozen=True)
class _Rows:
    """Rows of a table in which a column has one of some values."""

    key: TableKey
    column: str
    values: tuple[str, ...]

    def query(self, store: Store) -> str:
        listed = literals(self.values)
        rows = rows_of_file(store.path(self.key))
        return f"SELECT * FROM {rows} WHERE {quoted(self.column)} IN ({listed})"

    def frame(self, store: Store) -> pl.LazyFrame:
        import polars as pl

        return store.scan(self.key).filter(pl.col(self.column).is_in(self.values))

    def hashes(self, store: Store) -> Mapping[str, str]:
        found = _hashes(store, self.key, self.column)
        return {f"{'.'.join(self.key)} of {one}": found.get(one, "none") for one in self.values}


def _hashes(store: Store, key: TableKey, column: str) -> Mapping[str, str]:
    """Hash of each part of a table: of its columns, or of its rows by the value of one."""

    def tell() -> Mapping[str, str]:
        return _of_rows(store, key, column) if column else _of_columns(store, key)

    reads = {key: (column,) if column else PANEL_KEYS}
    return hashes_of_parts(f"parts.{'.'.join((*key, column or 'columns'))}", store, reads, tell)


def _of_rows(store: Store, key: TableKey, column: str) -> dict[str, str]:
    table, by = f"{quoted(key[0])}.{quoted(key[1])}", quoted(column)
    names = store.scan(key).collect_schema().names()
    told = hashed(f"row({', '.join(map(quoted, names))})")
    with connect(store, [key]) as connection:
        rows = connection.execute(
            f"SELECT part, count(*), {sums_of_hashes('told')}"
            f" FROM (SELECT {by} AS part, {told} AS told FROM {table}) AS t GROUP BY part"
        ).fetchall()
    return {str(value): f"{n} {lower} {upper}" for value, n, lower, upper in rows}


def _of_columns(store: Store, key: TableKey) -> dict[str, str]:
    """Of each column with its unit and year; under no name, of the units and years themselves."""
    table = f"{quoted(key[0])}.{quoted(key[1])}"
    names = [name for name in store.scan(key).collect_schema().names() if name not in PANEL_KEYS]
    keys = ", ".join(PANEL_KEYS)
    rows = [f"row({', '.join((keys, *map(quoted, one)))})" for one in ([], *([n] for n in names))]
    told = ", ".join(f"{hashed(one)} AS told_{at}" for at, one in enumerate(rows))
    sums = ", ".join(f"count(*), {sums_of_hashes(f'told_{at}')}" for at in range(len(rows)))
    with connect(store, [key]) as connection:
        row = connection.execute(f"SELECT {sums} FROM (SELECT {told} FROM {table}) AS t").fetchone()
    assert row is not None
    return {
        name: " ".join(map(str, row[3 * at : 3 * at + 3])) for at, name in enumerate(("", *names))
    }
