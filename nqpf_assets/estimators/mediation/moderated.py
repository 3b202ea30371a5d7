"""Moderated mediation: how an indirect effect differs with the level of a third variable.

With v = (1, w) at a level w of the moderator, the first stage is v'a with a = (coefficient of x, of xw) in
the mediator's equation, the second v'b with b = (coefficient of m, of mw) in the outcome's, and the indirect
effect (v'a)(v'b) = a'Kb with K = vv'. Differences and the index are such forms with other K. Conventions are
explained in docs/methods/mediation.md.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from functools import partial
from typing import Unpack

import numpy as np
from numpy.typing import ArrayLike

from nqpf_assets.estimators.linear.block_moments import BlockMoments, Progress, chunks
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.options import LeastSquaresKeywords, LeastSquaresOptions
from nqpf_assets.estimators.linear.two_way_fe import two_way_fe
from nqpf_assets.estimators.linear.two_way_fe_result import TwoWayFE
from nqpf_assets.estimators.linear.within import Floats
from nqpf_assets.estimators.mediation.bootstrap import (
    BootstrapEffect,
    drawn_weights,
    tested_effects,
)
from nqpf_assets.estimators.mediation.delta import coefficients_of, delta_test
from nqpf_assets.estimators.mediation.drawn_blocks import moments_of
from nqpf_assets.estimators.mediation.moderated_effects import Forms, Stages, forms_of, levels_of
from nqpf_assets.estimators.mediation.moderated_result import STAGES, ModeratedMediation
from nqpf_assets.estimators.mediation.rows import (
    MediationRows,
    Panel,
    cluster_of_rows,
    labels_of_rows,
    mediation_rows,
)
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
    if draws < 0:
        raise EstimationError(f"draws is a number from 0; found {draws}")
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
    keep = rows.is_complete
    panel = (labels_of_rows(units, "units", keep), labels_of_rows(periods, "periods", keep))
    options = LeastSquaresOptions(**least_squares)
    options = replace(options, cluster=cluster_of_rows(options.cluster, keep))
    equation = partial(two_way_fe, effects=effects, **options.keywords)
    stages = Stages(treatment_name, mediator_name, frozenset(moderates))
    first, second = _equations(equation, rows, panel, names, stages)
    levels = levels_of(rows.regressors[second.is_in_sample, -1])
    forms = forms_of(levels, stages.moderates)
    estimates, delta = _effects(first, second, stages, forms)
    drawn: tuple[BootstrapEffect, ...] = ()
    n_failed = n_blocks = 0
    if draws:
        blocks = panel[0] if resample is None else labels_of_rows(resample, "resample", keep)
        plain = equation(rows.outcome, rows.regressors, *panel, names=names)
        columns = np.column_stack([rows.outcome, *_columns(rows, stages).values()])
        moments = moments_of(columns, rows.regressors, plain, names, panel, blocks)
        values = _drawn(moments, stages, forms, draws, np.random.default_rng(seed), progress)
        drawn, n_failed = tested_effects(
            values, estimates, moments.n_blocks, options.confidence_level
        )
        n_blocks = moments.n_blocks
    is_in_sample = keep.copy()
    is_in_sample[keep] = second.is_in_sample
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
        bootstrap=drawn,
        n_draws=draws,
        n_failed_draws=n_failed,
        n_blocks=n_blocks,
        is_in_sample=is_in_sample,
        n_missing=rows.n_missing[0],
    )


def _columns(rows: MediationRows, stages: Stages) -> dict[str, Floats]:
    """Name → (n,) treatment, mediator, and their products with the moderator that some equation has."""
    x, m, w = rows.regressors[:, 0], rows.mediators[:, 0], rows.regressors[:, -1]
    found = {stages.treatment: x, stages.mediator: m}
    products = {stages.treatment_product: x * w, stages.mediator_product: m * w}
    used = {*stages.first, *stages.second, *stages.direct}
    return found | {name: column for name, column in products.items() if name in used}


def _equations(
    equation: Callable[..., TwoWayFE],
    rows: MediationRows,
    panel: Panel,
    names: Sequence[str],
    stages: Stages,
) -> tuple[TwoWayFE, TwoWayFE]:
    """Those of mediator and outcome, on treatment, controls, moderator, and what each has beside them."""
    columns, found = _columns(rows, stages), []
    asked = (
        (columns[stages.mediator], stages.first),
        (rows.outcome, (*stages.direct, *stages.second)),
    )
    for explained, terms in asked:
        further = [one for one in terms if one != stages.treatment]
        made = equation(
            explained,
            np.column_stack([rows.regressors, *(columns[one] for one in further)]),
            *panel,
            names=(*names, *further),
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
    a, b, c = (_pair(one) for one in np.split(params, ends[:-1]))
    estimates = {effect: float(value) for effect, value in forms.of(a, b, c).items()}
    tests = {}
    for effect, (by_a, by_b, by_c) in forms.gradients(a, b).items():
        parts = zip((by_a, by_b, by_c), (stages.first, stages.second, stages.direct), strict=True)
        gradient = np.concatenate([part[: len(terms)] for part, terms in parts])
        tests[effect] = delta_test(estimates[effect], gradient, covariance)
    return estimates, tests


def _pair(params: Floats) -> Floats:
    """(…, 2) a coefficient and that of its product, which is zero where there is none."""
    gap = 2 - params.shape[-1]
    return np.concatenate([params, np.zeros((*params.shape[:-1], gap))], axis=-1)


def _drawn(
    moments: BlockMoments,
    stages: Stages,
    forms: Forms,
    n_draws: int,
    rng: np.random.Generator,
    progress: Progress | None,
) -> dict[str, Floats]:
    """Effect → (S,) its draws."""
    parts = [
        drawn_effects_of(moments, weights, stages, forms)
        for weights in drawn_weights(moments.n_blocks, chunks(n_draws, moments, progress), rng)
    ]
    return {effect: np.concatenate([part[effect] for part in parts]) for effect in parts[0]}


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
    return forms.of(_pair(a), _pair(b), _pair(c))
