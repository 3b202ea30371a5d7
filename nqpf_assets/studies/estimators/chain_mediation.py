"""How much of an effect runs through two mediators, of which the first moves the second."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pydantic import Field

from nqpf_assets.messages.problems import Refusal
from nqpf_assets.studies.equation import Equation
from nqpf_assets.studies.estimator import ALONE, Estimator, OptionBlock, Role
from nqpf_assets.studies.least_squares_covariances import LEAST_SQUARES
from nqpf_assets.studies.mediation_options import (
    DrawnPaths,
    mediated,
    refused_draws,
    refused_name,
    resampled,
)
from nqpf_assets.studies.printing import PrintedEffect, Printing
from nqpf_assets.studies.refused_variables import twice
from nqpf_assets.user_input.strict import Name

if TYPE_CHECKING:
    from nqpf_assets.studies.relations import Relations

AT = ("chain", "mediators")


class ChainOptions(DrawnPaths):
    """Indirect effects of the first regressor through two mediators in sequence."""

    mediators: tuple[Name, Name] = Field(
        description="the two variables through which the effect runs, first the one that moves the other"
    )


def _refusals(column: Equation) -> Iterator[Refusal]:
    mediators = column.options(ChainOptions).mediators
    yield from twice(AT, mediators)
    for place, name in enumerate(mediators):
        yield from refused_name(column, (*AT, place), name, "mediator")
    yield from refused_draws(column, "chain")


def _relations(of: Relations) -> Iterator[Refusal]:
    mediators = of.column.options(ChainOptions).mediators
    return mediated(of, {(*AT, place): name for place, name in enumerate(mediators)})


ESTIMATOR = Estimator(
    "chain_mediation",
    purpose="how much of an effect runs through two mediators in sequence",
    documentation="docs/estimators.md#Chain mediation",
    covariances=LEAST_SQUARES,
    function="nqpf_assets.estimation.chain_mediation:fit_chain_mediation",
    influence="nqpf_assets.estimation.mediation_influence:chain",
    order=7,
    elsewhere=("serial_mediation", "chain", "serial"),
    options=OptionBlock(
        "chain",
        ChainOptions,
        variables={"mediators": Role("mediator", is_term=True)},
        groupings=("resample",),
        refusals=_refusals,
        relations=_relations,
        resampled=resampled,
        more_parameters=lambda _column: 2,  # the mediators in the equation of the outcome
    ),
    switches=ALONE,
    needs_regressors=True,
    printing=Printing(
        effects=(
            PrintedEffect("indirect, first mediator", "Indirect effect by the first mediator: "),
            PrintedEffect("indirect, second mediator", "Indirect effect by the second mediator: "),
            PrintedEffect("indirect, chain", "Indirect effect by both in turn: "),
            PrintedEffect("indirect", "Indirect effect, all: "),
        )
    ),
    example="""\
- label: chain # the first regressor moves the first mediator, that the second, both the outcome
  estimator: chain_mediation
  chain: {mediators: [urbanization, gdp_growth], draws: 5000}
""",
)
