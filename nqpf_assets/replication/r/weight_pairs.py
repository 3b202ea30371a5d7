"""Spatial weights as the script reads them: pair by pair, and year by year, in a file beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.estimators.spatial.period_weights import AnyWeights
    from nqpf_assets.estimators.spatial.weights import SpatialWeights


def weight_pairs(weights: AnyWeights) -> pl.DataFrame:
    """Unit, neighbour, weight: of every pair that has one; with its period where weights differ by it."""
    import polars as pl

    from nqpf_assets.estimators.spatial.period_weights import PeriodWeights

    if not isinstance(weights, PeriodWeights):
        return _pairs(weights)
    years = zip(weights.periods, weights.of_periods, strict=True)
    return pl.concat([_pairs(one).with_columns(period=pl.lit(year)) for year, one in years])


def _pairs(weights: SpatialWeights) -> pl.DataFrame:
    import polars as pl

    pairs = weights.matrix.tocoo()
    units = [str(unit) for unit in weights.units]
    return pl.DataFrame(
        {
            "unit": [units[row] for row in pairs.row],
            "neighbour": [units[column] for column in pairs.col],
            "weight": pairs.data,
        }
    )
