"""Rules of the audit tables, whose rows say themselves what was found; `accept` in nqpf.yaml answers them."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

from nqpf_assets.checks.check import CheckedTable, Find, TableRule
from nqpf_assets.steps.checks import Finding

if TYPE_CHECKING:
    from nqpf_assets.warehouse.connection import Connection


def finding_rules(
    check: str, expected: str, remedy: str, warned: str = "true"
) -> tuple[TableRule, TableRule]:
    """Findings of an audit table with `about`, `severity` and `found`: errors stop, warnings are told.

    Args:
        check: name of the check, as `accept` in nqpf.yaml knows it.
        remedy: what to look at before accepting.
        warned: which of the warnings are told, in SQL.
    """

    def find(which: str) -> Find:
        def found(connection: Connection, table: CheckedTable) -> tuple[Finding, ...]:
            rows = connection.execute(
                f"SELECT about, found, accepted_on FROM {table.relation} WHERE {which} ORDER BY ALL"
            ).fetchall()
            return tuple(
                Finding(about, words, remedy if day else f"{remedy}; {_acceptance(check, about)}")
                for about, words, day in rows
            )

        return found

    return (
        TableRule(check, expected, find("severity = 'error'")),
        TableRule(
            f"{check}_warning",
            expected,
            find(f"severity = 'warning' AND {warned}"),
            is_warning=True,
        ),
    )


def _acceptance(check: str, about: str) -> str:
    """The lines with which somebody says that a finding is right."""
    quoted = json.dumps(about, ensure_ascii=False)
    return (
        "if it is right, say so in nqpf.yaml:\n"
        f"    accept:\n      - {{check: {check}, about: {quoted}, "
        f'reason: "…", date: {dt.date.today()}}}'
    )
