"""Indirect effects by several ways, or at levels of a moderator: of chain and of moderated mediations.

What goes by one mediator is drawn as `paths`.
"""

from __future__ import annotations

from collections.abc import Iterator

from nqpf_assets.explanations.published import Row
from nqpf_assets.figures.kind import Found, Kind
from nqpf_assets.figures.page import Page
from nqpf_assets.figures.study_tables import StudyTables
from nqpf_assets.figures.words import number
from nqpf_assets.warehouse.duckdb_engine import literal

_EFFECTS = {
    "indirect, first mediator": ("by the first mediator", "经第一中介"),
    "indirect, second mediator": ("by the second mediator", "经第二中介"),
    "indirect, chain": ("by both in turn", "链式中介"),
    "indirect": ("all", "合计"),
    "indirect, low moderator": ("low moderator", "调节变量低"),
    "indirect, mean moderator": ("mean moderator", "调节变量均值"),
    "indirect, high moderator": ("high moderator", "调节变量高"),
    "indirect, high less low moderator": ("high less low", "高减低"),
}
"""Effect → its words in English and Chinese, in the order of the lines. The index of moderated mediation is
per unit of the moderator, and no effect on this scale."""


def _columns(study: StudyTables, table: str) -> dict[str, list[Row]]:
    """Column that has more than one way or level → its effects in the order of the lines."""
    rows = study.rows(
        "SELECT e.* FROM {study}.effect AS e INNER JOIN {study}.model AS m"
        " USING (table_name, column_label)"
        f" WHERE e.table_name = {literal(table)} AND e.estimate IS NOT NULL"
        f" AND e.effect IN ({', '.join(map(literal, _EFFECTS))}) ORDER BY m.column_position"
    )
    order = [*_EFFECTS]
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["column_label"], []).append(row)
    return {
        label: sorted(effects, key=lambda row: order.index(row["effect"]))
        for label, effects in found.items()
        if any(row["effect"] != "indirect" for row in effects)
    }


def _find(study: StudyTables) -> Iterator[Found]:
    for table, models in study.models.items():
        columns = _columns(study, table)
        if not columns:
            continue
        title = study.titles.get(table, table)
        counts = {one["column_label"]: one["n_obs"] for one in models}
        values = study.say("; ", "；").join(
            f"{label}: " + ", ".join(f"{study.say(*_EFFECTS[one['effect']])} {number(one['estimate'])}"
                                     for one in rows)
            for label, rows in columns.items()
        )  # fmt: skip
        labels = ", ".join(f"{label} {counts[label]}" for label in columns)
        yield Found(
            table,
            "effect",
            study.say(f"{title}: indirect effects", f"{title}：间接效应"),
            study.say(
                "Points: indirect effects; bars: their 95 % intervals. Mediators are not randomly assigned: "
                f"a description, no proof of a channel. {values}.",
                "点为间接效应，横线为 95% 区间。中介变量并非随机分配：仅为描述，并不证明机制。"
                f"{values}。",
            ),
            study.say(f"n: {labels}.", f"n：{labels}。"),
            any(one["data_status"] == "synthetic" for one in models),
        )


def _draw(page: Page, study: StudyTables, table: str) -> None:
    columns = _columns(study, table)
    axes = page.axes(len(columns), 1)
    page.height = sum(0.8 + 0.26 * len(rows) for rows in columns.values())
    for axis, (label, rows) in zip(axes, columns.items(), strict=True):
        page.head(axis, f"{label}: {study.variable(rows[0]['term'])}")
        words = [study.say(*_EFFECTS[row["effect"]]) for row in rows]
        lines = [row | {"column_label": word} for row, word in zip(rows, words, strict=True)]
        page.intervals(axis, lines, words)
        axis.set_ylim(len(words) - 0.5, -0.5)


KIND = Kind(
    "indirect",
    "indirect effects by ways or levels",
    "Indirect effects by two mediators in sequence, or at levels of a moderator, with their intervals.",
    _find,
    _draw,
    order=20,
)
