"""How scores of weighted indicators move with each value: backwards to weights and normalised values.

Each function here is the derivative of one of `normalising` and `aggregating`; that of the weights is the
method's own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Unpack

import numpy as np

from nqpf_assets.indices.aggregating import Aggregation, aggregated, distances
from nqpf_assets.indices.gradients.extremes import Floats, of_maximum, of_minimum
from nqpf_assets.indices.method import Gradient, Indicators
from nqpf_assets.indices.normalising import Normalisation, normalised, rows_of_base
from nqpf_assets.indices.weighted import Making, Weigh

OfWeights = Callable[[Indicators, Floats, Floats, Floats], tuple[Floats, Floats]]
"""From indicators, normalised values, weights and changes per weight to changes per normalised value and
per value of an indicator."""


def weighted_gradient(
    indicators: Indicators, weigh: Weigh, of_weights: OfWeights, **made: Unpack[Making]
) -> Gradient:
    """From changes per score to changes per value; arguments as of `weighted_index`."""
    normalise, base_year = made["normalise"], made["base_year"]
    z = normalised(indicators, normalise, base_year)
    weights = weigh(indicators, z)

    def gradient(of_scores: Floats) -> Floats:
        of_z, of_weight = through_aggregation(
            of_scores, z + made["shift"], weights, made["aggregate"]
        )
        by_weight, directly = of_weights(indicators, z, weights, of_weight.sum(axis=0))
        of_values = through_normalising(indicators, of_z + by_weight, normalise, base_year)
        return np.asarray(of_values + directly)

    return gradient


def through_aggregation(
    of_scores: Floats, z: Floats, weights: Floats, how: Aggregation
) -> tuple[Floats, Floats]:
    """(n, J) changes per normalised value, and (n, J) per weight as each row has it."""
    column = of_scores[:, None]
    if how == "arithmetic":
        return column * weights, column * z
    if how == "geometric":
        slope = column * aggregated(z, weights, how)[:, None]
        return slope * weights / z, slope * np.log(z)
    v = z * weights
    from_best, from_worst = distances(v)
    square = (from_best + from_worst) ** 2
    of_v = np.zeros_like(v)
    for of_end, end, away, of_distance in (
        (of_maximum(v), v.max(axis=0), from_best, -of_scores * from_worst / square),
        (of_minimum(v), v.min(axis=0), from_worst, of_scores * from_best / square),
    ):
        gap = v - end
        # A row that is the end of every column takes the end along, and stays at distance zero.
        unit = np.divide(gap, away[:, None], out=np.zeros_like(gap), where=away[:, None] > 0)
        slope = of_distance[:, None] * unit
        of_v += slope - slope.sum(axis=0) * of_end
    return of_v * weights, of_v * z


def through_normalising(
    indicators: Indicators, of_z: Floats, how: Normalisation, base_year: int | None = None
) -> Floats:
    """(n, J) changes per value, which may move the scale of its indicator."""
    x = indicators.values
    turned = of_z * np.asarray(indicators.directions, dtype=np.float64)
    if how == "vector":
        norm = np.sqrt((x**2).sum(axis=0))
        return np.asarray(turned / norm - x * (turned * x).sum(axis=0) / norm**3)
    if how == "z_score":
        return of_standardised(turned, x)
    rows = rows_of_base(indicators, base_year)
    base = x[rows]
    low, high = base.min(axis=0), base.max(axis=0)
    place = (x - low) / (high - low)
    turned = turned / (high - low)
    of_low, of_high = -(turned * (1 - place)).sum(axis=0), -(turned * place).sum(axis=0)
    found = turned.copy()
    found[rows] += of_low * of_minimum(base) + of_high * of_maximum(base)
    return np.asarray(found)


def of_standardised(of_u: Floats, x: Floats) -> Floats:
    """From changes per standardised value to changes per value, through mean and standard deviation."""
    scale = x.std(axis=0, ddof=1)
    u = (x - x.mean(axis=0)) / scale
    moved = of_u - of_u.mean(axis=0) - u * (of_u * u).sum(axis=0) / (len(x) - 1)
    return np.asarray(moved / scale)
