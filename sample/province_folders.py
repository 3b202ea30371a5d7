"""Folders of the provinces' raw files, with what their origin cards say of every file."""

from __future__ import annotations

import numpy as np

from sample.files import Folder, synthetic_folder
from sample.pages import page
from sample.paths import Floats

VILLAGES = (
    "rural_tap_water_rate",
    "rural_sanitary_toilet_rate",
    "village_green_coverage",
    "planned_village_rate",
    "renovated_village_rate",
    "combined_village_head_rate",
)


def folders() -> tuple[Folder, ...]:
    """The folders of the province study, with what holds for all files in each."""
    bureau = "国家统计局"
    return (
        synthetic_folder(
            "nbs/2023-11",
            bureau,
            "GDP as first published. Downloads of 2026 revise it; `vintage: latest` takes those.",
            accessed="2023-11-06",
        ),
        synthetic_folder(
            "nbs/2026-02",
            bureau,
            "Downloads from the old site: text in GBK, and workbooks. Their names say nothing.",
            accessed="2026-02-20",
        ),
        synthetic_folder(
            "nbs/2026-05",
            bureau,
            "Downloads from the new site. The text files name no indicator: only this card does.",
            accessed="2026-05-12",
        ),
        synthetic_folder(
            "nbs_api/2026-05",
            bureau,
            "Tables scraped from the new interface, and saved answers of the old one.",
            accessed="2026-05-14",
        ),
        synthetic_folder(
            "eps/2025-08",
            "EPS DATA",
            "Exports of EPS DATA: indicators stacked, numbers as text with five decimals.",
            accessed="2025-08-30",
        ),
        synthetic_folder(
            "village_yearbook/2024",
            "住房和城乡建设部",
            "One page a year of a yearbook on villages, all laid out alike.",
            published="2024-12",
            layout={"title": "村庄建设情况", "columns": village_columns()},
        ),
        synthetic_folder(
            "compiled/2025-06",
            "课题组整理",
            "Tables that researchers compile themselves: one row per region and year.",
            published="2025-06",
        ),
    )


def village_columns() -> dict[str, str]:
    """Series of a page on villages, with their headers."""
    empty: Floats = np.zeros((1, 1))
    return {name: page(name, empty, ("110000",), (2012,)).label for name in VILLAGES}
