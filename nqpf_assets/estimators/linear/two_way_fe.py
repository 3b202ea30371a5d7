"""Linear panel regression with unit effects, period effects, both, or neither.

Here the pieces are put together: sample, coefficients (`within_fit`; `long_panel` of many rows), covariance
(`within_covariance`). Each piece has a module of its own, the result is described in
`two_way_fe_result`, and the conventions are explained in docs/methods/two_way_fe.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import cast, get_args

import numpy as np
from numpy.typing import ArrayLike

from nqpf_assets.estimators.linear import covariance as cov
from nqpf_assets.estimators.linear.absorbed import Absorbed
from nqpf_assets.estimators.linear.covariance_kinds import KINDS, SmallSample, Vcov
from nqpf_assets.estimators.linear.demeaned_periods import DemeanedPeriods, check_demeaned_periods
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.inference import (
    Cluster,
    Inference,
    cluster_codes,
    student_inference,
)
from nqpf_assets.estimators.linear.least_squares_result import Fit
from nqpf_assets.estimators.linear.long_panel import LongFit, long_fit
from nqpf_assets.estimators.linear.long_readings import Errors
from nqpf_assets.estimators.linear.observation_weights import (
    Kind,
    ObservationWeights,
    weights_of,
)
from nqpf_assets.estimators.linear.options import LeastSquaresOptions
from nqpf_assets.estimators.linear.regression import (
    coefficients_of,
    constant_of,
    errors_of,
    sample_of,
)
from nqpf_assets.estimators.linear.sample import panel_sample
from nqpf_assets.estimators.linear.summed_fit import SummedFit
from nqpf_assets.estimators.linear.summed_panel import summed_fit
from nqpf_assets.estimators.linear.summed_rows import SummedRows
from nqpf_assets.estimators.linear.two_way_fe_result import (
    EffectSummary,
    TwoWayFE,
    effect_summary,
    r2_unit_within,
)
from nqpf_assets.estimators.linear.wild_bootstrap import wild_least_squares
from nqpf_assets.estimators.linear.wild_changes import WildBootstrap
from nqpf_assets.estimators.linear.wild_inference import WildInference, of_draws
from nqpf_assets.estimators.linear.within import Codes
from nqpf_assets.estimators.linear.within_covariance import (
    covariance_of_fit,
    covariance_of_long_fit,
)
from nqpf_assets.estimators.linear.within_fit import WithinFit, panel_effects, within_fit


def two_way_fe(
    outcome: ArrayLike,
    regressors: ArrayLike,
    units: ArrayLike,
    periods: ArrayLike,
    *,
    names: Sequence[str],
    effects: Sequence[str] = ("unit", "period"),
    vcov: Vcov = "clustered",
    cluster: Cluster | None = None,
    small_sample: SmallSample = "xtreg",
    lags: int | None = None,
    confidence_level: float = 0.95,
    drop_singletons: bool = True,
    demeaned_periods: DemeanedPeriods = "all",
    exact_fit: bool = False,
    wild: WildBootstrap | None = None,
    absorbed: Sequence[Absorbed] = (),
    weights: ArrayLike | None = None,
    weights_kind: Kind = "analytic",
) -> TwoWayFE:
    """Least squares with fixed effects, exact for balanced and unbalanced panels.

    Args:
        outcome: (n,).
        regressors: (n, K); those that the effects absorb or that repeat earlier ones are
            dropped and named in the result.
        units, periods: (n,) labels; each pair once, periods sorted in the order of time.
        names: the K regressors.
        effects: ``"unit"``, ``"period"``, both, or ``()`` for pooled least squares.
        vcov: ``"clustered"``, ``"unadjusted"``, ``"robust"``, ``"driscoll_kraay"``, ``"newey_west"``,
            ``"cr2"``, ``"cr3"``, or ``"linearmodels"`` for the numbers which that package prints.
        cluster: by what to cluster: ``"unit"`` (default), ``"period"``, an array (n,), or a tuple
            of two or three of these for clusters of several ways.
        small_sample: ``"xtreg"``: G/(G-1) (n-1)/(n-k) without effects nested in clusters, as
            Stata, reghdfe and fixest; ``"plm"``: the same with k = K (clustered only);
            ``"none"``: no correction; ``"large_sample"``: none, and normal tests in place of t.
        lags: bandwidth of Driscoll and Kraay, or Newey and West; default floor(T^(1/4)).
        confidence_level: of the confidence intervals.
        drop_singletons: whether rows that are alone in their unit or period leave the sample.
        demeaned_periods: ``"drop_last"`` leaves the last period out of least squares once the
            unit means are gone, as Hansen's (1999) threshold program: balanced panels, unit
            effects. Corrections for small samples count all rows all the same.
        exact_fit: whether regressors that reproduce the outcome exactly are estimated, without
            standard errors, which nothing says anything of; refused otherwise.
        absorbed: further effects, codes (n,) of the rows that are given; not with "cr2", "cr3" or
            "linearmodels". Rows alone in one of them leave the sample as well.
        wild: p-values and intervals of the coefficients from a wild bootstrap of the clusters; the
            constant is not tested then.
        weights: (n,) positive weights of the rows; all alike where left out. Not with "cr2", "cr3",
            "linearmodels", a wild bootstrap or "drop_last".
        weights_kind: ``"analytic"``, ``"population"`` (not with "unadjusted") or ``"frequency"``, whose n is
            their sum; see `observation_weights`.

    Raises:
        EstimationError: input or options from which nothing can be estimated, in clear words.

    Source: Wooldridge (2010), Econometric Analysis of Cross Section and Panel Data, ch. 10;
    Cameron and Miller (2015), Journal of Human Resources 50(2).
    """
    options = LeastSquaresOptions(
        vcov,
        cluster,
        small_sample,
        lags,
        confidence_level,
        drop_singletons,
        wild,
        weights,
        weights_kind,
    )
    check_demeaned_periods(demeaned_periods, effects, vcov)
    if weights is not None and demeaned_periods != "all":
        raise EstimationError("demeaned_periods drop_last does not go with weights")
    if absorbed and (KINDS[vcov].has_own_correction or demeaned_periods != "all"):
        raise EstimationError(
            "effects beside units and periods do not go with such errors or periods"
        )
    sample = panel_sample(
        outcome,
        regressors,
        units,
        periods,
        names=names,
        drop_singletons_of=effects if drop_singletons else (),
        further=[one.codes for one in absorbed if one.slope is None] if drop_singletons else (),
        weights=weights_of(weights, weights_kind, np.size(units)),
    )
    fe = panel_effects(effects, sample, absorbed)
    clusters = cluster_codes(cluster, sample, vcov, effects)
    drawn, summed = None, None
    if demeaned_periods == "all" and weights is None and wild is None and vcov in get_args(Errors):
        summed = long_fit(sample, fe, names, cast(Errors, vcov), clusters)
    fit: LongFit | WithinFit
    if summed is not None:
        fit, inference = summed, covariance_of_long_fit(summed, options)
    else:
        fit = within_fit(sample, fe, names, demeaned_periods, is_exact_allowed=exact_fit)
        # Before the covariance, which uses the demeaned columns up.
        drawn = None if wild is None else _drawn(fit, wild, clusters[0], confidence_level)
        inference = covariance_of_fit(fit, options, clusters)
    tests = student_inference(
        np.append(fit.params, fit.constant),
        inference.matrix,
        inference.df_inference,
        confidence_level,
    )
    if drawn is not None:
        inference, tests = of_draws(drawn, inference, tests)
    return replace(result_of(fit, options, inference, tests, demeaned_periods), wild=drawn)


def _drawn(
    fit: WithinFit, wild: WildBootstrap, clusters: Codes, confidence_level: float
) -> WildInference:
    """Tests of the coefficients by a bootstrap of whole clusters."""
    if fit.estimated is not None:
        raise EstimationError("demeaned_periods drop_last does not go with a wild bootstrap")
    return wild_least_squares(
        fit.x_within,
        fit.solved.bread,
        fit.params,
        fit.solved.residuals,
        fit.fe.demean,
        clusters,
        wild,
        confidence_level,
    )


def result_of(
    fit: LongFit | WithinFit | SummedFit,
    options: LeastSquaresOptions,
    inference: cov.Covariance,
    tests: Inference,
    demeaned_periods: DemeanedPeriods,
) -> TwoWayFE:
    """What is reported of the fit."""
    sample, fe, params = fit.sample, fit.fe, fit.params
    n, k, rss, whole_rss = sample.n_obs, len(params), fit.rss, fit.whole_rss
    spreads = fit.spreads
    of_units, of_periods = _levels(fit)
    tss = float(spreads[0] ** 2)
    log_rss = np.nan if fit.is_exact else np.log(2 * np.pi * whole_rss / n)
    own = KINDS[options.vcov].has_own_correction
    correction = options.vcov if own else options.small_sample
    return TwoWayFE(
        coefficients=coefficients_of(fit.names, params, tests, options.confidence_level),
        sample=sample_of(sample, fit.dropped),
        errors=errors_of(inference, options.vcov, correction, k),
        fit=Fit(
            residuals=fit.residuals,
            rss=rss,
            df_resid=fit.df_resid,
            sigma=float(np.sqrt(rss / fit.df_resid)),
            r2_within=1 - rss / fit.tss_within,
            r2_unit_within=r2_unit_within(whole_rss, fit.tss_of_units, fe),
            r2=1 - whole_rss / tss,
        ),
        df_inference=inference.df_inference[:k],
        constant=constant_of(fit.constant, tests, inference.df_inference, k),
        effects=fe.effects,
        standardized=params * spreads[1:] / spreads[0],
        demeaned_periods=demeaned_periods,
        is_vcov_repaired=inference.is_repaired,
        n_components=fe.n_components,
        is_balanced=sample.is_balanced,
        r2_adjusted=1 - (whole_rss / fit.df_resid) / (tss / (n - 1)),
        log_likelihood=float(-n / 2 * (log_rss + 1)) + _of_weights(sample.weights),
        unit_effects=of_units,
        period_effects=of_periods,
    )


def _levels(
    fit: LongFit | WithinFit | SummedFit,
) -> tuple[EffectSummary | None, EffectSummary | None]:
    """Effects of units and of periods; of rows that lie elsewhere, none is fetched."""
    levels = None if isinstance(fit, SummedFit) else fit.levels()
    if isinstance(fit, SummedFit) or levels is None:
        return None, None
    sample, fe = fit.sample, fit.fe
    return (
        effect_summary("unit", fe, sample.unit_labels, levels[0]),
        effect_summary("period", fe, sample.period_labels, levels[1]),
    )


def two_way_fe_of_sums(
    rows: SummedRows,
    names: Sequence[str],
    effects: Sequence[str],
    options: LeastSquaresOptions,
) -> tuple[TwoWayFE, SummedFit] | None:
    """`two_way_fe` of rows that lie elsewhere, with what was summed of them; None where it takes the rows.

    Args:
        rows: complete, of the outcome and the regressors; which of the options' clusters they sum by, they
            know.
        names: the K regressors.
        options: without weights or draws, of a covariance in `long_readings.Errors`.
    """
    errors = cast(Errors, options.vcov)
    fit = summed_fit(rows, names, effects, errors, drop_singletons=options.drop_singletons)
    if fit is None:
        return None
    inference = covariance_of_long_fit(fit, options)
    estimates = np.append(fit.params, fit.constant)
    tests = student_inference(
        estimates, inference.matrix, inference.df_inference, options.confidence_level
    )
    return result_of(fit, options, inference, tests, "all"), fit


def _of_weights(weights: ObservationWeights | None) -> float:
    """What weights add to the logarithm of a normal likelihood, in which a row's variance is σ²/w.

    NaN for weights of a population, whose rows have no likelihood.
    """
    if weights is None or weights.kind == "frequency":
        return 0.0
    if weights.kind == "population":
        return float("nan")
    return float(np.log(weights.values).sum() / 2)
