"""Limits and accepted findings of a project, as what SQL files read under `setting.*`.

A file that reads one has it in its text, and so a changed limit makes stale exactly what is measured
against it. What the settings mean stands in `nqpf_assets.user_input.settings`; what is beyond a limit,
in `sql/audit`.
"""

from __future__ import annotations

from nqpf_assets.user_input.settings import Accepted, Settings
from nqpf_assets.warehouse.duckdb_engine import literal

SETTING_SCHEMA = "setting"
LIMITS = {
    "magnitude": ("magnitude", "revision"),
    "totals": ("totals", "totals_stop"),
}
"""`setting.<name>`, a row of these limits."""


def setting_sql(table: str, settings: Settings) -> str:
    """`setting.<table>` as a query; the lineage of columns ends at the name of its relation.

    Raises:
        ValueError: there is no such table.
    """
    return f'SELECT * FROM ({_rows(table, settings)}) AS "nqpf.yaml"'


def _rows(table: str, settings: Settings) -> str:
    if table in LIMITS:
        columns = (f"{getattr(settings.limits, name)!r} AS {name}" for name in LIMITS[table])
        return f"SELECT {', '.join(columns)}"
    check = table.removeprefix("accepted_")
    if check == table:
        raise ValueError(f"{SETTING_SCHEMA}.{table} is read, which is no setting")
    entries = [one for one in settings.accept if one.check == check]
    rows = [_row(place, one) for place, one in enumerate(entries)]
    empty = "SELECT 0 AS place, '' AS pattern, '' AS reason, DATE '2000-01-01' AS decided"
    return " UNION ALL ".join(rows) or f"{empty} WHERE 1 = 0"


def _row(place: int, one: Accepted) -> str:
    words = " ".join(one.reason.split())
    return (
        f"SELECT {place} AS place, {literal(one.pattern)} AS pattern, {literal(words)} AS reason,"
        f" DATE '{one.date.isoformat()}' AS decided"
    )
