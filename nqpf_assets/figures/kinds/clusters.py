"""Clusters of an index or variable on a map of tiles: units that are significant among their neighbours."""

from __future__ import annotations

from collections.abc import Iterator

from nqpf_assets.figures.kind import Found, Kind
from nqpf_assets.figures.local_moran import QUADRANTS, rows_of, significant, years_of
from nqpf_assets.figures.page import Page
from nqpf_assets.figures.study_tables import StudyTables
from nqpf_assets.figures.tiles import Tile, can_be_tiled, draw_tiles


def _find(study: StudyTables) -> Iterator[Found]:
    for table in study.names_in("local_moran"):
        year = years_of(study, table)[-1]
        rows = rows_of(study, table, year)
        if not can_be_tiled(row["unit"] for row in rows):
            continue
        title = study.titles.get(table, table)
        said = significant(study, rows)
        yield Found(
            table,
            "local_moran",
            study.say(f"{title}: clusters in {year}", f"{title}：{year} 年集聚"),
            study.say(
                "Letters: quadrant; coloured: significant at the table's false discovery rate. "
                f"HH, LL: among their like; HL, LH: unlike their neighbours. In {year}: {said}.",
                "字母为象限，着色者在该表错误发现率下显著。HH、LL：与邻近相似；"
                f"HL、LH：与邻近相异。{year} 年：{said}。",
            ),
            f"n = {len(rows)}{study.say('.', '。')}",
            any(row["data_status"] == "synthetic" for row in rows),
        )


def _draw(page: Page, study: StudyTables, table: str) -> None:
    from matplotlib.patches import Patch

    rows = rows_of(study, table, years_of(study, table)[-1])
    colours = {name: page.theme.diverging[place] for name, place in _COLOURS.items()}
    tiles = {
        row["unit"]: Tile(
            colours[row["quadrant"]] if row["is_significant"] else page.theme.empty,
            study.unit(row["unit"]),
            row["quadrant"],
        )
        for row in rows
    }
    axis = page.axes()[0]
    draw_tiles(page, axis, tiles)
    labels = {name: f"{name} {study.say(*said)}" for name, said in QUADRANTS.items()}
    handles = [Patch(facecolor=colours[name], label=label) for name, label in labels.items()]
    rest = Patch(facecolor=page.theme.empty, label=study.say("not significant", "不显著"))
    axis.legend(handles=[*handles, rest], loc="upper left", bbox_to_anchor=(0, 1))


_COLOURS = {"HH": 0, "HL": 1, "LH": 3, "LL": 4}
"""Quadrant → place in the diverging colours."""

KIND = Kind(
    "clusters",
    "clusters on a map of tiles",
    "Local Moran statistics of the last year: units among their like or unlike their neighbours.",
    _find,
    _draw,
    order=20,
)
