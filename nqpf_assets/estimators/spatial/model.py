"""Spatial panel models with fixed effects by maximum likelihood: SAR, SEM, SLX and Durbin.

Here the pieces are put together: panel, likelihood, information, Lee and Yu's correction. Each
has a module of its own, the result is described in `result`, and the conventions are
explained in docs/methods/spatial.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nqpf_assets.estimators.counted import counted
from nqpf_assets.estimators.linear.covariance_kinds import BIAS_REDUCED
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.inference import Cluster
from nqpf_assets.estimators.linear.least_squares import least_squares
from nqpf_assets.estimators.linear.option_checks import (
    require_level,
    require_one_of,
    require_used_cluster,
)
from nqpf_assets.estimators.spatial.design import (
    Design,
    SpatialData,
    Transform,
    demean,
    design,
    spatial_data,
)
from nqpf_assets.estimators.spatial.error_effects import filter_pattern
from nqpf_assets.estimators.spatial.information import (
    Information,
    Point,
    error_point,
    lag_point,
)
from nqpf_assets.estimators.spatial.lee_yu import (
    LeeYu,
    bias_corrected,
    likelihood_counts,
)
from nqpf_assets.estimators.spatial.likelihood import gaussian, maximise_error, maximise_lag
from nqpf_assets.estimators.spatial.logdet import LogDet, LogDetMethod, log_determinant
from nqpf_assets.estimators.spatial.period_matrices import lag
from nqpf_assets.estimators.spatial.period_weights import AnyWeights, PeriodWeights
from nqpf_assets.estimators.spatial.report import Conventions, Found, report
from nqpf_assets.estimators.spatial.result import SpatialPanel
from nqpf_assets.estimators.spatial.sandwich import SPATIAL_VCOVS, SpatialVcov

Floats = NDArray[np.float64]
Model = Literal["sdm", "sar", "sem", "slx"]


def spatial_panel(
    outcome: ArrayLike,
    regressors: ArrayLike,
    units: ArrayLike,
    periods: ArrayLike,
    weights: AnyWeights,
    *,
    names: Sequence[str],
    model: Model = "sdm",
    lagged: Sequence[str] | None = None,
    effects: Sequence[str] = ("unit", "period"),
    lee_yu: LeeYu = "transformation",
    transform: Transform = "exact",
    information: Information = "exact",
    vcov: SpatialVcov = "information",
    cluster: Cluster | None = None,
    logdet: LogDetMethod = "auto",
    confidence_level: float = 0.95,
) -> SpatialPanel:
    """Estimate y = ρWy + Xβ + WXθ + effects + ε, or one of its restrictions.

    Args:
        outcome: (n,).
        regressors: (n, K); absorbed and collinear ones, and such lags, are dropped and named.
        units, periods: (n,) labels; every unit once in every period, rows in any order.
        weights: keyed by unit; cut to the units of the sample and standardised again. One matrix, or one
            for each period.
        names: the K regressors.
        model: ``"sdm"`` the above; ``"sar"``: θ = 0; ``"slx"``: ρ = 0; ``"sem"``:
            y = Xβ + effects + u, u = λWu + ε.
        lagged: regressors whose spatial lag is in the model (``"sdm"``, ``"slx"``); all.
        effects: ``"unit"``, ``"period"``, both, or ``()`` for a constant.
        lee_yu: ``"transformation"``: the likelihood of the data without the effects; ``"none"``:
            of the model with dummies, biased in few units; ``"bias_correction"``: the latter
            minus its estimated bias, for weights whose rows do not add up to one.
        transform: ``"exact"``: effects are removed from y, Wy, X and WX; ``"demean_first"``: Wy
            is lagged again from the demeaned outcome, as in R's splm and SDPDmod.
        information: ``"exact"``, or ``"elhorst"`` for the convention of Elhorst's routines; of a lag or
            Durbin model ``"observed"``, the Hessian at the estimate, as Stata's xsmle.
        vcov: ``"information"``, ``"robust"``, or ``"clustered"``; of ``"slx"`` also ``"cr2"`` and ``"cr3"``,
            with degrees of freedom of each coefficient and effect.
        cluster: ``"unit"`` (default), ``"period"`` or an array (n,), or a tuple of two or three of these, of
            ``"cr2"`` and ``"cr3"`` of one.
        logdet: ``"auto"``, ``"eigenvalues"`` or ``"lu"``.
        confidence_level: of the confidence intervals.

    Raises:
        EstimationError: input or options from which nothing can be estimated, in clear words.

    Source: Elhorst (2014), Spatial Econometrics; Lee and Yu (2010), J. Econometrics 154(2); with weights by
    period Lee and Yu (2012), Spatial Economic Analysis 7(1).
    """
    lags = _lagged(model, names, lagged)
    chosen = Conventions(model, transform, lee_yu, information, vcov, cluster, confidence_level)
    _check_options(chosen)
    data = spatial_data(outcome, regressors, units, periods, weights, names=names, effects=effects)
    _check_weights(data, chosen)
    chosen_columns = design(data, names, lags)
    n_free = data.outcome.size - _absorbed(data) - len(chosen_columns.terms)
    if n_free < 2:
        raise EstimationError(
            f"{counted(data.outcome.size, 'rows')} for {counted(_absorbed(data), 'effects')} and "
            f"{counted(len(chosen_columns.terms), 'coefficients')}"
        )
    log_det = None if model == "slx" else log_determinant(data.matrix, logdet)
    estimate = _estimate(data, chosen_columns, chosen, log_det)
    return report(
        data, chosen_columns, chosen, estimate.point, estimate.log_likelihood, estimate.found
    )


@dataclass(frozen=True)
class _Estimate:
    point: Point
    log_likelihood: float
    found: Found | None


def _estimate(
    data: SpatialData, chosen: Design, how: Conventions, log_det: LogDet | None
) -> _Estimate:
    """Maximum likelihood, then the bias correction where it is asked for."""
    counts = likelihood_counts(data, how.lee_yu, has_parameter=log_det is not None)
    y = demean(data.outcome, data.effects)
    if float((y**2).sum()) <= 1e-24 * float((data.outcome**2).sum()):
        raise EstimationError("the outcome does not vary once the effects are removed")
    z = demean(chosen.columns, data.effects)
    # A constant is no effect: without effects nothing is removed before lagging.
    first = how.transform == "demean_first" and bool(data.effects)
    wy = lag(data.matrix, y) if first else demean(lag(data.matrix, data.outcome), data.effects)
    flat = z.reshape(-1, z.shape[2])
    maps = (y, z) if first else (data.outcome, chosen.columns)

    def at(params: Floats, parameter: float, sigma2: float) -> Point:
        if how.model == "sem":
            return error_point(data, maps, params, parameter, sigma2, is_demeaned=first)
        demeaned = (y, wy, z) if first else None
        return lag_point(
            data,
            chosen.columns,
            params,
            parameter,
            sigma2,
            information=how.information,
            demeaned=demeaned,
        )

    found = None
    if log_det is None:
        fit = least_squares(y.ravel(), flat)
        residuals = fit.residuals.reshape(y.shape)
        nothing = np.zeros(y.size)
        point = Point(fit.params, None, fit.rss / counts.n_rows, flat, residuals, nothing)
        likelihood = gaussian(0.0, fit.rss, counts)
    else:
        if how.model == "sem":
            top = maximise_error(
                *maps, data.matrix, data.effects, log_det, counts, is_demeaned=first
            )
        else:
            top = maximise_lag(y.ravel(), wy.ravel(), flat, log_det, counts)
        point, likelihood = at(top.params, top.parameter, top.sigma2), top.log_likelihood
        found = Found(log_det, top.profile, top.parameter, top.is_at_bound)
    if how.lee_yu != "bias_correction":
        return _Estimate(point, likelihood, found)
    pattern = np.ones(data.n_units)
    if how.model == "sem" and point.parameter is not None:
        pattern = filter_pattern(data.matrix, point.parameter)
    vector = bias_corrected(point, data, pattern)
    if found is None:
        return _Estimate(replace(point, sigma2=float(vector[-1])), likelihood, None)
    inside = found.profile.points()
    corrected = float(np.clip(vector[-2], inside[0], inside[-1]))
    if corrected != vector[-2]:
        found = replace(found, is_at_bound=True)
    return _Estimate(at(vector[:-2], corrected, float(vector[-1])), likelihood, found)


def _lagged(model: str, names: Sequence[str], lagged: Sequence[str] | None) -> Sequence[str]:
    require_one_of("model", model, get_args(Model))
    if model in ("sar", "sem"):
        if lagged:
            raise EstimationError(f"model {model!r} has no lagged regressors; leave lagged out")
        return ()
    if lagged is not None and not lagged:
        raise EstimationError(f"model {model!r} without lagged regressors: use 'sar'")
    return names if lagged is None else lagged


def _check_options(how: Conventions) -> None:
    """Refuse options that do not exist or contradict each other."""
    for value, options, what in (
        (how.lee_yu, get_args(LeeYu), "lee_yu"),
        (how.transform, get_args(Transform), "transform"),
        (how.information, get_args(Information), "information"),
        (how.vcov, SPATIAL_VCOVS, "vcov"),
    ):
        require_one_of(what, value, options)
    require_level(how.confidence_level)
    if how.vcov not in BIAS_REDUCED:
        require_used_cluster(how.vcov, how.cluster)
    elif how.model != "slx":
        raise EstimationError(f"vcov {how.vcov!r} is of 'slx', which is least squares")
    if how.information == "observed" and (
        how.model not in ("sar", "sdm")
        or how.vcov != "information"
        or how.lee_yu == "bias_correction"
    ):
        raise EstimationError(
            "the observed information is that of a maximum of a 'sar' or 'sdm' likelihood, with vcov "
            "'information' and without a bias correction"
        )


def _check_weights(data: SpatialData, how: Conventions) -> None:
    """Refuse what has no meaning, or no known bias, with weights that differ by period."""
    if not isinstance(data.weights, PeriodWeights):
        return
    if how.transform == "demean_first":
        raise EstimationError(
            "transform 'demean_first' needs weights that are the same in all periods: of others demeaning "
            "and lagging cannot be exchanged; use 'exact'"
        )
    if how.model == "sem" and how.lee_yu == "bias_correction" and "unit" in data.effects:
        raise EstimationError(
            "lee_yu 'bias_correction' of a 'sem' model with unit effects needs weights that are the same in "
            "all periods: filtered by others a unit's effect is no constant, and its bias is not known; use "
            "'none'"
        )


def _absorbed(data: SpatialData) -> int:
    """Number of parameters of the effects, the constant included."""
    units = data.n_units if "unit" in data.effects else 1
    return units + (data.n_periods - 1 if "period" in data.effects else 0)
