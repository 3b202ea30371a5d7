"""How an effect through a mediator differs with the level of a moderator."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

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

MEDIATOR, MODERATOR, MODERATES = (
    ("moderated", key) for key in ("mediator", "moderator", "moderates")
)
LEVELS = ("low", "mean", "high")


class ModeratedOptions(DrawnPaths):
    """Indirect effects of the first regressor at levels of a moderator."""

    mediator: Name = Field(description="variable through which the effect runs")
    moderator: Name = Field(
        description="variable with whose level the effect differs; it is in both equations"
    )
    moderates: tuple[Literal["first", "second", "direct"], ...] = Field(
        min_length=1,
        description="what differs: the `first` stage from treatment to mediator, the `second` from mediator "
        "to outcome, the `direct` effect beside one of them",
    )


def _refusals(column: Equation) -> Iterator[Refusal]:
    options = column.options(ModeratedOptions)
    yield from refused_name(column, MEDIATOR, options.mediator, "mediator")
    yield from refused_name(column, MODERATOR, options.moderator, "moderator")
    yield from twice(MODERATES, options.moderates)
    if options.moderator == options.mediator:
        yield Refusal(
            MODERATOR,
            "a moderator other than the mediator",
            f"`{options.moderator}`, the mediator",
            "name another variable",
        )
    if not {"first", "second"} & {*options.moderates}:
        yield Refusal(
            MODERATES,
            "`first`, `second` or both, with or without `direct`",
            "`direct` alone, with which the effect through the mediator is the same everywhere",
            "add a stage; for a moderated effect without mediator, put the product of the two variables into "
            "`regressors` of `two_way_fe`",
        )
    yield from refused_draws(column, "moderated")


def _relations(of: Relations) -> Iterator[Refusal]:
    options = of.column.options(ModeratedOptions)
    mediator, moderator = options.mediator, options.moderator
    yield from mediated(of, {MEDIATOR: mediator})
    others = [*of.column.regressors[:1], mediator, of.outcome]
    if moderator not in (*of.terms, *others):
        told = [
            *of.made_of(MODERATOR, moderator, others, "a moderator"),
            *of.repeats(MODERATOR, moderator, [*of.terms], "a moderator"),
        ]
        yield from told[:1]


ESTIMATOR = Estimator(
    "moderated_mediation",
    purpose="how an effect through a mediator differs with the level of a moderator",
    documentation="docs/estimators.md#Moderated mediation",
    covariances=LEAST_SQUARES,
    function="nqpf_assets.estimation.moderated_mediation:fit_moderated_mediation",
    influence="nqpf_assets.estimation.moderated_influence:moderated_mediation",
    order=6,
    elsewhere=("modmed", "conditional_process", "process", "moderated"),
    options=OptionBlock(
        "moderated",
        ModeratedOptions,
        variables={
            "mediator": Role("mediator", is_term=True),
            "moderator": Role("moderator", is_term=True),
        },
        groupings=("resample",),
        refusals=_refusals,
        relations=_relations,
        resampled=resampled,
        # Moderator and mediator in the equation of the outcome, and their products.
        more_parameters=lambda column: (
            2 + len({*column.options(ModeratedOptions).moderates} - {"first"})
        ),
    ),
    switches=ALONE,
    needs_regressors=True,
    printing=Printing(
        effects=(
            *(
                PrintedEffect(
                    f"indirect, {level} moderator", f"Indirect effect, {level} moderator: "
                )
                for level in LEVELS
            ),
            PrintedEffect("index of moderated mediation", "Index of moderated mediation: "),
            PrintedEffect("indirect, high less low moderator", "Indirect effect, high less low: "),
        ),
        parts={"by_moderator": "{} × moderator"},
    ),
    example="""\
- label: moderated # the first regressor's effect through a mediator, at levels of a moderator
  estimator: moderated_mediation
  moderated: {mediator: urbanization, moderator: gdp_growth, moderates: [first, second]}
""",
)
