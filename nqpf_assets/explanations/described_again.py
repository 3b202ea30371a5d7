"""A described table computed once more from the published panel, where the file says all that it needs.

Maps need the neighbours that the study asks for, which no table of the file says: their numbers are told as
they were published.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from nqpf_assets.explanations.published import PublishedStudy
from nqpf_assets.studies.table_kinds.regional_differences import RegionalDifferencesTable
from nqpf_assets.studies.table_kinds.trend import TrendTable

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.stages.printed_panel_table import Described


def described_again(study: PublishedStudy, table: str) -> Described | None:
    """All numbers of a table; None where they cannot be computed from what is published."""
    from nqpf_assets.stages.printed_panel_table import PanelRows
    from nqpf_assets.stages.regional_differences import describe_differences
    from nqpf_assets.stages.trends import describe_trends

    reads = study.rows(
        "SELECT DISTINCT number_table, variable, grouping, role FROM {study}.table_read WHERE table_name = ?",
        [table],
    )
    forms = {row["number_table"] for row in reads}
    groupings = [row["grouping"] for row in reads if row["grouping"]]
    if not groupings or not forms & {"inequality", "trend"}:
        return None
    grouping, title = groupings[0], table
    rows = study.frame(
        "SELECT p.* FROM {study}.panel AS p INNER JOIN {study}.table_span AS s"
        " ON s.table_name = ? AND s.unit = p.unit AND p.period BETWEEN s.first_period AND s.last_period"
        " ORDER BY p.unit, p.period",
        [table],
    )
    given = PanelRows(f"{study.name}.{table}", rows)
    if "inequality" in forms:
        (variable,) = {row["variable"] for row in reads}
        asked = RegionalDifferencesTable(
            kind="regional_differences", title=title, variable=variable, grouping=grouping
        )
        return describe_differences(asked, given)
    variables = {row["variable"] for row in reads}
    (x,) = {row["variable"] for row in reads if row["role"] == "grid"}
    (y,) = variables - {x} or {x}
    return describe_trends(
        TrendTable(kind="trend", title=title, x=x, y=y, grouping=grouping), given
    )


def long_value(
    described: Described, table: str, column: str, of: Mapping[str, object], place: int | None
) -> float | None:
    """A number of a long form: of the row with these keys, or in this place of such rows, from 1."""
    import polars as pl

    rows = described.long[table]
    for name, value in of.items():
        rows = rows.filter(pl.col(name).eq_missing(value))
    return _number(rows, column, (place or 1) - 1)


def printed_value(described: Described, label: str, column: str) -> float | None:
    """A number of the printed table."""
    found = [row[column] for row in described.printed if row["row_label"] == label]
    return None if not found or found[0] is None else float(str(found[0]))


def _number(rows: pl.DataFrame, column: str, place: int) -> float | None:
    found = rows.get_column(column)[place] if place < len(rows) else None
    return None if found is None else float(found)
