"""What a Tobit reports.

Numbers only, in the field's words; rounding, stars and layout belong to the reports.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nqpf_assets.estimators.censored.tobit_margins import At, Of
from nqpf_assets.estimators.censored.tobit_sample import CensoredLevel
from nqpf_assets.estimators.linear.collinearity import DroppedRegressor
from nqpf_assets.estimators.linear.inference import Inference
from nqpf_assets.estimators.linear.two_way_fe_result import Constant, EffectSummary
from nqpf_assets.estimators.linear.within import Floats


@dataclass(frozen=True)
class MarginalEffects:
    """Effects of one more unit of each of the K regressors, by the delta method.

    Attributes:
        of: ``"outcome"``: E(y|x), censoring included; ``"uncensored"``: E(y|x, not censored);
            ``"probability"``: P(not censored|x). On the latent outcome the effects are the
            coefficients.
        at: ``"means"`` of regressors and effects, or ``"average"`` over the rows.
        estimates: (K,).
        inference: standard errors, tests and intervals.
    """

    of: Of
    at: At
    estimates: Floats
    inference: Inference


@dataclass(frozen=True)
class Tobit:
    """A censored regression with K regressors kept on n observations.

    Attributes:
        names: the K regressors.
        params, std_errors, t_stats, p_values: (K,), of the latent outcome.
        conf_int: (K, 2).
        covariance: (K + 1, K + 1) of `params` and `sigma`.
        df_inference: degrees of freedom behind p-values; infinite for the normal.
        constant: mean of the rows' latent means minus mean regressors times coefficients.
        sigma, sigma_std_error: standard deviation of the latent outcome.
        margins: marginal effects, `margin` finds one of them.
        lower, upper: the limits; infinite where there is none.
        effects: ``"unit"``, ``"period"``, both, or none, as dummies.
        vcov, small_sample, distribution: names of covariance, correction and distribution.
        small_sample_factor: number by which the covariance was multiplied.
        confidence_level: of all intervals.
        n_obs, n_units, n_periods: n, N, T of the sample.
        n_left_censored, n_right_censored, n_uncensored: of the n rows.
        n_clusters: none unless clustered.
        n_parameters: regressors, effects, constant and sigma.
        log_likelihood, log_likelihood_null: of the model, and with constant and sigma only.
        pseudo_r2: McFadden's, 1 - log_likelihood / log_likelihood_null.
        latent_means: (n,) x'b + constant + effects of the sample's rows.
        is_in_sample: (rows of the input,).
        dropped_levels: units and periods censored in every row.
        singleton_units, singleton_periods: labels whose only row was dropped.
        dropped: regressors left out, each with its reason.
        unit_effects, period_effects: None where absent.
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
    sigma: float
    sigma_std_error: float
    margins: tuple[MarginalEffects, ...]
    lower: float
    upper: float
    effects: tuple[str, ...]
    vcov: str
    small_sample: str
    distribution: str
    small_sample_factor: float
    confidence_level: float
    n_obs: int
    n_units: int
    n_periods: int
    n_left_censored: int
    n_right_censored: int
    n_uncensored: int
    n_clusters: tuple[int, ...]
    n_parameters: int
    log_likelihood: float
    log_likelihood_null: float
    pseudo_r2: float
    latent_means: Floats
    is_in_sample: NDArray[np.bool_]
    dropped_levels: tuple[CensoredLevel, ...]
    singleton_units: tuple[Any, ...]
    singleton_periods: tuple[Any, ...]
    dropped: tuple[DroppedRegressor, ...]
    unit_effects: EffectSummary | None
    period_effects: EffectSummary | None

    def margin(self, of: Of, at: At = "average") -> MarginalEffects:
        """The marginal effects of that kind."""
        return next(m for m in self.margins if (m.of, m.at) == (of, at))
