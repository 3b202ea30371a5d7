"""An index over the years: mean of each group of units, or of all, over the lines of the units."""

from __future__ import annotations

import math
from collections.abc import Iterator

from nqpf_assets.figures.index_scores import Scores, described, groups_of, scores_of
from nqpf_assets.figures.kind import Found, Kind
from nqpf_assets.figures.page import Page
from nqpf_assets.figures.study_tables import StudyTables
from nqpf_assets.figures.words import number

_MOST_LINES = 150
"""More lines of units than these are one grey area, and make a file of megabytes."""


def _find(study: StudyTables) -> Iterator[Found]:
    for index in study.indices:
        scores = scores_of(study, index)
        if len(scores.years) > 1:
            title = study.variable(index)
            yield Found(
                index,
                "index_score",
                study.say(f"{title} over the years", f"{title}：逐年变化"),
                study.say(
                    "Grey area: from the lowest to the highest unit. "
                    if _are_many(scores)
                    else "Thin lines: units. ",
                    "灰色区域为最低至最高单元，" if _are_many(scores) else "细线为各单元，",
                )
                + study.say(
                    "Thick lines with marks: means of groups, not weighted. ",
                    "粗线及标记为各组的简单平均。",
                )
                + _said(study, scores),
                described(study, index),
            )


def _are_many(scores: Scores) -> bool:
    return len(scores.by_unit) > _MOST_LINES


def _ends(values: tuple[float, ...]) -> tuple[float, float]:
    """Lowest and highest of those that are there."""
    known = [one for one in values if not math.isnan(one)]
    return (min(known), max(known)) if known else (math.nan, math.nan)


def _said(study: StudyTables, scores: Scores) -> str:
    """First and last mean of each group."""
    ends = {group: scores.means(units) for group, units in groups_of(study).items()}
    told = [
        study.say(
            f"{group} {number(means[0])} to {number(means[-1])}",
            f"{group} {number(means[0])} → {number(means[-1])}",
        )
        for group, means in ends.items()
        if not math.isnan(means[0]) and not math.isnan(means[-1])
    ]
    if not told:
        return ""
    first, last = scores.years[0], scores.years[-1]
    return study.say(
        f"Means of {first} and {last}: {', '.join(told)}.",
        f"{first} 与 {last} 年平均：{'，'.join(told)}。",
    )


def _draw(page: Page, study: StudyTables, index: str) -> None:
    scores = scores_of(study, index)
    axis = page.axes(height=3.6)[0]
    if _are_many(scores):
        ends = [_ends(values) for values in zip(*scores.by_unit.values(), strict=True)]
        axis.fill_between(
            scores.years,
            [low for low, _ in ends],
            [high for _, high in ends],
            color=page.theme.grid,
            linewidth=0,
            gid="all units",
        )
    else:
        for values in scores.by_unit.values():
            axis.plot(scores.years, values, color=page.theme.grid, linewidth=0.6, zorder=1)
    for place, (group, units) in enumerate(groups_of(study).items()):
        means = scores.means(units)
        axis.plot(
            scores.years,
            means,
            label=group,
            linewidth=2,
            zorder=2,
            marker=page.mark(place)["marker"],
            **page.line(place),
        )
    axis.set_ylabel(study.say("score", "得分"))
    page.years(axis, scores.years)
    axis.legend(loc="upper left", bbox_to_anchor=(1.01, 1))


KIND = Kind(
    "trend",
    "index over the years",
    "Scores of an index: a thin line for each unit, the mean of each group of the study's first grouping.",
    _find,
    _draw,
    order=10,
)
