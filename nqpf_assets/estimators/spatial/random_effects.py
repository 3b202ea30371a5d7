"""Spatial lag and Durbin panels with random unit effects, by maximum likelihood.

The likelihood is in `random_likelihood`; fixed effects are in `model`, Hausman's test between the two in
`hausman`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nqpf_assets.estimators.counted import counted
from nqpf_assets.estimators.linear.covariance import Covariance
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.inference import Cluster, student_inference
from nqpf_assets.estimators.linear.option_checks import (
    require_level,
    require_one_of,
    require_used_cluster,
)
from nqpf_assets.estimators.linear.regression import coefficients_of, sample_of
from nqpf_assets.estimators.linear.whole_units import require_whole_units
from nqpf_assets.estimators.linear.within import Codes
from nqpf_assets.estimators.spatial.design import Design, SpatialData, design, spatial_data
from nqpf_assets.estimators.spatial.information import inverse_information
from nqpf_assets.estimators.spatial.lee_yu import likelihood_counts
from nqpf_assets.estimators.spatial.likelihood import Maximum
from nqpf_assets.estimators.spatial.logdet import log_determinant
from nqpf_assets.estimators.spatial.model import Model
from nqpf_assets.estimators.spatial.period_weights import AnyWeights, require_constant
from nqpf_assets.estimators.spatial.random_likelihood import (
    Split,
    forms_of,
    information,
    maximise,
    profile,
    units_of,
)
from nqpf_assets.estimators.spatial.report import found_parameter, squared_correlation
from nqpf_assets.estimators.spatial.result import SpatialModel
from nqpf_assets.estimators.spatial.sandwich import sandwich

Floats = NDArray[np.float64]
RandomVcov = Literal["information", "clustered"]


@dataclass(frozen=True, eq=False)
class SpatialRandomEffects(SpatialModel):
    """y = ρWy + Zδ + a constant or period effects + μ + ε with normal μ and ε.

    Attributes:
        covariance: (P + 3, P + 3) of coefficients, rho, σ² and σ² + Tσ_μ².
        information_within: (P + 2, P + 2) information about coefficients, rho and sigma2 from
            differences within units, the part that fixed effects use.
        sigma2, sigma2_unit: variances of ε and of μ; the latter zero at its bound, and then without error.
        sigma2_std_error, sigma2_unit_std_error: of these.
        phi: √(σ²/(σ² + Tσ_μ²)); 1 without unit effects.
        vcov: the covariance chosen.
    """

    information_within: Floats
    sigma2_std_error: float
    sigma2_unit: float
    sigma2_unit_std_error: float
    phi: float
    vcov: str


def spatial_random_effects(
    outcome: ArrayLike,
    regressors: ArrayLike,
    units: ArrayLike,
    periods: ArrayLike,
    weights: AnyWeights,
    *,
    names: Sequence[str],
    model: Model = "sdm",
    lagged: Sequence[str] | None = None,
    period_effects: bool = False,
    lee_yu: Literal["transformation", "none"] = "none",
    vcov: RandomVcov = "information",
    cluster: Cluster | None = None,
    confidence_level: float = 0.95,
) -> SpatialRandomEffects:
    """Maximum likelihood with random unit effects.

    Args:
        outcome, regressors, units, periods, weights, names: as in `spatial_panel`.
        model: ``"sdm"`` or ``"sar"``.
        lagged: regressors whose spatial lag is in the Durbin model; all.
        period_effects: fixed effects of periods beside the random ones of units.
        lee_yu: of these: ``"none"``, or ``"transformation"``: the likelihood of the data without them, for
            weights whose rows add up to one; without it ρ is too small with few units.
        vcov: ``"information"``, the expected one, or ``"clustered"``.
        cluster: ``"unit"`` (default), or an array (n,) of groups of units, or two or three of these.
        confidence_level: of the confidence intervals.

    Raises:
        EstimationError: input or options from which nothing can be estimated, in clear words.

    Source: Elhorst (2014), ch. 3.3; information in the variances σ² and σ² + Tσ_μ².
    """
    lags = _lags_of(model, names, lagged)
    require_one_of("vcov", vcov, get_args(RandomVcov))
    require_level(confidence_level)
    require_used_cluster(vcov, cluster)
    effects = ("period",) if period_effects else ()
    require_constant(weights, "random unit effects need")
    data = spatial_data(outcome, regressors, units, periods, weights, names=names, effects=effects)
    if data.n_periods < 2:
        raise EstimationError("random unit effects need two or more periods; the sample has one")
    chosen = design(data, names, lags)
    p = len(chosen.terms)
    if data.n_units - 1 <= p:
        raise EstimationError(
            f"{counted(data.n_units, 'units')} for the variance between them, a constant and "
            f"{counted(p, 'coefficients')}"
        )
    clusters = _unit_clusters(data, cluster) if vcov == "clustered" else ()
    return _estimated(data, chosen, _Conventions(model, lee_yu, vcov, clusters, confidence_level))


def _lags_of(model: str, names: Sequence[str], lagged: Sequence[str] | None) -> Sequence[str]:
    """Regressors whose spatial lag is in the model."""
    if model not in ("sar", "sdm"):
        raise EstimationError(f"random effects are for 'sar' and 'sdm'; found {model!r}")
    if lagged is not None and (model == "sar" or not lagged):
        raise EstimationError(
            f"model {model!r} with {counted(len(lagged), 'lagged regressors')}; 'sar' has none, "
            "'sdm' one or more"
        )
    return () if model == "sar" else names if lagged is None else lagged


@dataclass(frozen=True)
class _Conventions:
    """The options of a model with random effects, as chosen; clusters (T·N,) of each key."""

    model: str
    lee_yu: Literal["transformation", "none"]
    vcov: str
    clusters: tuple[Codes, ...]
    confidence_level: float


def _unit_clusters(data: SpatialData, cluster: Cluster | None) -> tuple[Codes, ...]:
    """Clusters (T·N,) of each key; one that divides a unit is refused."""
    units = np.tile(np.arange(data.n_units), data.n_periods)
    keys = data.clusters(cluster, "clustered")
    require_whole_units(units, data.sample.unit_labels, keys, "clusters of random effects")
    return keys


def _covariance(
    data: SpatialData, found: tuple[Split, Maximum, float], bread: Floats, how: _Conventions
) -> Covariance:
    """Of coefficients, rho and both variances."""
    if not how.clusters:
        return Covariance(bread, np.full(len(bread), np.inf), 1.0, 0)
    forms = forms_of(data, *found)
    return sandwich(bread, forms, data.fixed_effects, how.clusters, n_variances=2)


def _estimated(data: SpatialData, chosen: Design, how: _Conventions) -> SpatialRandomEffects:
    """The maximum, and everything that is reported about it."""
    t, p = data.n_periods, len(chosen.terms)
    split, log_det = Split.of(data, chosen), log_determinant(data.matrix)
    counts = likelihood_counts(data, how.lee_yu, otherwise="none")
    phi, top = maximise(split, log_det, counts)
    within, between = information(data, split, top, phi, counts)
    made = _covariance(data, (split, top, phi), inverse_information(within + between), how)
    v, level = made.matrix, how.confidence_level
    vector = np.concatenate([top.params, [top.parameter, top.sigma2, top.sigma2 / phi**2]])
    tests = student_inference(vector, v, made.df_inference, level)
    gap = np.array([-1.0, 1.0]) / t
    of_units = float(gap @ v[-2:, -2:] @ gap)
    spread = np.sqrt(of_units) if of_units > 0 else float("nan")
    return SpatialRandomEffects(
        coefficients=coefficients_of(chosen.terms, top.params, tests, level),
        sample=sample_of(data.sample, chosen.dropped),
        model=how.model,
        regressors=chosen.names,
        lagged=chosen.lagged,
        parameter=found_parameter(
            data.matrix,
            counts,
            tests,
            p,
            profile(split, log_det, counts),
            (top.parameter, top.is_at_bound),
            level,
            top=top.parameter,
        ),
        df_inference=float(made.df_inference.min()),
        sigma2=top.sigma2,
        covariance=v,
        n_clusters=made.n_clusters,
        is_vcov_repaired=made.is_repaired,
        parts=None,
        log_likelihood=top.log_likelihood + units_of(counts) * float(np.log(phi)),
        r2_correlation=squared_correlation(data, chosen.columns @ top.params, top.parameter),
        effects=data.effects,
        transform="exact",
        lee_yu=how.lee_yu,
        logdet=log_det.method,
        weights=data.weights,
        unit_labels=data.sample.unit_labels,
        period_labels=data.sample.period_labels,
        information_within=within[:-1, :-1],
        sigma2_std_error=float(tests.std_errors[-2]),
        sigma2_unit=(top.sigma2 / phi**2 - top.sigma2) / t,
        sigma2_unit_std_error=spread if phi < 1 else float("nan"),
        phi=phi,
        vcov=how.vcov,
    )
