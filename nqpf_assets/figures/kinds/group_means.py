"""Differences of the means of two groups with the intervals of their t tests, a panel for each variable."""

from __future__ import annotations

from collections.abc import Iterator

from nqpf_assets.explanations.published import Row
from nqpf_assets.figures.kind import Found, Kind
from nqpf_assets.figures.page import Page
from nqpf_assets.figures.printed_rows import is_synthetic, named, printed, tables_of_kind
from nqpf_assets.figures.study_tables import StudyTables
from nqpf_assets.figures.words import number
from nqpf_assets.messages.counted import counted

SIGNIFICANT = 0.05
ACROSS = 3


def _interval(row: Row) -> Row:
    """The row with the 95 % interval that its t, degrees of freedom and difference are one with."""
    from scipy.stats import t

    statistic = row["statistic"]
    half = abs(row["difference"] / statistic) * t.ppf(0.975, row["df"]) if statistic else None
    ends = (None, None) if half is None else (row["difference"] - half, row["difference"] + half)
    return {**row, "estimate": row["difference"], "conf_low": ends[0], "conf_high": ends[1]}


def _find(study: StudyTables) -> Iterator[Found]:
    for table, asked in tables_of_kind(study, "group_means").items():
        rows = printed(study, table)
        first, second = (study.group(asked["grouping"], one) for one in asked["groups"])
        n = sum(row["p_value"] is not None and row["p_value"] < SIGNIFICANT for row in rows)
        title = study.titles.get(table, table)
        counts = [max(row[f"n_{one}"] for row in rows) for one in ("first", "second")]
        yield Found(
            table,
            table,
            study.say(f"{title}: {first} less {second}", f"{title}：{first}减{second}"),
            study.say(
                f"Differences of means with 95 % intervals of t, each in the variable's own unit; {n} of "
                f"{counted(len(rows), 'intervals')} exclude zero.",
                f"均值之差及 t 的 95% 区间，各按变量自身单位；{len(rows)} 个区间中 {n} 个不含零。",
            ),
            study.say(
                f"n up to {counts[0]} and {counts[1]}.", f"n 至多 {counts[0]} 与 {counts[1]}。"
            ),
            is_synthetic(study, table),
        )


def _draw(page: Page, study: StudyTables, table: str) -> None:
    asked, rows = tables_of_kind(study, "group_means")[table], printed(study, table)
    called = named(study, [row["row_label"] for row in rows], asked["compare"])
    across = min(ACROSS, len(rows))
    down = -(-len(rows) // across)
    axes = page.axes(down, across, height=1.15 * down)
    for axis, row in zip(axes, rows, strict=False):
        page.head(axis, called[row["row_label"]])
        page.intervals(axis, [{**_interval(row), "column_label": ""}], [""])
        means = [number(row[f"mean_{one}"]) for one in ("first", "second")]
        axis.set_xlabel(study.say(f"means {means[0]}, {means[1]}", f"均值 {means[0]}，{means[1]}"))
        axis.set_yticks([])
    for axis in axes[len(rows) :]:
        axis.set_visible(False)


KIND = Kind(
    "group_means",
    "differences of two groups",
    "A table of means in two groups: the difference of each variable with its 95 % interval.",
    _find,
    _draw,
    order=10,
)
"""Of tables of `kind: group_means`."""
