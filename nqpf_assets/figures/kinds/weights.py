"""Weights of an index: a bar for each indicator, by dimension."""

from __future__ import annotations

from collections.abc import Iterator

from nqpf_assets.explanations.published import Row
from nqpf_assets.figures.kind import Found, Kind
from nqpf_assets.figures.page import Page
from nqpf_assets.figures.study_tables import StudyTables
from nqpf_assets.figures.words import number, wrapped
from nqpf_assets.messages.counted import counted
from nqpf_assets.warehouse.duckdb_engine import literal


def _weights(study: StudyTables, index: str) -> list[Row]:
    """Indicators by dimension, in each the heaviest first; of the last year where each has its own."""
    return study.of(
        "index_weight",
        f"index_name = {literal(index)} AND weight IS NOT NULL"
        " QUALIFY weight_period IS NOT DISTINCT FROM max(weight_period) OVER ()",
        "max(weight) OVER (PARTITION BY dimension) DESC, dimension, weight DESC, indicator",
    )


def _find(study: StudyTables) -> Iterator[Found]:
    for index in study.names_in("index_weight", "index_name"):
        rows = _weights(study, index)
        if len(rows) < 2:
            continue
        title, year = study.variable(index), rows[0]["weight_period"]
        first = max(rows, key=lambda row: row["weight"])
        heaviest = f"{study.variable(first['indicator'])} {number(first['weight'])}"
        when = study.say(f" of {year}", f"（{year} 年）") if year else ""
        yield Found(
            index,
            "index_weight",
            study.say(f"Weights of {title}{when}", f"{title}：指标权重{when}"),
            study.say(
                "Bars: weights of indicators, by dimension. − before a name: less is better. "
                f"Heaviest: {heaviest}.",
                f"条形为各指标权重，按维度分组；名称前的 − 表示逆向指标。最大：{heaviest}。",
            ),
            study.say(f"n = {counted(len(rows), 'indicators')}.", f"n = {len(rows)} 个指标。"),
        )


def _draw(page: Page, study: StudyTables, index: str) -> None:
    rows = _weights(study, index)
    dimensions = list(dict.fromkeys(row["dimension"] for row in rows))
    names = ["\n".join(wrapped(_sign(row) + study.variable(row["indicator"]), 34)) for row in rows]
    bars = sum(0.2 + 0.13 * name.count("\n") for name in names)
    axis = page.axes(height=0.6 + 0.2 * -(-len(dimensions) // 2) + bars)[0]
    for place, dimension in enumerate(dimensions):
        mine = [number for number, row in enumerate(rows) if row["dimension"] == dimension]
        axis.barh(
            mine,
            [rows[one]["weight"] for one in mine],
            height=0.72,
            label=(dimension or "").replace("_", " "),
            color=page.colour(place),
            hatch=page.hatch(place),
            edgecolor=page.theme.paper,
            linewidth=0,
        )
    axis.set_yticks(range(len(rows)), names)
    axis.set_ylim(len(rows) - 0.4, -0.6)
    axis.grid(visible=False, axis="y")
    axis.set_xlabel(study.say("weight", "权重"))
    if len(dimensions) > 1:
        axis.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2)


def _sign(row: Row) -> str:
    return "− " if row["direction"] == "negative" else ""


KIND = Kind(
    "weights",
    "weights of an index",
    "The weight of each indicator of an index, by dimension; of the last year where every year has its own.",
    _find,
    _draw,
    order=40,
)
