"""What the parameter tables of a study are made from: its file, and what is seen of its series."""

from __future__ import annotations

OF_STUDY = "identity study file"
SEEN = (
    "filter source.observation.series_id, source.file.published; "
    "join source.observation.file_id, source.file.file_id"
)
"""Which observations are looked at."""
UNIT = f"aggregation source.observation.unit_measure, catalogue; sort source.file.vintage_order; {SEEN}"
"""The unit of a series: that of the catalogue, or of its newest vintage."""
WHERE_ZERO = {
    "where_part": "transformation study file; conditional source.observation.value; "
    "group by source.observation.series_id",
    "others": "transformation study file",
}
"""Of series without a zero none decides in which rows others are read."""
LINEAGE = {
    "unit": {"others": "identity study file, catalogue"},
    "unit_group": {"others": "identity study file, catalogue"},
    "series": {
        "title": "identity study file, catalogue",
        "unit_measure": UNIT,
        "value_kind interpolation ends not_filled": "transformation study file, source.observation.value; "
        "group by source.observation.series_id",
        "value_sign": "conditional source.observation.value; group by source.observation.series_id",
        "rescaled": "transformation study file, catalogue",
        "others": OF_STUDY,
    },
    "unit_conversion": {
        "series_id": OF_STUDY,
        "from_unit_measure": "identity source.observation.unit_measure",
        "to_unit_measure": UNIT,
        "numerator denominator": "transformation source.observation.unit_measure, catalogue; "
        "sort source.file.vintage_order",
        "*": f"{SEEN}; group by source.observation.unit_measure",
    },
    "variable": {
        "unit_measure": "transformation study file, source.observation.unit_measure, catalogue; "
        f"sort source.file.vintage_order; {SEEN}",
        "others": "identity study file, catalogue",
    },
    "winsorizing": {"others": OF_STUDY},
    "dependency": WHERE_ZERO,
    "rests_on": WHERE_ZERO,
    "clipped_input": WHERE_ZERO,
    "weights_under": WHERE_ZERO,
    "pool": {"others": "transformation study file, catalogue"},
    "member": {"others": "transformation study file, catalogue"},
}
