"""Concentrated likelihoods of the spatial lag and the spatial error panel, and their maximum.

Coefficients, effects and σ² are concentrated out, one parameter is left: ρ or λ. The
log-determinant is counted once per period. How the maximum is sought is in `profile`, what follows
from it elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.least_squares import least_squares
from nqpf_assets.estimators.spatial.design import demean
from nqpf_assets.estimators.spatial.error_effects import without_effects
from nqpf_assets.estimators.spatial.logdet import LogDet
from nqpf_assets.estimators.spatial.period_matrices import (
    PeriodMatrices,
    lag,
    row_sums,
    solved,
)
from nqpf_assets.estimators.spatial.profile import Profile

if TYPE_CHECKING:
    from nqpf_assets.estimators.spatial.period_matrices import Matrix

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Counts:
    """How much a likelihood counts.

    Attributes:
        n_rows: of σ²: N·T, or what is left after the transformation of Lee and Yu.
        n_maps: how often the log-determinant counts: T, or T − 1.
        drops_unit_root: whether log(1 − ρ) leaves the log-determinant, as it does when the
            transformation takes the period effects out of maps with unit row sums.
    """

    n_rows: int
    n_maps: int
    drops_unit_root: bool


@dataclass(frozen=True)
class Maximum:
    """The maximum of a concentrated likelihood.

    Attributes:
        parameter: ρ or λ.
        params: (P,) coefficients.
        sigma2: rss / n_rows.
        log_likelihood: constants included.
        profile: the likelihood by the parameter alone.
        is_at_bound: whether it rises up to a bound, with no maximum inside.
    """

    parameter: float
    params: Floats
    sigma2: float
    log_likelihood: float
    profile: Profile
    is_at_bound: bool


def gaussian(log_det: float, rss: float, counts: Counts) -> float:
    """Log-likelihood with σ² = rss / n_rows put in."""
    n = counts.n_rows
    return float(counts.n_maps * log_det - n / 2 * (np.log(2 * np.pi * rss / n) + 1))


def maximise_lag(y: Floats, wy: Floats, z: Floats, log_det: LogDet, counts: Counts) -> Maximum:
    """Spatial lag: M(y − ρWy) = MZδ + Mε.

    Args:
        y, wy: (n,) outcome and its spatial lag, effects removed.
        z: (n, P) regressors, effects removed.
        log_det: of one map.
        counts: of the likelihood.
    """
    own, lagged = least_squares(y, z), least_squares(wy, z)
    e0, e1 = own.residuals, lagged.residuals
    if float(e0 @ e0) <= 1e-20 * float(y @ y):
        raise EstimationError("regressors and effects reproduce the outcome exactly")

    def rss(rho: float) -> float:
        e = e0 - rho * e1
        return float(e @ e)

    def rss_slope(rho: float) -> float:
        return -2 * float(e1 @ (e0 - rho * e1))

    profile = _profile(rss, rss_slope, log_det, counts, "rho")
    rho, is_at_bound = profile.top()
    return Maximum(
        rho,
        own.params - rho * lagged.params,
        rss(rho) / counts.n_rows,
        profile.value(rho),
        profile,
        is_at_bound,
    )


def maximise_error(
    y: Floats,
    x: Floats,
    matrix: Matrix,
    effects: tuple[str, ...],
    log_det: LogDet,
    counts: Counts,
    *,
    is_demeaned: bool,
) -> Maximum:
    """Spatial error: y = Xβ + effects + u, u = λWu + ε.

    Args:
        y: (T, N).
        x: (T, N, P).
        matrix: (N, N) weights, or those of every period.
        effects: removed after filtering by I − λW, as the paths that it makes of them.
        log_det, counts: as for the lag.
        is_demeaned: effects were removed before, and are not removed again.
    """
    both = np.concatenate([y[:, :, None], x], axis=2)
    filtered = _Filtered(both, lag(matrix, both), matrix, effects, is_demeaned)
    if filtered.fit(0.0).rss <= 1e-20 * float((demean(y, effects) ** 2).sum()):
        raise EstimationError("regressors and effects reproduce the outcome exactly")
    profile = _profile(
        lambda v: filtered.fit(v).rss, lambda v: filtered.fit(v).slope, log_det, counts, "lambda"
    )
    lam, is_at_bound = profile.top()
    best = filtered.fit(lam)
    return Maximum(
        lam, best.params, best.rss / counts.n_rows, profile.value(lam), profile, is_at_bound
    )


@dataclass(frozen=True)
class _ErrorFit:
    params: Floats
    rss: float
    slope: float


@dataclass(frozen=True)
class _Filtered:
    """Least squares of the filtered maps (I − λW)[y, X], for one λ after another."""

    both: Floats
    lagged: Floats
    matrix: Matrix
    effects: tuple[str, ...]
    is_demeaned: bool

    @cached_property
    def row_sums(self) -> Floats:
        """Row sums of the weights, whatever λ."""
        return row_sums(self.matrix)

    def fit(self, lam: float) -> _ErrorFit:
        """Coefficients, rss, and the derivative of rss by λ."""
        filtered = self.both - lam * self.lagged
        is_by_period = isinstance(self.matrix, PeriodMatrices)
        pattern = 1 - lam * self.row_sums
        if self.is_demeaned:
            reduced = filtered
        elif is_by_period:
            reduced = without_effects(filtered, self.matrix, lam, self.effects)
        else:
            reduced = demean(filtered, self.effects, pattern)
        flat = reduced.reshape(-1, reduced.shape[2])
        found = least_squares(flat[:, 0], flat[:, 1:])
        combination = np.append(1.0, -found.params)
        e = found.residuals.reshape(filtered.shape[:2])
        if is_by_period and not self.is_demeaned:
            # Effects are at their best too, so that λ moves the sum through W(I − λW)⁻¹e alone.
            moved = lag(self.matrix, solved(self.matrix, lam, e))
            return _ErrorFit(found.params, found.rss, -2 * float((e * moved).sum()))
        slope = -2 * float((e * (self.lagged @ combination)).sum())
        if not self.is_demeaned and self.effects != ("unit",):
            # What a period adds to every unit is filtered too, by λ times the row sums.
            level = (filtered @ combination) @ pattern / (pattern @ pattern)
            if "unit" in self.effects:
                level = level - level.mean()
            elif not self.effects:
                level = np.full_like(level, level.mean())
            slope += 2 * float(level @ (e @ self.row_sums))
        return _ErrorFit(found.params, found.rss, slope)


def counted_log_det(log_det: LogDet, counts: Counts, rho: float) -> float:
    """The log-determinant of one map, as far as it counts."""
    return log_det.value(rho) - (np.log(1 - rho) if counts.drops_unit_root else 0.0)


def _profile(
    rss: Callable[[float], float],
    rss_slope: Callable[[float], float],
    log_det: LogDet,
    counts: Counts,
    name: str,
) -> Profile:
    """The likelihood of the parameter inside the interval of the log-determinant."""

    def value(rho: float) -> float:
        return gaussian(counted_log_det(log_det, counts, rho), rss(rho), counts)

    def slope(rho: float) -> float:
        root = 1 / (1 - rho) if counts.drops_unit_root else 0.0
        likelihood = -counts.n_rows / 2 * rss_slope(rho) / rss(rho)
        return counts.n_maps * (log_det.slope(rho) + root) + likelihood

    return Profile(name, log_det.lower, log_det.upper, value, slope)
