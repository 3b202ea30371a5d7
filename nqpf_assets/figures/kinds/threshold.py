"""Thresholds: where they lie among the values of the variable that switches regimes, with their intervals."""

from __future__ import annotations

from collections.abc import Iterator

from nqpf_assets.explanations.published import Row
from nqpf_assets.figures.kind import Found, Kind
from nqpf_assets.figures.page import Page
from nqpf_assets.figures.study_tables import StudyTables
from nqpf_assets.figures.words import number
from nqpf_assets.warehouse.duckdb_engine import literal, quoted


def _thresholds(study: StudyTables, table: str) -> dict[str, list[Row]]:
    """Column → its thresholds, with the test of each, in their order."""
    rows = study.rows(
        "SELECT e.*, m.sample_id, m.data_status, t.statistic AS f, t.p_value AS p"
        " FROM {study}.effect AS e INNER JOIN {study}.model AS m USING (table_name, column_label)"
        " LEFT JOIN {study}.test AS t ON t.table_name = e.table_name"
        " AND t.column_label = e.column_label AND t.test = e.effect"
        f" WHERE e.table_name = {literal(table)} AND e.effect SIMILAR TO 'threshold_[0-9]+'"
        " AND e.estimate IS NOT NULL ORDER BY m.column_position, e.effect"
    )
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["column_label"], []).append(row)
    return found


def _values(study: StudyTables, row: Row) -> list[float]:
    """Values of the variable in the rows of the column, in ascending order."""
    name = quoted(row["term"])
    rows = study.rows(
        f"SELECT {name} AS v FROM {{study}}.panel INNER JOIN {{study}}.model_sample AS s"
        f" USING (unit, period) WHERE s.sample_id = {literal(row['sample_id'])}"
        f" AND {name} IS NOT NULL ORDER BY v"
    )
    return [one["v"] for one in rows]


def _find(study: StudyTables) -> Iterator[Found]:
    for table in study.names_in("effect"):
        columns = _thresholds(study, table)
        if not columns:
            continue
        title = study.titles.get(table, table)
        said, counts = [], []
        for label, rows in columns.items():
            said += [_said(study, label, row) for row in rows]
            counts.append(f"{label} {len(_values(study, rows[0]))}")
        yield Found(
            table,
            "effect",
            study.say(f"{title}: thresholds", f"{title}：门槛值"),
            study.say(
                "Curve: share of rows at or below a value; upright lines: thresholds; areas: their 95 % "
                f"intervals. {'; '.join(said)}.",
                f"曲线为不高于该值的行所占比例，竖线为门槛值，阴影为其 95% 区间。{'；'.join(said)}。",
            ),
            study.say(f"n: {', '.join(counts)}.", f"n：{'，'.join(counts)}。"),
            any(row["data_status"] == "synthetic" for rows in columns.values() for row in rows),
        )


def _said(study: StudyTables, label: str, row: Row) -> str:
    text = f"{label} {number(row['estimate'])}"
    if row["conf_low"] is not None and row["conf_high"] is not None:
        text += f" [{number(row['conf_low'])}, {number(row['conf_high'])}]"
    if row["f"] is not None and row["p"] is not None:
        text += study.say(", ", "，") + f"F {number(row['f'])}, p {number(row['p'])}"
    return text


def _draw(page: Page, study: StudyTables, table: str) -> None:
    columns = _thresholds(study, table)
    axes = page.axes(len(columns), 1, height=2.6 * len(columns))
    for axis, (label, rows) in zip(axes, columns.items(), strict=True):
        values = _values(study, rows[0])
        shares = [(place + 1) / len(values) for place in range(len(values))]
        axis.plot(values, shares, drawstyle="steps-post", gid="values", **page.line(0))
        for place, row in enumerate(rows, start=1):
            if row["conf_low"] is not None and row["conf_high"] is not None:
                axis.axvspan(
                    row["conf_low"],
                    row["conf_high"],
                    color=page.colour(place),
                    alpha=0.2,
                    linewidth=0,
                    gid=f"interval {place}",
                )
            axis.axvline(row["estimate"], gid=f"threshold {place}", **page.line(place))
        axis.set_title(label)
        axis.set_xlabel(study.variable(rows[0]["term"]))
        axis.set_ylabel(study.say("share of rows", "行的比例"))


KIND = Kind(
    "threshold",
    "thresholds",
    "Where thresholds lie among the values of their variable, each with its interval and test.",
    _find,
    _draw,
    order=20,
)
