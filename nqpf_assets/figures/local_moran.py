"""Local Moran statistics as figures need them."""

from __future__ import annotations

from nqpf_assets.explanations.published import Row
from nqpf_assets.figures.study_tables import StudyTables

QUADRANTS = {
    "HH": ("high among high", "高—高"),
    "LL": ("low among low", "低—低"),
    "HL": ("high among low", "高—低"),
    "LH": ("low among high", "低—高"),
}
"""Quadrant → what it is, in both languages."""


def years_of(study: StudyTables, table: str) -> list[int]:
    """Years that the table has."""
    return sorted({row["period"] for row in study.of_table("local_moran", table)})


def rows_of(study: StudyTables, table: str, year: int) -> list[Row]:
    """Units of a year that have neighbours."""
    rows = study.of_table("local_moran", table, "unit")
    return [row for row in rows if row["period"] == year and row["local_moran"] is not None]


def moran_of(study: StudyTables, table: str) -> dict[int, float]:
    """Year → Moran's I as the table prints it."""
    rows = study.of(table, "row_kind = 'period'", "row_position")
    return {int(row["row_label"]): row["moran"] for row in rows if row["moran"] is not None}


def significant(study: StudyTables, rows: list[Row]) -> str:
    """The units of each quadrant that are significant, in words."""
    parts = []
    for quadrant, said in QUADRANTS.items():
        mine = [
            study.unit(row["unit"])
            for row in rows
            if row["quadrant"] == quadrant and row["is_significant"]
        ]
        if mine:
            parts.append(study.say(f"{said[0]} {', '.join(mine)}", f"{said[1]} {'、'.join(mine)}"))
    return study.say("; ", "；").join(parts) or study.say("none", "无")
