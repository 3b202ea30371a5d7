"""How far the places of units by an index move where one of its indicators is left out."""

from __future__ import annotations

from collections.abc import Iterator

from nqpf_assets.explanations.published import Row
from nqpf_assets.figures.kind import Found, Kind
from nqpf_assets.figures.page import Page
from nqpf_assets.figures.printed_rows import is_synthetic, tables_of_kind
from nqpf_assets.figures.study_tables import StudyTables
from nqpf_assets.figures.words import shortened
from nqpf_assets.messages.counted import counted
from nqpf_assets.warehouse.duckdb_engine import literal

MOST = 20
"""Units that have room."""


def _last_year(study: StudyTables, table: str) -> tuple[int, str, list[Row]]:
    """The last year, the indicator that moves most there, and each unit's place with and without it."""
    rows = study.rows(
        "WITH own AS (SELECT * FROM {study}.rank_change"
        f" WHERE table_name = {literal(table)}"
        f" AND period = (SELECT max(period) FROM {{study}}.rank_change WHERE table_name = {literal(table)})),"
        " most AS (SELECT indicator FROM own GROUP BY indicator"
        " ORDER BY sum(abs(rank_without - rank_all)) DESC, indicator LIMIT 1)"
        " SELECT * FROM own SEMI JOIN most USING (indicator) ORDER BY rank_all, unit"
    )
    return int(rows[0]["period"]), str(rows[0]["indicator"]), rows


def _find(study: StudyTables) -> Iterator[Found]:
    for table, asked in tables_of_kind(study, "rank_stability").items():
        year, indicator, rows = _last_year(study, table)
        moved = [row for row in rows if row["rank_without"] != row["rank_all"]]
        far = max(rows, key=lambda row: abs(row["rank_without"] - row["rank_all"]))
        title, of = study.titles.get(table, table), study.variable(indicator)
        unit, index = study.unit(far["unit"]), study.variable(asked["index"])
        yield Found(
            table,
            "rank_change",
            study.say(
                f"{title}: places without {of}, {year}", f"{title}：{year} 年剔除{of}后的位次"
            ),
            study.say(
                f"Filled: the place by {index}; open: without {of}, the indicator that moves places most. "
                f"{len(moved)} of {counted(len(rows), 'units')} move, the furthest {unit}, from "
                f"{far['rank_all']} to {far['rank_without']}.",
                f"实心：按{index}的位次；空心：剔除对位次影响最大的{of}之后。"
                f"{len(rows)} 个单元中 {len(moved)} 个变动，最大者：{unit}，"
                f"由 {far['rank_all']} 到 {far['rank_without']}。",
            )
            + (
                study.say(
                    f" Drawn are the {MOST} that move most.", f"图中为变动最大的 {MOST} 个单元。"
                )
                if len(rows) > MOST
                else ""
            ),
            study.say(f"n = {counted(len(rows), 'units')}.", f"n = {len(rows)} 个单元。"),
            is_synthetic(study, table),
        )


def _draw(page: Page, study: StudyTables, table: str) -> None:
    _, _, rows = _last_year(study, table)
    shown = sorted(rows, key=lambda row: -abs(row["rank_without"] - row["rank_all"]))[:MOST]
    shown.sort(key=lambda row: (row["rank_all"], row["unit"]))
    (axis,) = page.axes(height=0.8 + 0.2 * len(shown))
    for place, row in enumerate(shown):
        ends = (row["rank_all"], row["rank_without"])
        axis.plot(ends, (place, place), color=page.theme.soft, gid=f"move {row['unit']}")
        axis.plot(ends[0], place, linestyle="none", **page.mark(0))
        axis.plot(
            ends[1],
            place,
            linestyle="none",
            **{**page.mark(1), "markerfacecolor": page.theme.paper},
        )
    axis.set_yticks(range(len(shown)), [shortened(study.unit(row["unit"]), 24) for row in shown])
    axis.set_ylim(len(shown) - 0.5, -0.5)
    axis.locator_params(axis="x", integer=True)
    axis.set_xlabel(study.say("place, 1 the highest score", "位次，1 为最高"))
    axis.grid(visible=False, axis="y")


KIND = Kind(
    "places",
    "places without an indicator",
    "A table of rank stability: the place of each unit in the last year, with the indicator that moves "
    "places most and without it; of more than twenty units those that move most.",
    _find,
    _draw,
    order=10,
)
"""Of tables of `kind: rank_stability`."""
