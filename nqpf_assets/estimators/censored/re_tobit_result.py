"""What a random-effects Tobit reports.

Numbers only, in the field's words; rounding, stars and layout belong to the reports.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from nqpf_assets.estimators.censored.tobit_result import CensoredRegression


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
class RandomEffectsTobit(CensoredRegression):
    """A censored regression with normal random unit effects.

    Latent means have the unit effect at zero, and stand in the input's order; margins have it averaged over.

    Attributes:
        sigma_u, sigma_e: standard deviations of unit effects and of the rest.
        rho: share of the units in the variance, sigma_u^2 / (sigma_u^2 + sigma_e^2).
        is_at_bound: whether sigma_u is zero: the likelihood is no higher than without units.
        has_period_effects: whether period dummies are in the model.
        node_check: the quadrature, and what a finer one would change.
        log_likelihood_pooled: without unit effects.
        lr_statistic, lr_p_value: of sigma_u = 0, chi-bar-squared(01): half the p-value of
            chi-squared(1), because sigma_u cannot be negative.
        dropped_periods: labels of periods censored in every row, with period effects.
    """

    sigma_u: Component
    sigma_e: Component
    rho: Component
    is_at_bound: bool
    has_period_effects: bool
    node_check: NodeCheck
    log_likelihood_pooled: float
    lr_statistic: float
    lr_p_value: float
    dropped_periods: tuple[Any, ...]
