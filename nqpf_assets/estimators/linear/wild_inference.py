"""Statistics of wild bootstraps, intervals by inversion of their tests, and what is told of both.

Shared by the bootstrap of least squares and that of two stages.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nqpf_assets.estimators.linear.covariance import Covariance
from nqpf_assets.estimators.linear.inference import Inference
from nqpf_assets.estimators.linear.wild_changes import Changes, WildBootstrap
from nqpf_assets.estimators.linear.within import Codes, Floats, group_sums

TIE = 1e-9
"""Statistics nearer than this share of themselves are the same: rounding tells them apart alone."""
BLOCK = 256
"""Clusters whose residuals are demeaned at once."""


@dataclass(frozen=True)
class WildInference:
    """Tests of K coefficients.

    Attributes:
        p_values: (K,) NaN where changes are too few to reject anything.
        conf_int: (K, 2) infinite where no value on that side is rejected.
        options: as asked; n_clusters: that are changed.
        n_draws: that were used, all there are where `is_complete`.
        n_changes: that there are; least_p_value: the smallest that there can be.
    """

    p_values: Floats
    conf_int: Floats
    options: WildBootstrap
    n_clusters: int
    n_draws: int
    is_complete: bool
    n_changes: int
    least_p_value: float


def tested(
    test: Callable[[int], tuple[float, tuple[float, float]]],
    n_coefficients: int,
    options: WildBootstrap,
    changes: Changes,
) -> WildInference:
    """Each coefficient tested, where the changes are enough to reject anything.

    Args:
        test: place of a coefficient → its p-value and interval.
    """
    p_values, conf_int = np.full(n_coefficients, np.nan), np.full((n_coefficients, 2), np.nan)
    for j in range(n_coefficients if changes.tells else 0):
        p_values[j], conf_int[j] = test(j)
    n_draws, n_clusters = changes.values.shape
    return WildInference(
        p_values,
        conf_int,
        options,
        n_clusters,
        n_draws,
        changes.is_complete,
        changes.n_changes,
        changes.least_p_value,
    )


def squared_t(top: Floats, bottom: Floats, scale: float) -> Floats:
    """Squares of statistics (B,), infinite where the variance is rounding alone, zero where both are."""
    is_nothing = bottom <= 1e-20 * scale
    found = top**2 / np.where(is_nothing, 1.0, bottom)
    return np.asarray(
        np.where(is_nothing, np.where(top**2 <= 1e-20 * scale, 0.0, np.inf), found),
        dtype=np.float64,
    )


def sums_of_demeaned(
    weights: Floats,
    part: Floats,
    demean: Callable[[Floats], Floats],
    clusters: Codes,
    n_clusters: int,
) -> NDArray[np.float64]:
    """What the residuals of one cluster leave in the sums of another, once effects are removed.

    Args:
        weights: (n, L); part: (n,) residuals.

    Returns:
        (G, G, L): of the first cluster's residuals, summed with the weights over the second's rows.
    """
    made = np.empty((n_clusters, n_clusters, weights.shape[1]))
    for start in range(0, n_clusters, BLOCK):
        some = np.arange(start, min(start + BLOCK, n_clusters))
        alone = demean(np.where(clusters[:, None] == some, part[:, None], 0.0))
        for place, weight in enumerate(weights.T):
            made[some, :, place] = group_sums(weight[:, None] * alone, clusters, n_clusters).T
    return made


def first_rejected(
    p_value: Callable[[float], float], error: float, level: float, *, steps: int = 40
) -> float:
    """How far from the estimate the first hypothesis is that is rejected; infinite where none is.

    Args:
        p_value: of a hypothesis so far from the estimate.
        error: a standard error, by which the search begins.
        level: of the interval.
        steps: halvings of the piece in which it lies.
    """
    inside, outside = 0.0, 0.5 * error
    if not error > 0:
        return float("nan")
    while p_value(outside) > 1 - level + 1e-12:
        inside, outside = outside, 1.3 * outside
        if outside > 1e5 * error:
            return float("inf")
    for _ in range(steps):
        middle = (inside + outside) / 2
        if p_value(middle) > 1 - level + 1e-12:
            inside = middle
        else:
            outside = middle
    return (inside + outside) / 2


def of_draws(
    drawn: WildInference, made: Covariance, tests: Inference
) -> tuple[Covariance, Inference]:
    """Errors and statistics of a covariance with p-values and intervals of draws; the constant has none.

    Args:
        made, tests: of the K coefficients and, last, the constant.
    """
    is_tested = np.isfinite(tests.std_errors[:-1])
    p_values = np.append(np.where(is_tested, drawn.p_values, np.nan), np.nan)
    ends = np.vstack(
        [np.where(is_tested[:, None], drawn.conf_int, np.nan), np.full((1, 2), np.nan)]
    )
    nothing = np.full(len(p_values), np.nan)
    return replace(made, df_inference=nothing), replace(tests, p_values=p_values, conf_int=ends)
