"""What a random-effects Tobit reports.

Numbers only, in the field's words; rounding, stars and layout belong to the reports.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nqpf_assets.estimators.censored.tobit_margins import At, Of
from nqpf_assets.estimators.censored.tobit_result import MarginalEffects
from nqpf_assets.estimators.linear.collinearity import DroppedRegressor
from nqpf_assets.estimators.linear.two_way_fe_result import Constant
from nqpf_assets.estimators.linear.within import Floats


@dataclass(frozen=True)
class Component:
    """A variance component with its standard error; NaN where the estimate is at its bound."""

    estimate: float
    std_error: float


@dataclass(frozen=True)
class NodeCheck:
    """The quadrature, and the same model with a finer one.

    Attributes:
        rule: ``"legendre"``, in two pieces joined at the mode, or ``"hermite"``, adaptive
            Gauss-Hermite.
        nodes: per unit.
        finer_nodes: of the comparison, by Legendre's rule.
        log_likelihood_change: comparison minus reported.
        largest_change: of any coefficient or standard deviation, in its standard errors.
        is_stable: whether both changes are below one thousandth. Where not, the numbers depend
            on the nodes and must not be reported without saying so.
    """

    rule: str
    nodes: int
    finer_nodes: int
    log_likelihood_change: float
    largest_change: float
    is_stable: bool


@dataclass(frozen=True)
class RandomEffectsTobit:
    """A censored regression with normal random unit effects, K regressors, n observations.

    Attributes:
        names: the K regressors.
        params, std_errors, t_stats, p_values: (K,), of the latent outcome.
        conf_int: (K, 2).
        covariance: (K, K) of `params`.
        df_inference: degrees of freedom behind p-values; infinite for the normal.
        constant: of the latent outcome.
        sigma_u, sigma_e: standard deviations of unit effects and of the rest.
        rho: share of the units in the variance, sigma_u^2 / (sigma_u^2 + sigma_e^2).
        is_at_bound: whether sigma_u is zero: the likelihood is no higher than without units.
        margins: marginal effects with the unit effects averaged over.
        lower, upper: the limits; infinite where there is none.
        has_period_effects: whether period dummies are in the model.
        vcov, small_sample, distribution, small_sample_factor, confidence_level: as in Tobit.
        node_check: the quadrature, and what a finer one would change.
        n_obs, n_units, n_periods: n, N, T.
        n_left_censored, n_right_censored, n_uncensored: of the n rows.
        n_clusters: none unless clustered.
        n_parameters: regressors, period effects, constant and two standard deviations.
        log_likelihood, log_likelihood_pooled: with and without unit effects.
        lr_statistic, lr_p_value: of sigma_u = 0, chi-bar-squared(01): half the p-value of
            chi-squared(1), because sigma_u cannot be negative.
        latent_means: (n,) x'b + constant, the unit effect at zero, in the input's order.
        is_in_sample: (rows of the input,).
        dropped_periods: labels of periods censored in every row, with period effects.
        singleton_periods: labels whose only row was dropped, with period effects.
        dropped: regressors left out, each with its reason.
    """

    names: tuple[str, ...]
    params: Floats
    std_errors: Floats
    t_stats: Floats
    p_values: Floats
    conf_int: Floats
    covariance: Floats
    df_inference: float
    constant: Constant
    sigma_u: Component
    sigma_e: Component
    rho: Component
    is_at_bound: bool
    margins: tuple[MarginalEffects, ...]
    lower: float
    upper: float
    has_period_effects: bool
    vcov: str
    small_sample: str
    distribution: str
    small_sample_factor: float
    confidence_level: float
    node_check: NodeCheck
    n_obs: int
    n_units: int
    n_periods: int
    n_left_censored: int
    n_right_censored: int
    n_uncensored: int
    n_clusters: tuple[int, ...]
    n_parameters: int
    log_likelihood: float
    log_likelihood_pooled: float
    lr_statistic: float
    lr_p_value: float
    latent_means: Floats
    is_in_sample: NDArray[np.bool_]
    dropped_periods: tuple[Any, ...]
    singleton_periods: tuple[Any, ...]
    dropped: tuple[DroppedRegressor, ...]

    def margin(self, of: Of, at: At = "average") -> MarginalEffects:
        """The marginal effects of that kind."""
        return next(m for m in self.margins if (m.of, m.at) == (of, at))
