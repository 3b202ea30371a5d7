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
from nqpf_assets.steps.query_lineage import ROWS, From, query_lineage
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


@pytest.mark.slow
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


PICKS = (exp.ArgMin, exp.ArgMax, exp.AnyValue, exp.First, exp.Last)


@pytest.mark.parametrize("file", FILES, ids=IDS)
def test_what_is_picked_from_rows_hangs_on_no_order_of_them(file) -> None:
    """Of rows with one number the first that comes is picked: several columns tell them apart, or a place."""
    for pick in sqlglot.parse_one(bound(file), read="duckdb").find_all(*PICKS):
        by = pick.args.get("expression")
        assert isinstance(by, exp.Tuple) or (by is not None and by.name == "place"), pick.sql(
            "duckdb"
        )


SUMS = (exp.Sum, exp.Avg, exp.StddevSamp, exp.Variance)


@pytest.mark.parametrize("file", FILES, ids=IDS)
def test_sums_take_rows_in_an_order(file) -> None:
    """In another order a sum of numbers has other last digits; one of counts has not."""
    for one in sqlglot.parse_one(bound(file), read="duckdb").find_all(*SUMS):
        above = one.parent
        is_ordered = isinstance(above, exp.Window) and above.args.get("order") is not None
        is_count = isinstance(above, exp.Cast) and above.is_type("bigint")
        assert is_ordered or is_count, one.sql("duckdb")


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
    found = query_lineage(sql, tuple((key, table_info(*key).names) for key in reads))
    return {
        name: {(f"{one.schema}.{one.table}", one.column) for one in sources if one.is_direct}
        for name, sources in found.items()
    }


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
    assert found["locator"] == {
        (f"{study}.{table}", "locator")
        for study in "st"
        for table in ("filled_cell", "member_cell")
    }
    assert {table for table, _ in found["value"]} == {
        f"{study}.{table}"
        for study in "st"
        for table in ("filled_cell", "member_cell", "variable_cell")
    }


def test_lineage_that_cannot_be_followed_costs_only_the_picture() -> None:
    assert query_lineage("this is not sql at all (", ()) == {}


COLUMNS = ((("s", "a"), ("k", "g", "v", "w")), (("s", "b"), ("k", "x", "y")))
JOINED = (
    "SELECT a.v, b.x FROM s.a AS a LEFT JOIN (SELECT k, x FROM s.b WHERE y > 0) AS b ON b.k = a.k"
)


@pytest.mark.parametrize(
    ("sql", "column", "entries"),
    [
        ("SELECT v FROM s.a", "v", {"v identity"}),
        ("SELECT v + w AS z FROM s.a", "z", {"v transformation", "w transformation"}),
        ("SELECT g, sum(v) AS z FROM s.a GROUP BY g", "z", {"v aggregation"}),
        ("SELECT g, sum(v) AS z FROM s.a GROUP BY g", ROWS, {"g group by"}),
        ("SELECT g, count(*) AS z FROM s.a GROUP BY g", "z", {"g group by"}),
        ("SELECT CASE WHEN w > 0 THEN v END AS z FROM s.a", "z",
         {"w conditional", "v transformation"}),
        ("SELECT sum(v) OVER (PARTITION BY g ORDER BY k) AS z FROM s.a", "z",
         {"v aggregation", "g window", "k window"}),
        ("SELECT lag(v) OVER own AS z FROM s.a WINDOW own AS (PARTITION BY g ORDER BY w)", "z",
         {"v aggregation", "g window", "w window"}),
        ("SELECT v FROM s.a WHERE w > 0", ROWS, {"w filter"}),
        ("SELECT v FROM s.a QUALIFY row_number() OVER (PARTITION BY g ORDER BY w) = 1", ROWS,
         {"g filter", "w filter"}),
        ("WITH r AS (SELECT v, row_number() OVER (PARTITION BY g ORDER BY w) AS n FROM s.a)"
         " SELECT v FROM r WHERE n = 1", ROWS, {"g filter", "w filter"}),
        ("SELECT v FROM s.a WHERE EXISTS (SELECT 1 FROM s.b WHERE b.k = a.k AND b.x > 0)", ROWS,
         {"k filter", "x filter"}),
        ("SELECT v, (SELECT max(x) FROM s.b WHERE b.k = a.k) AS z FROM s.a", "z",
         {"x aggregation", "k filter"}),
        ("SELECT a.v, b.x FROM s.a AS a INNER JOIN s.b AS b ON b.k = a.k", ROWS, {"k join"}),
        # What a joined query leaves out is missing in the columns that are taken from it, and no row is.
        (JOINED, "x", {"x identity", "y filter"}),
        (JOINED, "v", {"v identity"}),
        ("SELECT v AS z FROM s.a UNION ALL SELECT x FROM s.b", "z", {"v identity", "x identity"}),
        ("SELECT v FROM s.a UNION SELECT x FROM s.b", ROWS, {"v group by", "x group by"}),
        ("SELECT string_agg(v, ', ' ORDER BY w) AS z FROM s.a", "z", {"v aggregation", "w sort"}),
        ("SELECT v FROM s.a ORDER BY w", ROWS, set()),
        ("SELECT v FROM s.a ORDER BY w LIMIT 1", ROWS, {"w sort"}),
        ("SELECT count(v) FILTER (WHERE w > 0) AS z FROM s.a", "z", {"v aggregation", "w filter"}),
    ],
)  # fmt: skip
def test_each_part_of_a_query_enters_in_its_way(sql: str, column: str, entries: set[str]) -> None:
    found = query_lineage(sql, COLUMNS)
    assert {f"{one.column} {one.how}" for one in found[column]} == entries


def test_what_stands_in_a_query_is_said_by_somebody() -> None:
    sql = """SELECT 'x' AS words, "nqpf.yaml".high FROM (SELECT 1 AS high) AS "nqpf.yaml\""""
    found = query_lineage(sql, (), "study file")
    assert found["words"] == (From("", "study file", "", "identity"),)
    assert found["high"] == (From("", "nqpf.yaml", "", "identity"),)


def test_files_are_found_under_their_schema(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "t.sql").write_text("-- a.t (view)\nSELECT 1 AS x")
    (tmp_path / "a" / "s.sql").write_text("-- a.s\nSELECT 1 AS x")
    assert [(file.key, file.is_view) for file in sql_files(tmp_path)] == [
        (("a", "s"), False), (("a", "t"), True),
    ]  # fmt: skip
