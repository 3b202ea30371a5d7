"""Our own checks of tables hold to the contract, and checks that break it are found out."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import pytest

from nqpf_assets.catalog.columns import registry
from nqpf_assets.checks.check import TableCheck, TableRule, sql_check
from nqpf_assets.checks.registry import CHECKS
from nqpf_assets.steps.checks import Finding
from nqpf_assets.testing import check_table_check, table_check_checks
from tests.checks.test_checks import BAD, GOOD, TOLD, schema_of_table
from tests.stages.relations import registered

pytestmark = pytest.mark.slow

BESIDE = {"catalog.region": registered("catalog", "region", [{"region_code": "110000"}])}


def _own() -> list[object]:
    found = []
    for table in GOOD:
        schema = schema_of_table(table)
        for check in CHECKS.own.values():
            bad = [
                registered(schema, table, [GOOD[table] | change])
                for where, rule, change, _ in [*BAD, *TOLD]
                if where == table and rule in {one.name for one in check.rules}
            ]
            if bad:
                found += table_check_checks(
                    check,
                    good=registered(schema, table, [GOOD[table]]),
                    bad=bad,
                    grain=registry()[schema, table].grain,
                    beside=BESIDE,
                )
    return found


@pytest.mark.parametrize("check", _own(), ids=str)
def test_our_checks_hold_to_the_contract(check: Callable[[], None]) -> None:
    check()


def test_every_check_of_ours_is_held_to_it() -> None:
    assert {one.name for one in _own()} == {*CHECKS.own}  # type: ignore[attr-defined]


ROWS = pl.DataFrame({"unit": ["a", "b"], "value": [1.0, 2.0]})
WRONG = [pl.DataFrame({"unit": ["a", "b"], "value": [-1.0, 2.0]})]
NEGATIVE = "SELECT string_agg(unit, ', ' ORDER BY unit) FROM {table} WHERE value < 0"


def check(sql: str = NEGATIVE, **more: object) -> TableCheck:
    return sql_check(
        "signs", **{"expected": "no loss", "sql": sql, "tables": ("mine.profit",)} | more
    )  # type: ignore[arg-type]


def by(find: Callable[..., object]) -> TableCheck:
    return TableCheck("signs", (TableRule("signs", "no loss", find),), ("mine.profit",))  # type: ignore[arg-type]


def test_a_right_check_holds() -> None:
    check_table_check(check(), good=ROWS, bad=WRONG)


def _changing(connection, table):  # type: ignore[no-untyped-def]
    connection.execute("CREATE TABLE IF NOT EXISTS left_behind AS SELECT 1")
    return (
        "a"
        if connection.execute(f"SELECT min(value) < 0 FROM {table.relation}").fetchone()[0]
        else None
    )


def _first(connection, table):  # type: ignore[no-untyped-def]
    row = connection.execute(f"SELECT unit FROM {table.relation} WHERE value < 0").fetchone()
    return row and row[0]


def _without_remedy(connection, table):  # type: ignore[no-untyped-def]
    row = _first(connection, table)
    return (Finding("a unit", "a loss", ""),) if row else None


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (check("SELECT NULL"), "finds nothing"),
        (check("SELECT 'always' FROM {table} LIMIT 1"), "it finds 'always'"),
        (check("SELECT ' ' FROM {table} HAVING min(value) < 0"), "does not say what"),
        (check("SELECT max(CASE WHEN value < 0 THEN 'a' END) FROM elsewhere"), "elsewhere"),
        (check(expected=" "), "does not say what is expected"),
        (check(tables=("profit",)), "no schema.table"),
        (check(tables=("*.*",)), "takes every table"),
        (check(tables=()), "`tables` or `columns`"),
        (check(tables=(), columns=("loss",)), "does not hold for `good`"),
        (by(_changing), "changes tables"),
        (by(_without_remedy), "what to do"),
        (by(lambda connection, table: 1 if _first(connection, table) else None), "it gives int"),
    ],
)  # fmt: skip
def test_a_check_that_breaks_the_contract_is_found_out(wrong: TableCheck, told: str) -> None:
    with pytest.raises(AssertionError, match="(?s)" + told.replace("*", r"\*")):
        check_table_check(wrong, good=ROWS, bad=WRONG)


def test_a_check_that_goes_by_the_order_of_rows_is_found_out() -> None:
    more = [*WRONG, pl.DataFrame({"unit": ["c"], "value": [-3.0]})]
    with pytest.raises(AssertionError, match="order of rows"):
        check_table_check(by(_first), good=ROWS, bad=more)
