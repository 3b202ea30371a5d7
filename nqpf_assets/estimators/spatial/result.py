"""What a spatial panel model reports.

Numbers only, in the field's words; rounding, stars and layout belong to the reports. Direct and
indirect effects, which are what one interprets, are computed from it in `effects`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nqpf_assets.estimators.linear.cluster_parts import ClusterParts
from nqpf_assets.estimators.linear.regression import Estimated
from nqpf_assets.estimators.linear.two_way_fe_result import EffectSummary
from nqpf_assets.estimators.spatial.period_weights import AnyWeights
from nqpf_assets.estimators.spatial.profile import Profile

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class SpatialParameter:
    """The spatial autoregressive parameter with its inference.

    Attributes:
        name: ``"rho"`` of the outcome, or ``"lambda"`` of the errors.
        estimate, std_error, z_stat, p_value, conf_low, conf_high: of the parameter.
        lower_bound, upper_bound: where I − ρW is regular; the estimate lies between.
        is_at_bound: whether the likelihood rises up to a bound: then the estimate is next to it,
            has no error and no z, and p and interval are those of the likelihood ratio. Or the bias
            correction went beyond it: then there is no p either, and the interval is everything.
        weights_std_error: the standard error that the parameter can have from the weights, effects and
            number of periods alone, at zero (`identification`).
        profile: the likelihood by the parameter alone, whose `interval` needs no normal
            distribution; under ``lee_yu="bias_correction"`` that before the correction.
    """

    name: str
    estimate: float
    std_error: float
    z_stat: float
    p_value: float
    conf_low: float
    conf_high: float
    lower_bound: float
    upper_bound: float
    is_at_bound: bool
    weights_std_error: float
    profile: Profile

    @property
    def bound(self) -> float:
        """The bound that is nearer to the estimate."""
        middle = (self.lower_bound + self.upper_bound) / 2
        return self.upper_bound if self.estimate > middle else self.lower_bound


@dataclass(frozen=True, eq=False)
class SpatialModel(Estimated):
    """What spatial models of a balanced panel have in common, N units in T periods, P coefficients.

    Names are those of the regressors, then of spatial lags as ``"W*name"``.

    Attributes:
        model: ``"sar"``, ``"sem"``, ``"slx"`` or ``"sdm"``.
        regressors: without their lags; lagged: those whose lag is in the model.
        parameter: rho or lambda; None in the SLX model.
        df_inference: degrees of freedom of p-values and intervals: infinite, which is the normal
            distribution, or one fewer than clusters, of several keys than the smallest number; the fewest of
            any coefficient where each has its own.
        sigma2: error variance.
        covariance: of coefficients, rho or lambda if any, and variances, in this order; NaN in rows and
            columns of what clusters leave without a standard error.
        n_clusters: per cluster key; empty without clusters.
        is_vcov_repaired: negative eigenvalues of a covariance of several keys set to zero.
        parts: of bias-reduced errors, for combinations of coefficients; None of others.
        log_likelihood: at the maximum, constants included.
        r2_correlation: squared correlation of what is left of the outcome once the fixed effects are removed
            with what the regressors alone predict through (I − ρW)⁻¹ (Elhorst's corr²).
        effects: fixed ones.
        transform, lee_yu: the conventions chosen; logdet: the method that was used.
        weights: among the units of the sample, in the order of `unit_labels`, of its periods where they
            differ.
        unit_labels, period_labels: sorted.
    """

    model: str
    regressors: tuple[str, ...]
    lagged: tuple[str, ...]
    parameter: SpatialParameter | None
    df_inference: float
    sigma2: float
    covariance: Floats
    n_clusters: tuple[int, ...]
    is_vcov_repaired: bool
    parts: ClusterParts | None
    log_likelihood: float
    r2_correlation: float
    effects: tuple[str, ...]
    transform: str
    lee_yu: str
    logdet: str
    weights: AnyWeights
    unit_labels: tuple[Any, ...]
    period_labels: tuple[Any, ...]

    @property
    def rho(self) -> float:
        """The parameter of the spatial lag; zero in models without one."""
        is_lag = self.parameter is not None and self.parameter.name == "rho"
        return self.parameter.estimate if is_lag and self.parameter else 0.0


@dataclass(frozen=True, eq=False)
class SpatialPanel(SpatialModel):
    """A spatial model with fixed effects, or none.

    Tests are normal, or Student's with clusters.

    Attributes:
        sigma2_std_error: of the error variance, the last of `covariance`.
        log_likelihood: of the transformed data under ``lee_yu="transformation"``; before the correction
            under ``"bias_correction"``.
        rss: sum of squared residuals, sum of e = y − ρWy − Zδ − effects.
        r2: 1 − rss over the variation of y; r2_within: over what is left of it once the effects
            are removed.
        residuals: (n,) structural ones, e = ε̂, in the order of the input's rows.
        constant: mean of y − ρWy − Zδ.
        information, vcov: the conventions chosen.
        n_rows, n_maps: what the information counts: n and T, or less after Lee and Yu.
        unit_effects, period_effects: centred; None where absent.
    """

    sigma2_std_error: float
    rss: float
    r2: float
    r2_within: float
    residuals: Floats
    constant: float
    information: str
    vcov: str
    n_rows: int
    n_maps: int
    unit_effects: EffectSummary | None
    period_effects: EffectSummary | None
