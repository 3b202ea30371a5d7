"""Columns of several linear models, or of one over divided variables, as their numbers move with their rows.

Both stages of instruments, regimes of a threshold at the thresholds as estimated, and two groups.
Equations of mediators are in `mediation_influence`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from nqpf_assets.estimation.design import Design
from nqpf_assets.estimation.linear_models import linear_model_of, two_stage
from nqpf_assets.estimation.threshold import threshold_arguments
from nqpf_assets.studies.estimators.fe_2sls import InstrumentOptions
from nqpf_assets.studies.estimators.group_difference import DifferenceOptions
from nqpf_assets.studies.estimators.threshold import ThresholdOptions

if TYPE_CHECKING:
    from nqpf_assets.estimators.influence.linear_column import LinearColumn

ROWS_OF_LAST_PERIOD = (
    "least squares over all periods but the last (drop_last) is told for balanced panels only, and "
    "without a row they are none"
)


def threshold(design: Design) -> LinearColumn:
    """Coefficients of the regimes: least squares at the thresholds as estimated.

    A threshold is a value of its variable between which and the next nothing changes, so that coefficients
    are smooth in all that does not make a row cross it.
    """
    from nqpf_assets.estimators.influence.linear_column import of_one_model
    from nqpf_assets.estimators.thresholds.threshold import panel_threshold

    column, options = design.column, design.column.options(ThresholdOptions)
    found = panel_threshold(
        **threshold_arguments(design), draws=0, drop_singletons=column.drop_singletons
    )
    regimes = np.zeros(len(design.rows), dtype=np.intp)
    regimes[found.fit.is_in_sample] = found.regimes
    taken: list[tuple[str, Any]] = []
    for term in found.fit.names:
        name, _, regime = term.partition(":regime_")
        taken.append((name, (regimes == int(regime)).astype(np.float64) if regime else None))
    values = [
        design.values([name])[:, 0] * (1.0 if factor is None else factor) for name, factor in taken
    ]
    model = linear_model_of(
        design,
        np.column_stack(values),
        found.fit.names,
        demeaned_periods=options.demeaned_periods,
    )
    inside = model.is_in_sample
    columns = [(name, None if factor is None else factor[inside]) for name, factor in taken]
    return of_one_model(
        model,
        ((str(column.outcome), None), *columns),
        why_no_rows=ROWS_OF_LAST_PERIOD if model.estimated is not None else "",
    )


def instruments(design: Design) -> LinearColumn:
    """Coefficients of the second stage, its constant, and those of the first stages."""
    from nqpf_assets.estimators.influence.linear_column import LinearColumn, own_columns
    from nqpf_assets.estimators.influence.moments import Moments
    from nqpf_assets.estimators.influence.number import Number

    options, second = design.column.options(InstrumentOptions), two_stage(design)
    exogenous = [name for name in design.names if name not in options.endogenous]
    regressors = [*options.instruments, *exogenous]
    first = [
        linear_model_of(design, design.values(regressors), regressors, outcome=name)
        for name in options.endogenous
    ]
    parts = tuple(
        Moments(one, np.flatnonzero(one.is_in_sample), own_columns(one)) for one in (second, *first)
    )
    counts = [len(one.terms) for one in (second, *first)]

    def compute(moments: Sequence[Any]) -> Any:
        slopes = [one[..., 1 : 1 + k] for one, k in zip(moments, counts, strict=True)]
        return np.concatenate([slopes[0], moments[0][..., :1], *slopes[1:]], axis=-1)

    numbers = [*(Number(term) for term in second.terms), Number("constant")]
    for name, model in zip(options.endogenous, first, strict=True):
        numbers += [Number(term, f"first stage of {name}") for term in model.terms]
    return LinearColumn(tuple(numbers), parts, compute, second.is_in_sample)


def group_difference(design: Design) -> LinearColumn:
    """Differences of the coefficients, and the coefficients of both groups."""
    from nqpf_assets.estimators.influence.linear_column import LinearColumn, own_columns
    from nqpf_assets.estimators.influence.moments import Moments
    from nqpf_assets.estimators.influence.number import Number

    options, tested = design.column.options(DifferenceOptions), design.column.regressors
    labels = design.labels(options.grouping)
    parts, used = [], np.zeros(len(labels), dtype=np.bool_)
    for group in options.groups:
        rows = np.flatnonzero(labels == group)
        model = linear_model_of(
            design, design.values(design.names), design.names, rows=rows, drop_singletons=True
        )
        parts.append(Moments(model, rows[model.is_in_sample], own_columns(model)))
        used[parts[-1].rows] = True
    places = [[1 + part.model.terms.index(name) for name in tested] for part in parts]

    def compute(moments: Sequence[Any]) -> Any:
        first, second = (one[..., at] for one, at in zip(moments, places, strict=True))
        return np.concatenate([first - second, first, second], axis=-1)

    numbers = [Number(name) for name in tested]
    numbers += [Number(name, str(group)) for group in options.groups for name in tested]
    return LinearColumn(tuple(numbers), tuple(parts), compute, used)
