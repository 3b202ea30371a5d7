"""Columns of moderated mediations, as their numbers move with their rows.

Products are made of their factors within the column, and move with both; levels at which effects are told
are mean and standard deviation of the moderator, and move with its values.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from nqpf_assets.estimation.design import Design
from nqpf_assets.estimation.linear_models import linear_model_of
from nqpf_assets.studies.estimators.moderated_mediation import ModeratedOptions

if TYPE_CHECKING:
    from nqpf_assets.estimators.influence.linear_column import LinearColumn
    from nqpf_assets.estimators.influence.moments import Moments
    from nqpf_assets.estimators.mediation.moderated_effects import Stages


def moderated_mediation(design: Design) -> LinearColumn:
    """The outcome's equation, and effects at levels of the moderator."""
    from nqpf_assets.estimators.influence.linear_column import LinearColumn
    from nqpf_assets.estimators.influence.number import Number
    from nqpf_assets.estimators.influence.spread import Spread
    from nqpf_assets.estimators.mediation.moderated_effects import (
        Stages,
        forms_of,
        levels_of,
        pair,
    )

    options, treatment = design.column.options(ModeratedOptions), design.names[0]
    stages = Stages(treatment, options.mediator, frozenset(options.moderates))
    plain = _equation(design, stages, of_mediator=False, centre=0.0)
    moderator = design.values([options.moderator])[:, 0][plain.rows]
    centre = float(moderator.mean())
    # As the estimator does: from the centre, effects at levels lose no digits.
    first, second = (
        _equation(design, stages, of_mediator=one, centre=centre) for one in (True, False)
    )
    fixed = levels_of(moderator)
    is_dummy = "mean" not in fixed
    places = [
        (at, [1 + part.model.terms.index(one) for one in terms])
        for at, part, terms in (
            (0, first, stages.first),
            (1, second, stages.second),
            (1, second, stages.direct),
        )
    ]

    def compute(moments: Sequence[Any]) -> Any:
        a, b, c = (pair(moments[at][..., terms]) for at, terms in places)
        mean, deviation = moments[3][..., 0] - centre, moments[3][..., 1]
        moving = {"low": mean - deviation, "mean": mean, "high": mean + deviation}
        still = {level: value - centre for level, value in fixed.items()}
        effects = forms_of(still if is_dummy else moving, options.moderates).of(a, b, c)
        own = moments[2]
        told = [own[..., 1 : 1 + len(plain.model.terms)], own[..., :1]]
        return np.concatenate([*told, np.stack([*effects.values()], axis=-1)], axis=-1)

    named = forms_of(fixed, options.moderates)
    numbers = [*(Number(term) for term in plain.model.terms), Number("constant")]
    numbers += [Number(treatment, effect) for effect in (*named.indirect, *named.direct)]
    levels = Spread(options.moderator, moderator, plain.rows)
    parts = (first, second, plain, levels)
    return LinearColumn(tuple(numbers), parts, compute, plain.model.is_in_sample)


def _equation(design: Design, stages: Stages, *, of_mediator: bool, centre: float) -> Moments:
    """Moments of the mediator's or the outcome's equation.

    Args:
        centre: value from which products count the moderator.
    """
    from nqpf_assets.estimators.influence.moments import Moments
    from nqpf_assets.estimators.mediation.moderated_effects import PRODUCT

    options = design.column.options(ModeratedOptions)
    own = stages.first if of_mediator else (*stages.direct, *stages.second)
    terms = [*design.names, options.moderator]
    terms += [one for one in own if one != stages.treatment]
    bases = [one.removesuffix(PRODUCT) if one in own else one for one in terms]
    is_product = np.array([one != base for one, base in zip(terms, bases, strict=True)])
    away = design.values([options.moderator]) - centre
    values = {base: design.values([base])[:, 0] for base in bases}
    columns = np.column_stack([values[base] for base in bases]) * np.where(is_product, away, 1.0)
    outcome = options.mediator if of_mediator else str(design.column.outcome)
    model = linear_model_of(design, columns, terms, outcome=outcome)
    rows = np.flatnonzero(model.is_in_sample)
    given, factors = [(outcome, None)], []
    for place, term in enumerate(model.terms, start=1):
        base = bases[terms.index(term)]
        given.append((base, away[rows, 0] if base != term else None))
        if base != term:
            factors.append((place, options.moderator, values[base][rows]))
    return Moments(model, rows, tuple(given), tuple(factors))
