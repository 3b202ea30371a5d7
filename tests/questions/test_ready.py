"""Ready queries: each gives rows on the sample, runs in any project, and orders its rows."""

from __future__ import annotations

import re

import duckdb
import pytest

from nqpf_assets.estimation.result_rows import STANDARDIZED
from nqpf_assets.questions.ready import ready_queries
from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse.duckdb_file import answer_of, open_closed
from tests.command import nqpf
from tests.scratch import scratch

LEAST = 20
EMPTY_IN_A_SMALL_ONE = 0.4
"""Part of the queries that may find nothing in a project of one table."""


def test_there_are_enough_and_each_says_what_it_asks() -> None:
    known = ready_queries()
    assert len(known) >= LEAST
    assert len({one.title for one in known.values()}) == len(known)
    for one in known.values():
        assert one.title.endswith("?"), one.name
        assert one.words.endswith("."), one.name
        assert one.tables, one.name
        assert re.search(r"^ORDER BY", one.sql, re.MULTILINE), one.name


@pytest.mark.slow  # the built sample
@pytest.mark.parametrize("name", ready_queries())
def test_each_gives_rows_on_the_sample(built_sample: Project, name: str) -> None:
    with open_closed(built_sample.database) as connection:
        rows = answer_of(connection, ready_queries()[name].sql)
    assert rows is not None
    assert rows.num_rows > 0


def test_all_run_in_a_project_of_another_study(asked: Project) -> None:
    with open_closed(asked.database) as connection:
        found = {
            name: answer_of(connection, one.sql).num_rows for name, one in ready_queries().items()
        }
    empty = [name for name, n in found.items() if not n]
    assert len(empty) <= EMPTY_IN_A_SMALL_ONE * len(found), empty


def test_the_command_runs_and_lists_them(asked: Project) -> None:
    listed = nqpf("query", "--list", "-f", "csv", project=asked.root).out
    assert set(ready_queries()) <= {line.partition(",")[0] for line in listed.splitlines()}
    assert nqpf("query", "--ready", "studies", project=asked.root).out.count("mini") == 1
    refused = nqpf("query", "--ready", "studys", project=asked.root)
    assert refused.status == 2
    assert "did you mean `studies`" in refused.err
    both = nqpf("query", "FROM mini.panel", "--ready", "studies", project=asked.root)
    assert both.status == 2
    assert "one question at a time" in both.err


def test_revisions_go_from_the_older_vintage_to_the_newer_by_day() -> None:
    # By their names 2025-10 comes before 2025-9: the revision would be the other way round.
    with scratch() as connection:
        connection.execute(
            "CREATE SCHEMA source; CREATE SCHEMA catalog;"
            "CREATE TABLE source.file AS FROM (VALUES ('a', '2025-09-30'), ('b', '2025-10-31'))"
            " AS f (file_id, vintage_order);"
            "CREATE TABLE catalog.region AS SELECT '110000' AS region_code, '北京' AS short_name;"
            "CREATE TABLE source.observation AS FROM (VALUES"
            " ('gdp', '110000', 2020, '亿元', '2025-9', 100.0, 'a'),"
            " ('gdp', '110000', 2020, '亿元', '2025-10', 110.0, 'b'),"
            " ('gdp', '110000', 2021, '亿元', '2025-9', 0.0, 'a'),"
            " ('gdp', '110000', 2021, '亿元', '2025-10', 5.0, 'b'))"
            " AS o (series_id, region_code, period, unit_measure, vintage, value, file_id)"
        )
        rows = connection.execute(ready_queries()["revised_values"].sql).fetchall()
    assert [(row[4], row[6]) for row in rows] == [("2025-9", "2025-10")] * 2
    assert [row[-1] for row in rows] == [pytest.approx(0.1), None]


def test_robustness_puts_side_by_side_what_is_of_one_size() -> None:
    with scratch() as connection:
        connection.execute(
            "CREATE SCHEMA result;"
            "CREATE TABLE result.model AS FROM (VALUES"
            " ('(1)', 'two_way_fe', NULL), ('(2)', 'two_way_fe', 'A note.'),"
            f" ('(3)', 'two_way_fe', '{STANDARDIZED}. More.'),"
            " ('(4)', 'group_difference', NULL), ('(5)', 'tobit', NULL))"
            " AS m (column_label, estimator, note);"
            "ALTER TABLE result.model ADD COLUMN study VARCHAR DEFAULT 's';"
            "ALTER TABLE result.model ADD COLUMN table_name VARCHAR DEFAULT 't';"
            "ALTER TABLE result.model ADD COLUMN outcome VARCHAR DEFAULT 'y';"
            "CREATE TABLE result.estimate AS SELECT study, table_name, column_label, 'x' AS term,"
            " CAST(column_label[2] AS DOUBLE) AS estimate, 0.01 AS p_value FROM result.model"
        )
        rows = connection.execute(ready_queries()["robustness"].sql).fetchall()
    assert rows == [("s", "y", "two_way_fe", "x", 2, 2, 2, 1.0, 1.5, 2.0)]


@pytest.mark.parametrize(
    ("name", "columns", "expected"),
    [
        ("studies", "n_units, n_variables, n_cells", (2, 1, 2)),
        ("filled_cells", "n_cells, n_aggregated", (2, 2)),
    ],
)
def test_regions_that_are_put_together_are_no_units(
    name: str, columns: str, expected: tuple[int, ...]
) -> None:
    """Two prefectures of three counties, with a series by which these are weighed."""
    prefectures, counties = ("340100", "340400"), ("340102", "340402", "340403")
    cells = [("share", unit, "aggregated") for unit in prefectures]
    cells += [(one, unit, "reported") for one in ("share", "people") for unit in counties]
    with duckdb.connect() as connection:
        connection.execute("CREATE SCHEMA panel")
        connection.execute(
            "CREATE TABLE panel.cell (variable VARCHAR, unit VARCHAR, status VARCHAR,"
            " study VARCHAR DEFAULT 's', period INTEGER DEFAULT 2015)"
        )
        connection.executemany(
            "INSERT INTO panel.cell (variable, unit, status) VALUES (?, ?, ?)", cells
        )
        connection.execute(
            "CREATE TABLE panel.pool AS SELECT 's' AS study, unnest($1) AS unit", [prefectures]
        )
        rows = connection.sql(ready_queries()[name].sql).select(columns).fetchall()
    assert rows == [expected]
