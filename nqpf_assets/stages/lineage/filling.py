"""What cells of series are made from: published ones, those of a lower level, rules for gaps."""

from __future__ import annotations

READ = (
    "rests_on.first_lag, rests_on.last_lag, rests_on.at_year, rests_on.not_before, rests_on.not_after, "
    "rests_on.of_region"
)
"""Which years of which units are looked at."""
RULE = ", ".join(
    f"series.{one}" for one in ("aggregation", "weight_series", "least_share", "share_of")
)
WHOLE = (
    "series.from_level, series.members_of, member.level, member.unit, member.member, "
    "member.first_period, member.last_period"
)
"""Which cells of a lower level are put together."""
FILL = (
    "conditional series.interpolation, series.ends, series.rescaled, reported_cell.period, "
    f"reported_cell.unit, {RULE}, {WHOLE}"
)
PLACES = (
    "reported_cell.variable, reported_cell.unit, reported_cell.period, unit.unit, series.series_id, "
    f"rests_on.series_id, {WHOLE}"
)
LINEAGE = {
    "filled_cell": {
        "variable": "identity reported_cell.=, rests_on.series_id",
        "unit": "identity reported_cell.=, unit.=, member.=; conditional rests_on.of_region",
        "period": f"identity reported_cell.=; conditional {READ}",
        "value": f"transformation reported_cell.value; {FILL}",
        "reported_value": "transformation reported_cell.value, reported_cell.reported_value; "
        f"conditional reported_cell.correction, {RULE}, {WHOLE}",
        "status": f"conditional reported_cell.value, reported_cell.correction; {FILL}",
        "file_id locator vintage": f"identity reported_cell.=; conditional {WHOLE}",
        "*": f"join {PLACES}; filter {READ}",
    },
    "filled_from": {
        "variable period": "identity reported_cell.=",
        "unit": "identity reported_cell.=, member.=",
        "from_series": "identity reported_cell.variable, series.weight_series",
        "from_unit": "identity reported_cell.unit, member.member",
        "from_period": "transformation reported_cell.period",
        "weight_in_fill": f"transformation reported_cell.period, reported_cell.value; {FILL}",
        "made_as": f"conditional {WHOLE}",
        "*": f"join {PLACES}; filter reported_cell.value, series.interpolation, series.ends, {RULE}, {READ}",
    },
    "member_cell": {
        "status": "conditional reported_cell.correction",
        "others": "identity reported_cell.=",
        "*": f"join {PLACES}; filter series.weight_series, {READ}",
    },
    "aggregated_cell": {
        "variable period": "identity reported_cell.=",
        "unit": "identity member.=",
        "value": f"aggregation reported_cell.value; conditional {RULE}, {WHOLE}",
        "n_members n_present share members_absent": "aggregation member.member, reported_cell.value; "
        f"conditional {RULE}, {WHOLE}",
        "others": "identity series.=",
        "*": "join reported_cell.variable, reported_cell.unit, reported_cell.period, series.series_id, "
        f"{WHOLE}; filter reported_cell.value",
    },
}
