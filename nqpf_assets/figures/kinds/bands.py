"""Fitted trends of groups with their bands, over the rows that they were fitted to."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nqpf_assets.explanations.published import Row
from nqpf_assets.figures.kind import Found, Kind
from nqpf_assets.figures.page import Page
from nqpf_assets.figures.study_tables import StudyTables
from nqpf_assets.figures.words import number
from nqpf_assets.warehouse.duckdb_engine import quoted

_EQUATION = re.compile(
    r"(\w+) = intercept \+ slope · (\w+) by least squares in each group of (\w+)"
)
"""How the note of a printed table of trends names what is fitted."""


def _variables(study: StudyTables, table: str) -> tuple[str, str, str] | None:
    """Outcome, variable on the horizontal axis and grouping."""
    for row in study.of(table, "row_kind = 'note'"):
        if found := _EQUATION.match(row["row_label"]):
            return found[1], found[2], found[3]
    return None


def _find(study: StudyTables) -> Iterator[Found]:
    for table in study.names_in("trend"):
        named = _variables(study, table)
        if named is None:
            continue
        lines = study.of(table, "row_kind = 'group'", "row_position")
        said = [f"{_group(study, named, one)} {number(one['slope'])}" for one in lines]
        counts = [f"{_group(study, named, one)} {one['n_obs']}" for one in lines]
        yield Found(
            table,
            "trend",
            study.titles.get(table, table),
            study.say(
                "Points: rows of the panel; lines: least squares in each group; areas: 95 % bands of "
                "the line. "
                f"Slopes: {', '.join(said)}.",
                f"点为面板各行，线为各组最小二乘，阴影为拟合线的 95% 置信带。斜率：{'，'.join(said)}。",
            ),
            study.say(f"n: {', '.join(counts)}.", f"n：{'，'.join(counts)}。"),
        )


def _group(study: StudyTables, named: tuple[str, str, str], line: Row) -> str:
    return _name(study, named[2], line["row_label"])


def _name(study: StudyTables, grouping: str, name: str) -> str:
    if name in study.groups.get(grouping, {}):
        return study.group(grouping, name)
    return name.replace("_", " ")


def _draw(page: Page, study: StudyTables, table: str) -> None:
    named = _variables(study, table)
    assert named is not None, "it was found"
    y, x, grouping = named
    axis = page.axes(height=3.8)[0]
    points = study.of(
        "panel", f"{quoted(x)} IS NOT NULL AND {quoted(y)} IS NOT NULL", "unit, period"
    )
    lines: dict[str, list[Row]] = {}
    for row in study.of_table("trend", table, "group_name, x"):
        lines.setdefault(row["group_name"], []).append(row)
    for place, (name, rows) in enumerate(lines.items()):
        mine = [row for row in points if str(row[grouping]) == name]
        axis.plot(
            [row[x] for row in mine],
            [row[y] for row in mine],
            linestyle="none",
            alpha=0.55,
            gid=f"points {name}",
            **page.mark(place),
        )
        grid = [row["x"] for row in rows]
        if rows[0]["conf_low"] is not None:
            axis.fill_between(
                grid,
                [row["conf_low"] for row in rows],
                [row["conf_high"] for row in rows],
                color=page.colour(place),
                alpha=0.2,
                linewidth=0,
                gid=f"band {name}",
            )
        axis.plot(
            grid,
            [row["fitted"] for row in rows],
            label=_name(study, grouping, name),
            gid=f"line {name}",
            **page.line(place),
        )
    axis.set_xlabel(study.variable(x))
    axis.set_ylabel(study.variable(y))
    axis.legend(loc="best")


KIND = Kind(
    "bands",
    "trends of groups with bands",
    "A table of trends: the line of each group with its 95 % band, over the rows of the panel.",
    _find,
    _draw,
    order=10,
)
