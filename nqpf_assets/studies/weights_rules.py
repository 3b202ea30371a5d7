"""What `weights` of a column do not go with: refusals, each at its key."""

from __future__ import annotations

from collections.abc import Iterator

from nqpf_assets.messages.problems import Refusal
from nqpf_assets.studies.equation import Equation
from nqpf_assets.studies.estimator_registry import ESTIMATORS
from nqpf_assets.studies.least_squares_covariances import WITH_WILD_BOOTSTRAP
from nqpf_assets.studies.observation_weights import ObservationWeights

WITHOUT_WEIGHTS = {
    name for name, one in WITH_WILD_BOOTSTRAP.items() if one.is_drawn or not one.corrections
}
"""Covariances whose own corrections, or draws, are for rows that weigh alike."""
_UNSUITED = {"population": {"unadjusted"}, "frequency": {"driscoll_kraay", "newey_west"}}
"""What single kinds of weights do not go with besides: copies of a row have no order in time."""


def weights_refusals(column: Equation) -> Iterator[Refusal]:
    """Options that rows of different weights do not go with."""
    weights = column.weights
    if weights is None or not ESTIMATORS[column.estimator].takes_weights:
        return
    if weights.variable == column.outcome:
        yield Refusal(
            ("weights", "variable"),
            "a variable that is not explained",
            f"`{weights.variable}`, which is the outcome",
            "name another variable",
        )
    yield from _of_errors(column, weights)
    if column.hausman:
        yield Refusal(
            ("weights",),
            "no `weights` beside `hausman`, whose random effects are not weighted",
            f"`weights` by `{weights.variable}`",
            "remove one of the two",
        )
    if column.winsorize is not None and weights.type == "frequency":
        yield Refusal(
            ("weights", "type"),
            "no frequency weights beside `winsorize`, whose quantiles count each row once",
            "`type: frequency`",
            "clip the variables where they are declared, or take other weights",
        )


def _of_errors(column: Equation, weights: ObservationWeights) -> Iterator[Refusal]:
    """Covariances that say nothing of rows of different weights."""
    vcov, unsuited = column.vcov.type, WITHOUT_WEIGHTS | _UNSUITED.get(weights.type, set())
    if vcov not in unsuited:
        return
    able = [name for name in ESTIMATORS[column.estimator].covariances if name not in unsuited]
    is_any = vcov in WITHOUT_WEIGHTS
    yield Refusal(
        ("weights",) if is_any else ("weights", "type"),
        f"{'' if is_any else weights.type + ' '}weights beside one of these covariances: {', '.join(able)}",
        f"`weights` beside `vcov: {{type: {vcov}}}`",
        "take one of these, or remove `weights`"
        if is_any
        else "take one of these, or another type",
    )
