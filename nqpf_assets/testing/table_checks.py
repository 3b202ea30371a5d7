"""What every check of tables must hold to, ours and those of packages.

Rows that pass and rows that do not come from who tests; they are written, stirred and emptied here, as a
refresh meets them: a Parquet file beside the tables of the step.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

from nqpf_assets.checks.check import EVERY_TABLE, CheckedTable, Found, TableCheck, lacks
from nqpf_assets.steps.checks import Finding
from nqpf_assets.testing.checks import ContractCheck, require_all
from nqpf_assets.warehouse.duckdb_engine import add_frame, in_memory, quoted, rows_of_file

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.warehouse.connection import Connection


def check_table_check(
    check: TableCheck,
    *,
    good: pl.DataFrame,
    bad: Sequence[pl.DataFrame],
    grain: tuple[str, ...] = (),
    beside: Mapping[str, pl.DataFrame] | None = None,
) -> None:
    """Hold a check to everything that any check of tables must hold to.

    Args:
        check: the check, as it is registered.
        good: rows that break none of its rules.
        bad: tables of the same columns, each of which breaks one.
        grain: columns that tell rows apart.
        beside: ``schema.table`` → rows of tables that it looks at besides.

    Raises:
        AssertionError: all that it does not hold to.
    """
    require_all(table_check_checks(check, good=good, bad=bad, grain=grain, beside=beside))


def table_check_checks(
    check: TableCheck,
    *,
    good: pl.DataFrame,
    bad: Sequence[pl.DataFrame],
    grain: tuple[str, ...] = (),
    beside: Mapping[str, pl.DataFrame] | None = None,
) -> tuple[ContractCheck, ...]:
    """The checks one by one, for a test runner that names each."""
    tables = beside or {}

    def found(rows: pl.DataFrame) -> list[Found]:
        with _written(rows, tables) as (connection, relation):
            table = CheckedTable(relation, grain)
            return [rule.find(connection, table) or None for rule in check.rules]

    checks: dict[str, Callable[[], None]] = {
        "is registered whole": lambda: _registered(check),
        "says of which tables, and what they are held to": lambda: _said(check, good),
        "passes what is right": lambda: _passes(found(good)),
        "finds what is wrong, and says it": lambda: _finds(found, bad),
        "passes a table without rows": lambda: _passes(found(good.clear())),
        "takes what is not known": lambda: _unknown(found, good),
        "says the same of rows in another order": lambda: _same(found, [good, *bad]),
        "changes nothing that it looks at": lambda: _unchanged(check, bad, tables, grain),
    }
    return tuple(ContractCheck(check.name, about, run) for about, run in checks.items())


@contextmanager
def _written(
    rows: pl.DataFrame, tables: Mapping[str, pl.DataFrame]
) -> Iterator[tuple[Connection, str]]:
    """A connection beside whose tables the rows lie in a file, and how they are named in SQL."""
    with tempfile.TemporaryDirectory(prefix="nqpf-") as folder, in_memory() as connection:
        path = Path(folder, "rows.parquet")
        rows.write_parquet(path)  # as it is: the store makes nulls of NaN
        for name, frame in tables.items():
            schema, table = map(quoted, name.split("."))
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
            add_frame(connection, "beside", frame)
            connection.execute(f"CREATE TABLE {schema}.{table} AS SELECT * FROM beside")
        yield connection, rows_of_file(path)


def _registered(check: TableCheck) -> None:
    lack = lacks(check)
    assert lack is None, f"expected {lack[0]}, found {lack[1]}" if lack else ""


def _said(check: TableCheck, good: pl.DataFrame) -> None:
    for pattern in check.tables:
        assert pattern == EVERY_TABLE or pattern.count(".") == 1, f"{pattern!r} is no schema.table"
        assert not fnmatchcase("result.any_table", pattern) or pattern == EVERY_TABLE, (
            f"{pattern!r} takes every table: say `{EVERY_TABLE}`, or which"
        )
    if check.columns and not check.tables:
        assert check.holds_for(("any", "table"), good.columns), "it does not hold for `good`"
    for rule in check.rules:
        assert rule.expected.strip(), f"{rule.name} does not say what is expected"


def _passes(found: list[Found]) -> None:
    wrong = [one for one in found if one is not None]
    assert not wrong, f"it finds {wrong[0]!r}" if wrong else ""


def _finds(found: Callable[[pl.DataFrame], list[Found]], bad: Sequence[pl.DataFrame]) -> None:
    assert bad, "no table that breaks it"
    for rows in bad:
        said = [one for one in found(rows) if one is not None]
        assert said, f"it finds nothing in {rows.to_dicts()[:1]}"
        for one in said:
            _require_words(one)


def _require_words(found: Found) -> None:
    """Refuse findings that say nothing to who must do something about them."""
    if isinstance(found, str):
        assert found.strip(), "it finds something, and does not say what"
        return
    assert isinstance(found, tuple), f"it gives {type(found).__name__}, no text and no findings"
    for one in found:
        assert isinstance(one, Finding), f"a finding is a {type(one).__name__}"
        assert one.about.strip(), "a finding that does not say about what it is"
        assert one.found.strip(), "a finding that does not say what was found"
        assert one.remedy.strip(), "a finding that does not say what to do"


def _unknown(found: Callable[[pl.DataFrame], list[Found]], good: pl.DataFrame) -> None:
    """Rows of which nothing is known may be wrong or right, and break nothing of the check itself."""
    for one in found(good.clear(2)):
        assert one is None or isinstance(one, str | tuple), f"it gives {type(one).__name__}"


def _same(found: Callable[[pl.DataFrame], list[Found]], tables: Sequence[pl.DataFrame]) -> None:
    import polars as pl

    rows = pl.concat(tables)
    assert found(rows) == found(rows.reverse()), "it depends on the order of rows"
    assert found(rows) == found(rows), "it says something else each time"


def _unchanged(
    check: TableCheck,
    bad: Sequence[pl.DataFrame],
    tables: Mapping[str, pl.DataFrame],
    grain: tuple[str, ...],
) -> None:
    for rows in bad:
        with _written(rows, tables) as (connection, relation):
            before = _state(connection, tables)
            for rule in check.rules:
                rule.find(connection, CheckedTable(relation, grain))
            assert _state(connection, tables) == before, "it changes tables"


def _state(connection: Connection, tables: Mapping[str, pl.DataFrame]) -> object:
    """What the connection holds: its tables by name, and the rows of those beside."""
    names = "SELECT table_schema, table_name FROM information_schema.tables ORDER BY ALL"
    listed = ('"' + '"."'.join(name.split(".")) + '"' for name in tables)
    rows = [connection.execute(f"SELECT * FROM {one} ORDER BY ALL").fetchall() for one in listed]
    return connection.execute(names).fetchall(), rows
