"""Shapley shares of R² as a table of a study: one printed row for each regressor.

They are computed by `nqpf_assets.estimators.descriptive.shapley`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from nqpf_assets.estimators.descriptive.shapley import NoShares, ShapleyShares, shapley_shares
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.messages.counted import counted
from nqpf_assets.stages.printed_panel_table import Described, PanelRows, Row
from nqpf_assets.stages.provenance.numbers_read import ANY_SCALE, IN_PRINT, Read
from nqpf_assets.studies.table_kinds.shapley import ShapleyTable

if TYPE_CHECKING:
    import polars as pl


LEAST_R2 = 1e-12
"""What rounding leaves where regressors explain nothing."""


def divide_r2(table: ShapleyTable, given: PanelRows) -> Described:
    """One row for each regressor, over the rows that have all variables.

    Raises:
        EstimationError: too few rows, nothing that effects leave of a variable, or nothing explained.
    """
    import polars as pl

    names = list(table.variables())
    has_all = pl.all_horizontal(pl.col(one).cast(pl.Float64).is_finite() for one in names)
    rows = given.rows.drop_nulls(names).filter(has_all)
    n_effects = sum(rows[one].n_unique() for one in table.effects)
    if len(rows) <= n_effects + len(table.regressors) + 1:
        raise EstimationError(
            f"too few rows for {counted(len(table.regressors), 'regressors')} and the effects: "
            f"{counted(len(rows), 'rows')} with all variables"
        )
    levels = [rows[one].rank("dense").to_numpy().astype(np.intp) - 1 for one in table.effects]
    values = rows.select(pl.col(names).cast(pl.Float64)).to_numpy()
    try:
        found = shapley_shares(values[:, 0], values[:, 1:], levels)
    except NoShares as error:
        raise EstimationError(
            f"effects leave nothing of `{names[error.place + 1]}`: it does not vary beyond them"
        ) from error
    if found.r2 < LEAST_R2:
        raise EstimationError(
            f"regressors explain nothing of `{table.outcome}`: there is no R² to divide"
        )
    labels = given.labels(table.regressors)
    printed: list[Row] = [
        {"row_label": labels[name], "r2_part": part, "r2_part_share": part / found.r2}
        for name, part in zip(table.regressors, found.parts.tolist(), strict=True)
    ]
    printed.sort(key=lambda row: float(str(row["r2_part"])), reverse=True)
    return Described(
        {},
        "group",
        table.numbers(),
        printed,
        rows.select("unit", "period"),
        list(_reads(table, rows, labels)),
        list(_notes(table, given.rows, rows, found)),
    )


def _reads(table: ShapleyTable, rows: pl.DataFrame, labels: dict[str, str]) -> Iterator[Read]:
    """Every part rests on all variables: what one adds depends on the others."""
    years = rows["period"].to_list()
    for label in labels.values():
        for name in table.variables():
            of = (IN_PRINT, tuple(table.numbers()), name, min(years), max(years))
            yield Read(*of, group=label, role=ANY_SCALE)


def _notes(
    table: ShapleyTable, panel: pl.DataFrame, rows: pl.DataFrame, found: ShapleyShares
) -> Iterator[str]:
    effects = " and ".join(f"{one}s" for one in table.effects)
    freed = f", once effects of {effects} are removed" if effects else ""
    yield (
        f"Parts of R² = {found.r2:.3f} of {table.outcome} on all regressors{freed}: the mean of what each "
        "adds over all orders in which they can enter (Shapley; LMG). Shares in parentheses, in percent."
    )
    if n := len(panel) - len(rows):
        yield f"Left out for want of a value, of {counted(len(panel), 'rows')}: {n}."
