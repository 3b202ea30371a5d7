"""Censored columns, as their numbers move with their rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nqpf_assets.estimation.design import Design
from nqpf_assets.estimation.linear_models import least_squares
from nqpf_assets.studies.tobit_options import TobitOptions

if TYPE_CHECKING:
    from nqpf_assets.estimators.influence.moving import Moving


def random_effects(design: Design) -> Moving:
    """Tobit with random effects of units."""
    from nqpf_assets.estimators.influence.re_tobit_column import random_column

    column, options = design.column, design.column.options(TobitOptions)
    return random_column(
        **_data(design),
        period_effects="period" in column.effects,
        nodes=options.nodes,
    )


def dummies(design: Design) -> tuple[Moving, ...]:
    """Tobit with effects as dummies.

    Where no row stands at a limit its coefficients are those of least squares, whose left-out rows are told.
    """
    from nqpf_assets.estimators.influence.linear_column import of_one_model
    from nqpf_assets.estimators.influence.tobit_column import tobit_column

    column, options = design.column, design.column.options(TobitOptions)
    outcome = design.outcome
    likelihood = tobit_column(
        **_data(design), effects=column.effects, drop_singletons=column.drop_singletons
    )
    is_below = options.lower is not None and bool((outcome <= options.lower).any())
    is_above = options.upper is not None and bool((outcome >= options.upper).any())
    if is_below or is_above:
        return (likelihood,)
    linear = of_one_model(least_squares(design))
    return (linear, likelihood.without_numbers(linear.numbers))


def _data(design: Design) -> dict[str, Any]:
    """Rows, names and limits of a censored column."""
    options = design.column.options(TobitOptions)
    return {
        "outcome": design.outcome,
        "regressors": design.values(design.names),
        "units": design.units,
        "periods": design.periods,
        "names": design.names,
        "outcome_name": str(design.column.outcome),
        "lower": options.lower,
        "upper": options.upper,
    }
