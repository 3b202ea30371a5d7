"""Queries that are asked in pieces: the same rows in the same order as of all at once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import numpy as np
import polars as pl
import pytest

from nqpf_assets.catalog.columns import STUDY_SCHEMA
from nqpf_assets.sources.raw_state import RawState
from nqpf_assets.stages.sql import BY_SERIES, CELL, bind, file_step
from nqpf_assets.steps.step import Inputs
from nqpf_assets.user_input.project import Project, sql_root
from nqpf_assets.warehouse import query_pieces
from nqpf_assets.warehouse.duckdb_engine import Query
from nqpf_assets.warehouse.query_pieces import in_pieces
from nqpf_assets.warehouse.store import Store, TableKey
from tests.scratch import scratch
from tests.stages.relations import Rows, registered
from tests.stages.test_series_break import levels, observed

REPORTED = (STUDY_SCHEMA, "reported_cell")
STUDY = "s"
NO_INPUTS = Inputs(Project(Path()), Store(Path()), (), RawState({}))
NAMES = {REPORTED: "variable"}
"""What a series is called in the rows that are found, where it is no `series_id`."""
SERIES = ("a", "b", "c", "d", "e")
SIZES = np.exp(np.random.default_rng(8).normal(0, 1.5, (20, 1)))
"""Of regions, the same in all series: what a level is held against."""


def observations(vintage: str) -> Iterator[dict[str, object]]:
    """Five series with a spike, a break, a region in another unit; and in 2025 a year of another vintage."""
    for seed, series in enumerate(SERIES):
        values = SIZES * levels(seed=seed)
        values[4, 6] *= 100 if series == "a" else 1
        values[:14, 5:] *= 0.3 if series == "b" else 1
        values[7] *= 1000 if series == "d" else 1
        if vintage == "2025":  # revised by no two cells alike: of equal ones either may be told
            values[:, 8] *= np.random.default_rng(9).uniform(1.2, 1.3, 20)
        for row in observed(values, series=series)["source.observation"]:
            yield row | {"vintage": vintage, "file_id": vintage}


@pytest.fixture
def given() -> dict[str, Rows]:
    kept = observed(levels())
    return {
        "source.observation": [*observations("2024"), *observations("2025")],
        "source.file": [
            {"file_id": one, "publisher": "P", "vintage": one, "path": f"raw/{one}"}
            for one in ("2024", "2025")
        ],
        "catalog.unit_measure": kept["catalog.unit_measure"],
        "catalog.region": [
            one | {"unit_code": one["region_code"]} for one in kept["catalog.region"]
        ],
        "s.unit": [{"unit": one["region_code"]} for one in kept["catalog.region"]],
        "s.series": [
            {"series_id": one, "vintage_policy": policy, "first_period": 2010, "last_period": 2030}
            for one, policy in zip(SERIES, ("latest", "single") * 3, strict=False)
        ],
        "s.unit_conversion": [
            {"series_id": one, "from_unit_measure": unit, "to_unit_measure": unit}
            for one in SERIES
            for unit in {row["unit_measure"] for row in kept["source.observation"]}
        ],
    }


def put(
    connection: duckdb.DuckDBPyConnection, reads: tuple[TableKey, ...], given: dict[str, Rows]
) -> None:
    """Tables as a step sees them: views."""
    for schema, table in reads:
        shape = STUDY_SCHEMA if schema == STUDY else schema
        frame = registered(shape, table, given.get(f"{schema}.{table}", []))
        connection.register("given", frame.to_arrow())
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
        connection.execute(f'CREATE TABLE "{schema} {table}" AS FROM given')
        connection.execute(f'CREATE VIEW {schema}.{table} AS FROM "{schema} {table}"')


def rows(connection: duckdb.DuckDBPyConnection, sql: str) -> pl.DataFrame:
    return pl.DataFrame(pl.from_arrow(connection.sql(sql).to_arrow_table()))


@pytest.mark.slow
@pytest.mark.parametrize("key", BY_SERIES, ids=".".join)
def test_the_rows_are_those_of_all_at_once(
    key: TableKey, given: dict[str, Rows], monkeypatch: pytest.MonkeyPatch
) -> None:
    """By two series (480 rows each) at a time; what other series say of a region's size counts."""
    text = (sql_root() / key[0] / f"{key[1]}.sql").read_text("utf-8")
    sql, reads = bind(text, study=STUDY if key == REPORTED else None, studies=())
    with scratch() as connection:
        put(connection, reads, given)
        expected = rows(connection, sql)
        assert expected[NAMES.get(key, "series_id")].n_unique() > 1
        query = Query(sql, BY_SERIES[key])
        assert in_pieces(connection, query) == query
        monkeypatch.setattr(query_pieces, "ROWS", 1_000)
        made = in_pieces(connection, query)
        found = rows(connection, made.sql)
        assert found.schema == expected.schema
        assert found.equals(expected)
        # Whoever asks the table next, as checks do, sees all of it.
        (n,) = connection.execute("SELECT count(*) FROM source.observation").fetchone() or (0,)
        assert n == len(given["source.observation"])


@pytest.mark.parametrize("key", BY_SERIES, ids=".".join)
def test_nothing_but_what_is_named_looks_across_series(key: TableKey) -> None:
    """Every window, group and join of these queries is within a series, or of regions, files and findings."""
    text = (sql_root() / key[0] / f"{key[1]}.sql").read_text("utf-8")
    for part in re.findall(r"PARTITION BY\s+([\w.]+)", text):
        assert part.rpartition(".")[2] == "series_id"
    assert re.search(rf"\nORDER BY\s+(\w+\.)?{NAMES.get(key, BY_SERIES[key].column)},", text)


def test_tables_that_are_divided_together_give_every_row_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The cells of a study: variables of one table alone, of two, and one that is a series as it is."""
    (step,) = [file_step("panel", CELL, studies=(STUDY,))]
    (query,) = step.run(NO_INPUTS).values()
    assert isinstance(query, Query)
    cells = {
        "filled_cell": ("b", "d", "e"),
        "member_cell": ("c", "e"),
        "variable_cell": ("a", "b", "d", "f"),
    }
    given = {
        f"{STUDY}.{table}": [
            {
                "variable": one,
                "unit": table,
                "period": year,
                "value": year / 7,
                "status": "reported",
            }
            for one in reversed(names)
            for year in (2021, 2020)
        ]
        for table, names in cells.items()
    } | {f"{STUDY}.series": [{"series_id": one} for one in "bcde"]}
    with scratch() as connection:
        put(connection, step.inputs, given)
        expected = rows(connection, query.sql)
        assert expected.height == 14
        monkeypatch.setattr(query_pieces, "ROWS", 5)
        made = in_pieces(connection, query)
        assert made.sql.count(".parquet") == 6
        assert rows(connection, made.sql).equals(expected)
        counted = "SELECT count(*) FROM s.variable_cell"
        assert connection.execute(counted).fetchall() == [(8,)], "seen whole again"
    (two,) = file_step("panel", CELL, studies=(STUDY, "t")).run(NO_INPUTS).values()
    assert isinstance(two, Query)
    assert two.pieces is None
