"""The regression columns of a study: from the analysis panel to models, estimates and samples.

The numbers happen in `nqpf_assets.models`; here a column of the study file becomes arrays, and its
result becomes rows with everything that was decided stated beside them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nqpf_assets.problems import CheckFailed, Problem
from nqpf_assets.stages.fit import Fit, fit_column
from nqpf_assets.stages.source_code import source_of
from nqpf_assets.stages.step import Inputs, Output, Step
from nqpf_assets.stages.under import Under
from nqpf_assets.studies.spec import Column, RegressionTable, Study
from nqpf_assets.tables import frame_of, rows_of

if TYPE_CHECKING:
    import polars as pl

CONSTANT = "constant"
ROW_TABLES = ("model", "estimate", "effect", "test", "model_variable")
"""Tables of some rows per column; `model_sample` has one per observation and is a frame throughout."""
TABLES = (*ROW_TABLES, "model_sample")


@dataclass(frozen=True)
class Request:
    """One column of one table, with the table's defaults filled in."""

    table: str
    position: int
    column: Column


def requests(study: Study) -> Iterator[Request]:
    """All regression columns of a study, in the order of its tables."""
    for name, table in study.tables.items():
        if isinstance(table, RegressionTable):
            for position, column in enumerate(table.columns, start=1):
                given = column.model_dump(exclude_unset=True)
                yield Request(
                    name,
                    position,
                    Column.model_validate(table.model.model_dump(exclude_unset=True) | given),
                )


def result_step(study: Study) -> Step:
    """All columns of one study in one step, so that no model is fitted twice."""
    name = study.study
    wanted = list(requests(study))

    def run(inputs: Inputs) -> Output:
        panel = inputs.read(name, "panel")
        rows: dict[str, list[dict[str, Any]]] = {table: [] for table in ROW_TABLES}
        samples: dict[str, pl.DataFrame] = {}
        under = Under.read(inputs, name)
        problems: list[Problem] = []
        for request in wanted:
            try:
                fit = fit_column(study, request.table, request.column, panel)
                _add_column(rows, request, fit, under)
                samples.setdefault(fit.sample_id, _sample(fit))
            except CheckFailed as failed:
                problems += failed.problems
        if problems:
            raise CheckFailed(problems)
        made = {(name, table): rows_of(table, rows[table]) for table in ROW_TABLES}
        return made | {(name, "model_sample"): frame_of("model_sample", samples.values())}

    return Step(
        "result",
        tuple((name, table) for table in TABLES),
        (
            (name, "panel"),
            (name, "rests_on"),
            (name, "filled_cell"),
            (name, "reported_cell"),
            ("source", "file"),
        ),
        run,
        code=json.dumps([[one.table, one.column.model_dump(mode="json")] for one in wanted])
        + json.dumps([study.periods.model_dump(), study.groups])
        + source_of(__name__),
        study=name,
    )


def _sample(fit: Fit) -> pl.DataFrame:
    import polars as pl

    return fit.sample.with_columns(sample_id=pl.lit(fit.sample_id))


def _add_column(
    rows: dict[str, list[dict[str, Any]]], request: Request, fit: Fit, under: Under
) -> None:
    """Add what one column gave to every result table."""
    column = request.column
    key = {"table_name": request.table, "column_label": column.label}
    roles = {str(column.outcome): "outcome"}
    roles |= dict.fromkeys(column.controls, "control") | dict.fromkeys(
        column.regressors, "regressor"
    )
    rows["model"].append(key | {"column_position": request.position} | _model(column, fit)
                         | under.of(tuple(roles), fit.sample))  # fmt: skip
    rows["estimate"] += [key | row for row in _estimates(column, fit)]
    rows["model_variable"] += [
        key | {"variable": name, "role": role} for name, role in roles.items()
    ]


def _model(column: Column, fit: Fit) -> dict[str, Any]:
    """The row of `study.model`: everything that was decided about the column."""
    result = fit.result
    return {
        "estimator": column.estimator,
        "outcome": column.outcome,
        "effects": ", ".join(result.effects),
        "n_obs": result.n_obs,
        "n_units": result.n_units,
        "n_periods": result.n_periods,
        "vcov": f"clustered by {' and '.join(column.vcov.by)}"
        if result.vcov == "clustered"
        else result.vcov,
        "small_sample": result.small_sample,
        "n_clusters": min(result.n_clusters) if result.n_clusters else None,
        "df_resid": float(result.df_resid),
        "df_test": float(min(result.df_inference)) if len(result.df_inference) else None,
        "r2_within": result.r2_within,
        "r2": result.r2,
        "r2_adjusted": result.r2_adjusted,
        "rss": result.rss,
        "log_likelihood": result.log_likelihood,
        "sample": fit.sample_words,
        "sample_id": fit.sample_id,
        "n_missing_rows": fit.n_missing_rows,
        "n_expected": column.expect.n,
        "dropped": "; ".join(
            [f"{one.name}: {one.reason}" for one in result.dropped]
            + [f"unit {label}: alone" for label in result.singleton_units]
            + [f"period {label}: alone" for label in result.singleton_periods]
        )
        or None,
        "note": "; ".join(filter(None, (column.note, column.expect.reason))) or None,
    }


def _estimates(column: Column, fit: Fit) -> Iterator[dict[str, Any]]:
    """Rows of `study.estimate`: the regressors, then the constant as `constant`."""
    result = fit.result
    for place, name in enumerate(result.names):
        scale = result.standardized[place] / result.params[place] if column.standardize else 1.0
        yield _estimate(
            column, name, result.params[place] * scale, result.std_errors[place] * abs(scale),
            result.t_stats[place], result.p_values[place],
            *sorted(bound * scale for bound in result.conf_int[place]),
        )  # fmt: skip
    if not column.standardize:
        cons = result.constant
        yield _estimate(column, CONSTANT, cons.estimate, cons.std_error, cons.t_stat, cons.p_value,
                        cons.conf_low, cons.conf_high)  # fmt: skip


def _estimate(
    column: Column, term: str, estimate: float, std_error: float, statistic: float, p_value: float,
    conf_low: float, conf_high: float,
) -> dict[str, Any]:  # fmt: skip
    published = column.published.get(term)
    return {
        "term": term,
        "estimate": float(estimate),
        "std_error": float(std_error),
        "statistic": float(statistic),
        "p_value": float(p_value),
        "conf_low": float(conf_low),
        "conf_high": float(conf_high),
        "published_estimate": published.estimate if published else None,
        "published_statistic": published.statistic if published else None,
        "published_std_error": published.std_error if published else None,
    }
