"""Systematic parts that make several regressions come out as planted, all at once.

A regression's coefficients are (nearly) linear in its outcome. So an outcome that is to give
one coefficient in one column and another coefficient in another is a base plus some of each of
a few directions, and how much of each is a small system of equations. Which columns and which
directions is said in `province_outcome` and `chongqing_outcome`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from sample.paths import Floats, least_squares

Found = Callable[[Floats], Floats]
"""From an outcome to the numbers that have a goal."""

STEP = 1e-4
TOLERANCE = 1e-9
PRINTED = 5e-4  # half of the papers' last decimal


def reach(
    base: Floats, directions: Sequence[Floats], found: Found, goal: Sequence[float]
) -> Floats:
    """The outcome `base` plus the directions, as much of each as the goals need.

    Newton's steps, because clipping in a winsorised column is not linear; shorter ones where a
    whole step misses by more than before.

    Raises:
        ArithmeticError: when no combination of the directions gives the goals.
    """
    aim = np.asarray(goal)
    outcome, now = base, found(base)
    for _ in range(40):
        if np.abs(aim - now).max() < TOLERANCE:
            return outcome
        change = np.column_stack([(found(outcome + STEP * d) - now) / STEP for d in directions])
        whole = np.linalg.solve(change, aim - now)
        for share in (1.0, 0.5, 0.25, 0.1):
            steps = zip(share * whole, directions, strict=True)
            trial = outcome + sum(step * direction for step, direction in steps)
            then = found(trial)
            if np.abs(aim - then).max() < np.abs(aim - now).max():
                break
        outcome, now = trial, then
    if np.abs(aim - now).max() < PRINTED:
        return outcome
    raise ArithmeticError(f"goals {tuple(goal)} missed by {np.abs(aim - now).max():.2g}")


def constant(outcome: Floats, *regressors: Floats) -> float:
    """The constant as `xtreg, fe` reports it: mean of the outcome minus x-bar'b."""
    slopes = least_squares(outcome, *regressors)
    return float(
        outcome.mean() - sum(b * x.mean() for b, x in zip(slopes, regressors, strict=True))
    )


def winsorized(values: Floats, share: float = 0.01) -> Floats:
    """Clipped at the quantiles `share` and 1 − `share` of all observations."""
    low, high = np.quantile(values, [share, 1 - share])
    return np.clip(values, low, high)
