"""Small multiples of an index: a panel for each unit, on one scale, before the mean of all."""

from __future__ import annotations

import math
from collections.abc import Iterator

from nqpf_assets.figures.index_scores import Scores, described, scores_of
from nqpf_assets.figures.kind import Found, Kind
from nqpf_assets.figures.page import Page
from nqpf_assets.figures.study_tables import StudyTables
from nqpf_assets.figures.words import number

_MOST = 80
"""More panels than these are no longer seen at once."""


def _changes(scores: Scores) -> dict[str, float]:
    """Unit → its last score less its first, where both are there."""
    found = {unit: values[-1] - values[0] for unit, values in scores.by_unit.items()}
    return {unit: change for unit, change in found.items() if not math.isnan(change)}


def _find(study: StudyTables) -> Iterator[Found]:
    for index in study.indices:
        scores = scores_of(study, index)
        changes = _changes(scores)
        if len(scores.years) > 1 and len(changes) > 1 and len(scores.by_unit) <= _MOST:
            title = study.variable(index)
            most, least = (
                max(changes, key=changes.__getitem__),
                min(changes, key=changes.__getitem__),
            )
            yield Found(
                index,
                "index_score",
                study.say(f"{title} of each unit", f"{title}：各单元"),
                study.say(
                    "Thick: the unit; thin: the mean of all, not weighted. Largest change from first "
                    f"to last year {study.unit(most)} {number(changes[most])}, smallest {study.unit(least)} "
                    f"{number(changes[least])}.",
                    "粗线为该单元，细线为全部单元的简单平均。"
                    f"首末年变化最大 {study.unit(most)} {number(changes[most])}，"
                    f"最小 {study.unit(least)} {number(changes[least])}。",
                ),
                described(study, index),
            )


def _draw(page: Page, study: StudyTables, index: str) -> None:
    scores = scores_of(study, index)
    mean = scores.means(list(scores.by_unit))
    across = min(6, len(scores.by_unit))
    down = -(-len(scores.by_unit) // across)
    axes = page.axes(down, across, height=0.3 + 0.85 * down, sharex=True, sharey=True)
    years = scores.years
    for axis, (unit, values) in zip(axes, scores.by_unit.items(), strict=False):
        axis.set_title(study.unit(unit), size=page.look.size - 1, pad=2)
        axis.plot(years, mean, color=page.theme.soft, linewidth=0.7, gid="mean")
        axis.plot(years, values, color=page.colour(0), linewidth=1.6, gid=unit)
        axis.set_xticks([years[0], years[-1]], [f"’{years[0] % 100:02}", f"’{years[-1] % 100:02}"])
        axis.locator_params(axis="y", nbins=3)
    for place, axis in enumerate(axes):
        if place >= len(scores.by_unit):
            axis.set_axis_off()
        elif place + across >= len(scores.by_unit):
            axis.tick_params(labelbottom=True)


KIND = Kind(
    "units",
    "index of each unit",
    "Small multiples: the scores of each unit over the years, before the mean of all, on one scale; "
    f"up to {_MOST} units.",
    _find,
    _draw,
    order=30,
)
