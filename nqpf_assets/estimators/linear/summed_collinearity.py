"""Which regressors carry information once the effects are removed, told from sums of products.

The decisions are those of `collinearity`. Products of columns tell half as many digits of a distance as the
columns themselves: where it is small, it is summed over the rows, and who has them is asked where that does
not settle it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nqpf_assets.estimators.linear.collinearity import NEEDED, TOLERANCE, DroppedRegressor
from nqpf_assets.estimators.linear.summed_rows import Floats, Kept, SummedRows

# Least length that effects leave of a column, as a share of what it had: of rows that lose more, fewer than
# ten digits are left.
LEFT = 1e-5
# Share of its length by which a column is clearly apart from others.
APART = 1e-2
# Share below which the products of a column do not tell how far it is from others.
UNSURE = 1e-5


def independent_of_sums(
    rows: SummedRows,
    kept: Kept,
    products: Floats,
    spread: Floats,
    squared_means: Floats,
    names: Sequence[str],
) -> tuple[list[int], tuple[DroppedRegressor, ...]] | None:
    """Regressors to keep and those dropped, as `collinearity.independent_columns`; None where unsure."""
    places: list[int] = []
    dropped: list[DroppedRegressor] = []
    length = np.sqrt(np.diag(products))
    noise = 10 * np.finfo(np.float64).eps * np.sqrt(spread**2 + squared_means)
    for place, name in enumerate(names):
        j = 1 + place
        if length[j] <= max(TOLERANCE * spread[j], noise[j]):
            dropped.append(DroppedRegressor(name, "absorbed by the effects or constant"))
            continue
        if length[j] < max(LEFT * spread[j], 1e3 * noise[j]):
            return None
        others = [1 + one for one in places]
        shares, left = _of_others(products, length, j, others)
        if left > APART:
            places.append(place)
            continue
        allowed = max(TOLERANCE, noise[j] / length[j])
        if left > UNSURE or _apart(rows, kept, length, j, others, shares) > allowed:
            return None  # near others, and not made of them: for who can look at the rows
        needed = np.abs(shares) > NEEDED
        by = [other for other, is_needed in zip(others, needed, strict=True) if is_needed]
        if _apart(rows, kept, length, j, by, shares[needed]) > allowed:
            by = others
        made_of = ", ".join(names[one - 1] for one in by)
        dropped.append(DroppedRegressor(name, f"collinear with {made_of}"))
    return (places, tuple(dropped)) if places else None


def _of_others(products: Floats, length: Floats, j: int, others: list[int]) -> tuple[Floats, float]:
    """Shares of columns of length one in another, and how much of its length they leave."""
    if not others:
        return np.empty(0), 1.0
    scale = length[others]
    gram = products[np.ix_(others, others)] / np.outer(scale, scale)
    right = products[others, j] / (scale * length[j])
    shares = np.linalg.solve(gram, right)
    return shares, float(np.sqrt(max(0.0, 1 - right @ shares)))


def _apart(
    rows: SummedRows, kept: Kept, length: Floats, j: int, others: list[int], shares: Floats
) -> float:
    """The same, of the rows themselves: products of columns tell half as many digits."""
    weights = np.zeros(len(length))
    weights[j] = 1 / length[j]
    weights[others] = -shares / length[others]
    return float(np.sqrt(rows.squares(kept, weights)))
