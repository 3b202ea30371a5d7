"""How much of an effect runs through a mediator."""

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
from nqpf_assets.studies.printing import PrintedTest, Printing
from nqpf_assets.user_input.strict import Name

if TYPE_CHECKING:
    from nqpf_assets.studies.relations import Relations


class MediationOptions(DrawnPaths):
    """Indirect effect of the first regressor through a mediator."""

    mediator: Name = Field(description="variable through which the effect runs")


def _refusals(column: Equation) -> Iterator[Refusal]:
    mediator = column.options(MediationOptions).mediator
    yield from refused_name(column, ("mediation", "mediator"), mediator, "mediator")
    yield from refused_draws(column, "mediation")


def _relations(of: Relations) -> Iterator[Refusal]:
    mediator = of.column.options(MediationOptions).mediator
    return mediated(of, {("mediation", "mediator"): mediator})


ESTIMATOR = Estimator(
    "mediation",
    purpose="how much of an effect runs through a mediator",
    documentation="docs/estimators.md#Mediation",
    covariances=LEAST_SQUARES,
    function="nqpf_assets.estimation.mediation:fit_mediation",
    influence="nqpf_assets.estimation.mediation_influence:mediation",
    order=6,
    elsewhere=("sgmediation", "sgmediation2", "medsem", "mediate", "khb", "medeff"),
    options=OptionBlock(
        "mediation",
        MediationOptions,
        variables={"mediator": Role("mediator", is_term=True)},
        groupings=("resample",),
        refusals=_refusals,
        relations=_relations,
        resampled=resampled,
        more_parameters=lambda _column: 1,  # the mediator in the equation of the outcome
    ),
    switches=ALONE,
    needs_regressors=True,
    printing=Printing(tests={"sobel": PrintedTest("Sobel z")}),
    example="""\
- label: "(4)" # the first regressor's effect through a mediator
  estimator: mediation
  mediation: {mediator: urbanization, draws: 5000, resample: unit}
""",
)
