"""Hausman's test of a spatial panel: do random unit effects give what fixed ones give?

Both models are estimated by maximum likelihood, in `model` and `random_effects`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nqpf_assets.estimators.linear.distributions import chi2_sf
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.option_checks import require_one_of
from nqpf_assets.estimators.spatial.information import inverse_information
from nqpf_assets.estimators.spatial.model import Model, spatial_panel
from nqpf_assets.estimators.spatial.period_weights import AnyWeights
from nqpf_assets.estimators.spatial.random_effects import (
    SpatialRandomEffects,
    spatial_random_effects,
)
from nqpf_assets.estimators.spatial.result import SpatialPanel

Floats = NDArray[np.float64]
HausmanCovariance = Literal["common", "separate", "splm"]


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
    weights: AnyWeights,
    *,
    names: Sequence[str],
    model: Model = "sdm",
    lagged: Sequence[str] | None = None,
    period_effects: bool = False,
    with_rho: bool = False,
    covariance: HausmanCovariance = "common",
) -> SpatialHausman:
    """Compare fixed with random unit effects of a spatial lag or Durbin panel.

    Args:
        outcome, regressors, units, periods, weights, names: as in `spatial_panel`.
        model, lagged: ``"sdm"`` or ``"sar"``, and as in `spatial_panel`.
        period_effects: fixed period effects in both models.
        with_rho: compare rho too, as Elhorst; without it as R's splm.
        covariance: ``"common"``: both covariances at the random-effects estimates, so that their
            difference is definite; ``"separate"``: each at its own, σ² of fixed effects on
            N(T − 1) rows; ``"splm"``: that of fixed effects with σ² on NT rows, that of random
            effects as if rho were known. splm's ``sphtest`` prints the statistic's absolute value.

    Source: Hausman (1978), Econometrica 46(6); Mutl and Pfaffermayr (2011), Econometrics J. 14(1).
    """
    require_one_of("covariance", covariance, get_args(HausmanCovariance))
    if covariance == "splm" and with_rho:
        raise EstimationError("covariance 'splm' takes rho as known; leave with_rho out")
    random = spatial_random_effects(
        outcome,
        regressors,
        units,
        periods,
        weights,
        names=names,
        model=model,
        lagged=lagged,
        period_effects=period_effects,
    )
    effects = ("unit", "period") if period_effects else ("unit",)
    fixed = spatial_panel(
        outcome,
        regressors,
        units,
        periods,
        weights,
        names=names,
        model=model,
        lagged=lagged,
        effects=effects,
        lee_yu="none",
    )
    return _compare(fixed, random, with_rho, covariance)


def _compare(
    fixed: SpatialPanel, random: SpatialRandomEffects, with_rho: bool, covariance: str
) -> SpatialHausman:
    shared = tuple(term for term in fixed.names if term in random.names)
    in_fixed = [*(fixed.names.index(term) for term in shared), len(fixed.names)]
    in_random = [*(random.names.index(term) for term in shared), len(random.names)]
    v_fixed = _fixed_covariance(fixed, random, in_fixed, in_random, covariance)
    v_random = random.covariance[np.ix_(in_random, in_random)]
    of_fixed = np.append(fixed.params, fixed.rho)[in_fixed]
    of_random = np.append(random.params, random.rho)[in_random]
    k = len(shared)
    if covariance == "splm":
        v_random = np.linalg.inv(np.linalg.inv(v_random)[:k, :k])
    if with_rho:
        shared, k = (*shared, "rho"), k + 1
    gap, difference = (of_fixed - of_random)[:k], v_fixed[:k, :k] - v_random[:k, :k]
    scale = 1 / np.sqrt(np.diag(v_fixed)[:k])
    scaled = difference * np.outer(scale, scale)
    statistic = float(gap * scale @ np.linalg.solve(scaled, gap * scale))
    return SpatialHausman(
        terms=shared,
        statistic=statistic,
        df=k,
        p_value=float(chi2_sf(statistic, k)) if statistic >= 0 else float("nan"),
        fixed=of_fixed[:k],
        random=of_random[:k],
        is_definite=bool(np.linalg.eigvalsh(scaled).min() > 0),
    )


def _fixed_covariance(
    fixed: SpatialPanel,
    random: SpatialRandomEffects,
    in_fixed: list[int],
    in_random: list[int],
    covariance: str,
) -> Floats:
    """Covariance of the shared coefficients and rho under fixed effects."""
    if covariance == "common":
        # What is absorbed by unit effects has no information within units, and is left out.
        places = [*in_random, len(random.names) + 1]
        inverse = inverse_information(random.information_within[np.ix_(places, places)])
        return inverse[:-1, :-1]
    t = fixed.n_periods
    inflation = 1.0 if covariance == "splm" else t / (t - 1)
    return np.asarray(fixed.covariance[np.ix_(in_fixed, in_fixed)] * inflation)
