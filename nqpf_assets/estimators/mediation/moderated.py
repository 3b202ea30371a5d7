"""Moderated mediation: how an indirect effect differs with the level of a third variable.

With v = (1, w) at a level w of the moderator, the first stage is v'a with a = (coefficient of x, of xw) in
the mediator's equation, the second v'b with b = (coefficient of m, of mw) in the outcome's, and the indirect
effect (v'a)(v'b) = a'Kb with K = vv'. Differences and the index are such forms with other K. Conventions are
explained in docs/methods/mediation.md.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import partial
from typing import Unpack

import numpy as np
from numpy.typing import ArrayLike

from nqpf_assets.estimators.linear.block_moments import BlockMoments, Progress
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.options import LeastSquaresKeywords
from nqpf_assets.estimators.linear.two_way_fe_result import TwoWayFE
from nqpf_assets.estimators.linear.within import Floats
from nqpf_assets.estimators.mediation.bootstrap import Drawn, tested_effects
from nqpf_assets.estimators.mediation.delta import coefficients_of, delta_test
from nqpf_assets.estimators.mediation.drawing import draw_effects
from nqpf_assets.estimators.mediation.moderated_effects import (
    Forms,
    Stages,
    forms_of,
    levels_of,
    pair,
)
from nqpf_assets.estimators.mediation.moderated_result import STAGES, ModeratedMediation
from nqpf_assets.estimators.mediation.rows import MediationRows, mediation_rows
from nqpf_assets.estimators.mediation.setting import Setting, setting_of
from nqpf_assets.estimators.mediation.tests import ProductTest


def moderated_mediation(
    outcome: ArrayLike,
    treatment: ArrayLike,
    mediator: ArrayLike,
    moderator: ArrayLike,
    controls: ArrayLike | None,
    units: ArrayLike,
    periods: ArrayLike,
    *,
    treatment_name: str,
    mediator_name: str,
    moderator_name: str,
    moderates: Collection[str],
    control_names: Sequence[str] = (),
    effects: Sequence[str] = ("unit", "period"),
    draws: int = 5000,
    seed: int | np.random.Generator = 0,
    resample: ArrayLike | None = None,
    progress: Progress | None = None,
    **least_squares: Unpack[LeastSquaresKeywords],
) -> ModeratedMediation:
    """Indirect effects at levels of a moderator, which is in both equations, and what they differ by.

    Args:
        outcome, treatment, moderator: (n,).
        mediator: (n,); may be missing (NaN).
        controls: (n, K) or None, without the moderator.
        units, periods: (n,) labels; each pair once.
        moderates: of `STAGES`: ``"first"`` from treatment to mediator, ``"second"`` from mediator to outcome,
            ``"direct"`` from treatment to outcome; one of the first two at least.
        treatment_name, mediator_name, moderator_name, control_names: one name per column.
        effects, draws, seed, resample, progress, least_squares: as `mediation.mediation` takes them.

    Raises:
        EstimationError: input or options from which nothing can be estimated, in clear words.

    Source: Edwards and Lambert (2007), Psychological Methods 12(1); Preacher, Rucker and Hayes (2007),
    Multivariate Behavioral Research 42(1); Hayes (2015), Multivariate Behavioral Research 50(1).
    """
    if set(moderates) - set(STAGES) or not {"first", "second"} & set(moderates):
        raise EstimationError(
            f"moderates is of {', '.join(STAGES)}, first or second at least; found "
            f"{', '.join(moderates) or 'none'}"
        )
    w = np.asarray(moderator).reshape(-1, 1)
    names = (treatment_name, *control_names, moderator_name)
    rows = mediation_rows(
        outcome,
        treatment,
        mediator,
        w if controls is None else np.column_stack([np.asarray(controls), w]),
        names=names,
        mediator_names=[mediator_name],
    )
    setting = setting_of(rows, names, units, periods, effects, draws, resample, least_squares)
    stages = Stages(treatment_name, mediator_name, frozenset(moderates))
    first, second = _equations(setting, stages)
    inside = rows.regressors[second.is_in_sample, -1]
    levels, centre = levels_of(inside), float(inside.mean())
    # Far from where the moderator is zero, digits of coefficients at zero cancel in effects at its levels.
    forms = forms_of({level: at - centre for level, at in levels.items()}, stages.moderates)
    estimates, delta = _effects(*_equations(setting, stages, centre), stages, forms)
    drawn = Drawn()
    if draws:
        plain = setting.fit(rows.outcome)
        moments = setting.moments(plain, [*_columns(rows, stages, centre).values()])
        effects_of = partial(drawn_effects_of, stages=stages, forms=forms)
        rng = np.random.default_rng(seed)
        values = draw_effects(moments, effects_of, draws, rng, progress)
        drawn = tested_effects(values, estimates, moments.n_blocks, setting.confidence_level)
    return ModeratedMediation(
        treatment=treatment_name,
        mediator=mediator_name,
        moderator=moderator_name,
        moderates=tuple(one for one in STAGES if one in moderates),
        levels=levels,
        mediator_equation=first,
        outcome_equation=second,
        effects=estimates,
        delta=delta,
        bootstrap=drawn.effects,
        n_draws=draws,
        n_failed_draws=drawn.n_failed,
        n_blocks=drawn.n_blocks,
        is_in_sample=setting.is_in_sample(second),
        n_missing=rows.n_missing[0],
    )


def _columns(rows: MediationRows, stages: Stages, centre: float = 0.0) -> dict[str, Floats]:
    """Name → (n,) treatment, mediator, and their products with the moderator that some equation has.

    Args:
        centre: value from which the moderator is counted.
    """
    x, m, w = rows.regressors[:, 0], rows.mediators[:, 0], rows.regressors[:, -1] - centre
    found = {stages.treatment: x, stages.mediator: m}
    products = {stages.treatment_product: x * w, stages.mediator_product: m * w}
    used = {*stages.first, *stages.second, *stages.direct}
    return found | {name: column for name, column in products.items() if name in used}


def _equations(setting: Setting, stages: Stages, centre: float = 0.0) -> tuple[TwoWayFE, TwoWayFE]:
    """Those of mediator and outcome, on treatment, controls, moderator, and what each has beside them.

    Args:
        centre: value from which products count the moderator.
    """
    columns, found = _columns(setting.rows, stages, centre), []
    asked = (
        (columns[stages.mediator], stages.first),
        (setting.rows.outcome, (*stages.direct, *stages.second)),
    )
    for explained, terms in asked:
        made = setting.fit(
            explained, {one: columns[one] for one in terms if one != stages.treatment}
        )
        for dropped in made.dropped:
            if dropped.name in terms:
                raise EstimationError(
                    f"{dropped.name} has no part in moderated mediation: {dropped.reason}"
                )
        found.append(made)
    return found[0], found[1]


def _effects(
    first: TwoWayFE, second: TwoWayFE, stages: Stages, forms: Forms
) -> tuple[dict[str, float], dict[str, ProductTest]]:
    """Effects and their tests by the delta method, equations taken as uncorrelated."""
    params, covariance = coefficients_of(
        (first, stages.first), (second, (*stages.second, *stages.direct))
    )
    ends = np.cumsum([len(stages.first), len(stages.second), len(stages.direct)])
    a, b, c = (pair(one) for one in np.split(params, ends[:-1]))
    estimates = {effect: float(value) for effect, value in forms.of(a, b, c).items()}
    tests = {}
    for effect, (by_a, by_b, by_c) in forms.gradients(a, b).items():
        parts = zip((by_a, by_b, by_c), (stages.first, stages.second, stages.direct), strict=True)
        gradient = np.concatenate([part[: len(terms)] for part, terms in parts])
        tests[effect] = delta_test(estimates[effect], gradient, covariance)
    return estimates, tests


def drawn_effects_of(
    moments: BlockMoments, weights: Floats, stages: Stages, forms: Forms
) -> dict[str, Floats]:
    """Effects in samples given by how often they contain each block, (S, B).

    Args:
        moments: of outcome, treatment, mediator, and the products that some equation has.
    """
    left = moments.partialled(weights)
    used = {*stages.first, *stages.second, *stages.direct}
    products = [one for one in (stages.treatment_product, stages.mediator_product) if one in used]
    place = {name: 1 + k for k, name in enumerate((stages.treatment, stages.mediator, *products))}
    a = moments.regress(left, place[stages.mediator], [place[one] for one in stages.first])
    of_outcome = [place[one] for one in (*stages.second, *stages.direct)]
    b, c = np.split(moments.regress(left, 0, of_outcome), [len(stages.second)], axis=1)
    return forms.of(pair(a), pair(b), pair(c))
