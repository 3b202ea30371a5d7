"""Mediation through two mediators in sequence: x moves m1, m1 moves m2, both move the outcome.

Four regressions on one sample: the outcome on x (c); m1 on x (a1); m2 on x and m1 (a2, d); the outcome on x,
m1 and m2 (c′, b1, b2). Effects are a1 b1, a2 b2 and a1 d b2, whose sum is c − c′. Conventions are explained
in docs/methods/mediation.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Unpack

import numpy as np
from numpy.typing import ArrayLike

from nqpf_assets.estimators.linear.block_moments import BlockMoments, Progress
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.options import LeastSquaresKeywords
from nqpf_assets.estimators.linear.two_way_fe_result import TwoWayFE
from nqpf_assets.estimators.linear.within import Floats
from nqpf_assets.estimators.mediation.bootstrap import Drawn, tested_effects
from nqpf_assets.estimators.mediation.chain_result import PATHS, ChainMediation
from nqpf_assets.estimators.mediation.delta import coefficients_of, delta_test
from nqpf_assets.estimators.mediation.drawing import draw_effects
from nqpf_assets.estimators.mediation.mediation import check_identity
from nqpf_assets.estimators.mediation.rows import mediation_rows
from nqpf_assets.estimators.mediation.setting import Setting, setting_of
from nqpf_assets.estimators.mediation.tests import ProductTest, found_kind

OUTCOME, TREATMENT, FIRST, SECOND = range(4)
"""Places in the columns that are drawn."""


def chain_mediation(
    outcome: ArrayLike,
    treatment: ArrayLike,
    mediators: ArrayLike,
    controls: ArrayLike | None,
    units: ArrayLike,
    periods: ArrayLike,
    *,
    treatment_name: str,
    mediator_names: Sequence[str],
    control_names: Sequence[str] = (),
    effects: Sequence[str] = ("unit", "period"),
    draws: int = 5000,
    seed: int | np.random.Generator = 0,
    resample: ArrayLike | None = None,
    progress: Progress | None = None,
    **least_squares: Unpack[LeastSquaresKeywords],
) -> ChainMediation:
    """Indirect effects through the first mediator, the second, and the first and then the second.

    Args:
        outcome, treatment: (n,).
        mediators: (n, 2), the first before the second that it moves; may be missing (NaN).
        controls: (n, K) or None.
        units, periods: (n,) labels; each pair once.
        treatment_name, mediator_names, control_names: one name per column.
        effects, draws, seed, resample, progress, least_squares: as `mediation.mediation` takes them.

    Raises:
        EstimationError: input or options from which nothing can be estimated, in clear words.

    Source: Taylor, MacKinnon and Tein (2008), Organizational Research Methods 11(2); Hayes (2022),
    Introduction to Mediation, Moderation, and Conditional Process Analysis, ch. 5.
    """
    if len(mediator_names) != 2:
        raise EstimationError(f"a chain has two mediators; found {len(mediator_names)}")
    names, (m1, m2) = (treatment_name, *control_names), mediator_names
    rows = mediation_rows(
        outcome, treatment, mediators, controls, names=names, mediator_names=mediator_names
    )
    setting = setting_of(rows, names, units, periods, effects, draws, resample, least_squares)
    total, first, second, both = _equations(setting, (m1, m2))
    indirect, delta = _paths(first, second, both, treatment_name, m1, m2)
    direct, c = float(both.params[0]), float(total.params[0])
    size = float(rows.outcome.std() / rows.regressors[:, 0].std())
    check_identity(c, direct, indirect["indirect"], size)
    share = indirect["indirect"] / c if c else float("nan")
    drawn = Drawn()
    if draws:
        moments = setting.moments(total, [rows.regressors[:, 0], rows.mediators])
        rng = np.random.default_rng(seed)
        values = draw_effects(moments, drawn_paths, draws, rng, progress)
        estimates = indirect | {"direct": direct, "total": c, "share": share}
        drawn = tested_effects(values, estimates, moments.n_blocks, setting.confidence_level)
    of_draws = {one.effect: one for one in drawn.effects}.get("indirect")
    kind, _ = found_kind(indirect["indirect"], c, both, delta["indirect"], of_draws)
    return ChainMediation(
        treatment=treatment_name,
        mediators=(m1, m2),
        total=total,
        first=first,
        second=second,
        outcome_equation=both,
        indirect=indirect,
        direct=direct,
        total_effect=c,
        share=share,
        delta=delta,
        bootstrap=drawn.effects,
        n_draws=draws,
        n_failed_draws=drawn.n_failed,
        n_blocks=drawn.n_blocks,
        is_in_sample=setting.is_in_sample(total),
        n_missing=rows.n_missing,
        kind=kind,
    )


def _equations(
    setting: Setting, mediators: tuple[str, str]
) -> tuple[TwoWayFE, TwoWayFE, TwoWayFE, TwoWayFE]:
    """Those of the total effect, of both mediators, and of the outcome with both."""
    total = setting.total()
    first_name, second_name = mediators
    m1, m2 = setting.rows.mediators.T
    both = setting.fit(setting.rows.outcome, {first_name: m1, second_name: m2})
    for dropped in both.dropped:
        if dropped.name in mediators:
            raise EstimationError(f"{dropped.name} cannot mediate: {dropped.reason}")
    try:
        first = setting.fit(m1)
        second = setting.fit(m2, {first_name: m1})
    except EstimationError as error:
        raise EstimationError(
            f"the equations of {first_name} and {second_name}: {error}",
            units=error.units,
            remedy=error.remedy,
        ) from error
    return total, first, second, both


def _paths(
    first: TwoWayFE, second: TwoWayFE, both: TwoWayFE, x: str, m1: str, m2: str
) -> tuple[dict[str, float], dict[str, ProductTest]]:
    """Effects of `PATHS` and their tests by the delta method.

    Coefficients of one equation have its covariance; those of different equations are taken to be
    uncorrelated, as Sobel's test takes them.
    """
    (a1, a2, d, b1, b2), covariance = coefficients_of(
        (first, [x]), (second, [x, m1]), (both, [m1, m2])
    )
    values = {PATHS[0]: a1 * b1, PATHS[1]: a2 * b2, PATHS[2]: a1 * d * b2}
    gradients = {
        PATHS[0]: np.array([b1, 0.0, 0.0, a1, 0.0]),
        PATHS[1]: np.array([0.0, b2, 0.0, 0.0, a2]),
        PATHS[2]: np.array([d * b2, 0.0, a1 * b2, 0.0, a1 * d]),
    }
    values[PATHS[3]] = sum(values.values())
    gradients[PATHS[3]] = np.sum([*gradients.values()], axis=0)
    tests = {one: delta_test(values[one], gradients[one], covariance) for one in PATHS}
    return {one: float(value) for one, value in values.items()}, tests


def drawn_paths(moments: BlockMoments, weights: Floats) -> dict[str, Floats]:
    """Effects in samples given by how often they contain each block, (S, B).

    Args:
        moments: of outcome, treatment, first and second mediator, in this order.
    """
    left = moments.partialled(weights)
    total = moments.regress(left, OUTCOME, [TREATMENT])[:, 0]
    a1 = moments.regress(left, FIRST, [TREATMENT])[:, 0]
    a2, d = moments.regress(left, SECOND, [TREATMENT, FIRST]).T
    direct, b1, b2 = moments.regress(left, OUTCOME, [TREATMENT, FIRST, SECOND]).T
    parts = (a1 * b1, a2 * b2, a1 * d * b2)
    values = dict(zip(PATHS, (*parts, sum(parts)), strict=True))
    return values | {"direct": direct, "total": total}
