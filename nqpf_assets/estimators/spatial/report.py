"""From the maximum of a spatial likelihood to everything that is reported about it.

Covariance, tests, fit and effects. How the maximum was found is in `model`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nqpf_assets.estimators.linear.covariance import Covariance
from nqpf_assets.estimators.linear.covariance_kinds import BIAS_REDUCED, JACKKNIFE
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.inference import Cluster, Inference, student_inference
from nqpf_assets.estimators.linear.regression import coefficients_of, sample_of
from nqpf_assets.estimators.linear.two_way_fe_result import EffectSummary, effect_summary
from nqpf_assets.estimators.linear.within import fixed_effects
from nqpf_assets.estimators.spatial.design import Design, SpatialData, Transform, demean
from nqpf_assets.estimators.spatial.error_effects import filter_pattern, filtered_levels
from nqpf_assets.estimators.spatial.identification import weights_std_error
from nqpf_assets.estimators.spatial.information import (
    Information,
    Point,
    covariance,
)
from nqpf_assets.estimators.spatial.lee_yu import LeeYu, likelihood_counts, reported_counts
from nqpf_assets.estimators.spatial.likelihood import Counts
from nqpf_assets.estimators.spatial.logdet import LogDet
from nqpf_assets.estimators.spatial.period_matrices import PeriodMatrices, lag, solved
from nqpf_assets.estimators.spatial.profile import Profile
from nqpf_assets.estimators.spatial.result import SpatialPanel, SpatialParameter
from nqpf_assets.estimators.spatial.sandwich import SpatialVcov, bias_reduced, forms_of, sandwich

if TYPE_CHECKING:
    from nqpf_assets.estimators.spatial.period_matrices import Matrix

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Conventions:
    """The options of a spatial model, as chosen."""

    model: str
    transform: Transform
    lee_yu: LeeYu
    information: Information
    vcov: SpatialVcov
    cluster: Cluster | None
    confidence_level: float


@dataclass(frozen=True)
class Found:
    """How the spatial parameter was found.

    Attributes:
        log_det: of the likelihood.
        profile: the likelihood by the parameter alone; top: where it is largest.
        is_at_bound: whether the estimate is a bound.
    """

    log_det: LogDet
    profile: Profile
    top: float
    is_at_bound: bool


def report(
    data: SpatialData,
    chosen: Design,
    how: Conventions,
    point: Point,
    log_likelihood: float,
    found: Found | None,
) -> SpatialPanel:
    """Put the result together.

    Args:
        found: how the spatial parameter was sought; None in a model without one.
    """
    counts = reported_counts(data, how.lee_yu, has_parameter=how.model != "slx")
    made = _covariance(data, how, point, counts)
    vector, p = point.vector, len(chosen.terms)
    tests = student_inference(vector, made.matrix, made.df_inference, how.confidence_level)
    levels = _levels(data, chosen.columns, how, point)
    rss = float((point.residuals**2).sum())
    within = demean(data.outcome, data.effects)
    return SpatialPanel(
        coefficients=coefficients_of(chosen.terms, point.params, tests, how.confidence_level),
        sample=sample_of(data.sample, chosen.dropped),
        model=how.model,
        regressors=chosen.names,
        lagged=chosen.lagged,
        parameter=None if found is None else _parameter(data, how, vector[p], p, tests, found),
        df_inference=float(made.df_inference.min()),
        sigma2=point.sigma2,
        sigma2_std_error=float(tests.std_errors[-1]),
        covariance=made.matrix,
        n_clusters=made.n_clusters,
        is_vcov_repaired=made.is_repaired,
        parts=made.parts,
        log_likelihood=log_likelihood,
        rss=rss,
        r2=1 - rss / float(((data.outcome - data.outcome.mean()) ** 2).sum()),
        r2_within=1 - rss / float((within**2).sum()),
        r2_correlation=squared_correlation(
            data,
            chosen.columns @ point.params,
            point.parameter if how.model in ("sar", "sdm") else None,
        ),
        residuals=_in_order_of_input(data, point.residuals),
        constant=levels.constant,
        effects=data.effects,
        transform=how.transform,
        lee_yu=how.lee_yu,
        information=how.information,
        vcov=how.vcov,
        logdet="none" if found is None else found.log_det.method,
        n_rows=counts.n_rows,
        n_maps=counts.n_maps,
        weights=data.weights,
        unit_labels=data.sample.unit_labels,
        period_labels=data.sample.period_labels,
        unit_effects=levels.unit,
        period_effects=levels.period,
    )


def _covariance(data: SpatialData, how: Conventions, point: Point, counts: Counts) -> Covariance:
    bread = covariance(point, data.matrix, counts)
    if how.vcov == "information":
        # Maximum likelihood: normal inference, which is Student's t with infinite degrees of freedom.
        return Covariance(bread, np.full(len(bread), np.inf), 1.0, 0)
    clusters = () if how.vcov == "robust" else data.clusters(how.cluster, how.vcov)
    if how.vcov in BIAS_REDUCED:
        is_jackknife = how.vcov == JACKKNIFE
        return bias_reduced(point, data.fixed_effects, clusters, is_jackknife=is_jackknife)
    forms = forms_of(point, data.matrix, _period_pattern(data, how, point))
    return sandwich(bread, forms, data.fixed_effects, clusters)


def _in_order_of_input(data: SpatialData, maps: Floats) -> Floats:
    rows = np.empty(maps.size)
    rows[data.rows] = maps.ravel()
    return rows


def _parameter(
    data: SpatialData, how: Conventions, estimate: float, place: int, tests: Inference, found: Found
) -> SpatialParameter:
    counts = likelihood_counts(data, how.lee_yu)
    # Where a correction of the bias went beyond the bound no likelihood is left, and nothing excluded.
    has_ratio = how.lee_yu != "bias_correction"
    return found_parameter(
        data.matrix,
        counts,
        tests,
        place,
        found.profile,
        (estimate, found.is_at_bound),
        how.confidence_level,
        top=found.top if has_ratio else None,
    )


def found_parameter(
    matrix: Matrix,
    counts: Counts,
    tests: Inference,
    place: int,
    profile: Profile,
    estimate: tuple[float, bool],
    confidence_level: float,
    *,
    top: float | None,
) -> SpatialParameter:
    """ρ or λ with its inference.

    Args:
        matrix: (N, N) weights, or of every period; counts: of the likelihood.
        tests: of all parameters, this one at `place`.
        estimate: of the parameter, and whether that is a bound.
        top: where the profile is highest; None where it is not that of the estimate.

    Raises:
        EstimationError: weights under which no data can tell the parameter.
    """
    weights_error = weights_std_error(matrix, counts, 0.0)
    if not np.isfinite(weights_error):
        raise EstimationError(
            f"with these weights every unit weighs every other alike, and the effects take out what "
            f"they have in common: no data can tell {profile.name}. Take weights that fall faster "
            "with distance, or contiguity, or a model without a spatial parameter (slx)"
        )
    error, z = float(tests.std_errors[place]), float(tests.t_stats[place])
    p_value, (low, high) = float(tests.p_values[place]), tests.conf_int[place]
    value, is_at_bound = estimate
    if is_at_bound:
        # No error describes a likelihood that is cut off on one side; its ratio still does.
        error = z = p_value = float("nan")
        low, high = profile.lower, profile.upper
        if top is not None:
            ratio = profile.interval(top, confidence_level)
            p_value, low, high = ratio.p_value, ratio.low, ratio.high
    return SpatialParameter(
        profile.name,
        float(value),
        error,
        z,
        p_value,
        float(low),
        float(high),
        profile.lower,
        profile.upper,
        is_at_bound,
        weights_error,
        profile,
    )


def _period_pattern(data: SpatialData, how: Conventions, point: Point) -> Floats | None:
    if "period" not in data.effects:
        return None
    if how.model == "sem" and point.parameter is not None:
        return filter_pattern(data.matrix, point.parameter)
    return np.ones(data.n_units)


@dataclass(frozen=True)
class _Levels:
    constant: float
    unit: EffectSummary | None
    period: EffectSummary | None


def _levels(data: SpatialData, columns: Floats, how: Conventions, point: Point) -> _Levels:
    """Constant and effects; those of the error model weigh units as its likelihood does."""
    left = data.outcome - columns @ point.params
    weights = np.ones(data.n_units)
    if how.model == "sem" and point.parameter is not None:
        weights = filter_pattern(data.matrix, point.parameter)
        filtered = left - point.parameter * lag(data.matrix, left)
    else:
        if point.parameter is not None:
            left = left - point.parameter * lag(data.matrix, data.outcome)
        filtered = left
    if weights.ndim > 1 and isinstance(data.matrix, PeriodMatrices) and point.parameter is not None:
        unit, period = filtered_levels(filtered, data.matrix, point.parameter, data.effects)
    else:
        deviations = filtered - filtered.mean(axis=0) if "unit" in data.effects else filtered
        period = deviations @ weights / (weights @ weights)
        unit = left.mean(axis=0)
    sample = data.sample
    fe = fixed_effects(data.effects, sample.unit_codes, sample.period_codes)
    return _Levels(
        constant=float(left.mean()),
        unit=effect_summary("unit", fe, sample.unit_labels, unit),
        period=effect_summary("period", fe, sample.period_labels, period),
    )


def squared_correlation(data: SpatialData, predicted: Floats, rho: float | None) -> float:
    """Squared correlation of the outcome with what regressors predict, effects taken out of both.

    Args:
        predicted: (T, N) by the regressors, before it travels; rho: of the spatial lag, if any.
    """
    fitted = predicted
    if rho is not None:
        fitted = solved(data.matrix, rho, fitted)
    fitted, within = demean(fitted, data.effects), demean(data.outcome, data.effects)
    return float((fitted * within).sum() ** 2 / ((fitted**2).sum() * (within**2).sum()))
