"""Which indicators keep a unit's score below the best: obstacle degrees (障碍度).

How an index is made does not belong here; it is given as normalised values and weights.
"""

from __future__ import annotations

import numpy as np

from nqpf_assets.indices.indicators import Floats


def obstacle_degrees(z: Floats, weights: Floats) -> Floats:
    """(n, J) obstacle degrees: each indicator's share of the distance between a row and the best.

    The degree of indicator j in row i is w_j (best_j − z_ij) over the sum of this over all indicators, where
    best_j is the largest normalised value. Those of a row add up to one, those of a dimension are summed. A
    row that is best in all indicators has no obstacle, and NaN.

    Args:
        z: (n, J) normalised values between the worst and the best, of which more is better; a number that was
            added to all of them, as before a logarithm, falls out.
        weights: (J,), or (n, J) where rows have weights of their own; not below zero.

    Source: the obstacle degree model, O = F D / Σ F D, of the factor F (weight) and the deviation D = 1 − z.
    """
    parts = weights * (z.max(axis=0) - z)
    total = parts.sum(axis=1, keepdims=True)
    degrees = np.full(parts.shape, np.nan)
    np.divide(parts, total, out=degrees, where=total > 0)
    return degrees
