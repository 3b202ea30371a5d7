"""Cells whose change the effects of a column take out of all rows that read them: `absorbed_cell`.

The base year of a logarithm under effects of units is such a cell, or the region by which all others are
divided, in logarithms, under effects of years. A column that reports neither a constant nor a test against
random effects has no number that moves with it. Which cells these are is measured: a change of a variable is
followed back to the cells once as random numbers have it, and once as effects leave these; where the second
comes to nothing and the first does not, effects absorb what the cell does. First differences know no levels
of units; their constant is the mean change, which is followed as well.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from nqpf_assets.estimation.result_rows import CONSTANT
from nqpf_assets.stages.influence.column_clip import before_clip
from nqpf_assets.studies.estimator_registry import ESTIMATORS

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    from nqpf_assets.stages.influence.walk import Walk
    from nqpf_assets.studies.spec import CompleteColumn

    Floats = NDArray[np.float64]
    Places = NDArray[np.intp]

DRAWS = 3
"""Random changes: that a cell moves each of them by nothing, and yet moves a number, has probability zero."""
ROUNDING = 1e-6
"""What effects leave of a change, as a share of it, at which it is none: derivatives have ten digits."""
HAUSMAN = frozenset({"hausman", "spatial_hausman"})


def looked_at(column: CompleteColumn) -> tuple[str, ...]:
    """Variables of a column whose estimator takes no more of them than what effects leave."""
    estimator = ESTIMATORS[column.estimator]
    if not (column.effects or estimator.of_differences):
        return ()
    roles = {
        "outcome": () if column.outcome is None else (column.outcome,),
        "regressor": column.regressors,
        "control": column.controls,
    }
    return tuple(dict.fromkeys(name for role in estimator.within for name in roles[role]))


def are_read_elsewhere(variables: Sequence[str], rests_on: pl.DataFrame) -> bool:
    """Whether a row of one of the variables reads more than cells of its own unit, year after year."""
    import polars as pl

    elsewhere = ("at_year", "of_region", "at_part", "since_part")
    # What scales an index or a standard score moves rows by more or less.
    is_level = pl.col("is_pooled") & (pl.col("role") == "aggregates")
    shared = is_level | pl.any_horizontal(pl.col(*elsewhere).is_not_null())
    return not rests_on.filter(pl.col("variable").is_in([*variables]), shared).is_empty()


def taken_out(column: CompleteColumn, told: Collection[str]) -> frozenset[str]:
    """Effects of which no number of a column knows the levels.

    Args:
        told: the terms and tests that it reports. A constant knows all levels, unless it is a mean change or
            the level of one period; random effects know those of units.
    """
    estimator = ESTIMATORS[column.estimator]
    if CONSTANT in told and not (estimator.of_differences or estimator.has_base_period):
        return frozenset()
    effects = {*column.effects, *(["unit"] if estimator.of_differences else [])}
    return frozenset(effects if HAUSMAN.isdisjoint(told) else effects - {"unit"})


def absorbed(
    column: CompleteColumn,
    effects: Mapping[str, Collection[str]],
    rows: pl.DataFrame,
    n_panel: int,
    walk: Walk,
) -> pl.DataFrame:
    """The absorbed cells of a column: variable, series_id, unit and period.

    Args:
        effects: variable, of those that `looked_at` names → effects that take all out of it and of which the
            column knows no levels.
        rows: of its sample: place in the panel, unit and period, and the values of the variables.
        n_panel: rows of the panel.
    """
    import polars as pl

    cells = walk.cells.select(pl.col("variable").alias("series_id"), "unit", "period")
    found = [cells.clear().select(pl.lit("").alias("variable"), pl.all())]
    in_constant = _in_constant(column, rows)
    for name, of_variable in effects.items():
        if not of_variable:
            continue
        drawn = _draws(of_variable, rows, in_constant)
        if column.winsorize is not None:
            drawn = before_clip(column.winsorize, name, rows, *drawn)
        places = _absorbed(name, [*_in_panel(rows, n_panel, *drawn)], walk)
        found.append(cells[places].select(pl.lit(name).alias("variable"), pl.all()))
    return pl.concat(found)


def _draws(
    effects: Collection[str], rows: pl.DataFrame, in_constant: Floats
) -> tuple[Floats, Floats]:
    """(n, `DRAWS`) random numbers in the rows that are estimated, and what effects leave of them."""
    import numpy as np

    from nqpf_assets.estimators.linear.within import fixed_effects

    units, periods = (
        rows.get_column(key).rank("dense").to_numpy().astype(np.intp) - 1
        for key in ("unit", "period")
    )
    within = fixed_effects(sorted(effects), units, periods)
    # Any numbers do; a generator of its own makes them the same at every time.
    given = np.random.default_rng(0).standard_normal((len(rows), DRAWS))
    return given, within.demean(given) + given[:1] * in_constant[:, None]


def _in_panel(
    rows: pl.DataFrame, n_panel: int, given: Floats, left: Floats
) -> Iterator[tuple[Floats, Floats]]:
    """Each draw in all rows of the panel."""
    import numpy as np

    places = rows.get_column("place").to_numpy()
    for number in range(DRAWS):
        whole = np.zeros((2, n_panel))
        whole[:, places] = given[:, number], left[:, number]
        yield whole[0], whole[1]


def _in_constant(column: CompleteColumn, rows: pl.DataFrame) -> Floats:
    """(n,) how rows enter a constant that does not know all levels."""
    import numpy as np

    estimator, periods = ESTIMATORS[column.estimator], rows.get_column("period")
    if estimator.of_differences:
        return _in_mean_change(rows)
    if estimator.has_base_period:
        return (periods == periods.min()).to_numpy().astype(np.float64)
    return np.zeros(len(rows))


def _in_mean_change(rows: pl.DataFrame) -> Floats:
    """(n,) how often each row ends a change from the year before, less how often it begins one."""
    import polars as pl

    years = rows.select("unit", "period")
    before, after = (
        years.join(
            years.with_columns(pl.col("period") + step, is_there=pl.lit(1.0)),
            on=["unit", "period"],
            how="left",
            maintain_order="left",
        )
        .get_column("is_there")
        .fill_null(0.0)
        .to_numpy()
        for step in (1, -1)
    )
    return before - after  # type: ignore[no-any-return]


def _absorbed(name: str, draws: list[tuple[Floats, Floats]], walk: Walk) -> Places:
    """Places of the cells that a variable reads and whose change no draw has left."""
    import numpy as np

    n_cells = len(walk.cells)
    given, left = np.zeros(n_cells), np.zeros(n_cells)
    for of_given, of_left in draws:
        given += walk.to_every({name: of_given}) ** 2
        left += walk.to_every({name: of_left}) ** 2
    with np.errstate(invalid="ignore"):
        return np.flatnonzero((given > 0) & (left <= ROUNDING**2 * given))


def tables_of(found: Mapping[tuple[str, str], pl.DataFrame]) -> list[pl.DataFrame]:
    """The cells of all columns, each with its table and label."""
    import polars as pl

    return [
        cells.with_columns(table_name=pl.lit(table), column_label=pl.lit(label))
        for (table, label), cells in found.items()
    ]
