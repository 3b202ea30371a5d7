"""Marginal effects in a censored normal regression, and how they move with the parameters.

Closed forms for one or two limits (McDonald and Moffitt 1980). An effect of regressor k is
its coefficient times a factor that depends on the latent mean and on sigma; this module
computes the factors and their derivatives, which the delta method needs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from nqpf_assets.estimators.linear.distributions import normal_logpdf
from nqpf_assets.estimators.linear.within import Floats

Of = Literal["outcome", "uncensored", "probability"]
At = Literal["means", "average"]
OF: tuple[Of, ...] = ("outcome", "uncensored", "probability")
AT: tuple[At, ...] = ("means", "average")


@dataclass(frozen=True)
class Factor:
    """A factor of the coefficients.

    Attributes:
        value: the factor.
        by_index: (n,) its derivative with respect to each row's latent mean.
        by_sigma: its derivative with respect to sigma.
    """

    value: float
    by_index: Floats
    by_sigma: float


@dataclass(frozen=True)
class _Factors:
    """Factors with derivatives by latent mean and by sigma, each of the shape of the mean."""

    value: Floats
    by_mean: Floats
    by_sigma: Floats


def factor(of: Of, at: At, means: Floats, sigma: float, lower: float, upper: float) -> Factor:
    """The factor that turns coefficients into marginal effects.

    Args:
        of: ``"outcome"``, E(y|x) of the censored outcome; ``"uncensored"``, E(y|x, not
            censored); ``"probability"``, P(not censored|x).
        at: ``"means"``, at the mean of the rows' latent means, which is the latent mean at
            mean regressors; ``"average"``, averaged over the rows.
        means: (n,) latent means.
        sigma: standard deviation of the latent outcome around them.
        lower, upper: the limits; minus or plus infinity where there is none.

    Source: McDonald and Moffitt (1980), Review of Economics and Statistics 62(2).
    """
    n = len(means)
    where = means.mean(keepdims=True) if at == "means" else means
    found = _FACTORS[of](where, sigma, lower, upper)
    by_index = np.full(n, found.by_mean[0] / n) if at == "means" else found.by_mean / n
    return Factor(float(found.value.mean()), by_index, float(found.by_sigma.mean()))


@dataclass(frozen=True)
class _Tails:
    """Standardised limits a < b, the log of P(a < z < b), and the densities there over P."""

    a: Floats
    b: Floats
    log_p: Floats
    at_a: Floats
    at_b: Floats


def _tails(mean: Floats, sigma: float, lower: float, upper: float) -> _Tails:
    from scipy.special import log_ndtr

    a, b = (lower - mean) / sigma, (upper - mean) / sigma
    # From the side where both are in the lower tail, so that no digits are lost.
    flip = a + b > 0 if np.isfinite(lower) and np.isfinite(upper) else np.isfinite(lower)
    high, low = np.where(flip, -a, b), np.where(flip, -b, a)
    log_high, log_low = log_ndtr(high), log_ndtr(low)
    log_p = log_high + np.log1p(-np.exp(log_low - log_high))
    at_a, at_b = np.exp(normal_logpdf(a) - log_p), np.exp(normal_logpdf(b) - log_p)
    # An infinite limit has density zero; a finite one in its place keeps products finite.
    a, b = np.where(np.isfinite(a), a, 0.0), np.where(np.isfinite(b), b, 0.0)
    return _Tails(a, b, log_p, at_a, at_b)


def _outcome(mean: Floats, sigma: float, lower: float, upper: float) -> _Factors:
    t = _tails(mean, sigma, lower, upper)
    p = np.exp(t.log_p)
    return _Factors(
        p,
        p * (t.at_a - t.at_b) / sigma,
        p * (t.a * t.at_a - t.b * t.at_b) / sigma,
    )


def _probability(mean: Floats, sigma: float, lower: float, upper: float) -> _Factors:
    t = _tails(mean, sigma, lower, upper)
    p = np.exp(t.log_p)
    value = p * (t.at_a - t.at_b) / sigma
    by_mean = p * (t.a * t.at_a - t.b * t.at_b) / sigma**2
    by_sigma = p * (t.a**2 * t.at_a - t.b**2 * t.at_b) / sigma**2 - value / sigma
    return _Factors(value, by_mean, by_sigma)


def _uncensored(mean: Floats, sigma: float, lower: float, upper: float) -> _Factors:
    t = _tails(mean, sigma, lower, upper)
    ratio, spread = t.at_a - t.at_b, t.a * t.at_a - t.b * t.at_b

    def derivative(a_step: Floats, b_step: Floats) -> Floats:
        """Along steps of the standardised limits."""
        ratio_step = -t.a * t.at_a * a_step + t.b * t.at_b * b_step
        log_p_step = t.at_b * b_step - t.at_a * a_step
        spread_step = (1 - t.a**2) * t.at_a * a_step - (1 - t.b**2) * t.at_b * b_step
        inner = spread_step - spread * log_p_step
        return np.asarray(inner - 2 * ratio * (ratio_step - ratio * log_p_step))

    one = np.full_like(mean, -1 / sigma)
    return _Factors(
        1 + spread - ratio**2, derivative(one, one), derivative(-t.a / sigma, -t.b / sigma)
    )


_FACTORS = {"outcome": _outcome, "uncensored": _uncensored, "probability": _probability}
