"""Spatial weights of a column or table: of a raw file, or from the catalogue's geography and its panel."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.messages.counted import counted
from nqpf_assets.studies.spatial_weights import MADE, WeightOptions

if TYPE_CHECKING:
    from nqpf_assets.catalog.geography import Geography
    from nqpf_assets.estimation.design import Design
    from nqpf_assets.estimators.spatial.period_weights import AnyWeights
    from nqpf_assets.estimators.spatial.weights import SpatialWeights


LINK = ("region_code", "neighbour_code", "weight", "weight_year")


def weights_of(
    labels: NDArray[np.str_],
    periods: NDArray[np.int32],
    geography: Geography,
    options: WeightOptions,
    values_of: Callable[[str], NDArray[np.float64]],
) -> AnyWeights:
    """The weights that the options ask for, keyed by the codes of the units, and by year where they differ.

    Args:
        labels: (n,) code of each row's unit.
        periods: (n,) its year.
        geography: which regions touch, where they lie, and the weights of raw files.
        options: of the column or table.
        values_of: (n,) values of a variable, for economic distance.
    """
    units = sorted(set(labels.tolist()))
    if len(units) < 2:
        raise EstimationError(
            f"a spatial model needs neighbours; the sample has {units[0]} alone", units=units
        )
    if options.weights == "contiguity":
        return _contiguity(geography, options, units)
    if options.weights == "inverse_distance":
        return _inverse_distance(geography, options, units)
    if options.is_own:
        return _own(geography, options, units, np.unique(periods).tolist())
    rows = values_of(str(options.economic_variable))
    if options.by_period:
        return _of_each_period(labels, periods, rows, geography, options)
    values = np.array([rows[labels == unit].mean() for unit in units])
    return weights_of_values(units, values, geography, options)


def weights_of_column(design: Design) -> AnyWeights:
    """The weights that a column of a spatial model asks for, among the rows of its sample."""
    return weights_of(
        design.units,
        design.periods,
        design.geography,
        design.column.options(WeightOptions),
        lambda name: design.values([name])[:, 0],
    )


def words_of(weights: AnyWeights) -> str:
    """The kind of weights, and how they were scaled."""
    scaled = (
        "as given"
        if weights.standardization == "none"
        else f"{weights.standardization}-standardised"
    )
    return f"{weights.kind}, {scaled}"


def of_some_year(weights: AnyWeights) -> str:
    """What is true of some years only, of weights that differ by year."""
    from nqpf_assets.estimators.spatial.weights import SpatialWeights

    return "" if isinstance(weights, SpatialWeights) else " in some year"


def words_of_own(
    weights: AnyWeights, geography: Geography, options: WeightOptions
) -> Iterator[str]:
    """What weights of a raw file are among the units of the sample; nothing of others."""
    from nqpf_assets.estimators.spatial.weights import SpatialWeights

    if not options.is_own:
        return
    each = [weights] if isinstance(weights, SpatialWeights) else weights.of_periods
    counts = np.concatenate([np.diff(one.matrix.indptr) for one in each])
    links = _links(geography, options, {*weights.units})
    if not isinstance(weights, SpatialWeights):
        links = [row for row in links if row[3] in weights.periods]
    back = {(other, unit, weight, year) for unit, other, weight, year in links}
    known = geography.linked.filter(weights_name=options.weights)
    status, n_units = known.get_column("data_status")[0], known.get_column("region_code").n_unique()
    when = "" if len(each) == 1 else f" in {counted(len(each), 'years')}"
    yield (
        f"{options.weights}: {counted(int(counts.sum()), 'links')}{when} of a file of "
        f"{counted(n_units, 'units')}, {counts.min()} to {counted(counts.max(), 'neighbours')} each, "
        f"{counts.mean():.3g} on average"
        + ("" if back == {*links} else ", not symmetric")
        + (f"; {str(status).upper()} data" if status != "official" else "")
    )


def weights_of_values(
    units: list[str], values: NDArray[np.float64], geography: Geography, options: WeightOptions
) -> SpatialWeights:
    """Weights by one number for each unit."""
    from nqpf_assets.estimators.spatial.distance import economic_weights, nested_weights

    if options.weights == "economic":
        return economic_weights(units, values, standardization=options.standardize)
    return nested_weights(
        _inverse_distance(geography, options, units),
        units,
        values,
        standardization=options.standardize,
    )


def _of_each_period(
    labels: NDArray[np.str_],
    periods: NDArray[np.int32],
    values: NDArray[np.float64],
    geography: Geography,
    options: WeightOptions,
) -> AnyWeights:
    """Weights by the values of each year, among the units that have one in it."""
    from nqpf_assets.estimators.spatial.period_weights import in_period, period_weights

    found = {}
    for period in np.unique(periods).tolist():
        rows = np.flatnonzero(periods == period)
        rows = rows[np.argsort(labels[rows])]
        try:
            found[period] = weights_of_values(
                labels[rows].tolist(), values[rows], geography, options
            )
        except EstimationError as error:
            raise in_period(error, period) from error
    return period_weights(found)


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


def _own(
    geography: Geography, options: WeightOptions, units: list[str], periods: list[int]
) -> AnyWeights:
    """Weights of a raw file, standardised among these units alone; of these years where they differ."""
    from nqpf_assets.estimators.spatial.period_weights import in_period, period_weights

    known = geography.linked.filter(weights_name=options.weights)
    if known.is_empty():
        names = sorted({*MADE, *geography.linked.get_column("weights_name")})
        raise EstimationError(
            f"no file under raw/ gives weights of the name {options.weights}; there are {', '.join(names)}"
        )
    missing = sorted({*units} - {*known.get_column("region_code")})
    if missing:
        raise EstimationError(
            f"the weights {options.weights} do not know {', '.join(missing[:5])}"
            + (f" and {counted(len(missing) - 5, 'units')} more" if len(missing) > 5 else ""),
            units=missing,
        )
    links = _links(geography, options, {*units})
    years = geography.years_of(options.weights)
    if not years:
        return _of_links(links, units, options)
    if missing := [str(year) for year in periods if year not in years]:
        raise EstimationError(
            f"the weights {options.weights} have nothing of {', '.join(missing)}; they are of "
            f"{', '.join(map(str, years))}"
        )
    found = {}
    for period in periods:
        try:
            found[period] = _of_links([row for row in links if row[3] == period], units, options)
        except EstimationError as error:
            raise in_period(error, period) from error
    return period_weights(found)


def _of_links(links: list[Link], units: list[str], options: WeightOptions) -> SpatialWeights:
    """The matrix of some links."""
    from scipy.sparse import coo_array

    from nqpf_assets.estimators.spatial.weights import weights_from_matrix

    place = {unit: at for at, unit in enumerate(units)}
    inside = [(place[unit], place[other], weight) for unit, other, weight, _ in links]
    rows, columns, values = np.array(inside).reshape(-1, 3).T
    at = rows.astype(np.intp), columns.astype(np.intp)
    matrix = coo_array((values, at), shape=(len(units), len(units)))
    return weights_from_matrix(
        matrix, units, kind=options.weights, standardization=options.standardize
    )


Link = tuple[str, str, float, int | None]
"""Unit, neighbour, weight, and year where weights differ by year."""


def _links(geography: Geography, options: WeightOptions, units: Collection[str]) -> list[Link]:
    """The links of a raw file with both ends among these units."""
    rows = geography.links.filter(weights_name=options.weights).select(*LINK).iter_rows()
    return [row for row in rows if row[0] in units and row[1] in units]


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
