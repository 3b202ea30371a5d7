"""Statistics, correlations, means of two groups, parts of R²."""

from __future__ import annotations

from typing import Any

from nqpf_assets.replication.described_tables import DescribedTable
from nqpf_assets.replication.r.call import Call
from nqpf_assets.replication.r.tables.parts import panel_of, variables_of


def descriptive(table: DescribedTable) -> Call:
    asked: Any = table.asked
    said = variables_of(table) | {"statistics": asked.statistics, "listwise": asked.listwise}
    return Call("descriptive", said | ({"grouping": asked.grouping} if asked.grouping else {}))


def correlation(table: DescribedTable) -> Call:
    asked: Any = table.asked
    said = {"method": asked.method, "listwise": asked.listwise, "vif": asked.vif}
    return Call("correlation", variables_of(table) | said)


def group_means(table: DescribedTable) -> Call:
    asked: Any = table.asked
    is_equal = asked.variances == "equal"
    said = {"grouping": asked.grouping, "groups": asked.groups, "equal": is_equal}
    return Call("group_means", variables_of(table) | said)


def shapley(table: DescribedTable) -> Call:
    asked: Any = table.asked
    said = {"outcome": asked.outcome, "regressors": asked.regressors}
    more = {"labels": table.labels(asked.regressors), "effects": asked.effects}
    return Call("shapley", panel_of(table) | said | more)


CALLS = {
    "descriptive": descriptive,
    "correlation": correlation,
    "group_means": group_means,
    "shapley": shapley,
}
