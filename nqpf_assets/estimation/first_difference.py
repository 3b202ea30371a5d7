"""Least squares of first differences as a column."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from nqpf_assets.estimation.design import Design
from nqpf_assets.estimation.linear import cluster_counts, linear_dropped, linear_model, linear_terms
from nqpf_assets.estimation.result_rows import Fitted
from nqpf_assets.estimators.linear.differences import Differences
from nqpf_assets.messages.counted import counted, verb

if TYPE_CHECKING:
    from nqpf_assets.estimators.influence.moving import Moving


def fit_first_difference(design: Design) -> Fitted:
    """The change of the outcome on those of the regressors, from one year to the next.

    The constant is a trend that all units share; `effects: [period]` has one change for each year instead.
    """
    from nqpf_assets.estimators.linear.differences import differences
    from nqpf_assets.estimators.linear.two_way_fe import two_way_fe

    names, units, periods = design.names, design.units, design.periods
    made = differences(units, periods)
    said = design.least_squares | {
        "cluster": _of_rows(design.cluster, made),
        "drop_singletons": False,
    }
    result = two_way_fe(
        made.of(design.outcome),
        made.of(design.values(names)),
        units[made.rows],
        periods[made.rows],
        names=names,
        effects=("period",) if "period" in design.column.effects else (),
        **said,
    )
    # R² within units would be of differences less their unit's mean, which no program means by it.
    model = replace(linear_model(design.column, result), r2_unit_within=None)
    return Fitted(
        model=model,
        terms=linear_terms(result),
        tests=tuple(cluster_counts(design.column, result)),
        is_in_sample=made.used(len(units)),
        dropped=linear_dropped(result),
        notes=tuple(_notes(made, result.n_units, len(set(units.tolist())))),
    )


def moving(design: Design) -> Moving:
    """The column as its coefficients and constant move with its rows."""
    from nqpf_assets.estimators.influence.made_rows_column import difference_column

    effects = ("period",) if "period" in design.column.effects else ()
    return difference_column(design.given, effects=effects)


def _of_rows(cluster: Any, made: Differences) -> Any:
    """Labels of the rows that have a difference; names of units and periods stay."""
    if cluster is None or isinstance(cluster, str):
        return cluster
    if isinstance(cluster, tuple):
        return tuple(_of_rows(one, made) for one in cluster)
    return np.asarray(cluster)[made.rows]


def _notes(made: Differences, n_units: int, n_all: int) -> Iterator[str]:
    yield (
        f"Changes from the year before: {counted(len(made.rows), 'observations')} of "
        f"{counted(n_units, 'units')}"
    )
    if n := made.n_after_gaps:
        yield f"{counted(n, 'rows')} after a gap {verb(n, 'have')} no row of the year before, and no change"
    if n := n_all - n_units:
        yield f"{counted(n, 'units')} without two years in a row {verb(n, 'are')} in no difference"
