"""Local Moran's I: which units lie among their like, and which stand out.

One statistic per unit with conditional permutation: the unit keeps its value, the others are
drawn for its neighbours. With a test for each unit some are significant by chance; how many of
those called significant are, `false_discovery_adjusted` limits. The global statistic is in `moran`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.spatial.moran import one_map, tail_probability
from nqpf_assets.estimators.spatial.weights import SpatialWeights

Floats = NDArray[np.float64]
ROUNDING = 1e-12
"""Relative: what p · n / rank leaves where it is the rate itself, as 0.9 · 26 / 26 is 0.9000000000000001."""


@dataclass(frozen=True)
class LocalMoran:
    """Local Moran's I of N units.

    Attributes:
        units: sorted labels; the order of everything below.
        statistics: (N,) I_i = z_i Σ_j w_ij z_j / (Σ z²/N) with z = x − mean; zero on an island.
        lags: (N,) Σ_j w_ij z_j.
        quadrants: ``"HH"``, ``"LL"``, ``"HL"`` (high among low), ``"LH"``; None on an island.
        p_values: (N,) of conditional permutation, two-sided; NaN on an island.
        permutations: how many.
    """

    units: tuple[Any, ...]
    statistics: Floats
    lags: Floats
    quadrants: tuple[str | None, ...]
    p_values: Floats
    permutations: int


def local_morans_i(
    values: ArrayLike,
    units: ArrayLike,
    weights: SpatialWeights,
    *,
    permutations: int = 999,
    seed: int = 0,
) -> LocalMoran:
    """Local Moran's I of one value per unit.

    Args:
        values: (N,).
        units: (N,) labels; each once, in any order.
        weights: keyed by unit; cut to these units.
        permutations: one or more; p-values are two-sided, twice the smaller tail. PySAL's
            esda prints the smaller tail itself, R's spdep either.
        seed: of the permutations; the same draws serve every unit.

    Raises:
        EstimationError: see `morans_i`.

    Source: Anselin (1995), Geographical Analysis 27(2). The mean of the statistics is the global
    I where rows add up to one; esda divides by Σ z²/(N − 1) instead.
    """
    if permutations < 1:
        raise EstimationError(f"permutations are one or more; found {permutations}")
    x, w = one_map(values, units, weights)
    labels = tuple(np.unique(np.asarray(np.asarray(units, dtype=object).tolist())).tolist())
    n, z = len(x), x - x.mean()
    scale = np.sqrt(float(z @ z) / n)
    z = z / scale
    lags = w @ z
    counts = np.diff(w.indptr)
    most = int(counts.max())
    rng = np.random.default_rng(seed)
    # Rows of distinct places among the other N − 1 units, long enough for any unit's neighbours.
    places = rng.permuted(np.tile(np.arange(n - 1), (permutations, 1)), axis=1)[:, :most]
    p_values = np.full(n, np.nan)
    for i in np.flatnonzero(counts):
        own = w.data[w.indptr[i] : w.indptr[i + 1]]
        drawn = places[:, : counts[i]]
        neighbours = z[drawn + (drawn >= i)]  # the places leave unit i itself out
        simulated = neighbours @ own
        near = 1e-12 * np.abs(simulated).max()
        at_least, at_most = (simulated >= lags[i] - near).sum(), (simulated <= lags[i] + near).sum()
        p_values[i] = tail_probability(at_least, at_most, permutations, "two-sided")
    quadrants = tuple(
        None if not count else ("H" if own > 0 else "L") + ("H" if other > 0 else "L")
        for count, own, other in zip(counts, z, lags, strict=True)
    )
    return LocalMoran(labels, z * lags, lags * scale, quadrants, p_values, permutations)


def false_discovery_adjusted(p_values: Floats) -> Floats:
    """p-values (N,) adjusted after Benjamini and Hochberg; NaN are not tests and stay.

    Those at or below a level q are, taken together, false in a share of at most q on average.

    Source: Benjamini and Hochberg (1995), JRSS B 57(1); for local statistics of neighbours,
    whose tests are correlated, Caldas de Castro and Singer (2006), Geographical Analysis 38(2).
    """
    adjusted = np.full(len(p_values), np.nan)
    tested = np.flatnonzero(np.isfinite(p_values))
    order = tested[np.argsort(p_values[tested], kind="stable")]
    scaled = p_values[order] * len(order) / np.arange(1, len(order) + 1)
    # The adjusted value is the least of those at this rank and above.
    adjusted[order] = np.minimum(1.0, np.minimum.accumulate(scaled[::-1])[::-1])
    return adjusted


def is_discovery(adjusted: Floats, rate: float) -> NDArray[np.bool_]:
    """Which adjusted p-values (N,) are at or below a rate; NaN are not."""
    return adjusted <= rate * (1 + ROUNDING)
