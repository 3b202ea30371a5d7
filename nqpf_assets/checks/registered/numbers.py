"""No column of any table holds NaN or an infinite number: what is not known is null."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nqpf_assets.checks.check import EVERY_TABLE, CheckedTable, TableCheck, TableRule
from nqpf_assets.warehouse.duckdb_engine import quoted

if TYPE_CHECKING:
    import duckdb


def _find(connection: duckdb.DuckDBPyConnection, table: CheckedTable) -> str | None:
    columns = connection.execute(f"DESCRIBE SELECT * FROM {table.relation}").fetchall()
    floats = [quoted(row[0]) for row in columns if row[1] in ("DOUBLE", "FLOAT")]
    if not floats:
        return None
    counts = ", ".join(f"count(*) FILTER (NOT isfinite({name}))" for name in floats)
    row = connection.execute(f"SELECT {counts} FROM {table.relation}").fetchone()
    wrong = [
        f"{name.strip(chr(34))} in {count} rows"
        for name, count in zip(floats, row or (), strict=False)
        if count
    ]
    return ", ".join(wrong[:5]) or None


CHECK = TableCheck(
    "numbers",
    (TableRule("numbers", "no NaN and no infinite number in any column", _find),),
    tables=(EVERY_TABLE,),
)
