"""The outcome equation of a moderated mediation as a column, with its effects at levels of the moderator."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from nqpf_assets.estimation.design import Design
from nqpf_assets.estimation.mediated_rows import (
    delta_tests,
    effects_by_delta,
    given_to,
    mediated_column,
)
from nqpf_assets.estimation.result_rows import Fitted, Test
from nqpf_assets.messages.printed_numbers import printed
from nqpf_assets.studies.estimators.moderated_mediation import ModeratedOptions

if TYPE_CHECKING:
    from nqpf_assets.estimators.mediation.moderated_result import ModeratedMediation

AT = {
    "low": "mean less one standard deviation",
    "mean": "mean",
    "high": "mean and one standard deviation",
}
OF_DUMMY = {"low": "the lower of its two values", "high": "the higher of its two values"}


def fit_moderated_mediation(design: Design) -> Fitted:
    """The outcome on treatment, controls, mediator, moderator and products; the first regressor is x."""
    from nqpf_assets.estimators.mediation.moderated import moderated_mediation

    options = design.column.options(ModeratedOptions)
    moderator = design.values([options.moderator])[:, 0]
    result = moderated_mediation(
        mediator=design.values([options.mediator])[:, 0],
        moderator=moderator,
        mediator_name=options.mediator,
        moderator_name=options.moderator,
        moderates=options.moderates,
        **given_to(design, "moderated mediation"),
    )
    inside = moderator[result.is_in_sample]
    return mediated_column(
        design,
        result,
        result.outcome_equation,
        result.n_failed_draws,
        effects=effects_by_delta(result.treatment, result.effects, result.delta, result.bootstrap),
        tests=(*delta_tests(result.delta), *_levels(result)),
        words=(_words(result), *_outside(result, float(inside.min()), float(inside.max()))),
    )


def _levels(result: ModeratedMediation) -> Iterator[Test]:
    for level, value in result.levels.items():
        yield Test(f"moderator: {level}", value, None, None, _at(result)[level])


def _at(result: ModeratedMediation) -> dict[str, str]:
    return AT if "mean" in result.levels else OF_DUMMY


def _words(result: ModeratedMediation) -> str:
    """The indirect effect at each level, for the note under the table."""
    words, effects = _at(result), result.effects
    told = ", ".join(
        f"{printed(effects[f'indirect, {level} moderator'])} at {printed(value)} ({words[level]})"
        for level, value in result.levels.items()
    )
    return (
        f"Indirect effect of {result.treatment} through {result.mediator} by {result.moderator}: {told}; "
        "coefficients of variables with a product are those where the moderator is zero"
    )


def _outside(result: ModeratedMediation, least: float, most: float) -> Iterator[str]:
    """Levels that no row has or surpasses: effects there are extrapolated."""
    beyond = [level for level, one in result.levels.items() if not least <= one <= most]
    if beyond:
        yield (
            f"{result.moderator} lies between {printed(least)} and {printed(most)}: outside is its "
            f"{' and its '.join(beyond)} level, where effects are extrapolated"
        )
