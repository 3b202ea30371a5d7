"""Tobit: a linear regression whose outcome is cut off at one or two limits.

Unit and period effects enter as dummies. Here the pieces are put together: sample, scaling,
maximum, covariance. Each has a module of its own; conventions, and what the dummies do to the
estimates in short panels, stand in docs/methods/tobit.md.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from nqpf_assets.estimators.censored.tobit_design import Design, scaled_design
from nqpf_assets.estimators.censored.tobit_fit import fit_grouped
from nqpf_assets.estimators.censored.tobit_inference import (
    Distribution,
    MlSmallSample,
    MlVcov,
    check_ml_options,
    covariance_of,
    quantities,
)
from nqpf_assets.estimators.censored.tobit_margins import AT, OF
from nqpf_assets.estimators.censored.tobit_result import MarginalEffects, Tobit, censoring_of
from nqpf_assets.estimators.censored.tobit_sample import censored_sample, check_limits
from nqpf_assets.estimators.censored.tobit_separation import refuse_separation
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.inference import (
    Cluster,
    Inference,
    cluster_codes,
    student_inference,
)
from nqpf_assets.estimators.linear.regression import (
    coefficients_of,
    constant_of,
    errors_of,
    sample_of,
)
from nqpf_assets.estimators.linear.two_way_fe_result import effect_summary
from nqpf_assets.estimators.linear.within import Floats, fixed_effects


def tobit(
    outcome: ArrayLike,
    regressors: ArrayLike,
    units: ArrayLike,
    periods: ArrayLike,
    *,
    names: Sequence[str],
    lower: float | None = 0.0,
    upper: float | None = None,
    effects: Sequence[str] = ("unit", "period"),
    vcov: MlVcov = "clustered",
    cluster: Cluster | None = None,
    small_sample: MlSmallSample = "stata",
    distribution: Distribution = "normal",
    confidence_level: float = 0.95,
    drop_singletons: bool = True,
) -> Tobit:
    """Maximum likelihood of a normal regression censored at known limits.

    Args:
        outcome: (n,); values at or beyond a limit count as censored there.
        regressors: (n, K); those that the effects absorb or that repeat earlier ones are
            dropped and named in the result.
        units, periods: (n,) labels; each pair once.
        names: the K regressors.
        lower, upper: the limits, in the outcome's unit; None for none.
        effects: ``"unit"``, ``"period"``, both, or ``()``; estimated as dummies. A unit or period
            that is censored in every row has no finite effect: it leaves, and is named.
        vcov: ``"clustered"``, ``"robust"``, or ``"unadjusted"`` for the observed information.
        cluster: ``"unit"`` (default), ``"period"`` or an array (n,), with vcov ``"clustered"``.
        small_sample: ``"stata"``: n/(n-1) for robust and G/(G-1) for clustered, as Stata's ml;
            ``"none"``: no correction, as R's sandwich.
        distribution: of the tests: ``"normal"``, or ``"t"`` with G - 1 degrees of freedom when
            clustered and n minus the number of slopes and dummies otherwise.
        confidence_level: of the confidence intervals.
        drop_singletons: whether rows that are alone in their unit or period leave the sample;
            each would be fitted exactly and pull sigma down.

    Raises:
        EstimationError: input or options from which nothing can be estimated, in clear words.

    Source: Tobin (1958), Econometrica 26(1); Olsen (1978), Econometrica 46(5); McDonald and
    Moffitt (1980), Review of Economics and Statistics 62(2). Dummies in short panels: Greene
    (2004), Econometric Reviews 23(2).
    """
    check_ml_options(vcov, small_sample, distribution, cluster, confidence_level)
    limits = check_limits(lower, upper)
    # An unknown effect is refused here, before the sample is cut by it.
    fixed_effects(effects, np.zeros(1, dtype=np.intp), np.zeros(1, dtype=np.intp))
    sample = censored_sample(
        outcome,
        regressors,
        units,
        periods,
        names=names,
        limits=limits,
        effects=effects,
        drop_singletons=drop_singletons,
    )
    panel = sample.panel
    fe = fixed_effects(effects, panel.unit_codes, panel.period_codes)
    clusters = cluster_codes(cluster, panel, vcov)
    design = scaled_design(panel, sample.rows, names, fe, limits)
    n, k = design.raw.shape
    n_slopes = design.x.shape[1] + int(design.groups.max())
    if n < n_slopes + 2:
        raise EstimationError(f"{n} rows for {n_slopes + 2} parameters, the effects included")
    kept = tuple(names[j] for j in design.kept)
    refuse_separation(design.rows, design.x, design.groups, kept, "the effects")

    fit = fit_grouped(design.rows, design.x, design.groups)
    found = quantities(design, fit.intercepts / fit.theta, fit.slopes / fit.theta, 1 / fit.theta)
    matrix = covariance_of(found, design, fit, vcov, small_sample, clusters)
    df = np.inf
    if distribution == "t":
        df = matrix.n_clusters[0] - 1 if vcov == "clustered" else n - n_slopes
    dfs = np.full(len(found.values), float(df))
    tests = student_inference(found.values, matrix.matrix, dfs, confidence_level)
    latent = fit.intercepts[design.groups] + design.x @ fit.slopes
    latent_means = design.center + design.spread * latent / fit.theta
    params, constant = found.values[:k], float(found.values[k + 1])
    unit_effects, period_effects = fe.solve(
        (latent_means - design.raw @ params - constant)[:, None]
    )
    # Rows that are not censored are densities, and depend on the unit of the outcome.
    unit_term = design.rows.n_observed * np.log(design.spread)
    log_likelihood = fit.log_likelihood - unit_term
    null = null_log_likelihood(design) - unit_term
    correction = "none" if vcov == "unadjusted" else small_sample
    return Tobit(
        coefficients=coefficients_of(kept, params, tests, confidence_level),
        sample=sample_of(panel, design.dropped),
        errors=errors_of(matrix, vcov, correction, k + 1),
        censoring=censoring_of(limits, design.rows),
        df_inference=float(df),
        distribution=distribution,
        constant=constant_of(constant, tests, dfs, k + 1),
        margins=margins(found.values[k + 2 :], tests, k),
        n_parameters=n_slopes + 2,
        log_likelihood=log_likelihood,
        latent_means=latent_means,
        sigma=float(found.values[k]),
        sigma_std_error=float(tests.std_errors[k]),
        effects=fe.effects,
        log_likelihood_null=null,
        pseudo_r2=1 - log_likelihood / null,
        dropped_levels=sample.dropped_levels,
        unit_effects=effect_summary("unit", fe, panel.unit_labels, unit_effects[:, 0]),
        period_effects=effect_summary("period", fe, panel.period_labels, period_effects[:, 0]),
    )


def margins(values: Floats, tests: Inference, k: int) -> tuple[MarginalEffects, ...]:
    """Marginal effects of K regressors, the last six times K of the tested quantities."""
    found = []
    offset = len(tests.std_errors) - len(values)
    for place, (of, at) in enumerate((of, at) for of in OF for at in AT):
        own = slice(offset + place * k, offset + (place + 1) * k)
        part = Inference(
            tests.std_errors[own], tests.t_stats[own], tests.p_values[own], tests.conf_int[own]
        )
        found.append(MarginalEffects(of, at, values[place * k : (place + 1) * k], part))
    return tuple(found)


def null_log_likelihood(design: Design) -> float:
    """Scaled log-likelihood with constant and sigma only."""
    none = np.empty((len(design.x), 0))
    return fit_grouped(design.rows, none, np.zeros_like(design.groups)).log_likelihood
