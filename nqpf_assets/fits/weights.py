"""Spatial weights of a column: from the catalogue's geography and the column's own panel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nqpf_assets.fits.design import Design
from nqpf_assets.models.errors import EstimationError
from nqpf_assets.studies.estimators import SpaceOptions

if TYPE_CHECKING:
    from nqpf_assets.spatial.weights import SpatialWeights


def weights_of(design: Design, options: SpaceOptions) -> SpatialWeights:
    """The weights that the column's options ask for, keyed by the codes of its units."""
    units = sorted(set(design.units.tolist()))
    if len(units) < 2:
        raise EstimationError(f"a spatial model needs neighbours; the sample has {units[0]} alone")
    if options.weights == "contiguity":
        return _contiguity(design, options, units)
    if options.weights == "inverse_distance":
        return _inverse_distance(design, options, units)
    values = _unit_means(design, str(options.economic_variable), units)
    if options.weights == "economic":
        from nqpf_assets.spatial.distance import economic_weights

        return economic_weights(units, values, standardization=options.standardize)
    from nqpf_assets.spatial.distance import nested_weights

    return nested_weights(
        _inverse_distance(design, options, units),
        units,
        values,
        standardization=options.standardize,
    )


def _contiguity(design: Design, options: SpaceOptions, units: list[str]) -> SpatialWeights:
    from nqpf_assets.spatial.weights import contiguity_weights

    pairs = design.geography.neighbours.iter_rows()
    inside = [pair for pair in pairs if {*pair} <= {*units}]
    if not inside:
        raise EstimationError(
            "the catalogue knows no neighbours among these units: give their common borders in "
            "catalog/neighbours.csv (region_code, neighbour_code)"
        )
    joined = [pair for pair in options.join if {*pair} <= {*units}]
    return contiguity_weights(units, inside, joins=joined, standardization=options.standardize)


def _inverse_distance(design: Design, options: SpaceOptions, units: list[str]) -> SpatialWeights:
    from nqpf_assets.spatial.distance import inverse_distance_weights

    places = {code: (lon, lat) for code, lon, lat in design.geography.coordinates.iter_rows()}
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


def _unit_means(design: Design, variable: str, units: list[str]) -> NDArray[np.float64]:
    """(N,) mean of a variable over the periods, in the order of `units`."""
    values, labels = design.values([variable])[:, 0], design.units
    return np.array([values[labels == unit].mean() for unit in units])
