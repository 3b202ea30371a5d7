"""Tobit with normal random effects of the units.

Here the pieces are put together: sample, scaling, maximum, covariance. Each has a module of
its own; conventions, and where other packages differ, stand in docs/methods/tobit.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from nqpf_assets.estimators.censored.re_tobit_inference import (
    fit_checked,
    random_covariance,
    random_quantities,
)
from nqpf_assets.estimators.censored.re_tobit_quadrature import PanelRows, Parameters
from nqpf_assets.estimators.censored.re_tobit_result import Component, RandomEffectsTobit
from nqpf_assets.estimators.censored.tobit import margins
from nqpf_assets.estimators.censored.tobit_design import scaled_design
from nqpf_assets.estimators.censored.tobit_fit import fit_grouped
from nqpf_assets.estimators.censored.tobit_inference import (
    Distribution,
    MlSmallSample,
    MlVcov,
    check_ml_options,
)
from nqpf_assets.estimators.censored.tobit_result import censoring_of
from nqpf_assets.estimators.censored.tobit_rows import Rows
from nqpf_assets.estimators.censored.tobit_sample import censored_sample, check_limits
from nqpf_assets.estimators.censored.tobit_separation import refuse_separation
from nqpf_assets.estimators.linear.distributions import chi2_sf
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.inference import Cluster, cluster_codes, student_inference
from nqpf_assets.estimators.linear.regression import (
    coefficients_of,
    constant_of,
    errors_of,
    sample_of,
)
from nqpf_assets.estimators.linear.sample import PanelSample
from nqpf_assets.estimators.linear.within import Codes, fixed_effects


def re_tobit(
    outcome: ArrayLike,
    regressors: ArrayLike,
    units: ArrayLike,
    periods: ArrayLike,
    *,
    names: Sequence[str],
    lower: float | None = 0.0,
    upper: float | None = None,
    period_effects: bool = False,
    nodes: int | None = None,
    vcov: MlVcov = "unadjusted",
    cluster: Cluster | None = None,
    small_sample: MlSmallSample = "stata",
    distribution: Distribution = "normal",
    confidence_level: float = 0.95,
) -> RandomEffectsTobit:
    """Maximum likelihood, the random effects integrated out by adaptive quadrature.

    Args:
        outcome: (n,); values at or beyond a limit count as censored there.
        regressors: (n, K); they may be constant within units. The model takes unit effects to
            be unrelated to them.
        units, periods: (n,) labels; each pair once.
        names: the K regressors.
        lower, upper: the limits, in the outcome's unit; None for none.
        period_effects: put period dummies into the model.
        nodes: None integrates until more nodes change nothing (Gauss-Legendre in two pieces, 48
            nodes or twice, four, eight times as many); a number asks for adaptive Gauss-Hermite with
            so many nodes, of which Stata's xttobit takes 12. Either is checked against twice the
            nodes that the former needs.
        vcov: ``"unadjusted"`` for the observed information, ``"clustered"`` for the sandwich by
            unit or by a coarser key; ``"robust"`` is by unit, for rows of a unit share its effect.
        cluster: ``"unit"`` (default) or an array (n,) that does not divide units.
        small_sample: ``"stata"``: G/(G-1); ``"none"``.
        distribution: of the tests: ``"normal"``, or ``"t"`` with G - 1 degrees of freedom when
            clustered and n minus the number of slopes and dummies otherwise.
        confidence_level: of the confidence intervals.

    Raises:
        EstimationError: input or options from which nothing can be estimated, in clear words.

    Source: Butler and Moffitt (1982), Econometrica 50(3); Liu and Pierce (1994), Biometrika
    81(3); test of sigma_u = 0: Self and Liang (1987), JASA 82(398).
    """

    check_ml_options(vcov, small_sample, distribution, cluster, confidence_level)
    if nodes is not None and not 4 <= nodes <= 192:
        raise EstimationError(f"nodes lie between 4 and 192; found {nodes}")
    limits = check_limits(lower, upper)
    effects = ("period",) if period_effects else ()
    sample = censored_sample(
        outcome,
        regressors,
        units,
        periods,
        names=names,
        limits=limits,
        effects=effects,
        drop_singletons=True,
    )
    panel, rows, back = _by_unit(sample.panel, sample.rows)
    n_units = len(panel.unit_labels)
    if n_units < 2 or len(panel.outcome) == n_units:
        raise EstimationError("random effects need two units or more, some seen more than once")
    clusters = _unit_clusters(cluster, sample.panel, vcov)
    fe = fixed_effects(effects, panel.unit_codes, panel.period_codes)
    design = scaled_design(panel, rows, names, fe, limits)
    n, k = design.raw.shape
    width = design.x.shape[1]
    if n < width + 3:
        raise EstimationError(f"{n} rows for {width + 3} parameters")
    kept = tuple(names[j] for j in design.kept)
    refuse_separation(design.rows, design.x, design.groups, kept, "the period effects")

    pooled = fit_grouped(design.rows, design.x, design.groups)
    starts = np.unique(panel.unit_codes, return_index=True)[1].astype(np.intp)
    data = PanelRows(design.rows, np.column_stack([design.x, np.ones(n)]), panel.unit_codes, starts)
    # Half of the pooled variance to the units, to begin with.
    half = np.sqrt(2.0)
    start = Parameters(np.append(pooled.slopes, pooled.intercepts) * half, pooled.theta * half, 1.0)
    fit, check = fit_checked(data, design, start, nodes)
    found = random_quantities(design, fit.params)
    matrix = random_covariance(found.gradients, fit, vcov, small_sample, clusters)
    df = np.inf
    if distribution == "t":
        df = n - width if vcov == "unadjusted" else matrix.n_clusters[0] - 1
    dfs = np.full(len(found.values), float(df))
    tests = student_inference(found.values, matrix.matrix, dfs, confidence_level)
    lr = max(0.0, 2 * (fit.integrated.log_likelihood - pooled.log_likelihood))
    at_bound = lr < 1e-6
    errors = tests.std_errors
    unit_term = design.rows.n_observed * np.log(design.spread)
    at = k + 3
    latent = data.x @ fit.params.slopes / fit.params.theta
    correction = "none" if vcov == "unadjusted" else small_sample
    return RandomEffectsTobit(
        coefficients=coefficients_of(kept, found.values[:k], tests, confidence_level),
        sample=sample_of(panel, design.dropped),
        errors=errors_of(matrix, vcov, correction, k),
        censoring=censoring_of(limits, rows),
        df_inference=float(df),
        distribution=distribution,
        constant=constant_of(float(found.values[at]), tests, dfs, at),
        margins=margins(found.values[at + 1 :], tests, k),
        n_parameters=width + 3,
        log_likelihood=fit.integrated.log_likelihood - unit_term,
        latent_means=(design.center + design.spread * latent)[back],
        sigma_u=Component(float(found.values[k]), np.nan if at_bound else float(errors[k])),
        sigma_e=Component(float(found.values[k + 1]), float(errors[k + 1])),
        rho=Component(float(found.values[k + 2]), np.nan if at_bound else float(errors[k + 2])),
        is_at_bound=at_bound,
        has_period_effects=period_effects,
        node_check=check,
        log_likelihood_pooled=pooled.log_likelihood - unit_term,
        lr_statistic=lr,
        lr_p_value=float(chi2_sf(lr, 1)) / 2 if not at_bound else 1.0,
        dropped_periods=tuple(level.label for level in sample.dropped_levels),
    )


def _by_unit(panel: PanelSample, rows: Rows) -> tuple[PanelSample, Rows, Codes]:
    """The same rows sorted by unit, and the positions that undo it."""
    order = np.argsort(panel.unit_codes, kind="stable")
    ordered = replace(
        panel,
        outcome=panel.outcome[order],
        regressors=panel.regressors[order],
        unit_codes=panel.unit_codes[order],
        period_codes=panel.period_codes[order],
    )
    back = np.empty_like(order)
    back[order] = np.arange(len(order))
    return ordered, Rows(rows.point[order], rows.side[order]), back


def _unit_clusters(cluster: Cluster | None, panel: PanelSample, vcov: str) -> Codes:
    """Cluster of each unit (N,); a key that divides a unit is refused."""
    codes = cluster_codes(cluster, panel, vcov)[0]
    first = np.unique(panel.unit_codes, return_index=True)[1]
    if not (codes[first][panel.unit_codes] == codes).all():
        raise EstimationError("clusters of a random-effects Tobit must not divide units")
    return np.asarray(codes[first], dtype=np.intp)
