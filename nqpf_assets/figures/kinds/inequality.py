"""Inequality over the years: Gini coefficients of all units and of groups, and what they are made of."""

from __future__ import annotations

from collections.abc import Iterator

from nqpf_assets.figures.kind import Found, Kind
from nqpf_assets.figures.page import Page
from nqpf_assets.figures.study_tables import StudyTables
from nqpf_assets.figures.words import number
from nqpf_assets.messages.counted import counted
from nqpf_assets.warehouse.duckdb_engine import literal

_PARTS = {
    "gini_within": ("within groups", "组内"),
    "gini_between": ("between groups", "组间"),
    "gini_overlap": ("overlap", "超变密度"),
}
Points = dict[int, float]


def _measure(study: StudyTables, table: str, measure: str) -> dict[str | None, Points]:
    """Group, None for all units → year → value."""
    where = (
        f"table_name = {literal(table)} AND measure = {literal(measure)} AND other_group IS NULL"
        " AND value IS NOT NULL"
    )
    found: dict[str | None, Points] = {}
    for row in study.of("inequality", where, "group_name NULLS FIRST, period"):
        found.setdefault(row["group_name"], {})[row["period"]] = row["value"]
    return found


def _find(study: StudyTables) -> Iterator[Found]:
    for table in study.names_in("inequality"):
        whole = _measure(study, table, "gini").get(None, {})
        if len(whole) < 2:
            continue
        title, first, last = study.titles.get(table, table), min(whole), max(whole)
        shares = {one: _measure(study, table, f"{one}_share").get(None, {}) for one in _PARTS}
        said = [
            f"{study.say(*_PARTS[one])} {number(100 * of[last])} %"
            for one, of in shares.items()
            if last in of
        ]
        made = study.say(f" In {last}: {', '.join(said)}.", f"{last} 年：{'，'.join(said)}。")
        yield Found(
            table,
            "inequality",
            study.say(f"{title}: inequality", f"{title}：不平等"),
            study.say(
                f"Gini coefficients; of all units {number(whole[first])} in {first}, {number(whole[last])} "
                f"in {last}.",
                f"基尼系数；全部单元 {first} 年 {number(whole[first])}，{last} 年 {number(whole[last])}。",
            )
            + (made if said else ""),
            study.say(f"n = {counted(len(whole), 'years')}.", f"n = {len(whole)} 年。"),
        )


def _draw(page: Page, study: StudyTables, table: str) -> None:
    lines = _measure(study, table, "gini")
    parts = {one: _measure(study, table, one).get(None, {}) for one in _PARTS}
    parts = {one: of for one, of in parts.items() if of}
    axes = page.axes(1 + bool(parts), 1, height=2.5 * (1 + bool(parts)), sharex=True)
    grouping = next((g for g, of in study.groups.items() if set(lines) - {None} <= of.keys()), "")
    for place, (group, points) in enumerate(lines.items()):
        name = study.group(grouping, group) if group and grouping else group
        axes[0].plot(
            list(points),
            list(points.values()),
            label=name or study.say("all units", "全部单元"),
            marker=page.mark(place)["marker"],
            gid=f"gini {group}",
            **page.line(place),
        )
    axes[0].set_ylabel(study.say("Gini coefficient", "基尼系数"))
    axes[0].legend(loc="upper left", bbox_to_anchor=(1.01, 1))
    years = list(lines[None])
    if parts:
        base = dict.fromkeys(years, 0.0)
        for place, (part, points) in enumerate(parts.items()):
            axes[1].bar(
                list(points),
                list(points.values()),
                bottom=[base[year] for year in points],
                width=0.7,
                label=study.say(*_PARTS[part]),
                color=page.colour(place),
                hatch=page.hatch(place),
                edgecolor=page.theme.paper,
                linewidth=0,
                gid=part,
            )
            base |= {year: base[year] + value for year, value in points.items()}
        axes[1].set_ylabel(study.say("parts of it", "构成"))
        axes[1].legend(loc="upper left", bbox_to_anchor=(1.01, 1))
    page.years(axes[-1], years)


KIND = Kind(
    "inequality",
    "inequality over the years",
    "Gini coefficients of all units and of each group, and the parts within, between and from overlap.",
    _find,
    _draw,
    order=10,
)
