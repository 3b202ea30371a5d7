"""Mediation: how much of a treatment's effect passes through each mediator.

Three regressions on one sample: the outcome on the treatment (c), the mediator on the
treatment (a), the outcome on both (c', b). The product's tests, the bootstrap and the result
have modules of their own; the conventions are explained in docs/methods/mediation.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Unpack

import numpy as np
from numpy.typing import ArrayLike

from nqpf_assets.estimators.linear.block_moments import Progress
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.options import LeastSquaresKeywords
from nqpf_assets.estimators.linear.two_way_fe_result import TwoWayFE
from nqpf_assets.estimators.mediation.bootstrap import Drawn, tested_effects
from nqpf_assets.estimators.mediation.drawing import PathDraws, draw_paths, path_values
from nqpf_assets.estimators.mediation.result import MediatedPath, Mediation
from nqpf_assets.estimators.mediation.rows import MediationRows, mediation_rows
from nqpf_assets.estimators.mediation.setting import Setting, setting_of
from nqpf_assets.estimators.mediation.tests import found_kind, product_tests

# c - c' and ab are two sums of the same numbers. Least squares keeps seven digits of b even
# where only 1e-9 of the mediator's variation is its own.
IDENTITY_RTOL = 1e-6


def mediation(
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
) -> Mediation:
    """Total, indirect and direct effect of one treatment through one or more mediators.

    Mediators enter one at a time, all on the rows in which none of them is missing, so that
    one total effect belongs to all.

    Args:
        outcome, treatment: (n,).
        mediators: (n,) or (n, M); the only numbers that may be missing (NaN).
        controls: (n, K) or None.
        units, periods: (n,) labels; each pair once.
        treatment_name, mediator_names, control_names: one name per column.
        effects: of the three equations, as in `two_way_fe`.
        draws: bootstrap draws; 0 for none.
        seed: of the draws, or a generator that is used up as it goes.
        resample: (n,) labels of what is drawn whole; the unit by default. Give a coarser label,
            a province of counties for instance, when standard errors are clustered by it.
        progress: called with draws done and draws in all.
        least_squares: vcov, cluster, small_sample, lags, drop_singletons and confidence_level of the
            three equations, as in `two_way_fe`; the last is that of every interval, and 1 minus it
            the level of significance.

    Raises:
        EstimationError: input or options from which nothing can be estimated, in clear words.

    Source: Baron and Kenny (1986), Journal of Personality and Social Psychology 51(6);
    MacKinnon, Lockwood and Williams (2004), Multivariate Behavioral Research 39(1).
    """
    names = (treatment_name, *control_names)
    rows = mediation_rows(
        outcome, treatment, mediators, controls, names=names, mediator_names=mediator_names
    )
    setting = setting_of(rows, names, units, periods, effects, draws, resample, least_squares)
    total = setting.total()
    equations = [_equations(setting, j, mediator) for j, mediator in enumerate(mediator_names)]
    drawn, n_blocks = None, 0
    if draws:
        moments = setting.moments(total, [rows.regressors[:, 0], rows.mediators])
        drawn = draw_paths(moments, draws, np.random.default_rng(seed), progress)
        n_blocks = moments.n_blocks
    return Mediation(
        treatment=treatment_name,
        total=total,
        total_effect=float(total.params[0]),
        paths=tuple(
            _path(rows, j, mediator, total, *equations[j], drawn, n_blocks)
            for j, mediator in enumerate(mediator_names)
        ),
        confidence_level=setting.confidence_level,
        is_in_sample=setting.is_in_sample(total),
        n_missing=rows.n_missing,
        n_draws=draws,
        n_blocks=n_blocks,
    )


def _equations(setting: Setting, j: int, mediator: str) -> tuple[TwoWayFE, TwoWayFE]:
    """Mediator j on treatment and controls, and the outcome on these and the mediator."""
    m = setting.rows.mediators[:, j]
    # The mediator stands last: were it collinear with controls, one of these would be dropped
    # in the outcome equation only, and direct and indirect effect would not add up.
    second = setting.fit(setting.rows.outcome, {mediator: m})
    for dropped in second.dropped:
        if dropped.name == mediator:
            raise EstimationError(f"{mediator} cannot mediate: {dropped.reason}")
    try:
        first = setting.fit(m)
    except EstimationError as error:
        raise EstimationError(
            f"the equation of the mediator {mediator}: {error}",
            units=error.units,
            remedy=error.remedy,
        ) from error
    return first, second


def _path(
    rows: MediationRows,
    j: int,
    mediator: str,
    total: TwoWayFE,
    first: TwoWayFE,
    second: TwoWayFE,
    draws: PathDraws | None,
    n_blocks: int,
) -> MediatedPath:
    """One mediator's effects, tests and intervals."""
    c, a, direct = (float(model.params[0]) for model in (total, first, second))
    b, b_error, a_error = (
        float(value) for value in (second.params[-1], second.std_errors[-1], first.std_errors[0])
    )
    size = float(rows.outcome.std() / rows.regressors[:, 0].std())
    check_identity(c, direct, a * b, size)
    tests = product_tests(a, a_error, b, b_error)
    share = a * b / c if c else float("nan")
    drawn = Drawn()
    if draws is not None:
        estimates = {"indirect": a * b, "direct": direct, "total": c, "share": share}
        drawn = tested_effects(path_values(draws, j), estimates, n_blocks, total.confidence_level)
    of_draws = drawn.effects[0] if drawn.effects else None
    kind, is_significant = found_kind(a * b, c, second, tests.sobel, of_draws)
    return MediatedPath(
        mediator=mediator,
        mediator_equation=first,
        outcome_equation=second,
        a=a,
        a_std_error=a_error,
        b=b,
        b_std_error=b_error,
        indirect=a * b,
        direct=direct,
        share=share,
        tests=tests,
        bootstrap=drawn.effects,
        n_failed_draws=drawn.n_failed,
        is_indirect_significant=is_significant,
        kind=kind,
    )


def check_identity(total: float, direct: float, indirect: float, size: float) -> None:
    """Stop if c - c' = ab does not hold, which on one sample can only be a fault of ours.

    Args:
        total, direct, indirect: c, c', ab.
        size: standard deviation of the outcome over that of the treatment, below whose
            billionth part a coefficient is rounding.
    """
    gap = abs(total - direct - indirect)
    if not gap <= IDENTITY_RTOL * max(abs(total), abs(direct), abs(indirect), 1e-3 * size):
        raise ArithmeticError(
            f"total effect {total:.12g} is not direct {direct:.12g} plus indirect {indirect:.12g}"
        )
