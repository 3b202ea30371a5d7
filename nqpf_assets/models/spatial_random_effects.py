"""Spatial lag and Durbin panels with random unit effects, by maximum likelihood.

As far as Hausman's test in `spatial_hausman` needs them. Fixed effects are in `spatial_model`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nqpf_assets.models.errors import EstimationError
from nqpf_assets.models.spatial_design import Design, SpatialData, demean, design, lag, spatial_data
from nqpf_assets.models.spatial_likelihood import Counts, Maximum, maximise_lag
from nqpf_assets.models.spatial_logdet import factor, log_determinant, traces
from nqpf_assets.models.spatial_model import Model
from nqpf_assets.models.spatial_weights import SpatialWeights

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class SpatialRandomEffects:
    """y = ρWy + Zδ + a constant or period effects + μ + ε with normal μ and ε, P coefficients.

    Attributes:
        terms: the P coefficients, lags as ``"W*name"``.
        params: (P,).
        rho: of the spatial lag.
        covariance: (P + 1, P + 1) of coefficients and rho.
        sigma2, sigma2_unit: variances of ε and of μ; the latter zero at its bound.
        phi: √(σ²/(σ² + Tσ_μ²)); 1 without unit effects.
        log_likelihood: constants included.
    """

    terms: tuple[str, ...]
    params: Floats
    rho: float
    covariance: Floats
    sigma2: float
    sigma2_unit: float
    phi: float
    log_likelihood: float


def spatial_random_effects(
    outcome: ArrayLike,
    regressors: ArrayLike,
    units: ArrayLike,
    periods: ArrayLike,
    weights: SpatialWeights,
    *,
    names: Sequence[str],
    model: Model = "sdm",
    period_effects: bool = False,
) -> SpatialRandomEffects:
    """Maximum likelihood with random unit effects.

    Args:
        outcome, regressors, units, periods, weights, names: as in `spatial_panel`.
        model: ``"sdm"`` or ``"sar"``.
        period_effects: fixed effects of periods beside the random ones of units.

    Raises:
        EstimationError: see `spatial_panel`.

    Source: Elhorst (2014), Spatial Econometrics, ch. 3.3; the information by hand, in the two
    variances σ² and σ² + Tσ_μ², whose scores do not depend on each other.
    """
    from scipy.optimize import minimize_scalar

    if model not in ("sar", "sdm"):
        raise EstimationError(f"random effects are for 'sar' and 'sdm'; found {model!r}")
    effects = ("period",) if period_effects else ()
    data = spatial_data(outcome, regressors, units, periods, weights, names=names, effects=effects)
    if data.n_periods < 2:
        raise EstimationError("random unit effects need two or more periods; the sample has one")
    chosen = design(data, names, names if model == "sdm" else ())
    split = _Split.of(data, chosen)
    log_det = log_determinant(data.matrix)
    counts = Counts(data.outcome.size, data.n_periods, drops_unit_root=False)

    def at(phi: float) -> Maximum:
        return maximise_lag(*split.weighted(phi), log_det, counts)

    def height(phi: float) -> float:
        return at(phi).log_likelihood + data.n_units * float(np.log(phi))

    near = minimize_scalar(
        lambda v: -height(float(np.exp(v))), bounds=(-14.0, 0.0), method="bounded",
        options={"xatol": 1e-10},
    )  # fmt: skip
    phi = max(1.0, float(np.exp(near.x)), key=height)
    top = at(phi)
    between = top.sigma2 / phi**2
    return SpatialRandomEffects(
        terms=chosen.terms,
        params=top.params,
        rho=top.parameter,
        covariance=_covariance(data, split, top, phi),
        sigma2=top.sigma2,
        sigma2_unit=(between - top.sigma2) / data.n_periods,
        phi=phi,
        log_likelihood=height(phi),
    )


@dataclass(frozen=True)
class _Split:
    """Outcome, its lag and the regressors side by side, split within and between units."""

    within: Floats
    between: Floats

    @classmethod
    def of(cls, data: SpatialData, chosen: Design) -> _Split:
        wy = lag(data.matrix, data.outcome)
        maps = np.concatenate([data.outcome[:, :, None], wy[:, :, None], chosen.columns], axis=2)
        return cls.of_maps(demean(maps, data.effects))

    @classmethod
    def of_maps(cls, maps: Floats) -> _Split:
        means = maps.mean(axis=0)
        inner = (maps - means).reshape(-1, maps.shape[2])
        return cls(inner, means * np.sqrt(len(maps)))

    def weighted(self, phi: float) -> tuple[Floats, Floats, Floats]:
        """(y, Wy, Z) with the between part weighted by phi."""
        both = np.concatenate([self.within, phi * self.between])
        return both[:, 0], both[:, 1], both[:, 2:]


def _covariance(data: SpatialData, split: _Split, top: Maximum, phi: float) -> Floats:
    """Inverse information of (δ, ρ, σ², σ² + Tσ_μ²), the part of (δ, ρ)."""
    n, t, p = data.n_units, data.n_periods, top.params.size
    _, _, z = split.weighted(phi)
    s1, s2 = top.sigma2, top.sigma2 / phi**2
    # Effects count in the mean of y that is lagged, and are removed afterwards.
    structural = data.outcome - top.parameter * lag(data.matrix, data.outcome)
    inner = z @ top.params
    mean_maps = inner[: n * t].reshape(t, n) + inner[n * t :] / (phi * np.sqrt(t))
    constant = structural - demean(structural, data.effects)
    solved = factor(data.matrix, top.parameter).solve((mean_maps + constant).T).T
    lag_mean = demean(lag(data.matrix, solved), data.effects)
    mean_split = _Split.of_maps(lag_mean[:, :, None])
    h = np.concatenate([mean_split.within[:, 0], phi * mean_split.between[:, 0]])
    found = traces(data.matrix, top.parameter)
    info = np.zeros((p + 3, p + 3))
    info[:p, :p] = z.T @ z / s1
    info[:p, p] = info[p, :p] = z.T @ h / s1
    info[p, p] = t * (found.gg + found.g_g) + h @ h / s1
    info[p, p + 1] = info[p + 1, p] = (t - 1) * found.g / s1
    info[p, p + 2] = info[p + 2, p] = found.g / s2
    info[p + 1, p + 1] = n * (t - 1) / (2 * s1**2)
    info[p + 2, p + 2] = n / (2 * s2**2)
    scale = 1 / np.sqrt(np.diag(info))
    inverse = np.linalg.inv(info * np.outer(scale, scale)) * np.outer(scale, scale)
    return np.asarray(inverse[: p + 1, : p + 1])
