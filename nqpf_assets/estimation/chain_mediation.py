"""The outcome equation of a mediation through two mediators in sequence as a column, with its effects."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan
from typing import TYPE_CHECKING

from nqpf_assets.estimation.design import Design
from nqpf_assets.estimation.few_draws import LEVEL
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
    ways = (f"through {m1}", f"through {m2}", f"through {m1} and then {m2}")
    *single, whole = (printed(one) for one in result.indirect.values())
    share = f", {result.share:.1%} of the total" if result.kind in ("partial", "full") else ""
    told = "; ".join(f"{way}: {effect}" for way, effect in zip(ways, single, strict=True))
    found = _found(result, ways)
    return f"Indirect effect of {result.treatment} {told}; together {whole}{share}: {found}"


def _found(result: ChainMediation, ways: Sequence[str]) -> str:
    """What the sum of the ways is called, and which of them are significant where it is not."""
    from nqpf_assets.estimators.mediation.chain_result import PATHS

    drawn = {one.effect: one for one in result.bootstrap}
    tests = [(drawn or result.delta)[path] for path in PATHS]
    # The last is the sum.
    alone = [way for way, test in zip(ways, tests[:-1], strict=True) if test.p_value < LEVEL]
    if result.kind == "none" and alone:
        return f"their sum is not significant at 5 %; by itself it is {' and '.join(alone)}"
    is_drawn = bool(result.bootstrap) and isnan(result.bootstrap[0].p_value)
    return kind_words(result.kind, is_drawn=is_drawn)
