"""The outcome equation of a mediation through two mediators in sequence as a column, with its effects."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING

from nqpf_assets.estimation.design import Design
from nqpf_assets.estimation.mediated_rows import (
    delta_tests,
    effects_by_delta,
    given_to,
    kind_words,
    mediated_column,
)
from nqpf_assets.estimation.result_rows import Fitted, Test
from nqpf_assets.messages.printed_numbers import printed
from nqpf_assets.studies.estimators.chain_mediation import ChainOptions

if TYPE_CHECKING:
    from nqpf_assets.estimators.mediation.chain_result import ChainMediation


def fit_chain_mediation(design: Design) -> Fitted:
    """The outcome on treatment, controls and both mediators; the first regressor is the treatment."""
    from nqpf_assets.estimators.mediation.chain import chain_mediation

    options = design.column.options(ChainOptions)
    result = chain_mediation(
        mediators=design.values(options.mediators),
        mediator_names=options.mediators,
        **given_to(design, "chain mediation"),
    )
    return mediated_column(
        design,
        result,
        result.outcome_equation,
        result.n_failed_draws,
        effects=effects_by_delta(result.treatment, result.indirect, result.delta, result.bootstrap),
        tests=(
            *delta_tests(result.delta),
            Test("mediation", result.share, None, None, result.kind),
        ),
        words=[_words(result)],
    )


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
