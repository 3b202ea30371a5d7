"""Do coefficients differ between two groups of units?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pydantic import Field

from nqpf_assets.messages.problems import Refusal
from nqpf_assets.studies.draws import Draws
from nqpf_assets.studies.equation import Equation
from nqpf_assets.studies.estimator import SLOPES, Compared, Covariance, Estimator, OptionBlock
from nqpf_assets.studies.least_squares_covariances import (
    CLUSTER_CORRECTIONS,
    PLAIN_CORRECTIONS,
    WITH_OWN_DF,
)
from nqpf_assets.studies.printing import PrintedTest, Printing
from nqpf_assets.user_input.strict import Name, Strict

if TYPE_CHECKING:
    from nqpf_assets.studies.relations import Relations


class DifferenceOptions(Strict):
    """Do coefficients differ between two groups of units?"""

    grouping: Name = Field(description="grouping of the study")
    groups: tuple[Name, Name] = Field(
        description="the two groups compared; the first minus the second"
    )
    draws: Draws = Field(1000, description="permutations of units between the groups; 0 for none")


def _refusals(column: Equation) -> Iterator[Refusal]:
    options = column.options(DifferenceOptions)
    if options.groups[0] == options.groups[1]:
        yield Refusal(
            ("difference", "groups"),
            "two different groups",
            f"`{options.groups[0]}` twice",
            "name another group",
        )


def _compared(column: Equation) -> Compared:
    options = column.options(DifferenceOptions)
    return Compared(options.grouping, options.groups)


def _relations(of: Relations) -> Iterator[Refusal]:
    """Each regressor has a coefficient in both groups."""
    for place, name in enumerate(of.column.regressors):
        what = "a regressor that can be compared between the groups"
        at = ("regressors", place)
        yield from of.nothing_left(at, name, what)
        yield from of.repeats(at, name, of.column.regressors[:place], what)


ESTIMATOR = Estimator(
    "group_difference",
    purpose="do coefficients differ between two groups?",
    documentation="docs/estimators.md#Difference between groups",
    covariances={
        "clustered": Covariance(3, corrections=CLUSTER_CORRECTIONS),
        **WITH_OWN_DF,
        "unadjusted": Covariance(corrections=PLAIN_CORRECTIONS),
        "robust": Covariance(corrections=PLAIN_CORRECTIONS),
    },
    function="nqpf_assets.estimation.group_difference:fit_difference",
    influence="nqpf_assets.estimation.linear_influence:group_difference",
    order=7,
    elsewhere=("bdiff", "suest", "chowtest", "permute"),
    options=OptionBlock(
        "difference",
        DifferenceOptions,
        groupings=("grouping",),
        refusals=_refusals,
        relations=_relations,
        compared=_compared,
    ),
    needs_regressors=True,
    printing=Printing(tests={"interaction": PrintedTest("F of the difference")}),
    example="""\
- label: "(5)" # the regressors' coefficients in two groups of units
  estimator: group_difference
  difference: {grouping: areas, groups: [east, northeast], draws: 1000}
""",
    within=SLOPES,
)
