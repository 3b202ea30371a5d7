"""The outcome equation of a mediation through two mediators in sequence as a column, with its effects."""

from __future__ import annotations

from collections.abc import Iterator
from math import isnan
from typing import TYPE_CHECKING

from nqpf_assets.estimation.design import Design
from nqpf_assets.estimation.linear import cluster_counts, linear_dropped, linear_model, linear_terms
from nqpf_assets.estimation.mediated_rows import (
    bootstrap_test,
    drawn_effects,
    kind_words,
    normal_effect,
    too_few,
)
from nqpf_assets.estimation.progress import progress_of
from nqpf_assets.estimation.result_rows import Estimate, Fitted, Test
from nqpf_assets.messages.printed_numbers import printed
from nqpf_assets.studies.estimators.chain_mediation import ChainOptions
from nqpf_assets.studies.mediation_options import drawn_whole

if TYPE_CHECKING:
    from nqpf_assets.estimators.mediation.chain_result import ChainMediation


def fit_chain_mediation(design: Design) -> Fitted:
    """The outcome on treatment, controls and both mediators; the first regressor is the treatment."""
    from nqpf_assets.estimators.mediation.chain import chain_mediation

    column, options = design.column, design.column.options(ChainOptions)
    treatment, *further = design.names
    block = drawn_whole(column)
    result = chain_mediation(
        design.outcome,
        design.values([treatment])[:, 0],
        design.values(options.mediators),
        design.values(further) if further else None,
        design.units,
        design.periods,
        treatment_name=treatment,
        mediator_names=options.mediators,
        control_names=further,
        effects=column.effects,
        draws=options.draws,
        resample=None if block == "unit" else design.labels(block),
        seed=design.generator("chain mediation"),
        progress=progress_of(design, "bootstrap draws"),
        **design.least_squares,
    )
    of_outcome = result.outcome_equation
    counts = (result.n_draws, result.n_failed_draws, result.n_blocks, block)
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
        notes=(_words(result), *too_few(*counts), result.note),
    )


def _effects(result: ChainMediation) -> Iterator[Estimate]:
    """Indirect effects by each way and together, direct and total effect, and the share."""
    if result.bootstrap:
        yield from drawn_effects(result.bootstrap, result.treatment)
        return
    for effect, test in result.delta.items():
        yield normal_effect(effect, result.treatment, result.indirect[effect], test)


def _tests(result: ChainMediation) -> Iterator[Test]:
    for effect, test in result.delta.items():
        yield Test(f"delta: {effect}", test.z_stat, None, test.p_value, std_error=test.std_error)
    yield Test("mediation", result.share, None, None, result.kind)


def _words(result: ChainMediation) -> str:
    """What was found, for the note under the table."""
    m1, m2 = result.mediators
    first, second, chain, whole = (printed(one) for one in result.indirect.values())
    is_drawn = bool(result.bootstrap) and isnan(result.bootstrap[0].p_value)
    share = f", {result.share:.1%} of the total" if result.kind in ("partial", "full") else ""
    return (
        f"Indirect effect of {result.treatment} through {m1}: {first}; through {m2}: {second}; through {m1} "
        f"and then {m2}: {chain}; together {whole}{share}: {kind_words(result.kind, is_drawn=is_drawn)}"
    )
