"""Means of a study's variables in two groups, with t tests: one printed row for each variable.

They are computed by `nqpf_assets.estimators.descriptive.mean_difference`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

from nqpf_assets.estimators.descriptive.mean_difference import mean_difference
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.stars import LEGEND
from nqpf_assets.stages.printed_panel_table import Described, PanelRows, Row
from nqpf_assets.stages.provenance.numbers_read import ANY_SCALE, IN_PRINT, Read
from nqpf_assets.studies.table_kinds.group_means import GroupMeansTable

if TYPE_CHECKING:
    import polars as pl

OF_BOTH = ("difference", "statistic", "df", "p_value")


def compare_groups(table: GroupMeansTable, given: PanelRows) -> Described:
    """One row for each variable, over the rows of the two groups that have a value of it.

    Raises:
        EstimationError: a group with fewer than two values of a variable, or both with one value only.
    """
    import polars as pl

    names, group = table.variables(), pl.col(table.grouping)
    of_both = given.rows.filter(group.is_in(table.groups))
    rows = of_both.filter(pl.any_horizontal(pl.col(name).is_not_null() for name in names))
    labels = given.labels(names)
    printed = [_row(table, name, labels[name], rows) for name in names]
    reads = [read for name in names for read in _reads(table, name, labels[name], rows)]
    sample = rows.select("unit", "period")
    notes = [*_notes(table, of_both), *_without_group(table, given.rows)]
    return Described({}, "variable", table.numbers(), printed, sample, reads, notes)


def _row(table: GroupMeansTable, name: str, label: str, rows: pl.DataFrame) -> Row:
    import polars as pl

    has = rows.drop_nulls(name).with_columns(pl.col(name).cast(pl.Float64))
    first, second = (
        has.filter(pl.col(table.grouping) == group)[name].to_numpy() for group in table.groups
    )
    try:
        found = mean_difference(first, second, are_variances_equal=table.variances == "equal")
    except ValueError as error:
        of = f"{' and '.join(table.groups)} of {table.grouping}"
        raise EstimationError(f"`{name}` in {of}: {error}") from error
    return {"row_label": label, **asdict(found)}


def _reads(table: GroupMeansTable, name: str, label: str, rows: pl.DataFrame) -> Iterator[Read]:
    """A mean rests on its group, a test on both; numbers of rows on which values there are."""
    import polars as pl

    role = "threshold_side"
    has = rows.drop_nulls(name)
    for place, group in zip(("first", "second"), table.groups, strict=True):
        own = has.filter(pl.col(table.grouping) == group)
        years = own.get_column("period").to_list()
        first, last = min(years), max(years)
        of = (group,)
        yield Read(IN_PRINT, (f"mean_{place}",), name, first, last, group=label, groups=of)
        yield Read(IN_PRINT, (f"n_{place}",), name, first, last, group=label, groups=of, role=role)
        tested = tuple(one for one in OF_BOTH if one != "df" or table.variances == "unequal")
        for numbers, how in ((tested[:1], "value"), (tested[1:], ANY_SCALE)):
            yield Read(IN_PRINT, numbers, name, first, last, group=label, groups=of, role=how)
        if table.variances == "equal":
            yield Read(IN_PRINT, ("df",), name, first, last, group=label, groups=of, role=role)


def _notes(table: GroupMeansTable, of_both: pl.DataFrame) -> Iterator[str]:
    first, second = table.groups
    how = (
        "unequal variances, Satterthwaite's degrees of freedom"
        if table.variances == "unequal"
        else "equal variances"
    )
    yield (
        f"(1) {first}, (2) {second}, of {table.grouping}; differences are (1) less (2), with t tests, {how}, "
        f"that take rows as independent, which years of one unit are not. {LEGEND}."
    )
    missing = {name: of_both[name].null_count() for name in table.variables()}
    if short := {name: n for name, n in missing.items() if n}:
        told = ", ".join(f"{n} of {name}" for name, n in short.items())
        yield f"Left out for want of a value, of {counted(len(of_both), 'rows')}: {told}."


def _without_group(table: GroupMeansTable, rows: pl.DataFrame) -> Iterator[str]:
    if without := rows[table.grouping].null_count():
        yield f"Left out, for want of a group of {table.grouping}: {counted(without, 'rows')}."
