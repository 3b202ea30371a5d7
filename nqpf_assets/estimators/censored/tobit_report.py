"""A Tobit estimated and its result put together: maximum, inference, marginal effects."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nqpf_assets.estimators.censored.tobit_design import Design
from nqpf_assets.estimators.censored.tobit_fit import fit_grouped
from nqpf_assets.estimators.censored.tobit_inference import (
    MlOptions,
    covariance_of,
    quantities,
)
from nqpf_assets.estimators.censored.tobit_margins import AT, OF
from nqpf_assets.estimators.censored.tobit_result import MarginalEffects, Tobit, censoring_of
from nqpf_assets.estimators.censored.tobit_sample import (
    CensoredSample,
)
from nqpf_assets.estimators.linear.inference import (
    Inference,
    student_inference,
)
from nqpf_assets.estimators.linear.regression import (
    coefficients_of,
    constant_of,
    errors_of,
    sample_of,
)
from nqpf_assets.estimators.linear.two_way_fe_result import effect_summary
from nqpf_assets.estimators.linear.within import Codes, FixedEffects, Floats


@dataclass(frozen=True)
class Model:
    """A censored regression with dummies, before it is estimated.

    Attributes:
        kept: names of the regressors that are in.
    """

    sample: CensoredSample
    fe: FixedEffects
    design: Design
    kept: tuple[str, ...]
    limits: tuple[float, float]


def n_slopes_of(design: Design) -> int:
    """Slopes and dummies."""
    return int(design.x.shape[1] + design.groups.max())


def report(model: Model, clusters: tuple[Codes, ...], options: MlOptions) -> Tobit:
    """The maximum of the likelihood, and what is reported of it."""
    design, fe, panel = model.design, model.fe, model.sample.panel
    n, k = design.raw.shape
    fit = fit_grouped(design.rows, design.x, design.groups)
    found = quantities(design, fit.intercepts / fit.theta, fit.slopes / fit.theta, 1 / fit.theta)
    matrix = covariance_of(found, design, fit, options.vcov, options.small_sample, clusters)
    df = np.inf
    if options.distribution == "t":
        is_clustered = options.vcov == "clustered"
        df = min(matrix.n_clusters) - 1 if is_clustered else n - n_slopes_of(design)
    dfs = np.full(len(found.values), float(df))
    tests = student_inference(found.values, matrix.matrix, dfs, options.confidence_level)
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
    return Tobit(
        coefficients=coefficients_of(model.kept, params, tests, options.confidence_level),
        sample=sample_of(panel, design.dropped),
        errors=errors_of(matrix, options.vcov, options.correction, k + 1),
        censoring=censoring_of(model.limits, design.rows),
        df_inference=float(df),
        distribution=options.distribution,
        constant=constant_of(constant, tests, dfs, k + 1),
        margins=margins(found.values[k + 2 :], tests, k),
        n_parameters=n_slopes_of(design) + 2,
        log_likelihood=log_likelihood,
        latent_means=latent_means,
        is_vcov_repaired=matrix.is_repaired,
        sigma=float(found.values[k]),
        sigma_std_error=float(tests.std_errors[k]),
        effects=fe.effects,
        log_likelihood_null=null,
        pseudo_r2=1 - log_likelihood / null,
        dropped_levels=model.sample.dropped_levels,
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
