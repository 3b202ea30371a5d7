"""Descriptive statistics as small multiples: from the smallest to the largest value, and where most lie."""

from __future__ import annotations

from collections.abc import Iterator

from nqpf_assets.explanations.published import Row
from nqpf_assets.figures.kind import Found, Kind
from nqpf_assets.figures.page import Page
from nqpf_assets.figures.printed_rows import is_synthetic, printed, tables_of_kind
from nqpf_assets.figures.study_tables import StudyTables
from nqpf_assets.messages.counted import counted

ACROSS = 3
QUARTILES = {"p25", "median", "p75"}
LEAST = {"minimum", "maximum"}


def _tables(study: StudyTables) -> Iterator[tuple[str, Row, list[Row]]]:
    """Tables that have a range, and quartiles or mean and deviation, with their rows."""
    for table, asked in tables_of_kind(study, "descriptive").items():
        rows = printed(study, table)
        has = {*rows[0]}
        if has >= LEAST and (has >= QUARTILES or has >= {"mean", "sd"}):
            yield table, asked, rows


def _inner(row: Row) -> tuple[float, float, float] | None:
    """Low, middle and high: quartiles where the table has them, else the mean and a deviation about it."""
    if row.keys() >= QUARTILES:
        return row["p25"], row["median"], row["p75"]
    if row["sd"] is None:
        return None
    return row["mean"] - row["sd"], row["mean"], row["mean"] + row["sd"]


def _find(study: StudyTables) -> Iterator[Found]:
    for table, asked, rows in _tables(study):
        has_quartiles = rows[0].keys() >= QUARTILES
        title, n = study.titles.get(table, table), len(asked["describe"])
        inside = (
            study.say("quartiles, point: median", "四分位数，点为中位数")
            if has_quartiles
            else study.say("one standard deviation about the mean", "均值上下一个标准差，点为均值")
        )
        yield Found(
            table,
            table,
            study.say(f"{title}: where values lie", f"{title}：取值分布"),
            study.say(
                f"Thin: smallest to largest value; thick: {inside}. Each variable on its own scale.",
                f"细线：最小至最大值；粗线：{inside}。各变量自有刻度。",
            ),
            study.say(f"n = {counted(n, 'variables')}.", f"n = {n} 个变量。"),
            is_synthetic(study, table),
        )


def _draw(page: Page, study: StudyTables, table: str) -> None:
    ((_, asked, rows),) = (one for one in _tables(study) if one[0] == table)
    names = asked["describe"]
    each = len(rows) // len(names)
    across = min(ACROSS, len(names))
    down = -(-len(names) // across)
    axes = page.axes(down, across, height=down * (0.85 + 0.17 * each))
    for place, (axis, name) in enumerate(zip(axes, names, strict=False)):
        own = rows[place * each : (place + 1) * each]
        page.head(axis, study.variable(name) if study.language == "zh" else _title(own, each))
        for line, row in enumerate(own):
            ends = (row["minimum"], row["maximum"])
            axis.plot(
                ends, (line, line), color=page.theme.soft, linewidth=1, gid=f"range {name} {line}"
            )
            if (inner := _inner(row)) is not None:
                axis.plot(
                    (inner[0], inner[2]),
                    (line, line),
                    color=page.colour(0),
                    linewidth=4,
                    gid=f"most {name} {line}",
                )
                axis.plot(inner[1], line, linestyle="none", **{**page.mark(1), "markersize": 5})
        axis.set_ylim(each - 0.4, -0.6)
        labels = [study.group(asked["grouping"], _group(row)) for row in own] if each > 1 else []
        axis.set_yticks(range(each) if labels else [], labels)
        axis.locator_params(axis="x", nbins=3)
    for axis in axes[len(names) :]:
        axis.set_visible(False)


def _title(rows: list[Row], each: int) -> str:
    label = str(rows[0]["row_label"])
    return label.rpartition(": ")[0] if each > 1 else label


def _group(row: Row) -> str:
    return str(row["row_label"]).rpartition(": ")[2]


KIND = Kind(
    "spread",
    "where values lie",
    "A table of descriptive statistics: of each variable the range, and quartiles, or the mean and a "
    "standard deviation about it.",
    _find,
    _draw,
    order=10,
)
"""Of tables of `kind: descriptive`."""
