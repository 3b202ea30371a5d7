"""Correlations of variables as a triangle of shades, each with its number and stars."""

from __future__ import annotations

from collections.abc import Iterator

from nqpf_assets.figures.kind import Found, Kind
from nqpf_assets.figures.page import Page
from nqpf_assets.figures.printed_rows import is_synthetic, named, printed, tables_of_kind
from nqpf_assets.figures.study_tables import StudyTables
from nqpf_assets.figures.words import number, shortened
from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.stars import stars

DARK = 0.55
"""Size of a correlation from which on its shade asks for letters in the colour of the page."""


def _pairs(study: StudyTables, table: str, names: list[str]) -> dict[tuple[int, int], list[float]]:
    """Place of the later and of the earlier variable → coefficient, p-value, rows."""
    rows = printed(study, table)
    own = [place for place, row in enumerate(rows) if row["row_kind"] == "variable"]
    return {
        (i, j): [float(rows[own[i] + part][names[j]]) for part in range(3)]
        for i in range(len(names))
        for j in range(i)
    }


def _find(study: StudyTables) -> Iterator[Found]:
    for table, asked in tables_of_kind(study, "correlation").items():
        names = asked["correlate"]
        pairs = _pairs(study, table, names)
        (i, j), (r, *_) = max(pairs.items(), key=lambda one: abs(one[1][0]))
        first, second = study.variable(names[i]), study.variable(names[j])
        n = sorted({int(one[2]) for one in pairs.values()})
        told = str(n[0]) if len(n) == 1 else study.say(f"{n[0]} to {n[-1]}", f"{n[0]}–{n[-1]}")
        ranks = asked.get("method") == "spearman"
        title = study.titles.get(table, table)
        yield Found(
            table,
            table,
            study.say(f"{title}: every two variables", f"{title}：两两相关"),
            study.say(
                f"{'Spearman rank correlations' if ranks else 'Pearson correlations'}; the largest in size: "
                f"{first} with {second}, {number(r)}. *** p < 0.01, ** p < 0.05, * p < 0.1.",
                f"{'斯皮尔曼秩相关' if ranks else '皮尔逊相关'}系数；绝对值最大者："
                f"{first}与{second}，{number(r)}。*** p < 0.01，** p < 0.05，* p < 0.1。",
            ),
            study.say(
                f"n = {told}; {counted(len(names), 'variables')}.",
                f"n = {told}；{len(names)} 个变量。",
            ),
            is_synthetic(study, table),
        )


def _draw(page: Page, study: StudyTables, table: str) -> None:
    names = tables_of_kind(study, "correlation")[table]["correlate"]
    labels = [row["row_label"] for row in printed(study, table) if row["row_kind"] == "variable"]
    called = list(named(study, labels, names).values())
    k = len(names)
    (axis,) = page.axes(height=1.1 + 0.34 * k)
    colours = page.scale("diverging")
    for (i, j), (r, p, _) in _pairs(study, table, names).items():
        axis.fill_between(
            [j - 0.5, j + 0.5],
            i - 0.5,
            i + 0.5,
            color=colours((r + 1) / 2),
            linewidth=0,
            gid=f"cell {i} {j}",
        )
        is_dark = abs(r) >= DARK
        axis.text(
            j,
            i,
            number(r, 2) + stars(p),
            ha="center",
            va="center",
            size=page.look.notes_size,
            color=page.theme.paper if is_dark else page.theme.ink,
        )
    axis.set_xlim(-0.5, k - 1.5)
    axis.set_ylim(k - 0.5, 0.5)
    axis.set_xticks(
        range(k - 1), [shortened(one, 22) for one in called[:-1]], rotation=35, ha="right"
    )
    axis.set_yticks(range(1, k), [shortened(one, 34) for one in called[1:]])
    axis.grid(visible=False)


KIND = Kind(
    "correlations",
    "correlations of every two variables",
    "A table of correlations: each coefficient with its stars, the darker the further from zero.",
    _find,
    _draw,
    order=10,
)
"""Of tables of `kind: correlation`."""
