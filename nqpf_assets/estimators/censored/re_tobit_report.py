"""A random-effects Tobit estimated and its result put together: maximum, inference, variance components."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from nqpf_assets.estimators.censored.re_tobit_fit import RandomFit
from nqpf_assets.estimators.censored.re_tobit_inference import (
    fit_checked,
    random_covariance,
    random_quantities,
)
from nqpf_assets.estimators.censored.re_tobit_quadrature import PanelRows, Parameters
from nqpf_assets.estimators.censored.re_tobit_result import Component, NodeCheck, RandomEffectsTobit
from nqpf_assets.estimators.censored.tobit_design import Design
from nqpf_assets.estimators.censored.tobit_fit import GroupedFit, fit_grouped
from nqpf_assets.estimators.censored.tobit_inference import (
    MlOptions,
)
from nqpf_assets.estimators.censored.tobit_report import margins
from nqpf_assets.estimators.censored.tobit_result import censoring_of
from nqpf_assets.estimators.linear.distributions import chi2_sf
from nqpf_assets.estimators.linear.inference import student_inference
from nqpf_assets.estimators.linear.regression import (
    coefficients_of,
    constant_of,
    errors_of,
    sample_of,
)
from nqpf_assets.estimators.linear.sample import PanelSample
from nqpf_assets.estimators.linear.within import Codes


@dataclass(frozen=True)
class Model:
    """A censored regression with random unit effects, before it is estimated; rows are sorted by unit.

    Attributes:
        kept: names of the regressors that are in.
        dropped_periods: labels of periods censored in every row.
        back: positions that undo the sorting.
    """

    panel: PanelSample
    design: Design
    kept: tuple[str, ...]
    limits: tuple[float, float]
    dropped_periods: tuple[Any, ...]
    has_period_effects: bool
    back: Codes


@dataclass(frozen=True)
class Maximum:
    """The maximum of the likelihood with unit effects, and that without."""

    fit: RandomFit
    check: NodeCheck
    pooled: GroupedFit
    data: PanelRows


def fitted(model: Model, nodes: int | None) -> Maximum:
    """Maximum likelihood, begun at the pooled model."""
    design, unit_codes = model.design, model.panel.unit_codes
    pooled = fit_grouped(design.rows, design.x, design.groups)
    starts = np.unique(unit_codes, return_index=True)[1].astype(np.intp)
    ones = np.ones(len(design.raw))
    data = PanelRows(design.rows, np.column_stack([design.x, ones]), unit_codes, starts)
    # Half of the pooled variance to the units, to begin with.
    half = np.sqrt(2.0)
    start = Parameters(np.append(pooled.slopes, pooled.intercepts) * half, pooled.theta * half, 1.0)
    return Maximum(*fit_checked(data, design, start, nodes), pooled, data)


def report(
    model: Model, maximum: Maximum, clusters: tuple[Codes, ...], options: MlOptions
) -> RandomEffectsTobit:
    """Inference, and what is reported of the maximum."""
    design, fit, pooled = model.design, maximum.fit, maximum.pooled
    n, k = design.raw.shape
    width = design.x.shape[1]
    found = random_quantities(design, fit.params)
    how = (options.vcov, options.small_sample, clusters, k)
    matrix = random_covariance(found.gradients, fit, *how)
    df = np.inf
    if options.distribution == "t":
        df = n - width if options.vcov == "unadjusted" else min(matrix.n_clusters) - 1
    dfs = np.full(len(found.values), float(df))
    tests = student_inference(found.values, matrix.matrix, dfs, options.confidence_level)
    lr = max(0.0, 2 * (fit.integrated.log_likelihood - pooled.log_likelihood))
    at_bound = lr < 1e-6
    errors = tests.std_errors
    unit_term = design.rows.n_observed * np.log(design.spread)
    at = k + 3
    latent = maximum.data.x @ fit.params.slopes / fit.params.theta
    return RandomEffectsTobit(
        coefficients=coefficients_of(model.kept, found.values[:k], tests, options.confidence_level),
        sample=sample_of(model.panel, design.dropped),
        errors=errors_of(matrix, options.vcov, options.correction, k),
        censoring=censoring_of(model.limits, design.rows),
        df_inference=float(df),
        distribution=options.distribution,
        constant=constant_of(float(found.values[at]), tests, dfs, at),
        margins=margins(found.values[at + 1 :], tests, k),
        n_parameters=width + 3,
        log_likelihood=fit.integrated.log_likelihood - unit_term,
        latent_means=(design.center + design.spread * latent)[model.back],
        is_vcov_repaired=matrix.is_repaired,
        sigma_u=Component(float(found.values[k]), np.nan if at_bound else float(errors[k])),
        sigma_e=Component(float(found.values[k + 1]), float(errors[k + 1])),
        rho=Component(float(found.values[k + 2]), np.nan if at_bound else float(errors[k + 2])),
        is_at_bound=at_bound,
        has_period_effects=model.has_period_effects,
        node_check=maximum.check,
        log_likelihood_pooled=pooled.log_likelihood - unit_term,
        lr_statistic=lr,
        lr_p_value=float(chi2_sf(lr, 1)) / 2 if not at_bound else 1.0,
        dropped_periods=model.dropped_periods,
    )
