"""A column of least squares from sums of products that an engine of queries makes of the panel.

For panels that memory does not hold. What cannot go this way (`is_from_sums`), and a column whose sums do not
tell enough, is estimated on its rows like any other, in `column`; so is every column that is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, cast, get_args

from nqpf_assets.estimation.column import FittedColumn, sample_id_of
from nqpf_assets.estimation.linear import (
    cluster_counts,
    linear_dropped,
    linear_model,
    linear_terms,
)
from nqpf_assets.estimation.panel_sums import PanelSums
from nqpf_assets.estimation.result_rows import STANDARDIZED, Fitted, errors_told
from nqpf_assets.estimation.roles import further_roles_of, needed, roles_of
from nqpf_assets.estimation.sample_rows import Isolated, sample_words
from nqpf_assets.estimation.wild_bootstrap import bounded
from nqpf_assets.estimators.linear.covariance_kinds import SmallSample
from nqpf_assets.estimators.linear.long_readings import Errors
from nqpf_assets.estimators.linear.options import LeastSquaresOptions
from nqpf_assets.studies.effects import OWN, further_effects, own_effects
from nqpf_assets.studies.equation import OWN_KEYS
from nqpf_assets.studies.estimator_registry import ESTIMATORS
from nqpf_assets.studies.sample_conditions import told_name, where_name
from nqpf_assets.studies.spec import CompleteColumn, Study
from nqpf_assets.warehouse.duckdb_engine import literal, literals, quoted

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.estimators.linear.summed_fit import SummedFit
    from nqpf_assets.estimators.linear.two_way_fe_result import TwoWayFE

Ask = Callable[[str], "pl.DataFrame"]
"""Runs a query over the tables of a step."""

LEAST_SQUARES = "nqpf_assets.estimation.linear_models:"
"""Where those estimators have their linear model that are least squares on the rows of the panel."""


def is_from_sums(column: CompleteColumn, isolated: Isolated) -> bool:
    """Whether sums of products are all that a column reports.

    Args:
        isolated: variables that are missing in units without a neighbour, which a note names.
    """
    vcov = column.vcov
    asks_for_rows = (
        column.weights is not None,
        column.winsorize is not None,
        column.by_year is not None,
        bool(column.hausman),
        column.sample.reported_only,
        any(True for _ in further_effects(column.effects)),
        any(name in isolated for name in needed(column)),
    )
    return (
        ESTIMATORS[column.estimator].linear_model.startswith(LEAST_SQUARES)
        and vcov.type in get_args(Errors)
        and (vcov.type != "clustered" or len(vcov.by) == 1)
        and not any(asks_for_rows)
    )


def fit_from_sums(
    study: Study, column: CompleteColumn, panel: str, ask: Ask, note: str
) -> FittedColumn | None:
    """Estimate one column of which `is_from_sums`; None where it takes the rows.

    Args:
        panel: the panel's table, as SQL.
        note: what the reader is told of who made the sums.
    """
    from nqpf_assets.estimators.linear.two_way_fe import two_way_fe_of_sums

    asked = f"SELECT * FROM {panel} WHERE {' AND '.join(_conditions(study, column))}"
    names, key = needed(column), _cluster(column)
    missing = [
        f"count(CASE WHEN {_is_there(one)} THEN 1 END) AS n{at}" for at, one in enumerate(names)
    ]
    complete = " AND ".join(map(_is_there, names))
    outside = f"{quoted(key)} IS NULL" if key not in OWN_KEYS else "1 = 0"
    told = ask(
        f"SELECT count(*) AS n, count(CASE WHEN {complete} THEN 1 END) AS n_complete,"
        f" count(CASE WHEN {complete} AND {outside} THEN 1 END) AS n_outside, {', '.join(missing)}"
        f" FROM ({asked}) AS a"
    ).row(0)
    n_asked, n_complete, n_outside = map(int, told[:3])
    if not n_complete or n_outside:
        return None
    rows = _rows(column, key, f"({asked}) AS a WHERE {complete}")
    regressors = (*column.regressors, *column.controls)
    sums = PanelSums(rows, 1 + len(regressors), key if key in OWN else "g", ask)
    effects = own_effects(column.effects) if ESTIMATORS[column.estimator].has_effects else ()
    found = two_way_fe_of_sums(sums, regressors, effects, _options(column))
    if found is None:
        return None
    result, fit = found
    sample = sums.sample(fit.rows)
    lacking = {
        told_name(column.sample, name): n_asked - int(n)
        for name, n in sorted(zip(names, told[3:], strict=True), key=lambda one: int(one[1]))
        if n < n_asked
    }
    return FittedColumn(
        _fitted(column, result, fit, note),
        sample,
        sample_id_of(sample),
        sample_words(study, column),
        n_asked,
        n_asked - n_complete,
        lacking,
        {name: role.name for name, role in roles_of(column).items()},
        {name: role.name for name, role in further_roles_of(column).items()},
        _no_bounds(sample),
    )


def _fitted(column: CompleteColumn, result: TwoWayFE, fit: SummedFit, note: str) -> Fitted:
    notes = (STANDARDIZED, note) if column.standardize else (note,)
    return errors_told(
        Fitted(
            model=linear_model(column, result),
            terms=bounded(linear_terms(result, is_standardized=column.standardize)),
            tests=tuple(cluster_counts(column, result)),
            is_in_sample=fit.sample.is_in_sample,
            dropped=linear_dropped(result),
            notes=notes,
        )
    )


def _options(column: CompleteColumn) -> LeastSquaresOptions:
    """How the column is tested; which key clusters, its sums know."""
    asked = column.vcov
    chosen = "large_sample" if asked.large_sample else asked.small_sample or "xtreg"
    return LeastSquaresOptions(
        vcov=cast(Errors, asked.type),
        small_sample=cast(SmallSample, chosen),
        drop_singletons=column.drop_singletons,
    )


def _cluster(column: CompleteColumn) -> str:
    """The key of the clusters; units where there are none."""
    return column.vcov.by[0] if column.vcov.type == "clustered" else "unit"


def _conditions(study: Study, column: CompleteColumn) -> Iterator[str]:
    """The sample as `sample_rows.asked_rows` takes it."""
    sample = column.sample
    first, last = sample.first or study.periods.first, sample.last or study.periods.last
    yield f"period BETWEEN {first} AND {last}"
    if sample.only:
        yield f"unit IN ({literals(sample.only)})"
    if sample.exclude:
        yield f"unit NOT IN ({literals(sample.exclude)})"
    for grouping, group in sample.within.items():
        yield f"{quoted(grouping)} = {literal(group)}"
    where = where_name(sample)
    if where is not None:
        yield f"({quoted(where)} IS NULL OR {quoted(where)} <> 0)"


def _is_there(name: str) -> str:
    """Whether a variable has a value; NaN is none, and greater than infinity in both dialects."""
    return f"CAST({quoted(name)} AS DOUBLE) <= CAST('Infinity' AS DOUBLE)"


def _rows(column: CompleteColumn, key: str, rows: str) -> str:
    names = (str(column.outcome), *column.regressors, *column.controls)
    values = [f"CAST({quoted(name)} AS DOUBLE) AS v{at}" for at, name in enumerate(names)]
    group = [] if key in OWN else [f"{quoted(key)} AS g"]
    return f"SELECT {', '.join(['unit', 'period', *values, *group])} FROM {rows}"


def _no_bounds(sample: pl.DataFrame) -> pl.DataFrame:
    """Rows on which bounds rest, of a column that clips nothing."""
    import polars as pl

    return sample.clear().select(pl.lit("").alias("variable"), "unit", "period")
