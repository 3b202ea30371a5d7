"""An index over the years: mean of each group of units, or of all, over the lines of the units."""

from __future__ import annotations

from collections.abc import Iterator

from nqpf_assets.figures.index_scores import described, groups_of, scores_of
from nqpf_assets.figures.kind import Found, Kind
from nqpf_assets.figures.page import Page
from nqpf_assets.figures.study_tables import StudyTables


def _find(study: StudyTables) -> Iterator[Found]:
    for index in study.indices:
        if len(scores_of(study, index).years) > 1:
            title = study.variable(index)
            yield Found(
                index,
                "index_score",
                study.say(f"{title} over the years", f"{title}：逐年变化"),
                study.say(
                    "Thin lines: units. Thick lines with marks: means of groups, not weighted.",
                    "细线为各单元，粗线及标记为各组的简单平均。",
                ),
                described(study, index),
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
