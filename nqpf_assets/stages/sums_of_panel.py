"""Which engine sums the products behind a study's linear models, where memory does not hold its panel.

Of other panels the rows are read into memory, which is quicker. Which columns can go this way, and how,
stands in `estimation.linear_from_sums`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nqpf_assets.steps.step import Inputs
from nqpf_assets.warehouse.duckdb_engine import frame_of, memory_of, quoted
from nqpf_assets.warehouse.store import TableKey, n_rows_of

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.estimation.linear_from_sums import Ask
    from nqpf_assets.warehouse.connection import Connection

COPIES = 6
"""How many times the panel's bytes an estimate on its rows takes at its peak: 5.3 times were measured."""
KEY_BYTES = 40
"""Of the unit, its name and the year of a row, as they lie in memory."""


@dataclass(frozen=True)
class Elsewhere:
    """Another engine that makes the sums.

    Attributes:
        words: its name, for people.
        from_rows: rows of a panel from which it is asked; below, it takes longer to begin.
        ask: runs a query over the inputs of a step.
        modules: the code behind it.
    """

    words: str
    from_rows: int
    ask: Callable[[Inputs, Connection, str], pl.DataFrame]
    modules: tuple[str, ...]


@dataclass(frozen=True)
class Summing:
    """How a panel is asked for sums.

    Attributes:
        panel: its table, as SQL.
        ask: runs a query over it; note: what a column is told to have been made by.
    """

    panel: str
    ask: Ask
    note: str


@contextmanager
def summing(
    inputs: Inputs, panel: TableKey, elsewhere: Elsewhere | None
) -> Iterator[Summing | None]:
    """Who sums the products of a panel; nobody where memory holds its rows."""
    n_rows = n_rows_of(inputs.store.path(panel))
    name = ".".join(map(quoted, panel))
    if elsewhere is not None and n_rows < elsewhere.from_rows:
        yield None
        return
    with inputs.connect() as connection:
        if elsewhere is not None:
            ask, engine = elsewhere.ask, elsewhere.words
            yield Summing(name, lambda sql: ask(inputs, connection, sql), _note(engine))
        elif _needed(inputs, panel, n_rows) > memory_of(connection):
            yield Summing(name, lambda sql: frame_of(connection, sql), _note("DuckDB"))
        else:
            yield None


def _needed(inputs: Inputs, panel: TableKey, n_rows: int) -> int:
    """Bytes that an estimate on the rows takes."""
    n_columns = len(inputs.scan(*panel).collect_schema().names())
    return COPIES * n_rows * (8 * n_columns + KEY_BYTES)


def _note(engine: str) -> str:
    return (
        f"Estimated from sums of products that {engine} made of the panel, in whatever order: numbers may "
        "differ from those of an estimate in memory, and from one time to the next, in the eleventh digit"
    )
