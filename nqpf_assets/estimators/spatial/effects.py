"""Direct, indirect and total effects: what a change of x in one unit does to it and to others.

Coefficients of a model with a spatial lag are no effects: a change travels through the
neighbours and comes back. Averages of the derivative matrix (I − ρW)⁻¹(βI + θW), with simulated
or delta-method inference. How it depends on ρ is in `multipliers`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from nqpf_assets.estimators.counted import counted
from nqpf_assets.estimators.linear.drawn_inference import drawn_inference, has_interval
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.inference import student_inference
from nqpf_assets.estimators.linear.option_checks import require_level
from nqpf_assets.estimators.spatial.multipliers import Multipliers, multipliers
from nqpf_assets.estimators.spatial.period_weights import dense_blocks
from nqpf_assets.estimators.spatial.result import SpatialModel

Floats = NDArray[np.float64]
EffectInference = Literal["simulated", "delta"]


@dataclass(frozen=True)
class EffectEstimates:
    """One kind of effect of the K regressors.

    Attributes:
        estimates: (K,) at the point estimates, not the mean of the draws.
        std_errors, p_values: (K,), conf_int: (K, 2); all of the draws (`drawn_inference`), or all
            of the delta method with the degrees of freedom of the model.
        z_stats: (K,) estimates / std_errors.
    """

    estimates: Floats
    std_errors: Floats
    z_stats: Floats
    p_values: Floats
    conf_int: Floats


@dataclass(frozen=True)
class SpatialEffects:
    """Average effects of K regressors (LeSage and Pace 2009, ch. 2.7).

    Attributes:
        names: the K regressors.
        direct: of x in a unit on y in the same unit, feedback through neighbours included.
        indirect: on all other units together: the spillover.
        total: the sum of the two.
        inference: ``"simulated"`` or ``"delta"``, which without a spatial lag is exact and always used.
        n_draws: draws asked for; 0 with the delta method.
        n_rejected: further draws that were thrown away because ρ lay outside its bounds.
        confidence_level: of the intervals.
    """

    names: tuple[str, ...]
    direct: EffectEstimates
    indirect: EffectEstimates
    total: EffectEstimates
    inference: EffectInference
    n_draws: int
    n_rejected: int
    confidence_level: float


def spatial_effects(
    model: SpatialModel,
    *,
    inference: EffectInference = "simulated",
    draws: int = 1000,
    seed: int = 0,
    confidence_level: float = 0.95,
) -> SpatialEffects:
    """Average direct, indirect and total effects with their inference.

    Args:
        model: an estimate of `spatial_panel` or `spatial_random_effects`.
        inference: ``"simulated"`` draws coefficients and ρ from their joint normal distribution
            and takes quantiles of the effects; ``"delta"`` linearises.
        draws: how many, 100 or more, and enough for the confidence level.
        seed: of the draws; the same seed gives the same numbers.
        confidence_level: of the intervals.

    Raises:
        EstimationError: unknown inference, too few draws, or a ρ so near its bound, or so
            uncertain, that most draws fall outside.

    Source: LeSage and Pace (2009), Introduction to Spatial Econometrics; Elhorst (2014), ch. 2.7.
    """
    if inference not in ("simulated", "delta"):
        raise EstimationError(f"inference is 'simulated' or 'delta'; found {inference!r}")
    if inference == "simulated" and draws < 100:
        raise EstimationError(f"simulated effects need 100 or more draws; found {draws}")
    require_level(confidence_level)
    if inference == "simulated" and not has_interval(draws, confidence_level):
        raise EstimationError(
            f"{counted(draws, 'draws')} cannot bear an interval of {confidence_level:.6g}; take "
            f"{2 / (1 - confidence_level):.0f} or more"
        )
    if model.parameter is not None and model.parameter.is_at_bound and model.rho:
        raise EstimationError(
            f"{model.parameter.name} is at its bound {model.parameter.bound:.4g}, where a change goes round "
            "for ever and effects have no finite value"
        )
    _require_errors(model, inference)
    here = multipliers(model.weights.matrix, np.array([model.rho]))
    point = _effects(model, model.params[None, :], here)
    n_rejected = 0
    if not _has_lag(model):
        inference = "delta"  # exact: without a spatial lag effects are sums of coefficients
    if inference == "delta":
        kinds = [
            _linearised(one[0], *_delta_errors(model, jacobian), confidence_level)
            for one, jacobian in zip(point, _jacobians(model, here), strict=True)
        ]
    else:
        params, rho, n_rejected = _draws(model, draws, seed)
        drawn = _effects(model, params, multipliers(model.weights.matrix, rho))
        kinds = [
            _simulated(one[0], cloud, confidence_level)
            for one, cloud in zip(point, drawn, strict=True)
        ]
    direct, indirect, total = kinds
    n_draws = draws if inference == "simulated" else 0
    return SpatialEffects(
        model.regressors, direct, indirect, total, inference, n_draws, n_rejected, confidence_level
    )


def derivative_matrix(model: SpatialModel, name: str) -> Floats:
    """(N, N) derivatives of y in unit i by x in unit j, units as in `model.unit_labels`.

    Where weights differ by period, the mean of those of all periods.
    """
    if name not in model.regressors:
        raise EstimationError(
            f"{name} is not a regressor of the model: {', '.join(model.regressors)}"
        )
    beta, theta = _own_and_lagged(model, model.params[None, :])
    k = model.regressors.index(name)
    w = dense_blocks(model.weights.matrix)
    one = np.eye(w.shape[1])
    found = np.linalg.solve(one - model.rho * w, beta[0, k] * one + theta[0, k] * w)
    return np.asarray(found.mean(axis=0))


def _own_and_lagged(model: SpatialModel, params: Floats) -> tuple[Floats, Floats]:
    """β and θ of draws (D, P), each (D, K); θ is zero where the lag is not in the model."""
    k = len(model.regressors)
    theta = np.zeros((len(params), k))
    places = [model.regressors.index(name) for name in model.lagged]
    theta[:, places] = params[:, k:]
    return params[:, :k], theta


def _effects(model: SpatialModel, params: Floats, m: Multipliers) -> tuple[Floats, Floats, Floats]:
    """Direct, indirect and total effects (D, K) of D draws."""
    beta, theta = _own_and_lagged(model, params)
    direct = beta * m.own[:, None] + theta * m.own_lagged[:, None]
    total = beta * m.all[:, None] + theta * m.all_lagged[:, None]
    return direct, total - direct, total


def _has_lag(model: SpatialModel) -> bool:
    return model.model in ("sar", "sdm")


def _require_errors(model: SpatialModel, inference: EffectInference) -> None:
    """Refuse to draw coefficients of which one has no standard error."""
    shown = model.names if model.parameter is None else (*model.names, model.parameter.name)
    variances = np.diag(model.covariance)
    lacking = [name for name, v in zip(shown, variances, strict=False) if np.isnan(v)]
    if lacking and _has_lag(model) and inference == "simulated":
        raise EstimationError(
            f"these clusters leave {', '.join(lacking)} without a standard error, so that nothing can be "
            "drawn: take the delta method, or clusters that are more"
        )


def _draws(model: SpatialModel, draws: int, seed: int) -> tuple[Floats, Floats, int]:
    """Coefficients (D, P) and ρ (D,) within its bounds, and how many were rejected.

    Each term has a stream of its own under its name, and the root of the correlations is symmetric,
    so that the order of regressors and their units of measurement change no draw.
    """
    parameter = model.parameter
    assert parameter is not None, "asked for models with a spatial lag"
    streams = [
        np.random.default_rng([seed, *name.encode()]) for name in (*model.names, parameter.name)
    ]
    mixing = np.random.default_rng(seed)
    p = len(model.names)
    v = model.covariance[: p + 1, : p + 1]
    scale = np.sqrt(np.diag(v))
    values, vectors = np.linalg.eigh(v / np.outer(scale, scale))
    root = vectors * np.sqrt(np.maximum(values, 0.0)) @ vectors.T
    centre = np.append(model.params, parameter.estimate)
    kept, seen = np.empty((0, p + 1)), 0
    while len(kept) < draws:
        if seen >= 10 * draws:
            raise EstimationError(
                f"rho = {parameter.estimate:.4g} with standard error {parameter.std_error:.4g}: "
                f"most draws fall outside its bounds {parameter.lower_bound:.4g} and "
                f"{parameter.upper_bound:.4g}; effects cannot be simulated"
            )
        normal = np.column_stack([stream.standard_normal(draws) for stream in streams])
        if np.isfinite(model.df_inference):  # Student's t, as the coefficients are tested
            chi2 = mixing.chisquare(model.df_inference, draws) / model.df_inference
            normal /= np.sqrt(chi2)[:, None]
        new = centre + normal @ root * scale
        inside = (new[:, -1] > parameter.lower_bound) & (new[:, -1] < parameter.upper_bound)
        seen += draws
        kept = np.concatenate([kept, new[inside]])
        if len(kept) >= draws:  # count what was rejected before the last draw that was needed
            last = np.flatnonzero(inside)[draws - 1 - (len(kept) - int(inside.sum()))]
            seen -= draws - 1 - int(last)
    return kept[:draws, :p], kept[:draws, p], seen - draws


def _jacobians(model: SpatialModel, m: Multipliers) -> tuple[Floats, Floats, Floats]:
    """First derivatives of the three kinds by coefficients and ρ, if any."""
    k, p = len(model.regressors), len(model.names)
    has_rho = _has_lag(model)
    size = p + 1 if has_rho else p
    beta, theta = _own_and_lagged(model, model.params[None, :])
    direct, total = np.zeros((k, size)), np.zeros((k, size))
    for j, name in enumerate(model.regressors):
        direct[j, j], total[j, j] = m.own[0], m.all[0]
        if name in model.lagged:
            place = k + model.lagged.index(name)
            direct[j, place], total[j, place] = m.own_lagged[0], m.all_lagged[0]
    if has_rho:
        d = multipliers(model.weights.matrix, np.array([model.rho]), derivative=True)
        direct[:, p] = beta[0] * d.own[0] + theta[0] * d.own_lagged[0]
        total[:, p] = beta[0] * d.all[0] + theta[0] * d.all_lagged[0]
    return direct, total - direct, total


def _delta_errors(model: SpatialModel, jacobian: Floats) -> tuple[Floats, Floats]:
    """Standard errors (K,) from first derivatives (K, size), and degrees of freedom."""
    size = jacobian.shape[1]
    v = model.covariance[:size, :size]
    lacking = np.isnan(np.diag(v))
    variances = np.einsum("ij,jk,ik->i", jacobian, np.nan_to_num(v), jacobian)
    # Of several keys no variance need be positive; and what rests on a term without one has none.
    variances[(variances < 0) | (jacobian[:, lacking] != 0).any(axis=1)] = np.nan
    df = np.full(len(jacobian), model.df_inference)
    if model.parts is not None:
        df = model.parts.combined(jacobian).df
    return np.asarray(np.sqrt(variances)), df


def _linearised(
    point: Floats, spread: Floats, df: Floats, confidence_level: float
) -> EffectEstimates:
    tests = student_inference(point, np.diag(spread**2), df, confidence_level)
    return EffectEstimates(point, spread, tests.t_stats, tests.p_values, tests.conf_int)


def _simulated(point: Floats, drawn: Floats, confidence_level: float) -> EffectEstimates:
    found = drawn_inference(drawn, confidence_level)
    # Effects that are zero in every draw, of a model without spillovers, have nothing to test.
    statistic = np.full(point.shape, np.nan)
    np.divide(point, found.std_errors, out=statistic, where=found.std_errors > 0)
    return EffectEstimates(point, found.std_errors, statistic, found.p_values, found.conf_int)
