"""How long views of provenance take: one coefficient, score and Gini, and a whole column, as the panel grows.

    python -m benchmarks.provenance 10000 30000 120000

Each number is one of units, observed in 11 years; the tables that the view reads are made up: a column of six
variables, one of them a pooled index of three indicators, one with lags and gaps that were filled, one
winsorised; the scores of the index, and their Gini by year.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence

import duckdb

from nqpf_assets.catalog.columns import registry
from nqpf_assets.user_input.project import sql_root

FIRST, LAST = 2012, 2022
READS = {
    "y": [("s1", "value", 0, 0, False)],
    "x": [("s2", "value", 0, 0, False), ("s3", "value", 0, 0, False)],
    "change": [("s4", "value", 0, 0, False), ("s4", "lag", -2, -2, False)],
    "score": [
        (series, role, 0, 0, role == "scale")
        for series in ("s5", "s6", "s7")
        for role in ("value", "scale")
    ],
    "clipped": [("s8", "value", 0, 0, False)],
    "z": [("s2", "value", 0, 0, False)],
}
THREADS = 2
VIEWS = (
    ("panel", "read_way"),
    ("panel", "any_way"),
    ("panel", "link"),
    ("panel", "way"),
    ("panel", "pooled_way"),
    ("panel", "traced_cell"),
    ("panel", "linked_value"),
    ("panel", "provenance"),
    ("index", "number"),
    ("index", "linked_number"),
    ("index", "provenance"),
    ("result", "provenance"),
    ("result", "row_read"),
    ("result", "linked_number"),
    ("result", "table_pool"),
    ("result", "table_provenance"),
)
COLUMN = "study = 'study' AND table_name = 't' AND column_label = '(1)'"
ASKED = {
    "one coefficient": f"result.provenance WHERE {COLUMN} AND variable = 'change'",
    "one index": f"result.provenance WHERE {COLUMN} AND variable = 'score'",
    "a column": f"result.provenance WHERE {COLUMN}",
    "one value": "panel.provenance WHERE study = 'study' AND variable = 'clipped' AND unit = 'u000777'"
    " AND period = 2015",
    "one score": "index.provenance WHERE study = 'study' AND index_name = 'score' AND unit = 'u000777'"
    " AND period = 2015",
    "its own row": "index.provenance WHERE study = 'study' AND index_name = 'score' AND unit = 'u000777'"
    " AND period = 2015 AND role = 'value'",
    "one Gini": "result.table_provenance WHERE study = 'study' AND table_name = 'g' AND number = 'gini'"
    " AND period = 2015",
    "its own rows": "result.table_provenance WHERE study = 'study' AND table_name = 'g'"
    " AND number = 'gini' AND period = 2015 AND role = 'value'",
}
SERIES = [f"s{number}" for number in range(1, 9)]


def tables(connection: duckdb.DuckDBPyConnection, n_units: int) -> None:
    """The tables under the view, of one study with one column."""
    for (schema, table), info in registry().items():
        if schema in ("panel", "index", "result", "source"):
            columns = ", ".join(f"{one.name} {one.type}" for one in info.columns)
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
            connection.execute(f"CREATE TABLE {schema}.{table} ({columns})")

    def insert(table: str, query: str) -> None:
        connection.execute(f"INSERT INTO {table} BY NAME {query}")

    units = (
        f"(SELECT 'u' || lpad(CAST(i AS VARCHAR), 6, '0') AS unit FROM range({n_units}) AS r(i))"
    )
    key = "'study' AS study, 't' AS table_name, '(1)' AS column_label"
    _numbers(insert, units)
    insert("result.model", f"SELECT {key}, 'id' AS sample_id")
    for variable, reads in READS.items():
        insert(
            "result.model_variable", f"SELECT {key}, '{variable}' AS variable, 'control' AS role"
        )
        for series, role, first, last, is_pooled in reads:
            insert(
                "panel.rests_on",
                f"SELECT 'study' AS study, '{variable}' AS variable, '{series}' AS series_id,"
                f" '{role}' AS role, {is_pooled} AS is_pooled, {first} AS first_lag, {last} AS last_lag",
            )
    span = f"'study' AS study, unit, {FIRST} AS first_period, {LAST} AS last_period"
    insert("panel.pool", f"SELECT {span} FROM {units}")
    insert("result.model_span", f"SELECT {span}, 'id' AS sample_id FROM {units}")
    insert(
        "panel.clipped_input",
        "SELECT 'study' AS study, 'clipped' AS variable, 'clipped' AS input, 'value' AS role,"
        " FALSE AS is_pooled, 0 AS first_lag, 0 AS last_lag",
    )
    insert(
        "panel.clipped_cell",
        "SELECT 'study' AS study, 'clipped' AS variable, unit, 2015 AS period, 'low' AS side"
        f" FROM {units} WHERE hash(unit) % 20 = 0",
    )
    insert(
        "panel.bound_cell",
        f"SELECT 'study' AS study, 'clipped' AS variable, 'low' AS side, 's8' AS series_id, unit,"
        f" 2014 AS first_period, 2014 AS last_period FROM {units} LIMIT 2",
    )
    insert("source.file", "SELECT 'f' AS file_id, 'raw/a.csv' AS path")
    listed = ", ".join(f"('{one}')" for one in (*SERIES, "clipped"))
    insert(
        "panel.cell",
        "SELECT 'study' AS study, s.variable, u.unit, p.period, random() AS value, 'reported' AS status,"
        f" 'f' AS file_id, 'line 1' AS locator, '2024' AS vintage FROM (VALUES {listed}) AS s(variable)"
        f" CROSS JOIN {units} AS u CROSS JOIN range({FIRST - 2}, {LAST + 1}) AS p(period) ORDER BY ALL",
    )
    insert(
        "panel.filled_from",
        "SELECT 'study' AS study, 's4' AS variable, unit, 2016 AS period, 2015 AS from_period,"
        f" 0.5 AS weight_in_fill FROM {units} WHERE hash(unit) % 20 = 1",
    )


def _numbers(insert: Callable[[str, str], None], units: str) -> None:
    """Scores of the index, and the Gini of each year, over all units."""
    years = f"range({FIRST}, {LAST + 1}) AS p(period)"
    insert(
        "index.score",
        "SELECT 'study' AS study, 'score' AS index_name, unit, period, 0.5 AS score"
        f" FROM {units} CROSS JOIN {years}",
    )
    insert(
        "index.read",
        "SELECT 'study' AS study, 'score' AS index_name, 'score' AS number_table, 'score' AS number,"
        " 'score' AS variable, 'value' AS role, TRUE AS is_own_row",
    )
    insert(
        "result.table_read",
        "SELECT 'study' AS study, 'g' AS table_name, 'inequality' AS number_table, 'gini' AS number, period,"
        " 'score' AS variable, 'value' AS role, FALSE AS is_own_unit, period AS first_period,"
        f" period AS last_period FROM {years}",
    )
    insert(
        "result.table_span",
        f"SELECT 'study' AS study, 'g' AS table_name, unit, {FIRST} AS first_period, {LAST} AS last_period"
        f" FROM {units}",
    )


def add_views(connection: duckdb.DuckDBPyConnection) -> None:
    """The views as a published file has them: written for older engines, it keeps no `NOT MATERIALIZED`."""
    for schema, view in VIEWS:
        text = (sql_root() / schema / f"{view}.sql").read_text("utf-8")
        text = text.replace(" AS NOT MATERIALIZED (", " AS (")
        connection.execute(f"CREATE VIEW {schema}.{view} AS {text}")


def timed(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[float, int]:
    """Seconds of processor time per thread of the second of two runs, and rows; the machine may be busy."""
    for _ in range(2):
        begun = time.process_time()
        n_rows = connection.execute(query).fetchone()
        taken = (time.process_time() - begun) / THREADS
    assert n_rows is not None
    return taken, int(n_rows[0])


def main(sizes: Sequence[int]) -> None:
    for n_units in sizes:
        with duckdb.connect() as connection:
            connection.execute(f"SET threads = {THREADS}")
            tables(connection, n_units)
            add_views(connection)
            print(f"{n_units} units × {LAST - FIRST + 1} years")
            for words, asked in ASKED.items():
                taken, n_rows = timed(connection, f"SELECT count(*) FROM {asked}")
                print(f"  count, {words}: {taken:.3f} s, {n_rows} rows")
            taken, n_rows = timed(
                connection,
                "SELECT sum(length(path) + length(locator) + hash(unit) % 7)"
                f" FROM {ASKED['one coefficient']}",
            )
            print(f"  all columns, one coefficient: {taken:.3f} s")


if __name__ == "__main__":
    main([int(one) for one in sys.argv[1:]] or [10_000, 30_000, 60_000])
