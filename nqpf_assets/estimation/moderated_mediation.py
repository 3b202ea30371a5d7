"""The outcome equation of a moderated mediation as a column, with its effects at levels of the moderator."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from nqpf_assets.estimation.design import Design
from nqpf_assets.estimation.linear import cluster_counts, linear_dropped, linear_model, linear_terms
from nqpf_assets.estimation.mediated_rows import (
    bootstrap_test,
    drawn_effects,
    normal_effect,
    too_few,
)
from nqpf_assets.estimation.progress import progress_of
from nqpf_assets.estimation.result_rows import Estimate, Fitted, Test
from nqpf_assets.messages.printed_numbers import printed
from nqpf_assets.studies.estimators.moderated_mediation import ModeratedOptions
from nqpf_assets.studies.mediation_options import drawn_whole

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

    column, options = design.column, design.column.options(ModeratedOptions)
    treatment, *further = design.names
    block = drawn_whole(column)
    moderator = design.values([options.moderator])[:, 0]
    result = moderated_mediation(
        design.outcome,
        design.values([treatment])[:, 0],
        design.values([options.mediator])[:, 0],
        moderator,
        design.values(further) if further else None,
        design.units,
        design.periods,
        treatment_name=treatment,
        mediator_name=options.mediator,
        moderator_name=options.moderator,
        moderates=options.moderates,
        control_names=further,
        effects=column.effects,
        draws=options.draws,
        resample=None if block == "unit" else design.labels(block),
        seed=design.generator("moderated mediation"),
        progress=progress_of(design, "bootstrap draws"),
        **design.least_squares,
    )
    of_outcome = result.outcome_equation
    counts = (result.n_draws, result.n_failed_draws, result.n_blocks, block)
    inside = moderator[result.is_in_sample]
    return Fitted(
        model=linear_model(column, of_outcome),
        terms=linear_terms(of_outcome),
        effects=tuple(_effects(result)),
        tests=(
            *_tests(result),
            *bootstrap_test(*counts),
            *cluster_counts(column, of_outcome),
        ),
        is_in_sample=result.is_in_sample,
        dropped=linear_dropped(of_outcome),
        notes=(
            _words(result),
            *_outside(result, float(inside.min()), float(inside.max())),
            *too_few(*counts),
            result.note,
        ),
    )


def not_told(_design: Design) -> str:
    """Why nothing is told of how its numbers move with single cells."""
    return (
        "moderated_mediation makes products of its variables within the column, through which no cell is "
        "followed; a product that is a variable of the study, in a column of two_way_fe, is"
    )


def _effects(result: ModeratedMediation) -> Iterator[Estimate]:
    """Indirect and direct effects at each level, what they differ by, and the index."""
    if result.bootstrap:
        yield from drawn_effects(result.bootstrap, result.treatment)
        return
    for effect, test in result.delta.items():
        yield normal_effect(effect, result.treatment, result.effects[effect], test)


def _tests(result: ModeratedMediation) -> Iterator[Test]:
    for effect, test in result.delta.items():
        yield Test(f"delta: {effect}", test.z_stat, None, test.p_value, std_error=test.std_error)
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
