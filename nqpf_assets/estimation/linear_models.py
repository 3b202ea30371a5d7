"""The linear model behind a column, for what single numbers do to its coefficients.

An estimator says which of these is its own. Nothing is inferred here: what a coefficient is worth is told by
the estimator.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from nqpf_assets.estimation.design import Design
from nqpf_assets.studies.estimators.fe_2sls import InstrumentOptions
from nqpf_assets.studies.estimators.mediation import MediationOptions
from nqpf_assets.studies.tobit_options import TobitOptions

if TYPE_CHECKING:
    from nqpf_assets.estimators.influence.linear_model import LinearModel


def least_squares(design: Design) -> LinearModel:
    """The outcome on regressors and controls, with the column's effects."""
    return _model(design, design.names, design.column.effects)


def pooled_least_squares(design: Design) -> LinearModel:
    """The same without effects."""
    return _model(design, design.names, ())


def outcome_equation(design: Design) -> LinearModel:
    """The outcome on regressors, controls and, last, the mediator."""
    mediator = design.column.options(MediationOptions).mediator
    return _model(design, [*design.names, mediator], design.column.effects)


def uncensored(design: Design) -> LinearModel | None:
    """Least squares, whose coefficients Tobit's are where no row stands at a limit; None where one does."""
    options, outcome = design.column.options(TobitOptions), design.outcome
    is_below = options.lower is not None and bool((outcome <= options.lower).any())
    is_above = options.upper is not None and bool((outcome >= options.upper).any())
    return None if is_below or is_above else least_squares(design)


def two_stage(design: Design) -> LinearModel:
    """Two-stage least squares."""
    from nqpf_assets.estimators.influence.linear_model import two_stage_model
    from nqpf_assets.estimators.instruments.sample import iv_sample

    column, options = design.column, design.column.options(InstrumentOptions)
    exogenous = tuple(name for name in design.names if name not in options.endogenous)
    sample = iv_sample(
        design.outcome,
        design.values(options.endogenous),
        design.values(options.instruments),
        design.units,
        design.periods,
        design.values(exogenous) if exogenous else None,
        names=(tuple(options.endogenous), exogenous, tuple(options.instruments)),
        effects=column.effects,
        drop_singletons=column.drop_singletons,
    )
    return two_stage_model(
        sample,
        outcome_name=str(column.outcome),
        endogenous=options.endogenous,
        instruments=options.instruments,
    )


def _model(design: Design, names: Sequence[str], effects: Sequence[str]) -> LinearModel:
    from nqpf_assets.estimators.influence.linear_model import least_squares_model

    return least_squares_model(
        design.outcome,
        design.values(names),
        design.units,
        design.periods,
        names=names,
        outcome_name=str(design.column.outcome),
        effects=effects,
        drop_singletons=design.column.drop_singletons,
    )
