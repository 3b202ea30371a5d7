"""SQL files: what they read is found, placeholders are bound, and another engine could run them."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
import sqlglot
from sqlglot import exp

from nqpf_assets.catalog.catalogue import load_catalogue
from nqpf_assets.catalog.columns import registry, table_info
from nqpf_assets.stages.compiled_study import compile_study
from nqpf_assets.stages.graph import build_graph
from nqpf_assets.stages.sql import bind, collecting_steps, file_step, sql_files, union_of
from nqpf_assets.steps.lineage import column_lineage
from nqpf_assets.steps.reads import whole
from nqpf_assets.studies.reader import read_study_file
from nqpf_assets.user_input.project import SHIPPED_STUDIES, sql_root

FILES = list(sql_files())
IDS = [".".join(file.key) for file in FILES]


def bound(file) -> str:
    study = "s" if file.key[0] == "study" else None
    return bind(file.text, study=study, studies=("s", "t"))[0]


@pytest.mark.parametrize("file", FILES, ids=IDS)
def test_every_file_introduces_itself(file) -> None:
    first, second = file.text.splitlines()[:2]
    assert first in (f"-- {'.'.join(file.key)}", f"-- {'.'.join(file.key)} (view)")
    assert second.startswith("-- ")
    assert "SELECT *" not in file.text


@pytest.mark.parametrize("file", FILES, ids=IDS)
def test_every_file_is_one_select_with_the_registered_columns(file) -> None:
    tree = sqlglot.parse_one(file.text, dialect="duckdb")
    assert isinstance(tree, exp.Query)
    info = table_info(*file.key)
    assert file.is_view or tuple(tree.named_selects) == info.names


@pytest.mark.parametrize("file", FILES, ids=IDS)
def test_spark_can_be_given_every_file(file) -> None:
    """Through sqlglot, with nothing that it does not know how to carry over."""
    (text,) = sqlglot.transpile(
        bound(file), read="duckdb", write="spark", unsupported_level=sqlglot.ErrorLevel.RAISE
    )
    assert sqlglot.parse_one(text, dialect="spark").named_selects


def test_spark_can_be_given_the_queries_that_are_composed() -> None:
    catalogue = load_catalogue()
    paths = sorted(SHIPPED_STUDIES.glob("*.yaml"))
    studies = [compile_study(read_study_file(path), catalogue) for path in paths]
    assert studies
    queries = {
        ".".join(key): sql
        for step in build_graph(studies, catalogue).steps
        for key, sql in step.sql.items()
    }
    assert len(queries) > 20
    for sql in queries.values():
        sqlglot.transpile(
            sql, read="duckdb", write="spark", unsupported_level=sqlglot.ErrorLevel.RAISE
        )


def test_placeholders_become_schemas_and_inputs() -> None:
    text = "SELECT a.unit FROM study.unit AS a JOIN source.file AS f ON TRUE JOIN later ON TRUE"
    sql, reads = bind(f"WITH later AS (SELECT 1) {text}", study='o"dd', studies=())
    assert reads == (('o"dd', "unit"), ("source", "file"))
    assert '"o""dd".unit AS a' in sql


def test_every_study_is_a_union_with_the_study_in_front() -> None:
    sql, reads = bind("SELECT study, unit FROM every_study.unit", study=None, studies=("a", "b"))
    assert reads == (("a", "unit"), ("b", "unit"))
    with duckdb.connect() as connection:
        for name in ("a", "b"):
            connection.execute(f"CREATE SCHEMA {name}")
            connection.execute(
                f"CREATE TABLE {name}.unit (unit_name TEXT, name_en TEXT, unit TEXT)"
            )
            connection.execute(f"INSERT INTO {name}.unit VALUES ('n', 'e', 'u{name}')")
        assert connection.execute(sql).fetchall() == [("a", "ua"), ("b", "ub")]
    assert list(sqlglot.parse_one(union_of("unit", ("a",))).named_selects) == [
        "study", *registry()["study", "unit"].names,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SELECT FROM WHERE", "not a query"),
        ("SELECT unit FROM study.unit", "no study is at hand"),
    ],
)
def test_a_wrong_file_is_refused(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        bind(text, study=None, studies=())


def test_one_step_per_file_and_study() -> None:
    step = file_step("panel", ("study", "variable_cell"), studies=(), study="mine")
    assert step.outputs == (("mine", "variable_cell"),)
    assert set(step.inputs) == {("mine", "derived_cell"), ("mine", "winsor_bound")}
    names = {one.outputs[0] for one in collecting_steps("result", "result", ("a", "b"))}
    assert ("result", "estimate") in names
    assert names == {
        key for key, info in registry().items() if key[0] == "result" and info.collects
    }


def test_a_table_that_nobody_makes_fails_with_both_names() -> None:
    from dataclasses import replace

    from nqpf_assets.steps import graph

    step = file_step("audit", ("audit", "finding"), studies=("s",))
    lost = replace(step, reads=whole(("source", "nowhere")))
    with pytest.raises(LookupError, match=r"audit\.finding reads source\.nowhere"):
        graph.ordered([lost])
    circle = [
        replace(step, outputs=(("a", "x"),), reads=whole(("a", "y"))),
        replace(step, outputs=(("a", "y"),), reads=whole(("a", "x"))),
    ]
    with pytest.raises(LookupError, match="depend on each other"):
        graph.ordered(circle)


def columns_read(sql: str, reads) -> dict[str, set[tuple[str, str]]]:
    columns = {key: table_info(*key).names for key in reads}
    found = column_lineage(sql, columns)
    return {name: {(".".join(k), c) for k, c in sources} for name, sources in found.items()}


def test_lineage_of_columns_goes_through_ctes_and_unions() -> None:
    text = (sql_root() / "study" / "reported_cell.sql").read_text("utf-8")
    sql, reads = bind(text, study="s", studies=())
    found = columns_read(sql, reads)
    assert found["variable"] == {("source.observation", "series_id")}
    assert found["unit"] == {("catalog.region", "unit_code")}
    assert found["publisher"] == {("source.file", "publisher")}
    assert {
        ("source.observation", "value"),
        ("s.unit_conversion", "numerator"),
        ("s.unit_conversion", "denominator"),
    } <= found["value"]

    text = (sql_root() / "panel" / "cell.sql").read_text("utf-8")
    sql, reads = bind(text, study=None, studies=("s", "t"))
    found = columns_read(sql, reads)
    assert found["locator"] == {("s.filled_cell", "locator"), ("t.filled_cell", "locator")}
    assert {table for table, _ in found["value"]} == {
        f"{study}.{table}" for study in "st" for table in ("filled_cell", "variable_cell")
    }


def test_lineage_that_cannot_be_followed_costs_only_the_picture() -> None:
    assert column_lineage("this is not sql at all (", {}) == {}


def test_files_are_found_under_their_schema(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "t.sql").write_text("-- a.t (view)\nSELECT 1 AS x")
    (tmp_path / "a" / "s.sql").write_text("-- a.s\nSELECT 1 AS x")
    assert [(file.key, file.is_view) for file in sql_files(tmp_path)] == [
        (("a", "s"), False), (("a", "t"), True),
    ]  # fmt: skip
