"""Censored columns, as their numbers move with their rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nqpf_assets.estimation.design import Design
from nqpf_assets.estimation.linear_models import least_squares
from nqpf_assets.studies.tobit_options import TobitOptions

if TYPE_CHECKING:
    from nqpf_assets.estimators.influence.moving import Moving


def dummies(design: Design) -> Moving:
    """Tobit with effects as dummies; least squares, which it is then, where no row stands at a limit."""
    from nqpf_assets.estimators.influence.linear_column import of_one_model
    from nqpf_assets.estimators.influence.tobit_column import tobit_column

    column, options = design.column, design.column.options(TobitOptions)
    outcome = design.outcome
    is_below = options.lower is not None and bool((outcome <= options.lower).any())
    is_above = options.upper is not None and bool((outcome >= options.upper).any())
    if not is_below and not is_above:
        return of_one_model(least_squares(design))
    return tobit_column(
        outcome,
        design.values(design.names),
        design.units,
        design.periods,
        names=design.names,
        outcome_name=str(column.outcome),
        lower=options.lower,
        upper=options.upper,
        effects=column.effects,
        drop_singletons=column.drop_singletons,
    )
