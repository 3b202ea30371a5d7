"""Spatial weights as the script reads them: pair by pair, in a file beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.estimators.spatial.weights import SpatialWeights


def weight_pairs(weights: SpatialWeights) -> pl.DataFrame:
    """Unit, neighbour, weight: of every pair that has one."""
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
