"""Direct, indirect and total effects of a spatial model, in every column of a table."""

from __future__ import annotations

from collections.abc import Iterator

from nqpf_assets.explanations.published import Row
from nqpf_assets.figures.kind import Found, Kind
from nqpf_assets.figures.page import Page
from nqpf_assets.figures.study_tables import StudyTables
from nqpf_assets.figures.words import number
from nqpf_assets.warehouse.duckdb_engine import literal

_EFFECTS = {"direct": "直接效应", "indirect": "间接效应", "total": "总效应"}


def _effects(study: StudyTables, table: str) -> dict[tuple[str, str], list[Row]]:
    """Explaining variable and effect → rows in the order of the columns.

    A mediator's effects are drawn as paths: their columns are left out.
    """
    names = ", ".join(map(literal, _EFFECTS))
    rows = study.rows(
        "SELECT e.*, m.column_position FROM {study}.effect AS e"
        " INNER JOIN {study}.model AS m USING (table_name, column_label)"
        " INNER JOIN {study}.model_variable AS v ON v.table_name = e.table_name"
        " AND v.column_label = e.column_label AND v.variable = e.term AND v.role = 'regressor'"
        f" WHERE e.table_name = {literal(table)} AND e.effect IN ({names})"
        " AND e.estimate IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {study}.model_variable AS o"
        " WHERE o.table_name = e.table_name AND o.column_label = e.column_label"
        " AND o.role = 'mediator') ORDER BY e.term, m.column_position, e.effect"
    )
    found: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        found.setdefault((row["term"], row["effect"]), []).append(row)
    return found


def _find(study: StudyTables) -> Iterator[Found]:
    for table in study.names_in("effect"):
        found = _effects(study, table)
        if not found:
            continue
        title = study.titles.get(table, table)
        models = study.models[table]
        labels = {row["column_label"] for rows in found.values() for row in rows}
        counts = ", ".join(
            f"{one['column_label']} {one['n_obs']}"
            for one in models
            if one["column_label"] in labels
        )
        (term, effect), rows = next(
            (key, rows) for key, rows in found.items() if key[1] in ("indirect", "direct", "total")
        )
        values = ", ".join(f"{row['column_label']} {number(row['estimate'])}" for row in rows)
        yield Found(
            table,
            "effect",
            study.say(
                f"{title}: direct, indirect and total effects", f"{title}：直接、间接与总效应"
            ),
            study.say(
                "Points: effects in each column; bars: their 95 % intervals. Direct: of a unit on itself; "
                f"indirect: on all others. {study.variable(term)}, {effect}: {values}.",
                "点为各列效应，横线为 95% 区间。直接效应：对本单元；间接效应：对其他单元。"
                f"{study.variable(term)}，{_EFFECTS[effect]}：{values}。",
            ),
            study.say(f"n: {counts}.", f"n：{counts}。"),
            any(one["data_status"] == "synthetic" for one in models),
        )


def _draw(page: Page, study: StudyTables, table: str) -> None:
    found = _effects(study, table)
    terms = list(dict.fromkeys(term for term, _ in found))
    used = {row["column_label"] for rows in found.values() for row in rows}
    labels = [one["column_label"] for one in study.models[table] if one["column_label"] in used]
    axes = page.axes(len(terms), len(_EFFECTS), sharey=True)
    page.height = len(terms) * (0.75 + 0.26 * len(labels))
    for row, term in enumerate(terms):
        for column, (effect, chinese) in enumerate(_EFFECTS.items()):
            axis = axes[row * len(_EFFECTS) + column]
            name = study.variable(term) if len(terms) > 1 else ""
            page.head(axis, ": ".join(filter(None, [study.say(effect, chinese), name])))
            page.intervals(axis, found.get((term, effect), []), labels)
    axes[0].set_ylim(len(labels) - 0.5, -0.5)


KIND = Kind(
    "effects",
    "direct and indirect effects",
    "Effects of the explaining variables of spatial models on a unit itself, on the others, and in all.",
    _find,
    _draw,
    order=20,
)
