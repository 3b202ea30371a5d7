"""Systematic parts that make several regressions come out as planted, all at once.

A regression's coefficients are (nearly) linear in its outcome. So an outcome that is to give
one coefficient in one column and another coefficient in another is a base plus some of each of
a few directions, and how much of each is a small system of equations. Which columns and which
directions is said in `province_outcome` and `chongqing_outcome`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from nqpf_assets.sample.paths import Floats, least_squares

Found = Callable[[Floats], Floats]
"""From an outcome to the numbers that have a goal."""

STEP = 1e-4
TOLERANCE = 1e-9


def reach(base: Floats, directions: Sequence[Floats], found: Found, goal: Sequence[float]) -> Floats:
    """The outcome `base` plus the directions, as much of each as the goals need.

    Newton's steps, because clipping in a winsorised column is not linear.

    Raises:
        ArithmeticError: when no combination of the directions gives the goals.
    """
    outcome = base
    for _ in range(25):
        now = found(outcome)
        if np.abs(goal - now).max() < TOLERANCE:
            return outcome
        change = np.column_stack([(found(outcome + STEP * d) - now) / STEP for d in directions])
        steps = np.linalg.solve(change, goal - now)
        outcome = outcome + sum(step * d for step, d in zip(steps, directions, strict=True))
    raise ArithmeticError(f"goals {goal} missed by {np.abs(goal - now).max():.2g}")


def constant(outcome: Floats, *regressors: Floats) -> float:
    """The constant as `xtreg, fe` reports it: mean of the outcome minus x-bar'b."""
    slopes = least_squares(outcome, *regressors)
    return float(outcome.mean() - sum(b * x.mean() for b, x in zip(slopes, regressors, strict=True)))


def winsorized(values: Floats, share: float = 0.01) -> Floats:
    """Clipped at the quantiles `share` and 1 − `share` of all observations."""
    low, high = np.quantile(values, [share, 1 - share])
    return np.clip(values, low, high)
