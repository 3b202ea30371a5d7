"""Published cells under a row of a table of levels and their growth."""

from __future__ import annotations

from nqpf_assets.explanations.published import PublishedStudy, Row
from nqpf_assets.explanations.told_places import parts_of
from nqpf_assets.explanations.walk import Place, Stop


def level_stops(study: PublishedStudy, table: str, row: Row) -> list[Stop]:
    """The cells of a row, year by year."""
    if not study.has("growth_cell", "is_end"):
        return []
    cells = study.rows(
        "SELECT g.*, f.path, f.publisher, o.reported_text, o.unit_measure AS printed_unit"
        " FROM {study}.growth_cell AS g LEFT JOIN source.file AS f ON f.file_id = g.file_id"
        " LEFT JOIN source.observation AS o ON o.file_id = g.file_id AND o.locator = g.locator"
        " AND o.series_id = g.series_id AND o.period = g.period"
        " WHERE g.table_name = ? AND g.row_position = ? ORDER BY g.period",
        [table, row["row_position"]],
    )
    return [
        Stop(
            "cell",
            one["series_id"],
            one["region_code"],
            one["period"],
            one["value"],
            one["unit_measure"],
            status="corrected" if one["correction"] else "reported",
            source="published",
            role="end of the growth" if one["is_end"] else "value",
            text=one["correction"],
            place=Place(
                one["path"],
                *parts_of(one["locator"]),
                one["locator"],
                one["reported_text"],
                one["printed_unit"],
                publisher=one["publisher"],
                vintage=one["vintage"],
            ),
        )
        for one in cells
    ]
