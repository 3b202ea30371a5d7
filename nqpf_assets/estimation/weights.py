"""Spatial weights of a column or table: from the catalogue's geography and its own panel."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.studies.spatial_weights import WeightOptions

if TYPE_CHECKING:
    from nqpf_assets.catalog.geography import Geography
    from nqpf_assets.estimators.spatial.weights import SpatialWeights


def weights_of(
    labels: NDArray[np.str_],
    geography: Geography,
    options: WeightOptions,
    values_of: Callable[[str], NDArray[np.float64]],
) -> SpatialWeights:
    """The weights that the options ask for, keyed by the codes of the units.

    Args:
        labels: (n,) code of each row's unit.
        geography: which regions touch, and where they lie.
        options: of the column or table.
        values_of: (n,) values of a variable, for economic distance.
    """
    units = sorted(set(labels.tolist()))
    if len(units) < 2:
        raise EstimationError(f"a spatial model needs neighbours; the sample has {units[0]} alone")
    if options.weights == "contiguity":
        return _contiguity(geography, options, units)
    if options.weights == "inverse_distance":
        return _inverse_distance(geography, options, units)
    rows = values_of(str(options.economic_variable))
    values = np.array([rows[labels == unit].mean() for unit in units])
    if options.weights == "economic":
        from nqpf_assets.estimators.spatial.distance import economic_weights

        return economic_weights(units, values, standardization=options.standardize)
    from nqpf_assets.estimators.spatial.distance import nested_weights

    return nested_weights(
        _inverse_distance(geography, options, units),
        units,
        values,
        standardization=options.standardize,
    )


def _contiguity(geography: Geography, options: WeightOptions, units: list[str]) -> SpatialWeights:
    from nqpf_assets.estimators.spatial.weights import contiguity_weights

    pairs = geography.neighbours.iter_rows()
    inside = [pair for pair in pairs if {*pair} <= {*units}]
    if not inside:
        raise EstimationError(
            "the catalogue knows no neighbours among these units: give their common borders in "
            "catalog/neighbours.csv (region_code, neighbour_code)"
        )
    joined = [pair for pair in options.join if {*pair} <= {*units}]
    return contiguity_weights(units, inside, joins=joined, standardization=options.standardize)


def _inverse_distance(
    geography: Geography, options: WeightOptions, units: list[str]
) -> SpatialWeights:
    from nqpf_assets.estimators.spatial.distance import inverse_distance_weights

    places = {code: (lon, lat) for code, lon, lat in geography.coordinates.iter_rows()}
    missing = [unit for unit in units if unit not in places]
    if missing:
        raise EstimationError(
            f"no coordinates for {', '.join(missing[:5])}: give them in catalog/coordinates.csv "
            "(region_code, longitude, latitude)"
        )
    located = np.array([places[unit] for unit in units])
    return inverse_distance_weights(
        units,
        located[:, 0],
        located[:, 1],
        power=options.power,
        cutoff_km=options.cutoff_km,
        standardization=options.standardize,
    )
