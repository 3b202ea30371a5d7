"""What calls of several kinds have in common: the panel, years, and variables with their labels."""

from __future__ import annotations

from nqpf_assets.replication.described_tables import DescribedTable
from nqpf_assets.replication.r.call import Name, Value


def panel_of(table: DescribedTable) -> dict[str, Value]:
    """The panel in the years of the table."""
    return {"panel": Name("panel"), **years_of(table)}


def years_of(table: DescribedTable) -> dict[str, Value]:
    return {"first": table.first, "last": table.last}


def variables_of(table: DescribedTable) -> dict[str, Value]:
    """The panel, and the variables that the table is of."""
    names = table.asked.variables()
    return {**panel_of(table), "variables": names, "labels": table.labels(names)}
