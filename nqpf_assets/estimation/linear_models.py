"""The linear model behind a column, for what single numbers do to its coefficients.

An estimator says which of these is its own. Nothing is inferred here: what a coefficient is worth is told by
the estimator.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from nqpf_assets.estimation.design import Design
from nqpf_assets.studies.effects import own_effects
from nqpf_assets.studies.estimators.fe_2sls import InstrumentOptions

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from nqpf_assets.estimators.influence.linear_model import LinearModel
    from nqpf_assets.estimators.influence.row_weights import RowWeights


def least_squares(design: Design) -> LinearModel:
    """The outcome on regressors and controls, with the column's effects."""
    return linear_model_of(design, design.values(design.names), design.names)


def pooled_least_squares(design: Design) -> LinearModel:
    """The same without effects."""
    return linear_model_of(design, design.values(design.names), design.names, effects=())


def two_stage(design: Design) -> LinearModel:
    """Two-stage least squares."""
    from nqpf_assets.estimators.influence.linear_model import two_stage_model
    from nqpf_assets.estimators.instruments.sample import iv_sample

    column, options = design.column, design.column.options(InstrumentOptions)
    exogenous = tuple(name for name in design.names if name not in options.endogenous)
    weights = _row_weights(design)
    sample = iv_sample(
        design.outcome,
        design.values(options.endogenous),
        design.values(options.instruments),
        design.units,
        design.periods,
        design.values(exogenous) if exogenous else None,
        names=(tuple(options.endogenous), exogenous, tuple(options.instruments)),
        effects=own_effects(column.effects),
        absorbed=design.absorbed,
        drop_singletons=column.drop_singletons,
        weights=None if weights is None else weights.checked,
    )
    return two_stage_model(
        sample,
        outcome_name=str(column.outcome),
        endogenous=options.endogenous,
        instruments=options.instruments,
        weights=weights,
    )


def linear_model_of(
    design: Design,
    columns: NDArray[np.float64],
    names: Sequence[str],
    *,
    outcome: str | None = None,
    effects: Sequence[str] | None = None,
    rows: NDArray[np.intp] | None = None,
    drop_singletons: bool | None = None,
    demeaned_periods: str = "all",
) -> LinearModel:
    """Least squares on a column's rows.

    Args:
        columns: (rows of the design, K) regressors; names: theirs.
        outcome, effects, drop_singletons: the column's where left out.
        rows: places of the rows that it is taken over; all where left out.
    """
    from nqpf_assets.estimators.influence.linear_model import least_squares_model

    column, taken = design.column, slice(None) if rows is None else rows
    name = str(column.outcome) if outcome is None else outcome
    is_dropping = column.drop_singletons if drop_singletons is None else drop_singletons
    return least_squares_model(
        design.values([name])[:, 0][taken],
        columns[taken],
        design.units[taken],
        design.periods[taken],
        names=names,
        outcome_name=name,
        effects=own_effects(column.effects) if effects is None else effects,
        absorbed=design.absorbed if effects is None and rows is None else (),
        drop_singletons=is_dropping,
        demeaned_periods=demeaned_periods,
        weights=_row_weights(design),
    )


def _row_weights(design: Design) -> RowWeights | None:
    """The column's `weights`; None where all rows count alike."""
    from nqpf_assets.estimators.influence.row_weights import RowWeights

    said = design.column.weights
    if said is None:
        return None
    weighing = design.weighing
    return RowWeights(said.variable, weighing["weights"], weighing["weights_kind"])
