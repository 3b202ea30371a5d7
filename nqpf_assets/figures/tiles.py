"""Maps of tiles: every unit one square of the same size, about where it lies (`tiles.csv`).

There is one of the provinces, and one of the districts and counties of Chongqing. Where a project has
boundaries of all units, these are drawn in the place of tiles.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from nqpf_assets.figures.boundaries import Boundaries
from nqpf_assets.figures.page import Page
from nqpf_assets.figures.study_tables import StudyTables
from nqpf_assets.figures.words import wrapped

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_SIDE = 0.56
"""Height of a tile in inches."""


@dataclass(frozen=True)
class Tile:
    """One unit.

    Attributes:
        colour: of its square.
        name: what it is called.
        text: below its name.
    """

    colour: str
    name: str
    text: str


@cache
def maps() -> Mapping[str, Mapping[str, tuple[int, int]]]:
    """Map → unit → column from the west and row from the north."""
    found: dict[str, dict[str, tuple[int, int]]] = {}
    with Path(__file__).with_name("tiles.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["map"], {})[row["unit"]] = (int(row["column"]), int(row["row"]))
    return found


def places(units: Iterable[str]) -> Mapping[str, tuple[int, int]]:
    """The places of the map that has all of these units; none where there is no such map."""
    asked = set(units)
    return next((known for known in maps().values() if asked <= known.keys()), {})


def can_be_tiled(units: Iterable[str]) -> bool:
    """Whether one map has a place for each unit, and they are enough for a map."""
    asked = set(units)
    return len(asked) > 3 and bool(places(asked))


def can_be_mapped(units: Iterable[str], boundaries: Boundaries | None) -> bool:
    """Whether there is an area, or a tile, for each unit."""
    asked = set(units)
    return (boundaries is not None and boundaries.has(asked)) or can_be_tiled(asked)


def said_of_map(study: StudyTables, units: Iterable[str], tiles: tuple[str, str]) -> str:
    """What a map is, in words: its boundaries with their licence, or these words of tiles."""
    boundaries = study.boundaries
    if boundaries is not None and boundaries.has(units):
        if not boundaries.of(study.regions_beside(units)):
            return study.say(*boundaries.words)
        english, chinese = boundaries.words
        return study.say(f"{english} Hatched: not in the study.", f"{chinese}斜线：不在研究之内。")
    return study.say(*tiles)


def draw_map(page: Page, axis: Axes, study: StudyTables, tiles: Mapping[str, Tile]) -> None:
    """Areas where the project has boundaries of all units, else squares."""
    if study.boundaries is None or not study.boundaries.has(tiles):
        draw_tiles(page, axis, tiles)
        return
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path as Outline

    axis.set_axis_off()
    axis.set_aspect("equal")
    beside = study.boundaries.of(study.regions_beside(tiles))
    for unit, rings in study.boundaries.shapes([*beside, *tiles]).items():
        outline = Outline.make_compound_path(*(Outline(ring, closed=True) for ring in rings))
        axis.add_patch(
            PathPatch(
                outline,
                facecolor=tiles[unit].colour if unit in tiles else page.theme.empty,
                edgecolor=page.theme.soft,
                linewidth=0.3,
                hatch=None if unit in tiles else "//////",
                gid=unit,
            )
        )
    axis.autoscale_view()
    (left, right), (low, high) = axis.get_xlim(), axis.get_ylim()
    page.height = min(6.0, page.look.width * 0.8 * (high - low) / (right - left)) + 0.1


def draw_tiles(page: Page, axis: Axes, tiles: Mapping[str, Tile]) -> None:
    """The squares; units that are not asked for are left out."""
    from matplotlib.colors import to_rgb
    from matplotlib.patches import Rectangle

    known = places(tiles)
    columns = [known[unit][0] for unit in tiles]
    rows = [known[unit][1] for unit in tiles]
    axis.set_axis_off()
    axis.set_xlim(min(columns), max(columns) + 1)
    axis.set_ylim(max(rows) + 1, min(rows))
    page.height = _SIDE * (max(rows) + 1 - min(rows)) + 0.1
    for unit, tile in tiles.items():
        column, row = known[unit]
        axis.add_patch(
            Rectangle((column + 0.03, row + 0.03), 0.94, 0.94, facecolor=tile.colour, gid=unit)
        )
        red, green, blue = to_rgb(tile.colour)
        is_light = 0.299 * red + 0.587 * green + 0.114 * blue > 0.5
        lines = [*wrapped(tile.name, 13), tile.text]
        axis.text(
            column + 0.5,
            row + 0.5,
            "\n".join(lines),
            ha="center",
            va="center",
            size=page.look.notes_size,
            color="#111111" if is_light else "#ffffff",
        )
