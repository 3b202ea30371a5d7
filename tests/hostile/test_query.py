"""`nqpf query` answers questions about the warehouse: statements that want anything else are refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from nqpf_assets.user_input.project import Project
from tests.command import nqpf

pytestmark = pytest.mark.slow

HIDDEN = "canary-51c9"
ATTACKS = [
    # reading files, the environment, the network, or variables of this program
    "FROM read_csv('{folder}/secret.csv')",
    "FROM read_csv_auto('{folder}/secret.csv')",
    "FROM read_text('{folder}/secret.csv')",
    "FROM read_blob('{folder}/secret.csv')",
    "FROM read_json('{folder}/secret.csv')",
    "FROM read_parquet('{folder}/secret.parquet')",
    "FROM parquet_metadata('{folder}/secret.parquet')",
    "FROM sniff_csv('{folder}/secret.csv')",
    "FROM '{folder}/secret.csv'",
    "FROM query('FROM read_text(''{folder}/secret.csv'')')",
    "FROM query_table('{folder}/secret.csv')",
    "SELECT * FROM glob('{folder}/*')",
    "SELECT getenv('NQPF_CANARY')",
    "FROM 'http://127.0.0.1:9/x.csv'",
    "FROM read_csv('https://127.0.0.1:9/x.csv')",
    "FROM 's3://bucket/x.parquet'",
    "FROM sqlite_scan('{folder}/secret.csv', 't')",
    "FROM read_duckdb('{folder}/secret.csv')",
    "FROM project",
    "FROM statements",
    # writing
    "COPY (SELECT 1) TO '{folder}/out.csv'",
    "COPY source.file TO '{folder}/out.parquet' (FORMAT parquet)",
    "COPY source.file FROM '{folder}/secret.csv'",
    "EXPORT DATABASE '{folder}/out'",
    "IMPORT DATABASE '{folder}/out'",
    "EXPLAIN ANALYZE COPY (SELECT 1) TO '{folder}/out.csv'",
    "EXPLAIN ANALYZE INSERT INTO source.file SELECT * FROM source.file",
    "ATTACH '{folder}/other.duckdb'",
    "ATTACH ':memory:' AS other",
    "CREATE TABLE t AS SELECT 1",
    "CREATE TEMP TABLE t AS SELECT 1",
    "CREATE TEMP MACRO m() AS 1",
    "CREATE SECRET (TYPE s3)",
    "CREATE VIEW v AS SELECT 1",
    "INSERT INTO source.file SELECT * FROM source.file",
    "DELETE FROM source.file",
    "TRUNCATE source.file",
    "UPDATE source.file SET title = ''",
    "MERGE INTO source.file USING (SELECT 1) ON true WHEN MATCHED THEN DELETE",
    "ALTER TABLE source.file RENAME TO f",
    "DROP TABLE source.file",
    "COMMENT ON TABLE source.file IS 'x'",
    "CHECKPOINT",
    "VACUUM",
    "ANALYZE",
    # code and settings
    "INSTALL httpfs",
    "FORCE INSTALL httpfs",
    "LOAD httpfs",
    "LOAD json",
    "LOAD '{folder}/x.duckdb_extension'",
    "UPDATE EXTENSIONS",
    "PRAGMA database_list",
    "PRAGMA enable_profiling",
    "PRAGMA profiling_output = '{folder}/out.json'",
    "SET enable_external_access = true",
    "SET lock_configuration = false",
    "SET GLOBAL allow_unsigned_extensions = true",
    "SET temp_directory = '{folder}'",
    "SET VARIABLE x = 1",
    "RESET enable_external_access",
    "CALL enable_logging(storage = 'file', storage_config = {{'path': '{folder}/log'}})",
    "USE system",
    "DETACH nqpf",
    "BEGIN",
    "PREPARE p AS SELECT 1",
    "SELECT 1; COPY (SELECT 1) TO '{folder}/out.csv'",
    "SELECT 1 /* ; */; DROP TABLE source.file; --",
]


@pytest.mark.parametrize("sql", ATTACKS)
def test_an_attack_is_refused(
    sql: str, built_small: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "secret.csv").write_text(f"a,b\n{HIDDEN},1\n")
    monkeypatch.setenv("NQPF_CANARY", HIDDEN)
    before = built_small.database.read_bytes()
    ran = nqpf("query", sql.format(folder=tmp_path), project=built_small.root)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.strip()
    assert HIDDEN not in ran.err
    assert [path.name for path in tmp_path.iterdir()] == ["secret.csv"]
    assert built_small.database.read_bytes() == before


@pytest.mark.parametrize(
    "sql",
    [
        "FROM source.file",
        "WITH f AS (FROM source.file) SELECT count(*) FROM f",
        "SHOW ALL TABLES",
        "DESCRIBE source.file",
        "SUMMARIZE source.file",
        "EXPLAIN FROM source.file",
        "VALUES (1)",
        "PIVOT source.observation ON period USING count(value) GROUP BY region_code",
        "SELECT comment FROM duckdb_tables()",
    ],
)
def test_a_question_is_answered(sql: str, built_small: Project) -> None:
    ran = nqpf("query", sql, project=built_small.root)
    assert (ran.status, ran.err) == (0, "")
    assert ran.out


ENDLESS = "SELECT range AS n, range AS n FROM range(1_000_000_000_000)"
"""Rows that no memory holds, and that the engine gives one after the other."""


def test_of_an_answer_without_end_the_first_rows_are_drawn(built_small: Project) -> None:
    ran = nqpf("query", ENDLESS, project=built_small.root)
    assert ran.status == 0
    assert "only the first 10,000 rows were fetched" in ran.err
    assert "10000 rows" in ran.out
    assert "n_2" in ran.out


@pytest.mark.parametrize("format", ["csv", "json"])
def test_an_answer_without_end_is_refused_whole(
    format: str, built_small: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nqpf_assets.commands.query.MOST", 1_000)
    file = tmp_path / f"all.{format}"
    for asked in (("--format", format), ("--output", file)):
        ran = nqpf("query", ENDLESS, *asked, project=built_small.root)
        assert (ran.status, ran.out) == (2, "")
        assert "more than 1,000 rows" in ran.err
    assert not file.exists()
    whole = nqpf("query", "FROM range(1_000)", "--format", "csv", project=built_small.root)
    assert (whole.status, len(whole.out.splitlines())) == (0, 1_001)
