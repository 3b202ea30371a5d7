"""No column of any table holds NaN or an infinite number: what is not known is null."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nqpf_assets.checks.check import EVERY_TABLE, CheckedTable, TableCheck, TableRule
from nqpf_assets.messages.counted import counted
from nqpf_assets.warehouse.duckdb_engine import FLOATS, columns_of, quoted

if TYPE_CHECKING:
    from nqpf_assets.warehouse.connection import Connection


def _find(connection: Connection, table: CheckedTable) -> str | None:
    columns = table.columns or columns_of(connection, table.relation)
    floats = [quoted(name) for name, type_ in columns if type_ in FLOATS]
    if not floats:
        return None
    counts = ", ".join(f"count(*) FILTER (NOT isfinite({name}))" for name in floats)
    row = connection.execute(f"SELECT {counts} FROM {table.relation}").fetchone()
    wrong = [
        f"{name.strip(chr(34))} in {counted(count, 'rows')}"
        for name, count in zip(floats, row or (), strict=False)
        if count
    ]
    return ", ".join(wrong[:5]) or None


CHECK = TableCheck(
    "numbers",
    (TableRule("numbers", "no NaN and no infinite number in any column", _find),),
    tables=(EVERY_TABLE,),
)
