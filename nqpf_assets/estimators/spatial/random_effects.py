"""Spatial lag and Durbin panels with random unit effects, by maximum likelihood.

As far as Hausman's test in `hausman` needs them. Fixed effects are in `model`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.spatial.design import (
    Design,
    SpatialData,
    demean,
    design,
    lag,
    spatial_data,
)
from nqpf_assets.estimators.spatial.information import inverse_information
from nqpf_assets.estimators.spatial.likelihood import Counts, Maximum, maximise_lag
from nqpf_assets.estimators.spatial.logdet import factor, log_determinant, traces
from nqpf_assets.estimators.spatial.model import Model
from nqpf_assets.estimators.spatial.weights import SpatialWeights

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class SpatialRandomEffects:
    """y = ρWy + Zδ + a constant or period effects + μ + ε with normal μ and ε, P coefficients.

    Attributes:
        terms: the P coefficients, lags as ``"W*name"``.
        params: (P,).
        rho: of the spatial lag.
        covariance: (P + 1, P + 1) of coefficients and rho.
        information_within: (P + 2, P + 2) information about coefficients, rho and sigma2 from
            differences within units, the part that fixed effects use.
        sigma2, sigma2_unit: variances of ε and of μ; the latter zero at its bound.
        phi: √(σ²/(σ² + Tσ_μ²)); 1 without unit effects.
        log_likelihood: constants included.
    """

    terms: tuple[str, ...]
    params: Floats
    rho: float
    covariance: Floats
    information_within: Floats
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
    """Maximum likelihood with random unit effects; errors as in `spatial_panel`.

    Args:
        outcome, regressors, units, periods, weights, names: as in `spatial_panel`.
        model: ``"sdm"`` or ``"sar"``.
        period_effects: fixed effects of periods beside the random ones of units.

    Source: Elhorst (2014), ch. 3.3; information in the variances σ² and σ² + Tσ_μ².
    """
    from scipy.optimize import minimize_scalar

    if model not in ("sar", "sdm"):
        raise EstimationError(f"random effects are for 'sar' and 'sdm'; found {model!r}")
    data = spatial_data(
        outcome,
        regressors,
        units,
        periods,
        weights,
        names=names,
        effects=("period",) if period_effects else (),
    )
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
        lambda v: -height(float(np.exp(v))),
        bounds=(-14.0, 0.0),
        method="bounded",
        options={"xatol": 1e-10},
    )
    phi = max(1.0, float(np.exp(near.x)), key=height)
    top, size = at(phi), len(chosen.terms) + 1
    within, between = _information(data, split, top, phi)
    return SpatialRandomEffects(
        terms=chosen.terms,
        params=top.params,
        rho=top.parameter,
        covariance=inverse_information(within + between)[:size, :size],
        information_within=within[:-1, :-1],
        sigma2=top.sigma2,
        sigma2_unit=(top.sigma2 / phi**2 - top.sigma2) / data.n_periods,
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


def _information(
    data: SpatialData, split: _Split, top: Maximum, phi: float
) -> tuple[Floats, Floats]:
    """Information of (δ, ρ, σ², σ² + Tσ_μ²) from within and from between units; it adds up."""
    n, t = data.n_units, data.n_periods
    inner, outer = split.within[:, 2:], phi * split.between[:, 2:]
    # Effects count in the mean of y that is lagged, and are removed afterwards.
    structural = data.outcome - top.parameter * lag(data.matrix, data.outcome)
    constant = structural - demean(structural, data.effects)
    means = (split.between[:, 2:] / np.sqrt(t)) @ top.params
    mean = (inner @ top.params).reshape(t, n) + means + constant
    solved = np.asarray(factor(data.matrix, top.parameter).solve(np.ascontiguousarray(mean.T)).T)
    lagged = _Split.of_maps(demean(lag(data.matrix, solved), data.effects)[:, :, None])
    found = traces(data.matrix, top.parameter)
    p, s1, s2 = top.params.size, top.sigma2, top.sigma2 / phi**2
    parts = []
    for z, h, maps, place, variance in (
        (inner, lagged.within[:, 0], t - 1, p + 1, s1),
        (outer, phi * lagged.between[:, 0], 1, p + 2, s2),
    ):
        info = np.zeros((p + 3, p + 3))
        info[:p, :p] = z.T @ z / s1
        info[:p, p] = info[p, :p] = z.T @ h / s1
        info[p, p] = maps * (found.gg + found.g_g) + h @ h / s1
        info[p, place] = info[place, p] = maps * found.g / variance
        info[place, place] = n * maps / (2 * variance**2)
        parts.append(info)
    return parts[0], parts[1]
