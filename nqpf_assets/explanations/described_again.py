"""A described table computed once more from the published panel, where the file says all that it needs.

Maps need the neighbours that the study asks for, and unit roots lags, which no table of the file says: their
numbers are told as they were published.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from nqpf_assets.explanations.published import PublishedStudy, Row
from nqpf_assets.studies.table_kind import PRINTED_COLUMNS
from nqpf_assets.studies.table_kinds.correlation import VIF, CorrelationTable
from nqpf_assets.studies.table_kinds.descriptive import STATISTICS, DescriptiveTable
from nqpf_assets.studies.table_kinds.group_means import GroupMeansTable
from nqpf_assets.studies.table_kinds.regional_differences import RegionalDifferencesTable
from nqpf_assets.studies.table_kinds.trend import TrendTable

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.stages.printed_panel_table import Described, PanelRows


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
    # What an expression groups by is read as a label, and is no variable of the table.
    reads = [row for row in reads if row["variable"] not in groupings]
    if not reads:
        return None
    made_again = _rows_are_variables(study, table, reads)
    if made_again is None and (not groupings or not forms & {"inequality", "trend"}):
        return None
    grouping, title = next(iter(groupings), None), table
    rows = study.frame(
        "SELECT p.* FROM {study}.panel AS p INNER JOIN {study}.table_span AS s"
        " ON s.table_name = ? AND s.unit = p.unit AND p.period BETWEEN s.first_period AND s.last_period"
        " ORDER BY p.unit, p.period",
        [table],
    )
    titles = {name: str(one["title"]) for name, one in study.variables.items() if one["title"]}
    given = PanelRows(f"{study.name}.{table}", rows, titles=titles)
    if made_again is not None:
        return made_again(given)
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


def _rows_are_variables(
    study: PublishedStudy, table: str, reads: Sequence[Row]
) -> Callable[[PanelRows], Described] | None:
    """How a table of statistics or correlations is made from the rows that it counts; None: it is another.

    Rows that `listwise` leaves out are none of the table's, so that nothing has to be known of it.
    """
    from nqpf_assets.stages.correlations import correlate_variables
    from nqpf_assets.stages.descriptive import describe_variables
    from nqpf_assets.stages.group_means import compare_groups

    rows = study.rows(f"FROM {study.table(table)} WHERE row_kind <> 'note' ORDER BY row_position")
    names = [name for name in (rows[0] if rows else {}) if name not in PRINTED_COLUMNS]
    kinds = {row["row_kind"] for row in rows}
    if "p_value" in kinds:
        of_ranks = study.rows(
            "SELECT role FROM {study}.table_read WHERE table_name = ? AND role = 'threshold_side'"
            f" AND group_name IN (SELECT row_label FROM {study.table(table)} WHERE row_kind = 'p_value')"
            " LIMIT 1",
            [table],
        )
        correlated = [name for name in names if name != VIF]
        own = [row for row in rows if row["row_kind"] == "variable"]
        inflated = [
            name for name, row in zip(correlated, own, strict=True) if row.get(VIF) is not None
        ]
        asked = CorrelationTable(
            kind="correlation",
            title=table,
            correlate=tuple(correlated),
            method="spearman" if of_ranks else "pearson",
            vif=tuple(inflated),
        )
        return lambda given: correlate_variables(asked, given)
    if kinds != {"variable"} or "n_periods" in names:
        return None  # of unit roots no table says with which lags and terms
    if "mean_first" in names:
        means = _group_means(study, table, reads)
        return lambda given: compare_groups(means, given)
    described = DescriptiveTable(
        kind="descriptive",
        title=table,
        describe=tuple({row["variable"] for row in reads}),
        statistics=STATISTICS,
        grouping=next((row["grouping"] for row in reads if row["grouping"]), None),
    )
    return lambda given: describe_variables(described, given)


def _group_means(study: PublishedStudy, table: str, reads: Sequence[Row]) -> GroupMeansTable:
    """Which two groups are compared, and how: what the numbers of each rest on tells."""
    found = study.rows(
        "SELECT DISTINCT number, from_group, role FROM {study}.table_read"
        " WHERE table_name = ? AND grouping IS NOT NULL",
        [table],
    )
    groups = {row["number"]: row["from_group"] for row in found}
    is_equal = any(row["number"] == "df" and row["role"] == "threshold_side" for row in found)
    return GroupMeansTable(
        kind="group_means",
        title=table,
        compare=tuple({row["variable"] for row in reads}),
        grouping=next(row["grouping"] for row in reads),
        groups=(groups["mean_first"], groups["mean_second"]),
        variances="equal" if is_equal else "unequal",
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
