"""Entropy weights: indicators that differ more between observations weigh more.

Here is the arithmetic only: normalise, measure entropy, weigh, score. Which indicators
form which dimension is the study's choice; interpolation and winsorising come before.
The conventions are explained in docs/methods/indices.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nqpf_assets.indices.errors import IndicatorError
from nqpf_assets.indices.indicators import check_directions, check_indicators, require_variation
from nqpf_assets.indices.normalising import min_max
from nqpf_assets.indices.row_blocks import row_blocks

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class EntropyIndex:
    """An index by entropy weights; J indicators, n observations, G groups.

    Attributes:
        names: the J indicators, in the order of the columns.
        groups: labels of the groups that have weights of their own; empty when pooled.
        group_codes: (n,) position of each observation's row of weights; 0 when pooled.
        normalized: (n, J) min-max values, shift included, from which shares and scores are made.
        entropy: (J,), or (G, J) when weights differ by group; between 0 and 1.
        divergence: 1 - entropy, same shape.
        weights: divergence over its sum, same shape; each row adds up to one.
        scores: (n,) weighted sum of the normalised values.
    """

    names: tuple[str, ...]
    groups: tuple[Any, ...]
    group_codes: NDArray[np.intp]
    normalized: Floats
    entropy: Floats
    divergence: Floats
    weights: Floats
    scores: Floats


def entropy_index(
    values: ArrayLike,
    directions: Sequence[int],
    *,
    names: Sequence[str],
    shift: float | Literal["limit"] = 1e-4,
    groups: ArrayLike | None = None,
) -> EntropyIndex:
    """Weigh indicators by the entropy of their distribution over all observations.

    Args:
        values: (n, J) indicators in any unit, without missing values.
        directions: +1 where more is better, -1 where less is better, one per indicator.
        names: one per indicator, for the result and for messages.
        shift: added to the min-max values before the logarithm; ``"limit"`` adds nothing
            and takes 0 ln 0 as its limit, 0.
        groups: (n,) labels, such as years, within which entropy and weights are computed;
            min and max stay those of all observations, so that scores remain comparable.

    Raises:
        IndicatorError: missing or infinite values, a direction that is not +1 or -1, an
            indicator that does not vary (in a group), fewer than two observations.

    Source: Shannon (1948); the weights as in Zou, Yun and Sun (2006), J. Environ. Sci. 18(5),
    with ln(n) of all n = N T observations, so that entropy cannot exceed one.
    """
    x, names = check_indicators(values, names)
    sign = check_directions(directions, len(names))
    if shift != "limit" and not 0 <= shift <= 1:
        raise IndicatorError(f"shift must be a number from 0 to 1, or 'limit'; found {shift!r}")

    low, high = x.min(axis=0), x.max(axis=0)
    # Differences at the level of rounding are not variation, whatever the unit.
    smallest = 1e-12 * np.maximum(np.abs(low), np.abs(high))
    require_variation(high - low > smallest, names)
    z = min_max(x, sign, low, high, 0.0 if shift == "limit" else float(shift))
    return entropy_of(z, names, groups)


def entropy_of(
    normalized: Floats, names: tuple[str, ...], groups: ArrayLike | None = None
) -> EntropyIndex:
    """Weigh indicators that are normalised and shifted; arguments and errors as of `entropy_index`."""
    if groups is None:
        labels: tuple[Any, ...] = ()
        entropy = _entropy(normalized)
        codes = np.zeros(len(normalized), dtype=np.intp)
    else:
        keys = np.asarray(groups)
        if keys.shape != (len(normalized),):
            raise IndicatorError("groups must hold one label for each observation")
        unique, codes = np.unique(keys, return_inverse=True)
        labels = tuple(unique.tolist())
        rows = []
        for code, label in enumerate(labels):
            part = normalized[codes == code]
            if len(part) < 2:
                raise IndicatorError(f"group {label} has one observation; weights need two or more")
            require_variation(np.ptp(part, axis=0) > 1e-12, names, place=f" in group {label}")
            rows.append(_entropy(part))
        entropy = np.stack(rows)

    divergence = 1.0 - entropy
    weights = divergence / divergence.sum(axis=-1, keepdims=True)
    scores, own = np.empty(len(normalized)), np.atleast_2d(weights)
    for block in row_blocks(len(normalized)):
        scores[block] = (normalized[block] * own[codes[block]]).sum(axis=1)
    return EntropyIndex(names, labels, codes, normalized, entropy, divergence, weights, scores)


def _entropy(z: Floats) -> Floats:
    """Entropy of each column of shares, base ln(rows); 0 ln 0 = 0."""
    total, summed = z.sum(axis=0), np.zeros(z.shape[1])
    for rows in row_blocks(len(z)):
        shares = z[rows] / total
        logs = np.log(shares, out=np.zeros_like(shares), where=shares > 0)
        summed += (shares * logs).sum(axis=0)
    return np.asarray(-summed / np.log(len(z)), dtype=np.float64)
