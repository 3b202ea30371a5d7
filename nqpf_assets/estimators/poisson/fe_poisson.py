"""Poisson regression with fixed effects, put together: sample, separation, maximum, covariance.

E(y | x) = exp(x b + effects). Only this has to hold for the coefficients: outcomes need not be counts, nor
their variance their mean, which is what clustered and robust errors are for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nqpf_assets.estimators.counted import counted
from nqpf_assets.estimators.linear.collinearity import DroppedRegressor, independent_columns
from nqpf_assets.estimators.linear.covariance import Covariance
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.inference import Cluster, Inference, student_inference
from nqpf_assets.estimators.linear.score_covariance import clusters_of, of_terms
from nqpf_assets.estimators.linear.within import Codes, fixed_effects
from nqpf_assets.estimators.poisson.likelihood import Maximum, demeaned, maximum
from nqpf_assets.estimators.poisson.likelihood import log_likelihood as likelihood_of
from nqpf_assets.estimators.poisson.sample import PoissonSample, poisson_sample
from nqpf_assets.estimators.poisson.separation import without_separated

Floats = NDArray[np.float64]
PoissonVcov = Literal["clustered", "robust", "unadjusted"]


@dataclass(frozen=True)
class FixedEffectsPoisson:
    """Poisson regression with fixed effects of units, and of periods where asked.

    Attributes:
        names, params: of the K terms, semi-elasticities: one more of x multiplies the expected outcome by
            exp(b).
        tests: of each; normal.
        covariance: (K, K).
        effects: the fixed effects.
        n_obs, n_units, n_periods: of the sample.
        n_clusters: of each key; none without clusters.
        is_vcov_repaired: negative eigenvalues of a covariance of several keys set to zero.
        log_likelihood: Poisson's, with ln y! (of Γ where y is no whole number).
        pseudo_r2: 1 − log_likelihood over that of a constant alone.
        sample: rows, and what left them; dropped: regressors without anything of their own.
        n_separated: rows whose outcome is zero and whose expected outcome the regressors drive to zero.
    """

    names: tuple[str, ...]
    params: Floats
    tests: Inference
    covariance: Floats
    effects: tuple[str, ...]
    n_obs: int
    n_units: int
    n_periods: int
    n_clusters: tuple[int, ...]
    is_vcov_repaired: bool
    log_likelihood: float
    pseudo_r2: float
    sample: PoissonSample
    dropped: tuple[DroppedRegressor, ...]
    n_separated: int


def fe_poisson(
    outcome: ArrayLike,
    regressors: ArrayLike,
    units: ArrayLike,
    periods: ArrayLike,
    *,
    names: Sequence[str],
    period_effects: bool = True,
    vcov: PoissonVcov = "clustered",
    cluster: Cluster | None = None,
    small_sample: Literal["stata", "none"] = "stata",
    confidence_level: float = 0.95,
) -> FixedEffectsPoisson:
    """(Quasi-)maximum likelihood.

    Unit effects are taken out exactly: given a unit's sum, its outcomes are multinomial, and the estimates
    are those of one dummy for each unit, which in this model are consistent however short the panel is.

    Args:
        outcome: (n,) not below zero.
        regressors: (n, K); those that the effects absorb or that repeat earlier ones are dropped and named.
        units, periods: (n,) labels; each pair once.
        names: the K regressors.
        period_effects: whether each period has an effect beside those of units.
        vcov: ``"clustered"``, ``"robust"``, or ``"unadjusted"``, which needs a variance that is the mean.
        cluster: ``"unit"`` (default), ``"period"`` or an array (n,), or a tuple of two or three of these,
            with vcov ``"clustered"``.
        small_sample: ``"stata"``: G/(G − 1) for clustered and n/(n − 1) for robust errors; ``"none"``: as
            they are.
        confidence_level: of the intervals.

    Raises:
        EstimationError: input from which nothing can be estimated, in clear words.

    Source: Hausman, Hall and Griliches (1984), Econometrica 52(4); Wooldridge (1999), Journal of
    Econometrics 90(1); Correia, Guimarães and Zylkin (2020), Stata Journal 20(1).
    """
    given = (outcome, regressors, units, periods)
    sample = poisson_sample(*given, names=names, period_effects=period_effects)
    sample, n_separated = without_separated(sample, period_effects=period_effects)
    panel = sample.panel
    effects = ("unit", "period") if period_effects else ("unit",)
    fe = fixed_effects(effects, panel.unit_codes, panel.period_codes)
    within = fe.demean(panel.regressors)
    kept, dropped = independent_columns(within, panel.regressors, names)
    if not kept:
        raise EstimationError(
            f"nothing is left of {', '.join(names)} within {' and '.join(f'{one}s' for one in effects)}"
        )
    n_parameters = len(kept) + fe.rank
    if len(panel.outcome) <= n_parameters:
        raise EstimationError(
            f"{counted(len(panel.outcome), 'rows')} for {counted(n_parameters, 'parameters')}, the effects "
            "included"
        )
    clusters = clusters_of(cluster, panel, vcov)
    # Of equal size, so that steps and their end know no units of measurement.
    scale = within[:, kept].std(axis=0)
    found = maximum(
        panel.outcome,
        panel.regressors[:, kept] / scale,
        panel.unit_codes,
        fe.carried_dummies() if period_effects else np.empty((len(panel.outcome), 0)),
    )
    made = _covariance(found, clusters, vcov, small_sample)
    covariance = made.matrix / np.outer(scale, scale)
    params = found.params / scale
    normal = np.full(len(params), np.inf)
    return FixedEffectsPoisson(
        names=tuple(names[j] for j in kept),
        params=params,
        tests=student_inference(params, covariance, normal, confidence_level),
        covariance=covariance,
        effects=effects,
        n_obs=len(panel.outcome),
        n_units=fe.n_units,
        n_periods=fe.n_periods,
        n_clusters=made.n_clusters,
        is_vcov_repaired=made.is_repaired,
        log_likelihood=likelihood_of(panel.outcome, found.expected),
        pseudo_r2=_pseudo_r2(panel.outcome, found.expected),
        sample=sample,
        dropped=dropped,
        n_separated=n_separated,
    )


def _covariance(
    found: Maximum, clusters: tuple[Codes, ...], vcov: PoissonVcov, small_sample: str
) -> Covariance:
    """(K, K): the inverse information, alone or around the scores of rows or clusters."""
    x = demeaned(found)
    bread: Floats = np.asarray(np.linalg.inv(x.T @ (x * found.expected[:, None])))
    if vcov == "unadjusted":
        return Covariance(bread, np.full(len(bread), np.inf), 1.0, 0)
    influences = (x * found.residuals[:, None]) @ bread
    return of_terms(influences, clusters, small_sample, len(bread))


def _pseudo_r2(y: Floats, expected: Floats) -> float:
    plain = likelihood_of(y, np.full(len(y), y.mean()))
    return 1.0 - likelihood_of(y, expected) / plain if plain else float("nan")
