"""Mediation: the paths from the explaining variable to the outcome, with their estimates."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from nqpf_assets.explanations.published import Row
from nqpf_assets.figures.kind import Found, Kind
from nqpf_assets.figures.page import Page
from nqpf_assets.figures.study_tables import StudyTables
from nqpf_assets.figures.words import number, wrapped
from nqpf_assets.warehouse.duckdb_engine import literal

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Place = tuple[float, float]
_HEIGHT = 2.3
_BOXES = {"x": (0.14, 0.22), "m": (0.5, 0.82), "y": (0.86, 0.22)}
"""Middle of the boxes of explaining variable, mediator and outcome."""


def _columns(study: StudyTables, table: str) -> list[dict[str, str]]:
    """Columns of one mediator: label, x, m, y."""
    rows = study.rows(
        "SELECT m.column_label, m.outcome, v.variable, v.role FROM {study}.model AS m"
        " INNER JOIN {study}.model_variable AS v USING (table_name, column_label)"
        f" WHERE m.table_name = {literal(table)} AND m.estimator = 'mediation'"
        " AND v.role IN ('mediator', 'regressor')"
        " ORDER BY m.column_position, v.variable"
    )
    found: dict[str, dict[str, str]] = {}
    for row in rows:
        one = found.setdefault(
            row["column_label"], {"label": row["column_label"], "y": row["outcome"]}
        )
        one["m" if row["role"] == "mediator" else "x"] = row["variable"]
    return [one for one in found.values() if {"x", "m"} <= one.keys()]


def _estimate(study: StudyTables, table: str, label: str, term: str) -> Row | None:
    where = f"table_name = {literal(table)} AND column_label = {literal(label)} AND term = {literal(term)}"
    return next(iter(study.of("estimate", where)), None)


def _paths(study: StudyTables, table: str, one: dict[str, str]) -> dict[str, Row | None]:
    """Path → its row: a where the table has the equation of the mediator, b, direct, and the effects."""
    effects = {
        row["effect"]: row
        for row in study.of(
            "effect",
            f"table_name = {literal(table)} AND column_label = {literal(one['label'])}",
        )
    }
    b, indirect = _estimate(study, table, one["label"], one["m"]), effects.get("indirect")
    return {
        "a": _first_path(study, table, one, b, indirect),
        "b": b,
        "direct": _estimate(study, table, one["label"], one["x"]),
        "indirect": indirect,
        "total": effects.get("total"),
        "share": effects.get("share"),
    }


def _first_path(
    study: StudyTables, table: str, one: dict[str, str], b: Row | None, indirect: Row | None
) -> Row | None:
    """The path to the mediator: of the column that explains it, if it is the one of this indirect effect.

    Another column of the table may explain the mediator too, with other controls or rows.
    """
    if b is None or indirect is None:
        return None
    for model in study.models[table]:
        if model["outcome"] == one["m"]:
            a = _estimate(study, table, model["column_label"], one["x"])
            if a and math.isclose(
                a["estimate"] * b["estimate"], indirect["estimate"], rel_tol=1e-6
            ):
                return a
    return None


def _find(study: StudyTables) -> Iterator[Found]:
    for table, models in study.models.items():
        columns = _columns(study, table)
        if not columns:
            continue
        title = study.titles.get(table, table)
        said = []
        for one in columns:
            paths = _paths(study, table, one)
            share = paths["share"]
            of_total = (
                study.say(
                    f", {number(100 * share['estimate'])} % of the total",
                    f"，占总效应 {number(100 * share['estimate'])}%",
                )
                if share
                else ""
            )
            through, indirect = study.variable(one["m"]), paths["indirect"]
            if indirect:
                said.append(
                    study.say(
                        f"Through {through}: {number(indirect['estimate'])}{of_total}.",
                        f"经{through}：{number(indirect['estimate'])}{of_total}。",
                    )
                )
        counts = {one["column_label"]: one["n_obs"] for one in models}
        labels = ", ".join(f"{one['label']} {counts[one['label']]}" for one in columns)
        yield Found(
            table,
            "effect",
            study.say(f"{title}: paths", f"{title}：中介路径"),
            study.say(
                "On arrows: coefficients with 95 % intervals; dashed: the interval holds zero. The "
                "mediator is not randomly assigned: a description, no proof of a channel. ",
                "箭头上为系数及 95% 置信区间；虚线表示区间含零。"
                "中介变量并非随机分配：仅为描述，并不证明机制。",
            )
            + study.say(" ", "").join(said),
            study.say(f"n: {labels}.", f"n：{labels}。"),
            any(one["data_status"] == "synthetic" for one in models),
        )


def _with_interval(row: Row | None) -> str:
    if row is None:
        return ""
    if row["conf_low"] is None or row["conf_high"] is None:
        return number(row["estimate"])
    return f"{number(row['estimate'])}\n[{number(row['conf_low'])}, {number(row['conf_high'])}]"


def _draw(page: Page, study: StudyTables, table: str) -> None:
    columns = _columns(study, table)
    axes = page.axes(len(columns), 1, height=_HEIGHT * len(columns))
    for axis, one in zip(axes, columns, strict=True):
        axis.set_axis_off()
        axis.set_xlim(0, 1)
        axis.set_ylim(0, 1)
        paths = _paths(study, table, one)
        if len(columns) > 1:
            axis.text(0, 1, one["label"], va="top", weight="bold")
        for key, place in _BOXES.items():
            axis.text(
                *place,
                "\n".join(wrapped(study.variable(one[key]), 20)),
                ha="center",
                va="center",
                bbox={"boxstyle": "round,pad=0.5", "fc": page.theme.empty, "ec": page.theme.ink},
                zorder=3,
            )
        for name, start, end, at, side in (
            ("a", "x", "m", (0.26, 0.58), "right"),
            ("b", "m", "y", (0.74, 0.58), "left"),
            ("direct", "x", "y", (0.5, 0.24), "center"),
        ):
            row = paths[name]
            _arrow(page, axis, _BOXES[start], _BOXES[end], _dashes(row))
            label = study.say("direct ", "直接 ") if name == "direct" else ""
            axis.text(
                *at,
                label + (_with_interval(row) or study.say("not in the table", "表中未列")),
                ha=side,
                va="bottom",
                size=page.look.size - 1,
                gid=f"{one['label']} {name}",
            )
        axis.text(
            0.5,
            0.16,
            _below(study, paths),
            ha="center",
            va="top",
            size=page.look.size - 1,
            color=page.theme.soft,
            gid=f"{one['label']} effects",
        )


def _below(study: StudyTables, paths: dict[str, Row | None]) -> str:
    said = []
    for name, words in (("indirect", ("indirect", "间接")), ("total", ("total", "总"))):
        if row := paths[name]:
            said.append(f"{study.say(*words)} {_with_interval(row)}".replace("\n", " "))
    return "\n".join(said)


def _dashes(row: Row | None) -> str:
    if row is None:
        return "dotted"
    holds_zero = not (row["conf_low"] or 0) * (row["conf_high"] or 0) > 0
    return "dashed" if holds_zero else "solid"


def _arrow(page: Page, axis: Axes, start: Place, end: Place, dashes: str) -> None:
    axis.annotate(
        "",
        end,
        start,
        arrowprops={
            "arrowstyle": "-|>",
            "color": page.theme.ink,
            "linestyle": dashes,
            "shrinkA": 38,
            "shrinkB": 38,
        },
        zorder=1,
    )


KIND = Kind(
    "paths",
    "mediation paths",
    "The paths through a mediator with their coefficients and intervals, and the indirect effect.",
    _find,
    _draw,
    order=20,
)
