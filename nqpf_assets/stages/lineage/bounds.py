"""What bounds, extremes and the years of parts of formulas are made from, as the study lets it be read."""

from __future__ import annotations

from collections.abc import Collection

from nqpf_assets.catalog.columns import STUDY_SCHEMA, registry
from nqpf_assets.steps.lineage import listed
from nqpf_assets.steps.step import Declared


def lineage_of_bounds(read: Collection[str]) -> dict[str, Declared]:
    """Of each table its declaration.

    Args:
        read: the tables of the study that are read; of others nothing can enter.
    """
    own, reads = ("variable", "unit", "period", "value"), registry()[STUDY_SCHEMA, "rests_on"].names
    seen = {
        "rests_on": reads,
        "clipped_input": ("input", *(name for name in reads if name != "series_id")),
        "weights_under": ("weights_name", *(name for name in reads if name != "series_id")),
        "filled_cell": own,
        "derived_cell": own,
        "variable_cell": own,
        "series": ("series_id", "unit_measure", "value_sign"),
        "winsorizing": ("variable", "share", "quantile_rule", "grouped_by"),
        "dependency": ("variable", "input", "is_pooled"),
        "pool": ("unit",),
        "index_read": (
            "index_name",
            "number_table",
            "is_own_row",
            "from_unit",
            "first_period",
            "last_period",
        ),
    }
    entered = ", ".join(listed(table, seen[table]) for table in read)
    of_study: Declared = {"others": "identity study file"}
    clipped: Declared = {
        "variable side": "identity study file",
        "unit": "identity derived_cell.unit",
        "period": "identity derived_cell.period",
        "bound_period": "identity study file",
        "*": f"filter {entered}",
    }
    bounds: Declared = {
        "variable side bound_period": "identity study file",
        "series_id": "identity rests_on.series_id",
        "weights_name": "identity weights_under.weights_name",
        "unit": "identity derived_cell.unit",
        "first_period last_period": "transformation derived_cell.period",
        "*": f"filter {entered}",
    }
    extremes: Declared = {
        "variable": "identity study file",
        "series_id": "identity rests_on.series_id",
        "weights_name": "identity weights_under.weights_name",
        "unit": "identity variable_cell.unit",
        "first_period last_period": "transformation variable_cell.period",
        "*": f"filter {entered}",
    }
    # Where the study clips nothing, or has no index of extremes, their tables are empty whatever is read.
    return {
        "clipped_cell": clipped if "derived_cell" in read else of_study,
        "bound_cell": bounds if "derived_cell" in read else of_study,
        "extreme_cell": extremes if "variable_cell" in read else of_study,
        "part_span": {"others": "transformation study file", "*": f"filter {entered}"},
    }
