"""Spatial lag and Durbin panels with random unit effects, and Hausman's test against fixed ones.

Random effects are estimated by maximum likelihood, as far as the test needs them. Fixed effects
are in `spatial_model`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nqpf_assets.models.errors import EstimationError
from nqpf_assets.models.spatial_design import Design, SpatialData, demean, design, lag, spatial_data
from nqpf_assets.models.spatial_likelihood import Counts, Maximum, maximise_lag
from nqpf_assets.models.spatial_logdet import factor, log_determinant, traces
from nqpf_assets.models.spatial_model import Model, spatial_panel
from nqpf_assets.models.spatial_weights import SpatialWeights

Floats = NDArray[np.float64]
HausmanCovariance = Literal["consistent", "splm"]


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


@dataclass(frozen=True)
class SpatialHausman:
    """Hausman's test of a spatial panel.

    Attributes:
        terms: what is compared.
        statistic: chi-squared; negative if the covariances cannot be compared, then p is NaN.
        df: how many terms.
        p_value: a small one speaks against random effects.
        fixed, random: the estimates.
        is_definite: whether the difference of the covariances is positive definite, without
            which the statistic has no chi-squared distribution.
    """

    terms: tuple[str, ...]
    statistic: float
    df: int
    p_value: float
    fixed: Floats
    random: Floats
    is_definite: bool


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
    phi = float(np.exp(near.x))
    if height(1.0) >= height(phi):
        phi = 1.0
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


def spatial_hausman(
    outcome: ArrayLike,
    regressors: ArrayLike,
    units: ArrayLike,
    periods: ArrayLike,
    weights: SpatialWeights,
    *,
    names: Sequence[str],
    model: Model = "sdm",
    period_effects: bool = False,
    with_rho: bool = False,
    covariance: HausmanCovariance = "consistent",
) -> SpatialHausman:
    """Compare fixed with random unit effects of a spatial lag or Durbin panel.

    Args:
        outcome, regressors, units, periods, weights, names: as in `spatial_panel`.
        model: ``"sdm"`` or ``"sar"``.
        period_effects: fixed period effects in both models.
        with_rho: compare rho too, as Elhorst; without it as R's splm.
        covariance: ``"consistent"``: fixed effects with σ² on N(T − 1) rows, without which their
            variance is too small by (T − 1)/T and the difference rarely definite; ``"splm"``:
            without it, and that of random effects as if rho were known. splm's ``sphtest``
            prints the absolute value of the statistic.

    Source: Hausman (1978), Econometrica 46(6); Mutl and Pfaffermayr (2011), Econometrics J. 14(1).
    """
    from scipy.stats import chi2

    if covariance not in ("consistent", "splm"):
        raise EstimationError(f"covariance is 'consistent' or 'splm'; found {covariance!r}")
    if covariance == "splm" and with_rho:
        raise EstimationError("covariance 'splm' takes rho as known; leave with_rho out")
    random = spatial_random_effects(
        outcome, regressors, units, periods, weights,
        names=names, model=model, period_effects=period_effects,
    )  # fmt: skip
    effects = ("unit", "period") if period_effects else ("unit",)
    fixed = spatial_panel(
        outcome, regressors, units, periods, weights,
        names=names, model=model, effects=effects,
    )  # fmt: skip
    # Both models carry the same bias of period effects; only the variance is put right.
    inflation = 1.0 if covariance == "splm" else fixed.n_periods / (fixed.n_periods - 1)
    v_random = random.covariance
    if covariance == "splm":
        p = len(random.params)
        v_random = v_random.copy()
        v_random[:p, :p] = np.linalg.inv(np.linalg.inv(v_random)[:p, :p])
    shared = tuple(term for term in fixed.terms if term in random.terms)
    in_fixed = [fixed.terms.index(term) for term in shared]
    in_random = [random.terms.index(term) for term in shared]
    of_fixed, of_random = np.append(fixed.params, fixed.rho), np.append(random.params, random.rho)
    if with_rho:
        in_fixed, in_random = [*in_fixed, len(fixed.params)], [*in_random, len(random.params)]
        shared = (*shared, "rho")
    gap = of_fixed[in_fixed] - of_random[in_random]
    v_fixed = fixed.covariance[np.ix_(in_fixed, in_fixed)] * inflation
    difference = v_fixed - v_random[np.ix_(in_random, in_random)]
    scale = 1 / np.sqrt(np.diag(v_fixed))
    scaled = difference * np.outer(scale, scale)
    statistic = float(gap * scale @ np.linalg.solve(scaled, gap * scale))
    return SpatialHausman(
        terms=shared,
        statistic=statistic,
        df=len(shared),
        p_value=float(chi2.sf(statistic, len(shared))) if statistic >= 0 else float("nan"),
        fixed=of_fixed[in_fixed],
        random=of_random[in_random],
        is_definite=bool(np.linalg.eigvalsh(scaled).min() > 0),
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
