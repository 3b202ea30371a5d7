"""How declared lineage speaks of the panel, of the geography, and of the cells under variables."""

from __future__ import annotations

from collections.abc import Iterable

from nqpf_assets.steps.lineage import listed
from nqpf_assets.studies.spatial_weights import WeightOptions

OF_STUDY = "identity study file"
NEIGHBOURS = listed("catalog.neighbour", ("region_code", "neighbour_code"))
COORDINATES = listed("catalog.coordinate", ("region_code", "longitude", "latitude"))
LINKS = listed(
    "source.weight", ("weights_name", "region_code", "neighbour_code", "weight", "weight_year")
)
LINKED = listed("source.weight_unit", ("weights_name", "region_code", "data_status", "weight_year"))
READ = (
    "filter rests_on.variable, rests_on.is_pooled, rests_on.first_lag, rests_on.last_lag, rests_on.at_year, "
    "rests_on.not_before, rests_on.not_after, rests_on.of_region, rests_on.at_part, rests_on.since_part, "
    "rests_on.since_lag, rests_on.where_part, rests_on.where_lag, part_span.part, part_span.unit, "
    "part_span.first_period, part_span.last_period; "
    "join rests_on.series_id, filled_cell.variable, filled_cell.unit, filled_cell.period"
)
UNDER = {
    "n_series_cells": f"aggregation filled_cell.value; {READ}",
    "n_imputed_cells": f"aggregation filled_cell.status; {READ}",
    "n_corrected_cells": "aggregation filled_cell.status, member_cell.status, filled_from.from_period; "
    f"{READ}; filter rests_on.pooled_by, pool.unit, pool.first_period, pool.last_period, "
    "clipped_input.variable, clipped_input.input, clipped_cell.variable, clipped_cell.unit, "
    "clipped_cell.period, clipped_cell.side, clipped_cell.bound_period, bound_cell.variable, "
    "bound_cell.side, bound_cell.bound_period, bound_cell.series_id, bound_cell.unit, "
    "bound_cell.first_period, bound_cell.last_period, extreme_cell.variable, extreme_cell.series_id, "
    "extreme_cell.unit, extreme_cell.first_period, extreme_cell.last_period; "
    "join filled_from.variable, filled_from.unit, filled_from.period, filled_from.from_series, "
    "filled_from.from_unit, member_cell.variable, member_cell.unit, member_cell.period",
    "data_status": "aggregation source.file.data_status; join reported_cell.file_id, source.file.file_id, "
    "rests_on.variable, rests_on.series_id, reported_cell.variable, filled_from.variable, "
    "filled_from.from_series",
}
"""What lies under a set of variables, as `underlying_cells` counts it."""


def of_panel(names: Iterable[str]) -> str:
    """Columns of the panel, each once."""
    return listed("panel", dict.fromkeys(names))


def places_of(weights: Iterable[WeightOptions]) -> str:
    """Where the geography enters, as one more clause."""
    weights = list(weights)
    kinds = {"own" if one.is_own else one.weights for one in weights}
    return "".join(
        f"; join {columns}"
        for columns, those in (
            (NEIGHBOURS, {"contiguity"}),
            (COORDINATES, {"inverse_distance", "nested"}),
            (f"{LINKS}, {LINKED}", {"own"}),
        )
        if kinds & those
    )
