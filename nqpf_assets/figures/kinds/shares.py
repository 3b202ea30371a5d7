"""Shapley shares of R² as bars: how much of what is explained falls to each regressor."""

from __future__ import annotations

from collections.abc import Iterator

from nqpf_assets.explanations.published import Row
from nqpf_assets.figures.kind import Found, Kind
from nqpf_assets.figures.page import Page
from nqpf_assets.figures.printed_rows import is_synthetic, printed, tables_of_kind
from nqpf_assets.figures.study_tables import StudyTables
from nqpf_assets.figures.words import number, shortened
from nqpf_assets.messages.counted import counted


def _called(study: StudyTables, asked: Row, row: Row) -> str:
    """The regressor of a row; in Chinese by the variable that has its title."""
    if study.language == "zh":
        for name in asked["regressors"]:
            title = (study.variables.get(name) or {}).get("title") or name
            if row["row_label"] in (title, f"{title} ({name})"):
                return study.variable(name)
    return str(row["row_label"])


def _find(study: StudyTables) -> Iterator[Found]:
    for table, asked in tables_of_kind(study, "shapley").items():
        rows = printed(study, table)
        title, r2 = study.titles.get(table, table), sum(row["r2_part"] for row in rows)
        first, share = _called(study, asked, rows[0]), number(100 * rows[0]["r2_part_share"])
        yield Found(
            table,
            table,
            study.say(f"{title}: shares of R²", f"{title}：R² 的分解"),
            study.say(
                f"Shapley parts of R² = {number(r2)} of {study.variable(asked['outcome'])}; the largest: "
                f"{first}, {share} %.",
                f"{study.variable(asked['outcome'])}的 R² = {number(r2)} 的 Shapley 分解；"
                f"最大者：{first}，{share}%。",
            ),
            study.say(f"n = {counted(len(rows), 'regressors')}.", f"n = {len(rows)} 个解释变量。"),
            is_synthetic(study, table),
        )


def _draw(page: Page, study: StudyTables, table: str) -> None:
    asked, rows = tables_of_kind(study, "shapley")[table], printed(study, table)
    (axis,) = page.axes(height=0.8 + 0.3 * len(rows))
    parts = [row["r2_part"] for row in rows]
    axis.barh(range(len(rows)), parts, height=0.65, color=page.colour(0), gid="parts")
    for place, row in enumerate(rows):
        axis.annotate(
            f"{number(100 * row['r2_part_share'])} %",
            (max(row["r2_part"], 0), place),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            size=page.look.notes_size,
        )
    axis.set_yticks(range(len(rows)), [shortened(_called(study, asked, row), 34) for row in rows])
    axis.set_ylim(len(rows) - 0.5, -0.5)
    axis.margins(x=0.12)
    axis.set_xlabel(study.say("part of R²", "R² 的份额"))
    axis.grid(visible=False, axis="y")


KIND = Kind(
    "shares",
    "shares of R²",
    "A table of Shapley shares: the part of R² that falls to each regressor, the largest first.",
    _find,
    _draw,
    order=10,
)
"""Of tables of `kind: shapley`."""
