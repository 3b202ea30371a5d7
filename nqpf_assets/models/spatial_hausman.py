"""Hausman's test of a spatial panel: do random unit effects give what fixed ones give?

Both models are estimated by maximum likelihood, in `spatial_model` and `spatial_random_effects`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nqpf_assets.models.errors import EstimationError
from nqpf_assets.models.spatial_model import Model, spatial_panel
from nqpf_assets.models.spatial_random_effects import SpatialRandomEffects, spatial_random_effects
from nqpf_assets.models.spatial_result import SpatialPanel
from nqpf_assets.models.spatial_weights import SpatialWeights

Floats = NDArray[np.float64]
HausmanCovariance = Literal["consistent", "splm"]


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
        names=names, model=model, effects=effects, lee_yu="none",
    )  # fmt: skip
    return _compare(fixed, random, with_rho, covariance)


def _compare(
    fixed: SpatialPanel, random: SpatialRandomEffects, with_rho: bool, covariance: str
) -> SpatialHausman:
    from scipy.stats import chi2

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
