"""Hausman's test: do random effects give the coefficients that fixed effects give?

Random effects are estimated here as far as the test needs them (Swamy and Arora's variance
components). A robust comparison would need a regression of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from nqpf_assets.estimators.counted import counted
from nqpf_assets.estimators.linear.collinearity import independent_columns
from nqpf_assets.estimators.linear.distributions import chi2_sf
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.least_squares import least_squares
from nqpf_assets.estimators.linear.sample import PanelSample, panel_sample
from nqpf_assets.estimators.linear.variance_components import (
    period_dummies,
    quasi_demeaned,
    taken_off,
    unit_variance,
)
from nqpf_assets.estimators.linear.within import FixedEffects, Floats, fixed_effects

Sigma = Literal["own", "sigmamore", "sigmaless"]

# Eigenvalues of the difference of covariances, as a share of fixed effects' variances, below which it is
# rounding: both models are then one.
NO_DIFFERENCE = 1e-10


@dataclass(frozen=True)
class Hausman:
    """Hausman's test over the K regressors that vary within units.

    Attributes:
        names: the K regressors compared.
        statistic: chi-squared; NaN where the covariances do not differ.
        df: K.
        p_value: a small one speaks against random effects; NaN unless `is_definite`.
        sigma: whose error variance the covariances have.
        fixed, random: (K,) coefficients.
        sigma2_idiosyncratic, sigma2_unit: variance components.
        theta: (N,) share of the unit mean that random effects subtract.
        is_definite: whether the difference of the covariances is positive definite, without
            which the statistic has no chi-squared distribution.
    """

    names: tuple[str, ...]
    statistic: float
    df: int
    p_value: float
    sigma: Sigma
    fixed: Floats
    random: Floats
    sigma2_idiosyncratic: float
    sigma2_unit: float
    theta: Floats
    is_definite: bool


def hausman(
    outcome: ArrayLike,
    regressors: ArrayLike,
    units: ArrayLike,
    periods: ArrayLike,
    *,
    names: Sequence[str],
    period_effects: bool = False,
    sigma: Sigma = "own",
) -> Hausman:
    """Compare fixed and random unit effects, both with classical covariances.

    Args:
        outcome: (n,).
        regressors: (n, K); those that do not vary within units enter random effects only.
        units, periods: (n,) labels, each pair once.
        names: the K regressors.
        period_effects: put period dummies into both models; they are not compared.
        sigma: ``"own"``: each model's own error variance; ``"sigmamore"``: that of random effects in
            both covariances; ``"sigmaless"``: that of fixed effects. With one variance the
            difference is positive definite, as with two it need not be.

    Raises:
        EstimationError: input from which one of the two models cannot be estimated.

    Source: Hausman (1978), Econometrica 46(6); Swamy and Arora (1972), Econometrica 40(2), in
    the form of Baltagi and Chang (1994), J. Econometrics 62, for unbalanced panels.
    """
    sample = panel_sample(outcome, regressors, units, periods, names=names)
    fe = fixed_effects(("unit",), sample.unit_codes, sample.period_codes)
    x, labels = sample.regressors, list(names)
    if period_effects:
        dummies, years = period_dummies(sample)
        x, labels = np.column_stack([x, dummies]), labels + years

    inner = fe.demean(np.column_stack([sample.outcome, x]))
    kept, _ = independent_columns(inner[:, 1:], x, labels)
    compared = [j for j in kept if j < len(names)]
    if not compared:
        raise EstimationError("no regressor varies within units; there is nothing to compare")
    fixed = _ols(inner[:, 0], inner[:, 1:][:, kept], fe.n_units)
    sigma2_u = unit_variance(sample, x, labels, fe, fixed.variance)
    random, columns, theta = _random_effects(sample, x, labels, fe, fixed.variance, sigma2_u)

    in_fixed = [kept.index(j) for j in compared]
    in_random = [columns.index(1 + j) for j in compared]
    statistic, is_definite = _compared(fixed, random, in_fixed, in_random, sigma)
    df = len(compared)
    return Hausman(
        names=tuple(names[j] for j in compared),
        statistic=statistic,
        df=df,
        p_value=float(chi2_sf(statistic, df)) if is_definite else float("nan"),
        sigma=sigma,
        fixed=fixed.params[in_fixed],
        random=random.params[in_random],
        sigma2_idiosyncratic=fixed.variance,
        sigma2_unit=sigma2_u,
        theta=theta,
        is_definite=is_definite,
    )


@dataclass(frozen=True)
class _Ols:
    """Coefficients, their classical covariance, and the variance of the errors."""

    params: Floats
    covariance: Floats
    variance: float


def _random_effects(
    sample: PanelSample,
    x: Floats,
    labels: Sequence[str],
    fe: FixedEffects,
    sigma2_e: float,
    sigma2_u: float,
) -> tuple[_Ols, list[int], Floats]:
    """Feasible GLS, which of its columns are in (the constant is 0), and the quasi-demeaning of units."""
    theta = taken_off(fe, sigma2_e, sigma2_u)
    whole = np.column_stack([sample.outcome, np.ones(len(x)), x])
    quasi = quasi_demeaned(whole, theta, fe)
    # The constant goes first, so that of a set that repeats it another member is dropped.
    outside, _ = independent_columns(x - x.mean(axis=0), x, labels)
    columns = [0, *(1 + j for j in outside)]
    return _ols(quasi[:, 0], quasi[:, 1:][:, columns], 0), columns, theta


def _compared(
    fixed: _Ols, random: _Ols, in_fixed: list[int], in_random: list[int], sigma: Sigma
) -> tuple[float, bool]:
    """Hausman's statistic, and whether the difference of the covariances is positive definite."""
    fixed_cov, random_cov = fixed.covariance, random.covariance
    if sigma == "sigmamore":
        fixed_cov = fixed_cov * (random.variance / fixed.variance)
    elif sigma == "sigmaless":
        random_cov = random_cov * (fixed.variance / random.variance)
    gap = fixed.params[in_fixed] - random.params[in_random]
    difference = fixed_cov[np.ix_(in_fixed, in_fixed)] - random_cov[np.ix_(in_random, in_random)]
    scale = np.sqrt(np.diag(fixed_cov)[in_fixed])
    scaled = difference / np.outer(scale, scale)
    roots = np.linalg.eigvalsh(scaled)
    statistic = float("nan")
    if np.abs(roots).min() > NO_DIFFERENCE:
        statistic = float(gap / scale @ np.linalg.solve(scaled, gap / scale))
    return statistic, bool(roots.min() > NO_DIFFERENCE)


def _ols(y: Floats, x: Floats, n_absorbed: int) -> _Ols:
    """Least squares with the classical covariance."""
    df = len(y) - x.shape[1] - n_absorbed
    if df < 1:
        raise EstimationError(
            f"{counted(len(y), 'rows')} for {counted(x.shape[1] + n_absorbed, 'parameters')}"
        )
    fit = least_squares(y, x)
    variance = fit.rss / df
    return _Ols(fit.params, fit.bread * variance, variance)
