"""What random effects report beside what every regression does."""

from __future__ import annotations

from dataclasses import dataclass

from nqpf_assets.estimators.linear.regression import Constant, Regression
from nqpf_assets.estimators.linear.variance_components import Components
from nqpf_assets.estimators.linear.within import Floats


@dataclass(frozen=True)
class Joint:
    """A Wald test that several coefficients are zero."""

    statistic: float
    df: int
    p_value: float


@dataclass(frozen=True)
class RandomEffects(Regression):
    """Random effects of N units.

    Attributes:
        constant: with its tests.
        components: how the variance of unit effects was told.
        sigma_u, sigma_e: standard deviations of unit effects and of other errors.
        rho: share of the former in the variance of both.
        theta: (N,) part of its mean that is taken off each unit.
        r2_within, r2_between, r2_overall: squared correlations of outcome and fit: of deviations from unit
            means, of unit means, of rows.
        means: that the coefficients of unit means are zero; None without such means.
        has_period_effects: whether period dummies stand among the regressors.
        n_parameters: coefficients, period dummies and constant.
        df_inference: (K,) behind t of each term; infinite where tests are normal.
        is_vcov_repaired: negative eigenvalues of a covariance of several keys set to zero.
    """

    constant: Constant
    components: Components
    sigma_u: float
    sigma_e: float
    rho: float
    theta: Floats
    r2_within: float
    r2_between: float
    r2_overall: float
    means: Joint | None
    has_period_effects: bool
    n_parameters: int
    df_inference: Floats
    is_vcov_repaired: bool
