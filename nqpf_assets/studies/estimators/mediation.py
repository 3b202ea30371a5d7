"""How much of an effect runs through a mediator."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pydantic import Field

from nqpf_assets.messages.problems import Refusal
from nqpf_assets.studies.draws import Draws
from nqpf_assets.studies.equation import OWN_KEYS, Equation
from nqpf_assets.studies.estimator import ALONE, Estimator, OptionBlock, Role
from nqpf_assets.studies.least_squares_covariances import LEAST_SQUARES
from nqpf_assets.studies.printing import PrintedTest, Printing
from nqpf_assets.studies.refused_variables import is_outcome
from nqpf_assets.user_input.strict import Name, Strict

if TYPE_CHECKING:
    from nqpf_assets.studies.relations import Relations


class MediationOptions(Strict):
    """Indirect effect of the first regressor through a mediator."""

    mediator: Name = Field(description="variable through which the effect runs")
    draws: Draws = Field(5000, description="bootstrap draws of whole units; 0 for none")
    resample: Name | None = Field(
        None,
        description="what is drawn whole: `unit` or a grouping; where left out what standard "
        "errors are clustered by, and otherwise the unit",
    )


def drawn_whole(column: Equation) -> str:
    """What the bootstrap draws whole: ``unit`` or a grouping."""
    asked, groupings = column.options(MediationOptions).resample, groupings_of(column)
    if asked is not None:
        return asked
    return groupings[0] if len(groupings) == 1 else "unit"


def groupings_of(column: Equation) -> list[str]:
    return [key for key in column.vcov.by if key not in OWN_KEYS]


def _resampled(column: Equation) -> str | None:
    return drawn_whole(column) if column.options(MediationOptions).draws else None


def _refusals(column: Equation) -> Iterator[Refusal]:
    options = column.options(MediationOptions)
    if options.mediator in (*column.regressors, *column.controls):
        yield Refusal(
            ("mediation", "mediator"),
            "a variable outside of the equation",
            f"the mediator {options.mediator} is added to the equation by itself",
            "remove it from regressors and controls",
        )
    if options.mediator == column.outcome:
        yield is_outcome(("mediation", "mediator"), options.mediator)
    if options.resample is not None and not options.draws:
        yield Refusal(
            ("mediation", "resample"),
            "draws",
            "`resample` with `draws: 0`, which draws nothing",
            "remove it, or ask for draws",
        )
    if options.resample == "period":
        yield Refusal(
            ("mediation", "resample"),
            "`unit` or a grouping",
            "`period`",
            "units are drawn with all their years",
        )
    errors = LEAST_SQUARES.get(column.vcov.type)  # others are refused
    is_clustered = errors is not None and errors.most_keys
    by = column.vcov.by if is_clustered else ("unit",)
    is_open = by == ("period",) or len(groupings_of(column)) > 1
    if options.draws and options.resample is None and is_open:
        yield Refusal(
            ("vcov", "by"),
            "`mediation: {resample: …}` beside these clusters",
            f"`by: [{', '.join(by)}]`, which does not say what the bootstrap draws whole",
            "write `resample: unit` or a grouping into `mediation`, or `draws: 0`",
        )


def _relations(of: Relations) -> Iterator[Refusal]:
    """Something is left of treatment and mediator, and the mediator is made of nothing in the equation."""
    name, at, what = (
        of.column.options(MediationOptions).mediator,
        ("mediation", "mediator"),
        "a mediator",
    )
    if of.column.regressors:
        yield from of.nothing_left(("regressors", 0), of.column.regressors[0], "a treatment")
    if name in (of.outcome, *of.terms):
        return  # told where the column is held against itself
    told = [
        *of.nothing_left(at, name, what),
        *of.made_of(at, name, [of.outcome], what),
        *of.repeats(at, name, [*of.terms], what),
        *of.repeats(at, name, [of.outcome, *of.terms], what, as_read=True),
    ]
    yield from told[:1]


ESTIMATOR = Estimator(
    "mediation",
    purpose="how much of an effect runs through a mediator",
    documentation="docs/estimators.md#Mediation",
    covariances=LEAST_SQUARES,
    function="nqpf_assets.estimation.mediation:fit_mediation",
    influence="nqpf_assets.estimation.linear_influence:mediation",
    order=6,
    elsewhere=("sgmediation", "sgmediation2", "medsem", "mediate", "khb", "medeff"),
    options=OptionBlock(
        "mediation",
        MediationOptions,
        variables={"mediator": Role("mediator", is_term=True)},
        groupings=("resample",),
        refusals=_refusals,
        relations=_relations,
        resampled=_resampled,
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
