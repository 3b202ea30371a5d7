"""Linear panel regression with unit effects, period effects, both, or neither.

Here the pieces are put together: sample, within transformation, coefficients, covariance.
Each piece has a module of its own, the result is described in `two_way_fe_result`, and the
conventions are explained in docs/methods/two_way_fe.md.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from nqpf_assets.estimators.linear import covariance as cov
from nqpf_assets.estimators.linear.collinearity import independent_columns
from nqpf_assets.estimators.linear.cr2 import cr2
from nqpf_assets.estimators.linear.demeaned_periods import (
    DemeanedPeriods,
    check_demeaned_periods,
    estimated_rows,
)
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.inference import (
    Cluster,
    SmallSample,
    Vcov,
    check_options,
    cluster_codes,
    student_inference,
)
from nqpf_assets.estimators.linear.least_squares import least_squares
from nqpf_assets.estimators.linear.linearmodels_covariance import linearmodels_clustered
from nqpf_assets.estimators.linear.sample import panel_sample
from nqpf_assets.estimators.linear.two_way_fe_result import (
    Constant,
    TwoWayFE,
    effect_summary,
    r2_unit_within,
)
from nqpf_assets.estimators.linear.within import Codes, FixedEffects, Floats, fixed_effects


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
) -> TwoWayFE:
    """Least squares with fixed effects, exact for balanced and unbalanced panels.

    Args:
        outcome: (n,).
        regressors: (n, K); those that the effects absorb or that repeat earlier ones are
            dropped and named in the result.
        units, periods: (n,) labels; each pair once, periods sorted in the order of time.
        names: the K regressors.
        effects: ``"unit"``, ``"period"``, both, or ``()`` for pooled least squares.
        vcov: ``"clustered"``, ``"unadjusted"``, ``"robust"``, ``"driscoll_kraay"``, ``"cr2"``, or
            ``"linearmodels"`` for the numbers which that package prints.
        cluster: by what to cluster: ``"unit"`` (default), ``"period"``, an array (n,), or a tuple
            of two of these for two-way clusters.
        small_sample: ``"xtreg"``: G/(G-1) (n-1)/(n-k) without effects nested in clusters, as
            Stata, reghdfe and fixest; ``"plm"``: the same with k = K (clustered only);
            ``"none"``: no correction.
        lags: bandwidth of Driscoll and Kraay; default floor(T^(1/4)).
        confidence_level: of the confidence intervals.
        drop_singletons: whether rows that are alone in their unit or period leave the sample.
        demeaned_periods: ``"drop_last"`` leaves the last period out of least squares once the
            unit means are gone, as Hansen's (1999) threshold program: balanced panels, unit
            effects. Corrections for small samples count all rows all the same.
        exact_fit: whether regressors that reproduce the outcome exactly are estimated, without
            standard errors, which nothing says anything of; refused otherwise.

    Raises:
        EstimationError: input or options from which nothing can be estimated, in clear words.

    Source: Wooldridge (2010), Econometric Analysis of Cross Section and Panel Data, ch. 10;
    Cameron and Miller (2015), Journal of Human Resources 50(2).
    """
    check_options(vcov, small_sample, cluster, lags, confidence_level)
    check_demeaned_periods(demeaned_periods, effects, vcov)
    sample = panel_sample(
        outcome,
        regressors,
        units,
        periods,
        names=names,
        drop_singletons_of=effects if drop_singletons else (),
    )
    fe = fixed_effects(effects, sample.unit_codes, sample.period_codes)
    if fe.n_units < 2 or (fe.effects and fe.n_periods < 2):
        raise EstimationError(
            f"a panel needs two units and two periods; found {fe.n_units} and {fe.n_periods}"
        )
    clusters = cluster_codes(cluster, sample, vcov)

    y = sample.outcome
    demeaned = fe.demean(np.column_stack([y, sample.regressors]))
    estimated = estimated_rows(demeaned_periods, sample)
    if estimated is not None:
        demeaned *= estimated[:, None]
    y_within, tss_within = demeaned[:, 0], float(demeaned[:, 0] @ demeaned[:, 0])
    floor = len(y) * (8 * np.finfo(np.float64).eps * np.abs(y).max()) ** 2
    if tss_within <= floor:
        raise EstimationError("the outcome does not vary once the effects are removed")
    kept, dropped = independent_columns(demeaned[:, 1:], sample.regressors, names)
    if not kept:
        reasons = "; ".join(f"{d.name}: {d.reason}" for d in dropped)
        raise EstimationError(f"no regressor is left ({reasons})")
    x, x_within = sample.regressors[:, kept], demeaned[:, 1:][:, kept]
    n, k = x.shape
    df_resid = n - k - fe.rank
    if df_resid < 1:
        raise EstimationError(f"{n} rows for {k + fe.rank} parameters, the effects included")

    fit = least_squares(y_within, x_within)
    params, residuals, rss = fit.params, fit.residuals, fit.rss
    is_exact = rss <= max(floor, 1e-20 * tss_within)
    if is_exact and not exact_fit:
        raise EstimationError("regressors and effects reproduce the outcome exactly")

    # The constant is the mean of y minus x-bar'b, so its weights follow from the others'.
    slopes = x_within @ fit.bread
    weights = np.column_stack([slopes, 1 / n - slopes @ x.mean(axis=0)])
    if vcov == "cr2":
        inference = cr2(weights, x_within, residuals, clusters[0], fe)
    elif vcov == "linearmodels":
        inference = linearmodels_clustered(y, x, fe, clusters)
    else:
        # Rows that least squares left out say nothing of the slopes, but do of the constant.
        errors = residuals if estimated is None else fe.demean((y - x @ params)[:, None])[:, 0]
        inference = _from_influences(weights, errors, rss, vcov, clusters, fe, small_sample, lags)
    unrelated = (weights**2).sum(axis=0) * rss / n
    inference = cov.without_cancelled(inference, np.full(k + 1, np.inf) if is_exact else unrelated)

    constant = float(y.mean() - x.mean(axis=0) @ params)
    tests = student_inference(
        np.append(params, constant), inference.matrix, inference.df_inference, confidence_level
    )
    unit_effects, period_effects = fe.solve((y - x @ params - constant)[:, None])
    tss = float(((y - y.mean()) ** 2).sum())
    # Sums over fewer rows than the panel's do not make these measures of fit.
    whole_rss = rss if estimated is None else float("nan")
    log_rss = np.nan if is_exact else np.log(2 * np.pi * whole_rss / n)
    return TwoWayFE(
        names=tuple(names[j] for j in kept),
        params=params,
        std_errors=tests.std_errors[:k],
        t_stats=tests.t_stats[:k],
        p_values=tests.p_values[:k],
        conf_int=tests.conf_int[:k],
        covariance=inference.matrix[:k, :k],
        df_inference=inference.df_inference[:k],
        standardized=params * x.std(axis=0, ddof=1) / y.std(ddof=1),
        constant=Constant(
            constant,
            float(tests.std_errors[k]),
            float(tests.t_stats[k]),
            float(tests.p_values[k]),
            float(tests.conf_int[k, 0]),
            float(tests.conf_int[k, 1]),
            float(inference.df_inference[k]),
        ),
        effects=fe.effects,
        demeaned_periods=demeaned_periods,
        vcov=vcov,
        small_sample=small_sample if vcov not in ("cr2", "linearmodels") else vcov,
        small_sample_factor=inference.factor,
        n_parameters=inference.n_parameters,
        is_vcov_repaired=inference.is_repaired,
        confidence_level=confidence_level,
        n_obs=n,
        n_units=fe.n_units,
        n_periods=fe.n_periods,
        n_clusters=inference.n_clusters,
        n_components=fe.n_components,
        df_resid=df_resid,
        is_balanced=sample.is_balanced,
        rss=rss,
        sigma=float(np.sqrt(rss / df_resid)),
        r2_within=1 - rss / tss_within,
        r2_unit_within=r2_unit_within(y, whole_rss, fe),
        r2=1 - whole_rss / tss,
        r2_adjusted=1 - (whole_rss / df_resid) / (tss / (n - 1)),
        log_likelihood=float(-n / 2 * (log_rss + 1)),
        residuals=residuals,
        is_in_sample=sample.is_in_sample,
        singleton_units=sample.singleton_units,
        singleton_periods=sample.singleton_periods,
        dropped=dropped,
        unit_effects=effect_summary("unit", fe, sample.unit_labels, unit_effects[:, 0]),
        period_effects=effect_summary("period", fe, sample.period_labels, period_effects[:, 0]),
    )


def _from_influences(
    weights: Floats,
    residuals: Floats,
    rss: float,
    vcov: str,
    clusters: Sequence[Codes],
    fe: FixedEffects,
    small_sample: str,
    lags: int | None,
) -> cov.Covariance:
    """The covariance of that name, made from the rows' influences."""
    k = weights.shape[1] - 1
    every = k + fe.rank
    if vcov == "unadjusted":
        return cov.unadjusted(weights, rss, every, small_sample)
    influences = weights * residuals[:, None]
    if vcov == "robust":
        return cov.robust(influences, every, small_sample)
    if vcov == "driscoll_kraay":
        return cov.driscoll_kraay(influences, fe.period_codes, lags, every, small_sample)
    counted = k if small_sample == "plm" else cov.counted_parameters(k, fe, clusters)
    return cov.clustered(influences, clusters, counted, small_sample)
