"""Kernel densities of a variable, one ridge for each year."""

from __future__ import annotations

from collections.abc import Iterator

from nqpf_assets.explanations.published import Row
from nqpf_assets.figures.kind import Found, Kind
from nqpf_assets.figures.page import Page
from nqpf_assets.figures.study_tables import StudyTables
from nqpf_assets.figures.words import number
from nqpf_assets.messages.counted import counted

_OVERLAP = 0.45
"""From one year's base line to the next, as a share of the highest peak."""


def _curves(study: StudyTables, table: str) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = {}
    for row in study.of_table("density", table, "period, x"):
        if row["density"] is not None:
            found.setdefault(row["period"], []).append(row)
    return found


def _find(study: StudyTables) -> Iterator[Found]:
    for table in study.names_in("density"):
        curves = _curves(study, table)
        if not curves:
            continue
        title = study.titles.get(table, table)
        peaks = {
            year: max(rows, key=lambda row: row["density"])["x"] for year, rows in curves.items()
        }
        first, last = min(curves), max(curves)
        yield Found(
            table,
            "density",
            study.say(f"{title}: densities over the years", f"{title}：核密度"),
            study.say(
                "Gaussian kernel densities, each year on a base line of its own; bandwidth by "
                f"Silverman's rule ({number(curves[last][0]['bandwidth'])} in {last}). The peak is at "
                f"{number(peaks[first])} in {first} and at {number(peaks[last])} in {last}.",
                "高斯核密度，每年各有基线；带宽按 Silverman 规则"
                f"（{last} 年 {number(curves[last][0]['bandwidth'])}）。峰值位置："
                f"{first} 年 {number(peaks[first])}，{last} 年 {number(peaks[last])}。",
            ),
            study.say(
                f"n = {counted(len(curves), 'years')} of {counted(len(curves[last]), 'points')}.",
                f"n = {len(curves)} 年，每年 {len(curves[last])} 点。",
            ),
        )


def _draw(page: Page, study: StudyTables, table: str) -> None:
    curves = _curves(study, table)
    step = _OVERLAP * max(row["density"] for rows in curves.values() for row in rows)
    axis = page.axes(height=1.4 + 0.28 * len(curves))[0]
    for place, (year, rows) in enumerate(curves.items()):
        base = -place * step
        grid = [row["x"] for row in rows]
        heights = [base + row["density"] for row in rows]
        axis.fill_between(
            grid, base, heights, color=page.theme.paper, alpha=0.85, linewidth=0, zorder=place
        )
        axis.fill_between(
            grid, base, heights, color=page.colour(0), alpha=0.25, linewidth=0, zorder=place
        )
        axis.plot(
            grid, heights, color=page.colour(0), linewidth=1.1, zorder=place, gid=f"year {year}"
        )
    axis.set_yticks([-place * step for place in range(len(curves))], [str(year) for year in curves])
    axis.set_xlabel(study.say("value", "取值"))
    axis.margins(x=0.01)


KIND = Kind(
    "density",
    "kernel densities over the years",
    "The density of a variable in each year, as ridges: where most units are, and whether they part.",
    _find,
    _draw,
    order=30,
)
