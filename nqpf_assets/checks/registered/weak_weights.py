"""Spatial parameters that their weights hardly tell from the effects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nqpf_assets.checks.check import CheckedTable, TableCheck, TableRule
from nqpf_assets.estimators.spatial.limits import WEAK_ABOVE
from nqpf_assets.steps.checks import Finding

if TYPE_CHECKING:
    from nqpf_assets.warehouse.connection import Connection


def _find(connection: Connection, table: CheckedTable) -> tuple[Finding, ...] | None:
    """Spatial parameters that their weights hardly tell from the effects."""
    rows = connection.execute(
        f"SELECT table_name, column_label, statistic FROM {table.relation}"
        f" WHERE test = 'weights_std_error' AND statistic > {WEAK_ABOVE} ORDER BY ALL"
    ).fetchall()
    return tuple(
        Finding(
            f"{table} {label}",
            f"a standard error of {error:.3f} from the weights alone",
            "take contiguity, a power of 2, a shorter cut-off, or spatial_slx; or read rho as hardly known",
        )
        for table, label, error in rows
    )


CHECK = TableCheck(
    "weak_weights",
    (
        TableRule(
            "weak_weights",
            f"weights from which rho or lambda can have a standard error of {WEAK_ABOVE} or less",
            _find,
            is_warning=True,
        ),
    ),
    tables=("*.test",),
)
