"""Coefficients of all columns of a regression table with their intervals, a panel for each term."""

from __future__ import annotations

from collections.abc import Iterator

from nqpf_assets.explanations.published import Row
from nqpf_assets.figures.kind import Found, Kind
from nqpf_assets.figures.page import Page
from nqpf_assets.figures.study_tables import StudyTables
from nqpf_assets.warehouse.duckdb_engine import literal

_CONSTANT = "constant"


def _terms(study: StudyTables, table: str) -> dict[str, list[Row]]:
    """Term → its rows in the order of the columns, without constants; explaining variables come first."""
    rows = study.rows(
        "SELECT e.*, m.column_position, v.role FROM {study}.estimate AS e"
        " INNER JOIN {study}.model AS m USING (table_name, column_label)"
        " LEFT JOIN {study}.model_variable AS v ON v.table_name = e.table_name"
        " AND v.column_label = e.column_label AND v.variable = e.term"
        f" WHERE e.table_name = {literal(table)} AND e.term <> '{_CONSTANT}'"
        " AND e.estimate IS NOT NULL ORDER BY coalesce(v.role, '') = 'control',"
        " m.column_position, e.term"
    )
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["term"], []).append(row)
    return found


def _find(study: StudyTables) -> Iterator[Found]:
    for table, models in study.models.items():
        if not _terms(study, table):
            continue
        title = study.titles.get(table, table)
        counts = ", ".join(f"{one['column_label']} {one['n_obs']}" for one in models)
        yield Found(
            table,
            "estimate",
            title,
            study.say(
                "Points: coefficients of each column; bars: their 95 % confidence intervals, where the "
                "column has a standard error. Terms have scales of their own.",
                "点为各列系数，横线为 95% 置信区间（有标准误时）。各项刻度不同。",
            ),
            study.say(f"n: {counts}.", f"n：{counts}。"),
            any(one["data_status"] == "synthetic" for one in models),
        )


def _draw(page: Page, study: StudyTables, table: str) -> None:
    terms = _terms(study, table)
    labels = [one["column_label"] for one in study.models[table]]
    across = min(3, len(terms))
    down = -(-len(terms) // across)
    axes = page.axes(down, across, height=down * (0.55 + 0.24 * len(labels)), sharey=True)
    for axis, (term, rows) in zip(axes, terms.items(), strict=False):
        axis.set_title(study.variable(term))
        axis.axvline(0, color=page.theme.soft, linewidth=0.8)
        for row in rows:
            place = labels.index(row["column_label"])
            ends = (row["conf_low"], row["conf_high"])
            if None not in ends:
                axis.plot(ends, (place, place), color=page.colour(0), gid=f"interval {place}")
            axis.plot(row["estimate"], place, linestyle="none", **page.mark(0))
        axis.margins(x=0.12)
        axis.locator_params(axis="x", nbins=4)
    for axis in axes[len(terms) :]:
        axis.set_axis_off()
    axes[0].set_yticks(range(len(labels)), labels)
    axes[0].set_ylim(len(labels) - 0.5, -0.5)


KIND = Kind(
    "coefficients",
    "coefficients of a table",
    "Each term of a regression table, its coefficient in every column with the 95 % interval.",
    _find,
    _draw,
    order=10,
)
