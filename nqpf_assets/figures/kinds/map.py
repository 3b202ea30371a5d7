"""An index in its last year on a map: by area where the project has boundaries, else by tiles."""

from __future__ import annotations

import math
from collections.abc import Iterator

from nqpf_assets.figures.index_scores import scores_of
from nqpf_assets.figures.kind import Found, Kind
from nqpf_assets.figures.page import Page
from nqpf_assets.figures.study_tables import StudyTables
from nqpf_assets.figures.tiles import Tile, can_be_mapped, draw_map, said_of_map
from nqpf_assets.figures.words import number

_TILES = ("Every unit is one tile, about where it lies.", "每个地区一格，位置大致相当。")


def _last(study: StudyTables, index: str) -> tuple[int, dict[str, float]]:
    """The last year, and the scores of its units."""
    scores = scores_of(study, index)
    found = {unit: values[-1] for unit, values in scores.by_unit.items()}
    return scores.years[-1], {unit: value for unit, value in found.items() if not math.isnan(value)}


def _find(study: StudyTables) -> Iterator[Found]:
    for index in study.indices:
        year, values = _last(study, index)
        if not can_be_mapped(values, study.boundaries):
            continue
        title = study.variable(index)
        highest, lowest = max(values, key=values.__getitem__), min(values, key=values.__getitem__)
        of_map = said_of_map(study, values, _TILES)
        yield Found(
            index,
            "index_score",
            study.say(f"{title}, {year}", f"{title}，{year} 年"),
            study.say(
                f"{of_map} The fuller the colour, the higher. "
                f"Highest {study.unit(highest)} {number(values[highest])}, "
                f"lowest {study.unit(lowest)} {number(values[lowest])}.",
                f"{of_map}颜色越浓得分越高。最高 {study.unit(highest)} {number(values[highest])}，"
                f"最低 {study.unit(lowest)} {number(values[lowest])}。",
            ),
            f"n = {len(values)}{study.say('.', '。')}",
        )


def _draw(page: Page, study: StudyTables, index: str) -> None:
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import Normalize, to_hex

    _, values = _last(study, index)
    axis = page.axes()[0]
    span = Normalize(min(values.values()), max(values.values()))
    scale = ScalarMappable(span, page.scale())
    draw_map(
        page,
        axis,
        study,
        {
            unit: Tile(to_hex(scale.cmap(span(value))), study.unit(unit), number(value))
            for unit, value in values.items()
        },
    )
    bar = page.picture.colorbar(scale, ax=axis, shrink=0.6, aspect=25)
    bar.set_label(study.say("score", "得分"))


KIND = Kind(
    "map",
    "index on a map",
    "The scores in the last year: one tile for each province, or district and county of Chongqing; by area "
    "where the project has [boundaries](#maps-with-boundaries) of all units.",
    _find,
    _draw,
    order=20,
)
