"""What speaks against an index: components that say little, directions, rows without a score."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nqpf_assets.checks.check import CheckedTable, TableCheck, TableRule
from nqpf_assets.steps.checks import Finding

if TYPE_CHECKING:
    from nqpf_assets.warehouse.connection import Connection


def _find(connection: Connection, table: CheckedTable) -> tuple[Finding, ...] | None:
    """What speaks against an index: each with what to do about it."""
    rows = connection.execute(
        f"SELECT index_name, test, term, statistic, detail FROM {table.relation} WHERE test IN"
        " ('against_direction', 'sign', 'left_out') OR (test = 'bartlett' AND p_value >= 0.05)"
        " OR (test = 'kmo' AND term = '' AND (statistic IS NULL OR statistic < 0.5 - 1e-9)) ORDER BY ALL"
    ).fetchall()
    found = []
    for index, test, term, statistic, detail in rows:
        about = f"index {index}" + (f", indicator {term}" if term else "")
        number = "-" if statistic is None else f"{statistic:.3f}"
        words = f"{TESTS[test]} {number}: {detail}" if test in TESTS else detail
        found.append(Finding(about, words, REMEDIES[test]))
    return tuple(found) or None


TESTS = {
    "against_direction": "weight",
    "sign": "share of loadings on one side",
    "bartlett": "Bartlett's χ²",
    "kmo": "KMO",
}
REMEDIES = {
    "left_out": "add the source that has them, fill them (`interpolation`), or leave the indicator out",
    "against_direction": "correct the `direction`, or leave out what does not go with the others",
    "sign": "name an indicator under `anchor:` of the index",
    "bartlett": "choose indicators that have something in common, or another method",
    "kmo": "choose indicators that have something in common, or another method",
}
"""Test of an index → how its number is called, and what to do."""


CHECK = TableCheck(
    "index_tests",
    (
        TableRule(
            "index_tests",
            "indicators that every unit has in every year, that are correlated, and weigh in their declared "
            "directions",
            _find,
            is_warning=True,
        ),
    ),
    tables=("*.index_test",),
)
