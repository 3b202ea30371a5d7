"""Obstacle degrees of an index over the years: which dimensions keep units from the best."""

from __future__ import annotations

from collections.abc import Iterator

from nqpf_assets.figures.kind import Found, Kind
from nqpf_assets.figures.page import Page
from nqpf_assets.figures.printed_rows import is_synthetic, tables_of_kind
from nqpf_assets.figures.study_tables import StudyTables
from nqpf_assets.figures.words import number, shortened
from nqpf_assets.messages.counted import counted
from nqpf_assets.warehouse.duckdb_engine import literal

MOST = 6
"""Bars of a year that are told apart; the others are one."""
OTHERS = ""


def _means(study: StudyTables, table: str, rows: str) -> tuple[dict[str, dict[int, float]], int]:
    """Indicator or dimension → year → mean over units, the largest first; and how many units there are."""
    name, which = ("indicator", "NOT NULL") if rows == "indicators" else ("dimension", "NULL")
    found: dict[str, dict[int, float]] = {}
    for row in study.rows(
        f"SELECT {name} AS n, period, avg(obstacle_degree) AS d FROM {{study}}.obstacle"
        f" WHERE table_name = {literal(table)} AND indicator IS {which} GROUP BY ALL ORDER BY period, n"
    ):
        found.setdefault(row["n"], {})[row["period"]] = row["d"]
    ranked = sorted(found, key=lambda one: -sum(found[one].values()))
    kept = {one: found[one] for one in ranked[: MOST if len(ranked) <= MOST else MOST - 1]}
    for one in ranked[len(kept) :]:
        others = kept.setdefault(OTHERS, {})
        for year, mean in found[one].items():
            others[year] = others.get(year, 0.0) + mean
    units = study.rows(
        f"SELECT count(DISTINCT unit) AS n FROM {{study}}.obstacle WHERE table_name = {literal(table)}"
    )
    return kept, int(units[0]["n"])


def _find(study: StudyTables) -> Iterator[Found]:
    for table, asked in tables_of_kind(study, "obstacle_degree").items():
        means, n = _means(study, table, asked.get("rows", "indicators"))
        top = next(iter(means))
        years, title = list(means[top]), study.titles.get(table, table)
        of = study.variable(top)
        ends = [number(100 * means[top][year]) for year in (years[0], years[-1])]
        yield Found(
            table,
            "obstacle",
            study.say(f"{title}: obstacle degrees", f"{title}：障碍度"),
            study.say(
                f"Means over units of the share of each in the distance from the best; the largest: {of}, "
                f"{ends[0]} % in {years[0]}, {ends[1]} % in {years[-1]}.",
                f"各项在与最优之差中所占份额的单元均值；最大者：{of}，"
                f"{years[0]} 年 {ends[0]}%，{years[-1]} 年 {ends[1]}%。",
            ),
            study.say(f"n = {counted(n, 'units')}.", f"n = {n} 个单元。"),
            is_synthetic(study, table),
        )


def _draw(page: Page, study: StudyTables, table: str) -> None:
    asked = tables_of_kind(study, "obstacle_degree")[table]
    means, _ = _means(study, table, asked.get("rows", "indicators"))
    (axis,) = page.axes(height=3.2)
    years = sorted({year for of in means.values() for year in of})
    base = dict.fromkeys(years, 0.0)
    for place, (name, points) in enumerate(means.items()):
        axis.bar(
            list(points),
            list(points.values()),
            bottom=[base[year] for year in points],
            width=0.75,
            label=shortened(study.variable(name), 28) if name else study.say("all others", "其余"),
            color=page.colour(place),
            hatch=page.hatch(place),
            edgecolor=page.theme.paper,
            linewidth=0,
            gid=f"obstacle {name}",
        )
        base |= {year: base[year] + value for year, value in points.items()}
    axis.set_ylabel(study.say("obstacle degree", "障碍度"))
    axis.legend(loc="upper left", bbox_to_anchor=(1.01, 1))
    page.years(axis, years)


KIND = Kind(
    "obstacles",
    "obstacle degrees over the years",
    "A table of obstacle degrees: the mean share of each indicator or dimension in every year; of more than "
    "six the five largest, and the others as one.",
    _find,
    _draw,
    order=10,
)
"""Of tables of `kind: obstacle_degree`."""
