"""Coefficients of all columns of a regression table with their intervals, a panel for each term."""

from __future__ import annotations

from collections.abc import Iterator

from nqpf_assets.estimation.result_rows import STANDARDIZED
from nqpf_assets.explanations.published import Row
from nqpf_assets.figures.kind import Found, Kind
from nqpf_assets.figures.page import Page
from nqpf_assets.figures.study_tables import StudyTables
from nqpf_assets.figures.words import number
from nqpf_assets.messages.counted import counted
from nqpf_assets.warehouse.duckdb_engine import literal

_CONSTANT = "constant"


def _terms(study: StudyTables, table: str) -> dict[str, list[Row]]:
    """Term → its rows in the order of the columns, without constants.

    First the explaining variables, then what the estimator adds, controls, and what it adds to these.
    """
    rows = study.rows(
        "SELECT e.*, m.column_position, m.estimator,"
        " bool_and(coalesce(v.role, '') = 'control') OVER of_term AS is_control,"
        " v.variable IS NULL AS is_added FROM {study}.estimate AS e"
        " INNER JOIN {study}.model AS m USING (table_name, column_label)"
        " LEFT JOIN {study}.model_variable AS v ON v.table_name = e.table_name"
        " AND v.column_label = e.column_label AND v.variable = split_part(e.term, ':', 1)"
        f" WHERE e.table_name = {literal(table)} AND e.term <> '{_CONSTANT}'"
        " AND e.estimate IS NOT NULL WINDOW of_term AS (PARTITION BY e.term)"
        " ORDER BY is_control, is_added, contains(e.term, ':'), m.column_position, e.term"
    )
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["term"], []).append(row)
    return found


def _find(study: StudyTables) -> Iterator[Found]:
    for table, models in study.models.items():
        terms = _terms(study, table)
        if not terms:
            continue
        title = study.titles.get(table, table)
        counts = ", ".join(f"{one['column_label']} {one['n_obs']}" for one in models)
        yield Found(
            table,
            "estimate",
            title,
            study.say(
                "Points: coefficients of each column; bars: their 95 % confidence intervals, where the "
                "column has a standard error. Terms have scales of their own. ",
                "点为各列系数，横线为 95% 置信区间（有标准误时）。各项刻度不同。",
            )
            + _of_other_size(study, models)
            + _said(study, *next(iter(terms.items()))),
            study.say(f"n: {counts}.", f"n：{counts}。"),
            any(one["data_status"] == "synthetic" for one in models),
        )


def _of_other_size(study: StudyTables, models: list[Row]) -> str:
    """Columns whose numbers are no coefficients in the units of the variables, and so not to be compared."""
    differences = [one["column_label"] for one in models if one["estimator"] == "group_difference"]
    standardized = [one["column_label"] for one in models if STANDARDIZED in (one["note"] or "")]
    words = ""
    if standardized:
        named = ", ".join(standardized)
        words += study.say(f"{named}: in standard deviations. ", f"{named}：以标准差计。")
    if differences:
        named = ", ".join(differences)
        words += study.say(f"{named}: differences between groups. ", f"{named}：组间差异。")
    return words


def _said(study: StudyTables, term: str, rows: list[Row]) -> str:
    """The first term in words: its coefficient in each column, and where its interval is off zero."""
    name = study.term(term, rows[0]["estimator"])
    values = ", ".join(f"{row['column_label']} {number(row['estimate'])}" for row in rows)
    bounded = [row for row in rows if row["conf_low"] is not None and row["conf_high"] is not None]
    off = sum(row["conf_low"] > 0 or row["conf_high"] < 0 for row in bounded)
    return study.say(
        f"{name}: {values}; its interval excludes zero in {off} of {counted(len(bounded), 'columns')}.",
        f"{name}：{values}；{len(bounded)} 列中有 {off} 列的区间不含零。",
    )


def _draw(page: Page, study: StudyTables, table: str) -> None:
    terms = _terms(study, table)
    labels = [one["column_label"] for one in study.models[table]]
    names = [study.term(term, rows[0]["estimator"]) for term, rows in terms.items()]
    across = min(3, len(terms))
    down = -(-len(terms) // across)
    axes = page.axes(down, across, sharey=True)
    lines = max(len(page.head_lines(name)) for name in names)
    page.height = down * (0.4 + 0.17 * lines + 0.24 * len(labels))
    for axis, name, rows in zip(axes, names, terms.values(), strict=False):
        page.head(axis, name)
        page.intervals(axis, rows, labels)
    for axis in axes[len(terms) :]:
        axis.set_axis_off()
    axes[0].set_ylim(len(labels) - 0.5, -0.5)


KIND = Kind(
    "coefficients",
    "coefficients of a table",
    "Each term of a regression table, its coefficient in every column with the 95 % interval.",
    _find,
    _draw,
    order=10,
)
