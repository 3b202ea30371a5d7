"""Descriptive statistics of a study's variables: one printed row for each, or for each and each group.

They are computed by `nqpf_assets.estimators.descriptive.variation`, which names its conventions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from nqpf_assets.estimators.descriptive.variation import variation
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.messages.counted import counted
from nqpf_assets.stages.printed_panel_table import Described, PanelRows, Row, number
from nqpf_assets.stages.provenance.numbers_read import IN_PRINT, Read
from nqpf_assets.studies.table_kinds.descriptive import COUNTS, DescriptiveTable

if TYPE_CHECKING:
    import polars as pl

RULES = {
    "sd": "Standard deviations are divided by n − 1",
    "p25": "quartiles are those of Stata's `summarize, detail`",
    "sd_between": "between: of the units' means",
    "sd_within": "within: around the units' means, divided by N − 1, as `xtsum` prints",
    "periods_per_unit": "T: mean number of values of a unit",
}
"""Statistic → what a reader has to know of it."""


BY_ORDER = ("minimum", "p25", "median", "p75", "maximum")
BY_NUMBER = (*COUNTS, "periods_per_unit")
"""Statistics that follow from which values there are, whatever their size."""


@dataclass(frozen=True)
class _Part:
    """One row of the table: a variable's values, of all units or of a group's."""

    label: str
    variable: str
    rows: pl.DataFrame
    group: str | None


def describe_variables(table: DescriptiveTable, given: PanelRows) -> Described:
    """One row for each variable, and group if there is a grouping, over the rows that have a value of it.

    Raises:
        EstimationError: a variable without a value, of a group or at all.
    """
    import polars as pl

    names, panel = table.variables(), given.rows
    has = [pl.col(name).is_not_null() for name in names]
    rows = panel.filter(pl.all_horizontal(has) if table.listwise else pl.any_horizontal(has))
    if table.grouping:
        rows = rows.drop_nulls(table.grouping)
    parts = list(_parts(table, given, rows))
    printed = [_row(table, part) for part in parts]
    reads = [
        read for part, row in zip(parts, printed, strict=True) for read in _reads(table, part, row)
    ]
    notes = list(_notes(table, panel, rows))
    return Described(
        {}, "variable", table.numbers(), printed, rows.select("unit", "period"), reads, notes
    )


def _parts(table: DescriptiveTable, given: PanelRows, rows: pl.DataFrame) -> Iterator[_Part]:
    import polars as pl

    by = table.grouping
    groups = rows.get_column(by).unique().sort().to_list() if by else [None]
    for name, title in given.labels(table.variables()).items():
        for group in groups:
            of_group = rows if group is None else rows.filter(pl.col(str(by)) == group)
            label = title if group is None else f"{title}: {group}"
            yield _Part(label, name, of_group.drop_nulls(name), group)


def _row(table: DescriptiveTable, part: _Part) -> Row:
    import polars as pl

    values = part.rows[part.variable].cast(pl.Float64).to_numpy()
    try:
        found = asdict(variation(values, part.rows["unit"].to_numpy()))
    except ValueError as error:
        of = f" of {part.group}" if part.group else ""
        raise EstimationError(f"`{part.variable}`{of}: {error}") from error
    return {"row_label": part.label} | {
        name: found[name] if name in COUNTS else number(found[name]) for name in table.statistics
    }


def _reads(table: DescriptiveTable, part: _Part, row: Row) -> Iterator[Read]:
    """Means and deviations rest on all values; an order on those in its place, and on the side of others."""
    # Its own years: a row of another variable may lie outside of them.
    years = part.rows.get_column("period").to_list()
    ordered = tuple(name for name in table.statistics if name in BY_ORDER)
    sizes = tuple(name for name in table.statistics if name not in (*BY_ORDER, *BY_NUMBER))
    sides = tuple(name for name in table.statistics if name not in sizes)
    about = Read(IN_PRINT, (), part.variable, min(years), max(years), group=part.label)
    groups = (part.group,) if part.group else None
    for names, role in ((sizes, "value"), (sides, "threshold_side")):
        if names:
            yield replace(about, numbers=names, groups=groups, role=role)
    for name in ordered:
        for unit, year in _in_place(part, float(str(row[name]))):
            yield replace(about, numbers=(name,), first=year, last=year, unit=unit)


def _in_place(part: _Part, value: float) -> Iterator[tuple[str, int]]:
    """Rows whose values an order is: those that equal it, or the neighbours that it lies between."""
    import polars as pl

    own = pl.col(part.variable).cast(pl.Float64)
    below, above = own.filter(own <= value).max(), own.filter(own >= value).min()
    return part.rows.filter((own == below) | (own == above)).select("unit", "period").iter_rows()


def _notes(table: DescriptiveTable, panel: pl.DataFrame, rows: pl.DataFrame) -> Iterator[str]:
    asked = [{"median": "p25", "p75": "p25"}.get(name, name) for name in table.statistics]
    if rules := [words for name, words in RULES.items() if name in asked]:
        told = "; ".join(rules)
        yield f"{told[0].upper()}{told[1:]}."
    grouped = panel.drop_nulls(table.grouping) if table.grouping else panel
    if without := len(panel) - len(grouped):
        yield f"Left out, for want of a group of {table.grouping}: {counted(without, 'rows')}."
    if table.listwise:
        yield (
            f"Rows that have a value of every variable: {len(rows)} of {counted(len(grouped), 'rows')}."
        )
        return
    missing = {name: grouped[name].null_count() for name in table.variables()}
    if short := {name: n for name, n in missing.items() if n}:
        told = ", ".join(f"{n} of {name}" for name, n in short.items())
        yield f"Left out for want of a value, of {counted(len(grouped), 'rows')}: {told}."
