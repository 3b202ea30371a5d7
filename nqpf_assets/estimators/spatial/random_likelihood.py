"""The likelihood of a spatial lag panel with random unit effects, and its information.

Differences within units have variance σ², their means σ² + Tσ_μ². With φ = √(σ²/(σ² + Tσ_μ²)) the between
part is weighted by φ and the likelihood is that of `likelihood.maximise_lag`, plus N log φ (Elhorst 2014,
ch. 3.3).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nqpf_assets.estimators.spatial.design import Design, SpatialData, demean
from nqpf_assets.estimators.spatial.information import counted_traces
from nqpf_assets.estimators.spatial.likelihood import (
    Counts,
    Maximum,
    counted_log_det,
    gaussian,
    maximise_lag,
)
from nqpf_assets.estimators.spatial.logdet import LogDet
from nqpf_assets.estimators.spatial.period_matrices import lag, solved
from nqpf_assets.estimators.spatial.profile import Profile
from nqpf_assets.estimators.spatial.sandwich import quadratic_form
from nqpf_assets.estimators.spatial.score_forms import ScoreForms

Floats = NDArray[np.float64]
SMALLEST = -14.0
"""Logarithm of the smallest φ that is looked at: unit effects a million times the other errors."""


@dataclass(frozen=True)
class Split:
    """Outcome, its lag and the regressors side by side, (NT, 2 + P) within and (N, 2 + P) between units."""

    within: Floats
    between: Floats

    @classmethod
    def of(cls, data: SpatialData, chosen: Design) -> Split:
        """What is left of them without the fixed effects."""
        wy = lag(data.matrix, data.outcome)
        maps = np.concatenate([data.outcome[:, :, None], wy[:, :, None], chosen.columns], axis=2)
        return cls.of_maps(demean(maps, data.effects))

    @classmethod
    def of_maps(cls, maps: Floats) -> Split:
        """Of (T, N, m) maps."""
        means = maps.mean(axis=0)
        inner = (maps - means).reshape(-1, maps.shape[2])
        return cls(inner, means * np.sqrt(len(maps)))

    def weighted(self, phi: float) -> tuple[Floats, Floats, Floats]:
        """(y, Wy, Z) with the between part weighted by phi."""
        both = np.concatenate([self.within, phi * self.between])
        return both[:, 0], both[:, 1], both[:, 2:]


def maximise(split: Split, log_det: LogDet, counts: Counts) -> tuple[float, Maximum]:
    """φ and the rest where the likelihood is highest; φ = 1 without unit effects."""
    n_units = units_of(counts)

    def at(phi: float) -> Maximum:
        return maximise_lag(*split.weighted(phi), log_det, counts)

    def height(phi: float) -> float:
        return at(phi).log_likelihood + n_units * float(np.log(phi))

    phi = _best_phi(height)
    return phi, at(phi)


def units_of(counts: Counts) -> int:
    """Units whose effects the likelihood counts: N, or N − 1 after the transformation."""
    return counts.n_rows // counts.n_maps


def profile(split: Split, log_det: LogDet, counts: Counts) -> Profile:
    """The likelihood by ρ alone, φ at its best for each ρ."""
    n_units = units_of(counts)
    scale = np.sqrt((split.within**2).sum(axis=0) + (split.between**2).sum(axis=0))
    inner, outer = (part / scale for part in (split.within, split.between))
    of_inner, of_outer = inner.T @ inner, outer.T @ outer

    def products(phi: float) -> Floats:
        """(2, 2) of y and Wy, regressors taken out."""
        all_of = of_inner + phi**2 * of_outer
        left = all_of[:2, :2] - all_of[:2, 2:] @ np.linalg.solve(all_of[2:, 2:], all_of[2:, :2])
        return np.asarray(left * np.outer(scale[:2], scale[:2]))

    def height(rho: float, phi: float) -> float:
        c = np.array([1.0, -rho])
        rss = float(c @ products(phi) @ c)
        of_rho = counted_log_det(log_det, counts, rho)
        return gaussian(of_rho, rss, counts) + n_units * float(np.log(phi))

    def best(rho: float) -> float:
        return _best_phi(lambda phi: height(rho, phi))

    def slope(rho: float) -> float:
        left, c = products(best(rho)), np.array([1.0, -rho])
        of_rss = -2 * float(left[1] @ c) / float(c @ left @ c)
        root = 1 / (1 - rho) if counts.drops_unit_root else 0.0
        return counts.n_maps * (log_det.slope(rho) + root) - counts.n_rows / 2 * of_rss

    return Profile("rho", log_det.lower, log_det.upper, lambda rho: height(rho, best(rho)), slope)


def forms_of(data: SpatialData, split: Split, top: Maximum, phi: float) -> ScoreForms:
    """Scores of (δ, ρ, σ², σ² + Tσ_μ²) by unit, whose periods are related.

    What a variance has by a unit is taken less its mean over units.
    """
    lagged, p = lagged_mean(data, split, top), top.params.size
    c = np.concatenate([[1.0, -top.parameter], -top.params])
    rows = np.zeros((data.n_units, p + 3))
    both = np.zeros((data.n_units, data.n_units))
    for of, h, place, variance in (
        (split.within, lagged.within, p + 1, top.sigma2),
        (split.between, lagged.between, p + 2, top.sigma2 / phi**2),
    ):
        maps = (of[:, 2:], h, of @ c)
        z, far, e = (one.reshape(-1, data.n_units, *one.shape[1:]) for one in maps)
        rows[:, :p] += np.einsum("tip,ti->ip", z, e) / variance
        rows[:, p] += (far[:, :, 0] * e).sum(axis=0) / variance
        squares = (e**2).sum(axis=0)
        rows[:, place] = (squares - squares.mean()) / (2 * variance**2)
        products = e.T @ e / variance
        both += products - np.eye(data.n_units) * squares.mean() / variance
    pattern = np.ones(data.n_units) if "period" in data.effects else None
    both *= quadratic_form(data.matrix, top.parameter, pattern)[0]
    return ScoreForms(rows, 1, p, lambda _t: both)


def _best_phi(height: Callable[[float], float]) -> float:
    from scipy.optimize import minimize_scalar

    near = minimize_scalar(
        lambda v: -height(float(np.exp(v))),
        bounds=(SMALLEST, 0.0),
        method="bounded",
        options={"xatol": 1e-10},
    )
    return max(1.0, float(np.exp(near.x)), key=height)


def lagged_mean(data: SpatialData, split: Split, top: Maximum) -> Split:
    """The mean of Wy, (NT, 1) within and (N, 1) between units: what the scores of ρ have beside errors."""
    n, t = data.n_units, data.n_periods
    # Effects count in the mean of y that is lagged, and are removed afterwards.
    structural = data.outcome - top.parameter * lag(data.matrix, data.outcome)
    constant = structural - demean(structural, data.effects)
    means = (split.between[:, 2:] / np.sqrt(t)) @ top.params
    mean = (split.within[:, 2:] @ top.params).reshape(t, n) + means + constant
    far = lag(data.matrix, solved(data.matrix, top.parameter, mean))
    return Split.of_maps(demean(far, data.effects)[:, :, None])


def information(
    data: SpatialData, split: Split, top: Maximum, phi: float, counts: Counts
) -> tuple[Floats, Floats]:
    """Information of (δ, ρ, σ², σ² + Tσ_μ²) from within and from between units; it adds up."""
    t, lagged = data.n_periods, lagged_mean(data, split, top)
    inner, outer = split.within[:, 2:], phi * split.between[:, 2:]
    found = counted_traces(data.matrix, top.parameter, counts)
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
        info[place, place] = units_of(counts) * maps / (2 * variance**2)
        parts.append(info)
    return parts[0], parts[1]
