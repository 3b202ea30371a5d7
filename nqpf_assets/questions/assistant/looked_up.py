"""What the tools of an assistant look up: series, variables, tables of a query, printed tables."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from nqpf_assets.exports.published_tables import known_tables, no_table, read_printed
from nqpf_assets.exports.registry import formats_of
from nqpf_assets.messages.problems import did_you_mean
from nqpf_assets.questions.assistant.asked import MOST_ROWS, Refused, Rows, provenance, rows_of
from nqpf_assets.questions.contents import contents
from nqpf_assets.warehouse.duckdb_engine import engine_error, literal

if TYPE_CHECKING:
    from nqpf_assets.warehouse.connection import Connection


def _has(words: str, *columns: str) -> str:
    """That every word stands in one of the columns, as SQL."""
    text = " || ' ' || ".join(f"replace(coalesce({one}, ''), '_', ' ')" for one in columns)
    each = re.split(r"[\s_]+", words.strip())
    return " AND ".join(f"contains(lower({text}), {literal(one.lower())})" for one in each)


def series_named(connection: Connection, words: str, limit: int) -> Rows:
    """Series by their names, with where and when they are published, in which files, and one cell."""
    return rows_of(
        connection,
        "SELECT s.series_id, s.name_en, s.names,"
        " string_agg(DISTINCT o.unit_measure, ', ' ORDER BY o.unit_measure) AS unit_measure,"
        " min(o.period) AS first_period, max(o.period) AS last_period,"
        " count(DISTINCT o.region_code) AS n_regions, count(o.value) AS n_values,"
        " list(DISTINCT f.path ORDER BY f.path) FILTER (f.path IS NOT NULL) AS files,"
        " arg_max(f.path || ' ' || o.locator, o.period) FILTER (o.value IS NOT NULL) AS a_cell"
        " FROM catalog.series AS s LEFT JOIN source.observation AS o USING (series_id)"
        " LEFT JOIN source.file AS f ON o.file_id = f.file_id"
        f" WHERE {_has(words, 's.series_id', 's.name_en', 's.names')}"
        " GROUP BY ALL ORDER BY n_values DESC, s.series_id",
        max(1, min(limit, MOST_ROWS)),
    )


def series_near(connection: Connection, words: str) -> str:
    """The series that may have been meant, as a question; empty where none is near."""
    ids = rows_of(connection, "SELECT series_id FROM catalog.series")
    known = [str(row["series_id"]) for row in ids]
    parts = {part for one in known for part in one.split("_")}
    return did_you_mean(words.replace(" ", "_").lower(), [*known, *sorted(parts)])


def variables_named(connection: Connection, words: str) -> Rows:
    """Variables and indices of all studies by their names."""
    schemas = [one.schema for one in contents(connection, counted=False) if one.name == "variable"]
    parts = [
        f"SELECT {literal(schema)} AS study, variable, role, title, unit_measure, expression"
        f' FROM "{schema}".variable WHERE {_has(words, "variable", "title")}'
        for schema in schemas
    ]
    if not parts:
        return []
    return rows_of(connection, f"{' UNION ALL '.join(parts)} ORDER BY study, variable", 50)


def tables_named(connection: Connection, sql: str) -> dict[str, str]:
    """Tables that a query names → what one row of them is."""
    text = sql.lower().replace('"', "")
    return {
        one.full_name: one.description
        for one in contents(connection, counted=False)
        if re.search(rf"(?<![\w.]){re.escape(one.full_name.lower())}(?!\w)", text)
    }


def table_shown(connection: Connection, name: str) -> dict[str, Any]:
    """A table as the paper prints it, its columns, and the files that its numbers rest on."""
    from nqpf_assets.exports.leaving import tables_as
    from nqpf_assets.exports.printed.style import style_named

    known = known_tables(connection)
    if name not in known:
        raise Refused(no_table(name, known))
    printed = read_printed(connection, name, known[name])
    study, _, table = name.partition(".")
    style = style_named("three_line")
    answer: dict[str, Any] = {
        "table": name,
        "title": known[name],
        "printed": str(tables_as(connection, formats_of("tables")["md"], [name], known, style)),
        "is_synthetic": printed.is_synthetic,
    }
    where = f"WHERE study = {literal(study)} AND table_name = {literal(table)}"
    answer["columns"] = rows_of(
        connection,
        "SELECT column_label, estimator, outcome, n_obs, n_units, vcov, n_series_cells,"
        f" n_imputed_cells, n_corrected_cells, data_status FROM result.model {where}"
        " ORDER BY column_position",
    )
    rests = provenance(connection)
    if answer["columns"]:
        try:
            rests["files"] = rows_of(
                connection,
                f"SELECT path, count(DISTINCT locator) AS n_cells FROM result.provenance {where}"
                " AND path IS NOT NULL GROUP BY path ORDER BY path",
            )
        except engine_error():
            rests["files"] = "not told: too many cells; ask result.provenance of one column"
    rests["cells"] = f'explain_number "{name} COLUMN TERM" names the cells of one number'
    return answer | {"provenance": rests}
