"""Correlations of a study's variables: a printed row of coefficients for each, of p-values and of rows.

They are computed by `nqpf_assets.estimators.descriptive.correlations`, which names its conventions; stars are
drawn by what prints the table, from the p-values.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from nqpf_assets.estimators.descriptive.correlations import (
    Correlations,
    NoCorrelation,
    correlations,
    variance_inflation,
)
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.stars import LEGEND
from nqpf_assets.stages.printed_panel_table import Described, PanelRows, Row
from nqpf_assets.stages.provenance.numbers_read import ANY_SCALE, IN_PRINT, Read
from nqpf_assets.stages.spans import spans_of
from nqpf_assets.studies.table_kinds.correlation import VIF, CorrelationTable

if TYPE_CHECKING:
    import polars as pl

P_VALUE, ROWS = ", p", ", n"
"""After the label of a row of coefficients: that of their p-values, of the rows behind them."""


def correlate_variables(table: CorrelationTable, given: PanelRows) -> Described:
    """The lower triangle of all correlations, with p-values and numbers of rows.

    Raises:
        EstimationError: two variables without rows in common, one that does not vary, or that is a sum of
            others of `vif`.
    """
    import polars as pl

    names, panel = table.correlate, given.rows
    has = [pl.col(name).is_not_null() for name in names]
    rows = panel.filter(pl.all_horizontal(has) if table.listwise else pl.any_horizontal(has))
    labels = given.labels(names)
    try:
        found = correlations(_values(rows, names), table.method)
    except NoCorrelation as error:
        raise EstimationError(_told(error, names)) from error
    try:
        inflation = variance_inflation(_values(rows, table.vif)).tolist() if table.vif else []
    except NoCorrelation as error:
        raise EstimationError(_told(error, table.vif)) from error
    factors = dict(zip(table.vif, inflation, strict=True))
    printed = list(_printed(table, labels, found, factors))
    reads = list(_reads(table, labels, rows))
    notes = list(_notes(table, panel, rows, found))
    columns = table.numbers()
    return Described({}, "variable", columns, printed, rows.select("unit", "period"), reads, notes)


def _values(rows: pl.DataFrame, names: Sequence[str]) -> Any:
    import polars as pl

    return rows.select(
        pl.col(name).cast(pl.Float64).fill_null(float("nan")) for name in names
    ).to_numpy()


def _told(error: NoCorrelation, names: Sequence[str]) -> str:
    at_fault = error.columns if error.at_fault is None else (error.at_fault,)
    whose = " and ".join(f"`{names[place]}`" for place in at_fault)
    return f"{whose}: {error}" if whose else str(error)


def _printed(
    table: CorrelationTable,
    labels: dict[str, str],
    found: Correlations,
    factors: dict[str, float],
) -> Iterator[Row]:
    """Of each variable coefficients, p-values, rows; beyond the diagonal a row is empty."""
    names = table.correlate
    blank: dict[str, object] = dict.fromkeys(table.numbers())
    for place, name in enumerate(names):
        label, before = labels[name], names[:place]
        own = {VIF: factors.get(name)} if factors else {}
        numbers = (found.coefficients[place], found.p_values[place], found.n_obs[place])
        r, p, n = (dict(zip(names, map(float, one), strict=True)) for one in numbers)
        lower = {other: r[other] for other in (*before, name)}
        yield {"row_label": label, **blank, **lower, **own}
        if before:
            kinds = (("p_value", P_VALUE, p), ("n_obs", ROWS, n))
            for kind, after, of in kinds:
                those = {other: of[other] for other in before}
                yield {"row_kind": kind, "row_label": f"{label}{after}", **blank, **those}


def _reads(table: CorrelationTable, labels: dict[str, str], rows: pl.DataFrame) -> Iterator[Read]:
    """A coefficient rests on both variables in the rows that have them, their number on which these are."""
    role = "threshold_side" if table.method == "spearman" else ANY_SCALE
    for place, name in enumerate(table.correlate):
        # With itself it is 1, whatever its values are.
        yield from _read(labels[name], name, (name,), rows, "threshold_side")
        for other in table.correlate[:place]:
            for after, how in (("", role), (P_VALUE, role), (ROWS, "threshold_side")):
                yield from _read(f"{labels[name]}{after}", other, (name, other), rows, how)
    for name in table.vif:
        yield from _read(labels[name], VIF, table.vif, rows, ANY_SCALE)


def _read(
    label: str, number: str, variables: tuple[str, ...], rows: pl.DataFrame, role: str
) -> Iterator[Read]:
    """A number of the row with a label, over the rows that have some variables."""
    both = rows.drop_nulls(list(variables))
    years = both.get_column("period").to_list()
    of = Read(IN_PRINT, (number,), "", min(years), max(years), group=label, role=role)
    for variable in variables:
        if len(rows.drop_nulls(variable)) == len(both):
            yield replace(of, variable=variable)
            continue
        for unit, first, last in spans_of(both, "unit").iter_rows():
            yield replace(of, variable=variable, unit=unit, first=first, last=last)


def _notes(
    table: CorrelationTable, panel: pl.DataFrame, rows: pl.DataFrame, found: Correlations
) -> Iterator[str]:
    what = "Pearson's correlations" if table.method == "pearson" else "Spearman's rank correlations"
    pairs = [int(found.n_obs[i, j]) for i in range(len(table.correlate)) for j in range(i)]
    few, many = min(pairs), max(pairs)
    over = (
        f"n = {few}" if few == many else f"n = {few} to {many}, of each two the rows that have both"
    )
    listwise = ", those that have every variable" if table.listwise else ""
    yield (
        f"{what}, {over}{listwise}; p-values take rows as independent, which years of one unit are not. "
        f"{LEGEND}."
    )
    if table.listwise and len(panel) > len(rows):
        left = f"{len(panel) - len(rows)} of {counted(len(panel), 'rows')}"
        yield f"Left out, for want of a value of one of the variables: {left}."
    if table.vif:
        n = len(rows.drop_nulls(list(table.vif)))
        yield (
            f"VIF: of each of {', '.join(table.vif)} on the others, with an intercept and no effects, "
            f"n = {n}."
        )
