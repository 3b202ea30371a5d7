"""Columns of mediations, as their numbers move with their rows: the equations of outcome and mediators."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from nqpf_assets.estimation.design import Design
from nqpf_assets.estimation.linear_models import linear_model_of
from nqpf_assets.studies.estimators.chain_mediation import ChainOptions
from nqpf_assets.studies.estimators.mediation import MediationOptions

if TYPE_CHECKING:
    from nqpf_assets.estimators.influence.linear_column import LinearColumn
    from nqpf_assets.estimators.influence.moments import Moments


def mediation(design: Design) -> LinearColumn:
    """The outcome's equation, and what of the treatment's effect goes by the mediator."""
    from nqpf_assets.estimators.influence.linear_column import LinearColumn
    from nqpf_assets.estimators.influence.number import Number

    options, treatment = design.column.options(MediationOptions), design.names[0]
    mediator = options.mediator
    parts = _parts(design, (str(design.column.outcome), (mediator,)), (mediator, ()))
    outcome, of_mediator = (one.model for one in parts)
    k = len(outcome.terms)
    at, by = 1 + outcome.terms.index(treatment), 1 + outcome.terms.index(mediator)
    on_mediator = 1 + of_mediator.terms.index(treatment)

    def compute(moments: Sequence[Any]) -> Any:
        one, other = moments
        direct = one[..., at : at + 1]
        indirect = one[..., by : by + 1] * other[..., on_mediator : on_mediator + 1]
        total = direct + indirect
        return np.concatenate(
            [one[..., 1 : 1 + k], one[..., :1], indirect, direct, total, indirect / total], axis=-1
        )

    numbers = [*(Number(term) for term in outcome.terms), Number("constant")]
    numbers += [Number(treatment, effect) for effect in ("indirect", "direct", "total", "share")]
    return LinearColumn(tuple(numbers), parts, compute, outcome.is_in_sample)


def chain(design: Design) -> LinearColumn:
    """The outcome's equation, and what of the treatment's effect goes by two mediators in sequence."""
    from nqpf_assets.estimators.influence.linear_column import LinearColumn
    from nqpf_assets.estimators.influence.number import Number
    from nqpf_assets.estimators.mediation.chain_result import PATHS

    (m1, m2), x = design.column.options(ChainOptions).mediators, design.names[0]
    parts = _parts(design, (str(design.column.outcome), (m1, m2)), (m1, ()), (m2, (m1,)))
    outcome, first, second = (one.model for one in parts)
    k = len(outcome.terms)
    at, by_first, by_second = (1 + outcome.terms.index(one) for one in (x, m1, m2))
    on_first, on_second = (1 + one.terms.index(x) for one in (first, second))
    between = 1 + second.terms.index(m1)

    def compute(moments: Sequence[Any]) -> Any:
        one, of_first, of_second = moments
        a1, a2, d = of_first[..., on_first], of_second[..., on_second], of_second[..., between]
        b1, b2, direct = one[..., by_first], one[..., by_second], one[..., at]
        ways = [a1 * b1, a2 * b2, a1 * d * b2]
        indirect = sum(ways)
        effects = [*ways, indirect, direct, direct + indirect, indirect / (direct + indirect)]
        return np.concatenate(
            [one[..., 1 : 1 + k], one[..., :1], np.stack(effects, axis=-1)], axis=-1
        )

    numbers = [*(Number(term) for term in outcome.terms), Number("constant")]
    numbers += [Number(x, effect) for effect in (*PATHS, "direct", "total", "share")]
    return LinearColumn(tuple(numbers), parts, compute, outcome.is_in_sample)


def _parts(design: Design, *equations: tuple[str, tuple[str, ...]]) -> tuple[Moments, ...]:
    """Moments of equations, each given by what it explains and the mediators in it."""
    from nqpf_assets.estimators.influence.linear_column import own_columns
    from nqpf_assets.estimators.influence.moments import Moments

    parts = []
    for explained, mediators in equations:
        names = [*design.names, *mediators]
        model = linear_model_of(design, design.values(names), names, outcome=explained)
        parts.append(Moments(model, np.flatnonzero(model.is_in_sample), own_columns(model)))
    return tuple(parts)
