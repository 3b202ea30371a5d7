"""Mediation: how much of a treatment's effect passes through each mediator.

Three regressions on one sample: the outcome on the treatment (c), the mediator on the
treatment (a), the outcome on both (c', b). The product's tests, the bootstrap and the result
have modules of their own; the conventions are explained in docs/methods/mediation.md.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Unpack

import numpy as np
from numpy.typing import ArrayLike

from nqpf_assets.estimators.linear.block_moments import Progress
from nqpf_assets.estimators.linear.drawn_inference import distinct_samples, has_interval
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.options import LeastSquaresKeywords, LeastSquaresOptions
from nqpf_assets.estimators.linear.two_way_fe import two_way_fe
from nqpf_assets.estimators.linear.two_way_fe_result import TwoWayFE
from nqpf_assets.estimators.mediation.bootstrap import (
    BootstrapEffect,
    PathDraws,
    draw_paths,
    path_effects,
    without_inference,
)
from nqpf_assets.estimators.mediation.drawn_blocks import moments_of
from nqpf_assets.estimators.mediation.result import MediatedPath, Mediation
from nqpf_assets.estimators.mediation.rows import (
    MediationRows,
    Panel,
    cluster_of_rows,
    labels_of_rows,
    mediation_rows,
)
from nqpf_assets.estimators.mediation.tests import kind_of_mediation, product_tests

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
    if draws < 0:
        raise EstimationError(f"draws is a number from 0; found {draws}")
    keep = rows.is_complete
    panel = (labels_of_rows(units, "units", keep), labels_of_rows(periods, "periods", keep))
    options = LeastSquaresOptions(**least_squares)
    options = replace(options, cluster=cluster_of_rows(options.cluster, keep))
    equation = partial(two_way_fe, effects=effects, **options.keywords)
    total = equation(rows.outcome, rows.regressors, *panel, names=names)
    if total.names[0] != treatment_name:
        reason = total.dropped[0].reason
        raise EstimationError(f"{treatment_name} has no effect to be mediated: {reason}")
    equations = [
        _equations(equation, rows, j, panel, (*names, mediator))
        for j, mediator in enumerate(mediator_names)
    ]
    drawn, n_blocks = None, 0
    if draws:
        blocks = panel[0] if resample is None else labels_of_rows(resample, "resample", keep)
        columns = np.column_stack([rows.outcome, rows.regressors[:, 0], rows.mediators])
        moments = moments_of(columns, rows.regressors, total, names, panel, blocks)
        drawn = draw_paths(moments, draws, np.random.default_rng(seed), progress)
        n_blocks = moments.n_blocks
    is_in_sample = keep.copy()
    is_in_sample[keep] = total.is_in_sample
    return Mediation(
        treatment=treatment_name,
        total=total,
        total_effect=float(total.params[0]),
        paths=tuple(
            _path(rows, j, mediator, total, *equations[j], drawn, n_blocks)
            for j, mediator in enumerate(mediator_names)
        ),
        confidence_level=options.confidence_level,
        is_in_sample=is_in_sample,
        n_missing=rows.n_missing,
        n_draws=draws,
        n_blocks=n_blocks,
    )


def _equations(
    equation: Callable[..., TwoWayFE],
    rows: MediationRows,
    j: int,
    panel: Panel,
    names: Sequence[str],
) -> tuple[TwoWayFE, TwoWayFE]:
    """Mediator j on treatment and controls, and the outcome on these and the mediator."""
    m = rows.mediators[:, j]
    *others, mediator = names
    # The mediator stands last: were it collinear with controls, one of these would be dropped
    # in the outcome equation only, and direct and indirect effect would not add up.
    both = np.column_stack([rows.regressors, m])
    second = equation(rows.outcome, both, *panel, names=names)
    for dropped in second.dropped:
        if dropped.name == mediator:
            raise EstimationError(f"{mediator} cannot mediate: {dropped.reason}")
    try:
        first = equation(m, rows.regressors, *panel, names=others)
    except EstimationError as error:
        raise EstimationError(f"the equation of the mediator {mediator}: {error}") from error
    return first, second


def _path(
    rows: MediationRows,
    j: int,
    mediator: str,
    total: TwoWayFE,
    first: TwoWayFE,
    second: TwoWayFE,
    drawn: PathDraws | None,
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
    level = 1 - total.confidence_level
    share = a * b / c if c else float("nan")
    direct_p = float(second.p_values[0])
    bootstrap: tuple[BootstrapEffect, ...] = ()
    n_failed = 0
    is_significant = tests.sobel.p_value < level
    # A two-way clustered variance can be negative; what has no test gets no name.
    is_tested = not np.isnan(direct_p + (0.0 if drawn is not None else tests.sobel.p_value))
    if drawn is not None:
        estimates = {"indirect": a * b, "direct": direct, "total": c, "share": share}
        bootstrap, n_failed = path_effects(drawn, j, estimates, total.confidence_level)
        low, high = bootstrap[0].percentile
        is_significant = low > 0 or high < 0
        told_apart = min(len(drawn.total) - n_failed, distinct_samples(n_blocks))
        if not has_interval(told_apart, total.confidence_level):
            bootstrap = tuple(without_inference(one) for one in bootstrap)
            is_significant, is_tested = False, False
    kind = kind_of_mediation(
        a * b,
        direct,
        c,
        is_indirect_significant=is_significant,
        is_direct_significant=direct_p < level,
    )
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
        bootstrap=bootstrap,
        n_failed_draws=n_failed,
        is_indirect_significant=is_significant,
        kind=kind if is_tested else None,
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
