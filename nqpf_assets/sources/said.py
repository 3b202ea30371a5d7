"""What is known of files beside themselves, and whether a card or its file has it.

A file that says otherwise is believed; that nobody heard what was said is for the command to tell.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nqpf_assets.catalog.catalogue import Catalogue
from nqpf_assets.formats.reading import Reading

FACTS = ("publisher", "series", "unit", "region", "year")


@dataclass(frozen=True)
class Said:
    """What is known of files beside themselves; one that says otherwise is believed.

    Attributes:
        publisher, series, unit, region, year: as in a card.
        accessed: the day of the download.
        folder: name of the folder in which the file lies.
        saved: the day on which somebody saved it last, as it says itself.
    """

    publisher: str = ""
    series: str = ""
    unit: str = ""
    region: str = ""
    year: int | None = None
    accessed: dt.date | None = None
    folder: str = ""
    saved: dt.date | None = None

    @property
    def facts(self) -> dict[str, str | int]:
        """Those that were said."""
        return {name: value for name in FACTS if (value := getattr(self, name))}


def heard(
    said: Said, card: Mapping[str, Any], reading: Reading, catalogue: Catalogue
) -> frozenset[str]:
    """Names of the facts that stand in a card as they were said, or that its file says alike."""
    cells = reading.cells
    printed: dict[str, set[Any]] = {
        "series": set(map(catalogue.series.id_for, _of(cells, "series_label"))),
        "unit": _of(cells, "unit_label"),
        "region": _of(_cells_of_regions(reading), "region_label"),
        "year": _of(cells, "period"),
    }
    return frozenset(
        name
        for name, value in said.facts.items()
        if _stands_in(card, name, value) or value in printed.get(name, ())
    )


def _cells_of_regions(reading: Reading) -> Any:
    """Cells among which every region of a file is."""
    return reading.cells if reading.lumps is None else reading.lumps.one_of_each_region()


def _of(cells: Any, column: str) -> set[Any]:
    return set(cells[column].drop_nulls().unique())


def _stands_in(card: Mapping[str, Any], name: str, value: str | int) -> bool:
    """Whether a key of a card, or of a block in it, has a value, or has it for a label."""
    return any(
        (key == name and (inside == value or (_is_block(inside) and value in inside.values())))
        or (_is_block(inside) and _stands_in(inside, name, value))
        for key, inside in card.items()
    )


def _is_block(value: object) -> bool:
    return isinstance(value, Mapping)
