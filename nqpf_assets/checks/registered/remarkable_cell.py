"""Single cells that look as if they stood in another unit: told on one line, and never held back."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

from nqpf_assets.checks.check import CheckedTable, TableCheck, TableRule
from nqpf_assets.messages.counted import counted
from nqpf_assets.steps.checks import Finding

if TYPE_CHECKING:
    from nqpf_assets.warehouse.connection import Connection

MOST = 3
"""Cells that are told in full, those that depart most."""


def _found(connection: Connection, table: CheckedTable) -> tuple[Finding, ...]:
    """All that nobody accepted, as one finding."""
    rows = connection.execute(
        f"SELECT about, series_id || ' ' || found FROM {table.relation} WHERE severity = 'warning'"
        " ORDER BY abs(ln(factor)) DESC, about, kind"
    ).fetchall()
    if not rows:
        return ()
    more = f"; and {len(rows) - MOST} more in audit.remarkable_cell" if len(rows) > MOST else ""
    about = json.dumps(rows[0][0], ensure_ascii=False)
    return (
        Finding(
            counted(len(rows), "remarkable cells"),
            "; ".join(words for _, words in rows[:MOST]) + more,
            "look at the unit of these cells in the files, and correct what is wrong in corrections.yaml; "
            "if one is right, say so in nqpf.yaml:\n"
            f"    accept:\n      - {{check: remarkable_cell, about: {about}, "
            f'reason: "…", date: {dt.date.today()}}}',
        ),
    )


CHECK = TableCheck(
    "remarkable_cell",
    (
        TableRule(
            "remarkable_cell_warning",
            "cells of the size of their neighbours, and regions of the size of others",
            _found,
            is_warning=True,
        ),
    ),
    tables=("audit.remarkable_cell",),
)
