"""An index over the years: mean of each group of units, or of all, over the lines of the units."""

from __future__ import annotations

import math
from collections.abc import Iterator

from nqpf_assets.figures.index_scores import Scores, described, groups_of, scores_of
from nqpf_assets.figures.kind import Found, Kind
from nqpf_assets.figures.page import Page
from nqpf_assets.figures.study_tables import StudyTables
from nqpf_assets.figures.words import number


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
                    "Thin lines: units. Thick lines with marks: means of groups, not weighted. ",
                    "细线为各单元，粗线及标记为各组的简单平均。",
                )
                + _said(study, scores),
                described(study, index),
            )


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
