"""The rows of the panel that a column asks for, by years, units, groups and conditions; those without gaps.

What an estimator drops of them is not known here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from nqpf_assets.estimation.roles import needed
from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.shown_text import listed
from nqpf_assets.studies.sample_conditions import (
    filled_name,
    variables_in,
    where_name,
    where_words,
)
from nqpf_assets.studies.spec import CompleteColumn, Study

if TYPE_CHECKING:
    import polars as pl

Isolated = Mapping[str, Mapping[str, Collection[str]]]
"""Variable → weights of a spatial lag in it or under it → units without a neighbour in these."""
NONE_ISOLATED: Isolated = MappingProxyType({})


def complete_rows(study: Study, column: CompleteColumn, panel: pl.DataFrame) -> pl.DataFrame:
    """Rows that the column asks for and that have every variable it needs, by unit and period."""
    return complete(column, asked_rows(study, column, panel))


def complete(column: CompleteColumn, asked: pl.DataFrame) -> pl.DataFrame:
    """Those of the rows that have every variable; a number that is none (NaN) is a missing value, too."""
    from polars import selectors

    rows = asked.with_columns(selectors.float().fill_nan(None)).drop_nulls(needed(column))
    return rows.sort("unit", "period")


def asked_rows(study: Study, column: CompleteColumn, panel: pl.DataFrame) -> pl.DataFrame:
    """Rows inside the column's sample: years, units by code, groups, conditions."""
    import polars as pl

    sample = column.sample
    first, last = sample.first or study.periods.first, sample.last or study.periods.last
    rows = panel.filter(pl.col("period").is_between(first, last))
    if sample.only:
        rows = rows.filter(pl.col("unit").is_in(sample.only))
    if sample.exclude:
        rows = rows.filter(~pl.col("unit").is_in(sample.exclude))
    for grouping, group in sample.within.items():
        rows = rows.filter(pl.col(grouping) == group)
    where = where_name(sample)
    if where is not None:
        # Where it cannot be told, a value is missing, as of a variable.
        rows = rows.filter(pl.col(where).is_null() | (pl.col(where) != 0))
    if sample.reported_only:
        rows = rows.filter(~_is_filled(column))
    if column.weights is not None:
        # Nothing is observed where the weight is zero.
        weight = pl.col(column.weights.variable)
        rows = rows.filter(weight.is_null() | (weight != 0))
    return rows


def n_weightless(study: Study, column: CompleteColumn, panel: pl.DataFrame) -> int:
    """Complete rows that are left out because their weight is zero."""
    if column.weights is None:
        return 0
    name = column.weights.variable
    every = complete_rows(study, column.model_copy(update={"weights": None}), panel)
    return int((every.get_column(name) == 0).sum())


def n_filled(study: Study, column: CompleteColumn, panel: pl.DataFrame) -> dict[str, int]:
    """Variables with the rows that `reported_only` leaves out for them, though they have every value.

    Under ``""`` stands the number of these rows.
    """
    import polars as pl

    if not column.sample.reported_only:
        return {}
    sample = column.sample.model_copy(update={"reported_only": False})
    rows = complete_rows(study, column.model_copy(update={"sample": sample}), panel)
    counted = rows.select(
        _is_filled(column).sum().alias(""),
        *((pl.col(filled_name(one)) == 1).sum().alias(one) for one in variables_in(column)),
    )
    return {name: n for name, n in counted.row(0, named=True).items() if n or not name}


def isolated_told(
    study: Study, column: CompleteColumn, panel: pl.DataFrame, isolated: Isolated
) -> dict[str, dict[str, str]]:
    """Variable → rows that it leaves out of units without a neighbour, by weights → the names of these units.

    The rows are words: ``16 rows of 1 unit without a neighbour in trade``.
    """
    import polars as pl

    found: dict[str, dict[str, str]] = {}
    names = [name for name in needed(column) if name in isolated]
    asked = asked_rows(study, column, panel).sort("unit") if names else panel
    for name in names:
        for weights, units in isolated[name].items():
            lost = asked.filter(pl.col("unit").is_in([*units]) & pl.col(name).is_null())
            alone = lost.get_column("unit_name").unique(maintain_order=True).to_list()
            if alone:
                of_units = counted(len(alone), "units")
                rows = (
                    f"{counted(len(lost), 'rows')} of {of_units} without a neighbour in {weights}"
                )
                found.setdefault(name, {})[rows] = listed(alone)
    return found


def _is_filled(column: CompleteColumn) -> pl.Expr:
    """Whether a value of a variable of the column was filled in."""
    import polars as pl

    flags = [(pl.col(filled_name(one)) == 1).fill_null(False) for one in variables_in(column)]
    return pl.any_horizontal(flags)


def sample_words(study: Study, column: CompleteColumn) -> str:
    """The column's sample as the study asks for it."""
    sample = column.sample
    words = f"{sample.first or study.periods.first}–{sample.last or study.periods.last}"
    if sample.only:
        words += f", only {listed(sample.only)}"
    if sample.exclude:
        words += f", without {listed(sample.exclude)}"
    for grouping, group in sample.within.items():
        words += f", {grouping}: {group}"
    if sample.where is not None:
        words += f", where {where_words(sample)}"
    if sample.reported_only:
        words += ", reported values only"
    if column.winsorize:
        words += f", winsorized at {column.winsorize.words}"
    return words
