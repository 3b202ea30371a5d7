"""The maximum of a Poisson likelihood with effects: Newton steps on the multinomial likelihood of units.

Given the sum of a unit's outcomes, its effect is gone from the likelihood, and the coefficients are those of
dummies for all units. The likelihood is concave; periods are columns, of which there are few.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nqpf_assets.estimators.linear.errors import EstimationError

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]

MOST_STEPS = 100
"""Newton steps; from zero ten are many."""
GAIN = 1e-18
"""Decrement of a Newton step over the sum of outcomes, after which one more step leaves rounding alone."""


@dataclass(frozen=True)
class Maximum:
    """Where the likelihood is highest.

    Attributes:
        params: (K,) of the regressors.
        expected: (n,) outcomes, whose sums over units, and periods with effects, are those of the outcomes.
        residuals: (n,) outcomes less these.
        design: (n, K + m) regressors, and the dummies of periods.
        units: (n,) codes.
        n_regressors: K.
    """

    params: Floats
    expected: Floats
    residuals: Floats
    design: Floats
    units: Codes
    n_regressors: int


def maximum(y: Floats, x: Floats, units: Codes, dummies: Floats) -> Maximum:
    """Find it.

    Args:
        y: (n,) not below zero; no unit, and no period with an effect, has zeros alone.
        x: (n, K) columns of about the same size, none of them a sum of others and of effects.
        units: (n,) codes from 0 without gaps.
        dummies: (n, m) of periods, as many as have an effect of their own beside those of units; whatever is
            added to all rows of a unit falls out.

    Raises:
        EstimationError: there is no finite maximum.
    """
    design = np.column_stack([x, dummies])
    design = design - design.mean(axis=0)
    sums = np.bincount(units, y).astype(np.float64)
    b = np.zeros(design.shape[1])
    value, expected = _at(design, b, y, units, sums)
    for _ in range(MOST_STEPS):
        centred = _demeaned(design, expected, units, sums)
        gradient = centred.T @ (y - expected)
        information = centred.T @ (centred * expected[:, None])
        try:
            step = np.linalg.solve(information, gradient)
        except np.linalg.LinAlgError:
            break
        decrement = float(gradient @ step)
        if not np.isfinite(decrement):
            break
        if decrement <= GAIN * sums.sum():
            # The decrement is the square of an error: a dozen digits of coefficients need this step too.
            b = b + step
            expected = _at(design, b, y, units, sums)[1]
            return Maximum(b[: x.shape[1]], expected, y - expected, design, units, x.shape[1])
        size = 1.0
        while size > 1e-10:
            tried, expected_there = _at(design, b + size * step, y, units, sums)
            # What a step gains near the maximum is less than the rounding of the likelihood.
            if tried >= value + 1e-4 * size * decrement - 1e-12 * abs(value):
                break
            size /= 2
        b, value, expected = b + size * step, tried, expected_there
    raise EstimationError(
        "the likelihood rises without end: no finite coefficients fit these outcomes best"
    )


def _at(design: Floats, b: Floats, y: Floats, units: Codes, sums: Floats) -> tuple[float, Floats]:
    """Multinomial log-likelihood, and (n,) expected outcomes."""
    index = design @ b
    highest = np.full(len(sums), -np.inf)
    np.maximum.at(highest, units, index)
    index = index - highest[units]  # so that no power is beyond the largest number
    powers = np.exp(index)
    totals = np.bincount(units, powers)
    value = float(y @ (index - np.log(totals)[units]))
    return value, powers * (sums / totals)[units]


def _demeaned(columns: Floats, weights: Floats, units: Codes, sums: Floats) -> Floats:
    """(n, m) columns less their weighted mean in each unit, whose weights add up to `sums`."""
    means = np.column_stack([np.bincount(units, one * weights) for one in columns.T])
    return np.asarray(columns - (means / sums[:, None])[units])


def demeaned(found: Maximum) -> Floats:
    """(n, K) regressors less what effects explain of them, weighted by expected outcomes."""
    sums = np.bincount(found.units, found.expected).astype(np.float64)
    within = _demeaned(found.design, found.expected, found.units, sums)
    x, dummies = within[:, : found.n_regressors], within[:, found.n_regressors :]
    if not dummies.shape[1]:
        return x
    roots = np.sqrt(found.expected)[:, None]
    shares = np.linalg.lstsq(dummies * roots, x * roots, rcond=None)[0]
    return np.asarray(x - dummies @ shares)


def log_likelihood(y: Floats, expected: Floats) -> float:
    """Σ y ln μ − μ − ln Γ(y + 1)."""
    from scipy.special import gammaln, xlogy

    return float((xlogy(y, expected) - expected - gammaln(y + 1)).sum())
