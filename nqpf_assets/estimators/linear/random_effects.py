"""Linear panel regression with random effects of units, by feasible generalised least squares.

Coefficients are least squares of rows from which a part of their unit's mean is taken off; how great a part
is told in `variance_components`. Conventions are explained in docs/methods/random_effects.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from nqpf_assets.estimators.counted import counted
from nqpf_assets.estimators.linear import covariance as cov
from nqpf_assets.estimators.linear.collinearity import DroppedRegressor, independent_columns
from nqpf_assets.estimators.linear.covariance_kinds import JACKKNIFE, BiasReduced
from nqpf_assets.estimators.linear.cr2 import adjusted
from nqpf_assets.estimators.linear.distributions import chi2_sf, normal_ppf, normal_sf
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.inference import (
    Cluster,
    Inference,
    cluster_codes,
    student_inference,
)
from nqpf_assets.estimators.linear.least_squares import LeastSquares, least_squares
from nqpf_assets.estimators.linear.random_effects_result import Joint, RandomEffects
from nqpf_assets.estimators.linear.regression import (
    coefficients_of,
    constant_of,
    errors_of,
    sample_of,
)
from nqpf_assets.estimators.linear.sample import PanelSample, panel_sample
from nqpf_assets.estimators.linear.variance_components import (
    Components,
    period_dummies,
    quasi_demeaned,
    taken_off,
    unit_means,
    unit_variance,
)
from nqpf_assets.estimators.linear.whole_units import require_whole_units
from nqpf_assets.estimators.linear.within import (
    Codes,
    FixedEffects,
    Floats,
    fixed_effects,
)

RandomVcov = Literal["clustered", "unadjusted"] | BiasReduced
OWN_CORRECTION = get_args(BiasReduced)
MEAN = ":mean"
"""Behind the name of a regressor in the term of its unit mean."""


def random_effects(
    outcome: ArrayLike,
    regressors: ArrayLike,
    units: ArrayLike,
    periods: ArrayLike,
    *,
    names: Sequence[str],
    period_effects: bool = False,
    components: Components = "xtreg",
    with_means: bool = False,
    vcov: RandomVcov = "clustered",
    cluster: Cluster | None = None,
    small_sample: Literal["stata", "none"] = "stata",
    confidence_level: float = 0.95,
) -> RandomEffects:
    """Random effects of units, tested by the normal distribution.

    Args:
        outcome: (n,).
        regressors: (n, K); those that repeat others are dropped and named in the result.
        units, periods: (n,) labels, each pair once.
        names: the K regressors.
        period_effects: put period dummies among the regressors.
        components: variance of unit effects in unbalanced panels, as `unit_variance` says.
        with_means: put the unit means of regressors that vary within units among the regressors (Mundlak),
            and test them: with clustered errors this is Hausman's test made robust.
        vcov: ``"clustered"`` or ``"unadjusted"``, on the rows less their part of the unit's mean; ``"cr2"``
            or ``"cr3"``, the components taken as known, with t and degrees of freedom of each coefficient.
        cluster: ``"unit"`` (default), or an array (n,) of groups of units, or two or three of these.
        small_sample: ``"stata"``: G/(G-1) (n-1)/(n-k), k with constant and dummies; ``"none"``: no
            correction. Of clustered errors.
        confidence_level: of the confidence intervals.

    Raises:
        EstimationError: input from which nothing can be estimated.

    Source: Baltagi (2021), Econometric Analysis of Panel Data, ch. 2 and 9; Mundlak (1978), Econometrica
    46(1); Wooldridge (2010), section 10.7.3.
    """
    sample = panel_sample(outcome, regressors, units, periods, names=names)
    fe = fixed_effects(("unit",), sample.unit_codes, sample.period_codes)
    if fe.n_units < 2 or fe.n_periods < 2:
        raise EstimationError("random effects need two or more units and two or more periods")
    x, labels, n_terms = design_columns(sample, fe, names, period_effects, with_means)
    sigma2_e = _error_variance(sample, x, labels, fe)
    sigma2_u = unit_variance(sample, x, labels, fe, sigma2_e, components)
    theta = taken_off(fe, sigma2_e, sigma2_u)
    kept, dropped = independent_columns(x - x.mean(axis=0), x, labels)
    x = np.column_stack([x[:, kept], np.ones(len(x))])
    whole = np.column_stack([sample.outcome, x])
    quasi = quasi_demeaned(whole, theta, fe)
    n, k = x.shape
    if n <= k:
        raise EstimationError(f"{counted(n, 'rows')} for {counted(k, 'parameters')}")
    solved = least_squares(quasi[:, 0], quasi[:, 1:])
    clusters = cluster_codes(cluster, sample, vcov)
    require_whole_units(
        sample.unit_codes, sample.unit_labels, clusters, "clusters of random effects"
    )
    made = _covariance(quasi[:, 1:], solved, clusters, vcov, small_sample)
    tests = (
        student_inference(solved.params, made.matrix, made.df_inference, confidence_level)
        if vcov in OWN_CORRECTION
        else _normal_inference(solved.params, made.matrix, confidence_level)
    )
    shown = [at for at, j in enumerate(kept) if j < n_terms]
    terms = [labels[kept[at]] for at in shown]
    order = [*shown, k - 1]
    ordered = _of_terms(tests, order)
    matrix = made.matrix[np.ix_(order, order)]
    params, df = solved.params[order], np.full(len(order), np.inf)
    if vcov in OWN_CORRECTION:
        df = made.df_inference[order]
    of_means = [at for at, name in enumerate(terms) if name.endswith(MEAN)] if with_means else []
    pair = np.column_stack([x @ solved.params, sample.outcome])
    return RandomEffects(
        coefficients=coefficients_of(terms, params[:-1], ordered, confidence_level),
        sample=sample_of(sample, _told(dropped, names, with_means)),
        errors=errors_of(
            cov.Covariance(matrix, df, made.factor, k, made.n_clusters),
            vcov,
            {"clustered": small_sample, "unadjusted": "none"}.get(vcov, vcov),
            len(terms),
        ),
        constant=constant_of(float(params[-1]), ordered, df, len(terms)),
        components=components,
        sigma_u=float(np.sqrt(sigma2_u)),
        sigma_e=float(np.sqrt(sigma2_e)),
        rho=sigma2_u / (sigma2_u + sigma2_e),
        theta=theta,
        r2_within=_correlated(fe.demean(pair)),
        r2_between=_correlated(unit_means(pair, fe)),
        r2_overall=_correlated(pair),
        means=wald_of(params, matrix, of_means) if with_means else None,
        has_period_effects=period_effects,
        n_parameters=k,
        df_inference=df[:-1],
        is_vcov_repaired=made.is_repaired,
    )


def design_columns(
    sample: PanelSample, fe: FixedEffects, names: Sequence[str], dummies: bool, means: bool
) -> tuple[Floats, list[str], int]:
    """Regressors, unit means, period dummies and their means; names; how many of them are reported."""
    x, labels = sample.regressors, list(names)
    if means:
        inner = fe.demean(x.copy())
        varying, _ = independent_columns(inner, x, names)
        x = np.column_stack([x, unit_means(x, fe)[fe.unit_codes][:, varying]])
        labels += [f"{names[j]}{MEAN}" for j in varying]
    n_terms = len(labels)
    if dummies:
        of_years, years = period_dummies(sample)
        x, labels = np.column_stack([x, of_years]), labels + years
        if means and not sample.is_balanced:
            # Units that miss years have other means of the dummies, which fixed effects take out as well.
            x = np.column_stack([x, unit_means(of_years, fe)[fe.unit_codes]])
            labels += [f"{year}{MEAN}" for year in years]
    return x, labels, n_terms


def _error_variance(
    sample: PanelSample, x: Floats, labels: Sequence[str], fe: FixedEffects
) -> float:
    """Of fixed effects: residuals' squares over n - N - K."""
    inner = fe.demean(np.column_stack([sample.outcome, x]))
    kept, _ = independent_columns(inner[:, 1:], x, labels)
    df = len(x) - fe.n_units - len(kept)
    if df < 1:
        n_parameters = counted(len(kept) + fe.n_units, "parameters")
        raise EstimationError(
            f"{counted(len(x), 'rows')} for {n_parameters} of fixed effects, for their variance"
        )
    rss = (
        least_squares(inner[:, 0], inner[:, 1:][:, kept]).rss
        if kept
        else float(inner[:, 0] @ inner[:, 0])
    )
    tss = float(((sample.outcome - sample.outcome.mean()) ** 2).sum())
    if rss <= 1e-20 * tss:
        raise EstimationError("regressors and unit effects reproduce the outcome exactly")
    return rss / df


def _covariance(
    x: Floats, solved: LeastSquares, clusters: Sequence[Codes], vcov: str, small_sample: str
) -> cov.Covariance:
    """Of all coefficients, the constant last."""
    n, k = x.shape
    weights = x @ solved.bread
    if vcov == "unadjusted":
        return cov.of_equal_errors(weights.T @ weights, n, solved.rss, k, "xtreg")
    if vcov in OWN_CORRECTION:
        is_jackknife = vcov == JACKKNIFE
        # All columns stand in the design, so that nothing is absorbed and a unit may not be divided.
        return adjusted(weights, x, solved.residuals, clusters[0], k, is_jackknife=is_jackknife)
    return cov.clustered(weights * solved.residuals[:, None], clusters, k, small_sample)


def _normal_inference(params: Floats, matrix: Floats, level: float) -> Inference:
    variances = np.diag(matrix)
    std_errors = np.sqrt(np.where(variances > 0, variances, np.nan))
    half = normal_ppf((1 + level) / 2) * std_errors
    z = params / std_errors
    return Inference(
        std_errors, z, 2 * normal_sf(np.abs(z)), np.column_stack([params - half, params + half])
    )


def _of_terms(tests: Inference, places: Sequence[int]) -> Inference:
    """Tests of the terms at these places, in this order."""
    order = list(places)
    return Inference(
        tests.std_errors[order], tests.t_stats[order], tests.p_values[order], tests.conf_int[order]
    )


def wald_of(params: Floats, matrix: Floats, places: Sequence[int]) -> Joint:
    """Wald's test that the coefficients at these places are zero."""
    if not places:
        raise EstimationError("no regressor varies within units; there are no unit means to test")
    part, b = matrix[np.ix_(places, places)], params[list(places)]
    scale = np.sqrt(np.diag(part))
    scaled = part / np.outer(scale, scale)
    if not np.isfinite(scaled).all() or np.linalg.eigvalsh(scaled).min() < 1e-10:
        return Joint(float("nan"), len(places), float("nan"))
    statistic = float(b / scale @ np.linalg.solve(scaled, b / scale))
    return Joint(statistic, len(places), float(chi2_sf(statistic, len(places))))


def _correlated(pair: Floats) -> float:
    """Squared correlation of two columns; zero where one does not vary."""
    away = pair - pair.mean(axis=0)
    length = np.sqrt((away**2).sum(axis=0))
    if not length.min() > 1e-12 * max(1.0, float(np.abs(pair).max())):
        return 0.0
    return float((away[:, 0] @ away[:, 1] / length.prod()) ** 2)


def _told(
    dropped: Sequence[DroppedRegressor], names: Sequence[str], with_means: bool
) -> tuple[DroppedRegressor, ...]:
    """Regressors that were left out; period dummies and their means are none."""
    reported = {*names, *(f"{name}{MEAN}" for name in names if with_means)}
    return tuple(one for one in dropped if one.name in reported)
