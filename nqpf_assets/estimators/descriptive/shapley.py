"""Shapley shares of R²: how much of the explained variation falls to each regressor.

Of correlated regressors none has a part of R² of its own; Shapley's value is the mean of what each adds over
all orders in which they can enter. In regressions it is known as LMG.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import comb

import numpy as np
from numpy.typing import NDArray

NOTHING = 1e-9
"""Share of a variable's own length that effects leave at least."""


class NoShares(ValueError):
    """Effects leave nothing of a variable: of the regressor in `place`, from 0, or of the outcome, -1."""

    def __init__(self, place: int) -> None:
        super().__init__("effects leave nothing of a variable")
        self.place = place


@dataclass(frozen=True)
class ShapleyShares:
    """R² and its parts.

    Attributes:
        r2: of all K regressors, once effects are removed.
        parts: (K,) adding up to it.
    """

    r2: float
    parts: NDArray[np.float64]


def shapley_shares(
    outcome: NDArray[np.float64], regressors: NDArray[np.float64], levels: list[NDArray[np.intp]]
) -> ShapleyShares:
    """Divide R² among regressors.

    Args:
        outcome: (n,); `regressors`: (n, K), K up to 12, finite.
        levels: (n,) codes of effects that outcome and regressors are freed of first; a constant where empty.

    Raises:
        NoShares: effects leave nothing of the outcome or of a regressor.

    Source: Lindeman, Merenda and Gold (1980), Introduction to Bivariate and Multivariate Analysis; Shorrocks
    (2013), Journal of Economic Inequality 11. Exact, over all 2^K subsets.
    """
    whole = np.column_stack([outcome, regressors])
    left = _without(whole, levels)
    sizes = np.linalg.norm(left, axis=0)
    spread = np.linalg.norm(whole - whole.mean(axis=0), axis=0)
    # Far from zero with little variation, digits are spent on the level.
    rounding = 10 * np.finfo(np.float64).eps * np.linalg.norm(whole, axis=0)
    gone = np.flatnonzero(sizes <= np.maximum(NOTHING * spread, rounding))
    if len(gone):
        raise NoShares(int(gone[0]) - 1)
    correlations = (left / sizes).T @ (left / sizes)
    k = regressors.shape[1]
    explained = np.array([_r2(correlations, _members(one, k)) for one in range(1 << k)])
    parts = np.zeros(k)
    for one in range(1 << k):
        members = _members(one, k)
        weight = 1 / (k * comb(k - 1, len(members))) if len(members) < k else 0.0
        for j in range(k):
            if not one >> j & 1:
                parts[j] += weight * (explained[one | 1 << j] - explained[one])
    return ShapleyShares(float(explained[-1]), parts)


def _members(subset: int, k: int) -> list[int]:
    return [j for j in range(k) if subset >> j & 1]


def _r2(correlations: NDArray[np.float64], members: list[int]) -> float:
    """R² of the first variable on some of the others, which may repeat each other."""
    if not members:
        return 0.0
    at = np.array(members) + 1
    with_outcome = correlations[at, 0]
    shares = np.linalg.lstsq(correlations[np.ix_(at, at)], with_outcome, rcond=1e-12)[0]
    return float(with_outcome @ shares)


def _without(columns: NDArray[np.float64], levels: list[NDArray[np.intp]]) -> NDArray[np.float64]:
    """Residuals from a regression on effects."""
    from nqpf_assets.estimators.linear.within import fixed_effects

    nobody = np.zeros(len(columns), dtype=np.intp)
    names = ("unit", "period")[: len(levels)]
    unit, period = [*levels, nobody, nobody][:2]
    return fixed_effects(names, unit, period).demean(columns)
