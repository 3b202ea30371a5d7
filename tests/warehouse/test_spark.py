"""Apache Spark beside DuckDB: the same tables of the sample, and the same rows of every function of formulas.

Spark runs in this machine, one session for all. Skipped where PySpark or Java is missing.
"""

from __future__ import annotations

import random
import re
import shutil
from dataclasses import replace
from pathlib import Path

import duckdb
import polars as pl
import pytest

from nqpf_assets.expressions.compile import compile_definitions, derived_cells_sql
from nqpf_assets.expressions.definition import Definition
from nqpf_assets.expressions.functions import FUNCTIONS
from nqpf_assets.expressions.neighbours import links_among
from nqpf_assets.projects.opened import open_project
from nqpf_assets.sources import collector
from nqpf_assets.sources.raw_state import RawState
from nqpf_assets.stages import read_by_spark
from nqpf_assets.stages.asked_of_spark import SPARK
from nqpf_assets.stages.estimated_columns import result_step
from nqpf_assets.stages.sources import collection
from nqpf_assets.steps.step import Inputs
from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse.duckdb_engine import connect
from nqpf_assets.warehouse.spark_engine import SparkStopped
from nqpf_assets.warehouse.store import Store
from tests.command import nqpf
from tests.estimation import summed
from tests.warehouse.spark import differing, needs_spark, on_spark, tables_apart

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600), needs_spark]

FORMULAS = {
    "logs": "log(a) + log1p(b) + exp(c) + sqrt(a)",
    "least": "min(abs(c), b) - max(a, b, c)",
    "chosen": "if(not (a > b and c <= 0) or b == 2, a, c)",
    "there": "coalesce(a, b) * is_missing(c) + is_filled(b)",
    "years": "year + is_period(2012, 2014) * is_group(side, west)",
    "moved": "lag(a) + lead(b, 2) - diff(c) + growth(a, 2)",
    "of_first": "at(a, 2012) / a + of_region(b, A1)",
    "around": "W(a)",
    "pooled": "standardize(a) + mean(b) + median(c) + quantile(a, 0.3) + rank(b)",
    "by_year": "mean(a, by=period) + median(b, by=period) + quantile(c, 0.9, by=period) + cut(a, 4)",
    "by_unit": "rank(c, by=unit) + quantile(b, 0.25, by=unit)",
    "regressed": "residual(a, b, effects=unit) - fitted(a, b, by=period)",
    "prices": "deflate(a, index, base=2012)",
    "stock": "accumulate(b + abs(c), depreciation=0.1, growth=0.1)",
    "powers": "a ** c + (b ** 0.5) / (a - 2) ** 3",
    "of_others": "log(pooled - by_year) / stock",
}
YEARS = range(2010, 2021)
UNITS = {"a": None, "b": None, "c": None, "index": "上年=100"}
SEPARATE = ("logs", "chosen", "moved", "stock", "powers")
"""Those that ask nothing of other units: of the large panel the others' windows would take minutes."""
FUNCTION_RELATIVE = 1e-9
"""Powers, exponents and differences of like numbers carry a last digit further."""


def test_a_refresh_publishes_the_same_tables(built_sample: Project, tmp_path: Path) -> None:
    """The sample, from raw files to what is published: every table, every row, every number.

    Only the publication says of itself when it was made, and that `nqpf.yaml` is one more of its inputs.
    """
    shutil.copytree(built_sample.raw, tmp_path / "raw")
    (tmp_path / "nqpf.yaml").write_text("engine: spark\nsite: false\n", "utf-8")
    ran = nqpf("refresh", project=tmp_path)
    assert ran.status == 0, ran.out + ran.err
    assert "12 of them by Apache Spark" in ran.out
    n_tables, apart = tables_apart(built_sample.database, Project.at(tmp_path).database)
    assert n_tables > 200
    assert apart.keys() == {"audit.publication", "audit.publication_input"}, apart


def test_its_workers_read_raw_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each file of the sample by one of them: nothing is left for this process, and nothing differs."""
    shutil.copytree(Path(__file__).parents[2] / "raw", tmp_path / "raw")
    project = Project.at(tmp_path)
    expected = collection(project)
    shutil.rmtree(tmp_path / "warehouse")
    (tmp_path / "nqpf.yaml").write_text("engine: spark\n", "utf-8")
    monkeypatch.setattr(read_by_spark, "FROM_FILES", 1)
    monkeypatch.setattr(collector, "read_file", None)  # whoever reads here, fails
    found = collection(project)
    assert found.n_read == expected.n_read > 50
    assert found.problems == expected.problems
    assert found.files.equals(expected.files)
    assert found.scan().collect().equals(expected.scan().collect())


def test_every_function_is_asked_for() -> None:
    words = set(re.findall(r"\w+", " ".join(FORMULAS.values())))
    assert not FUNCTIONS.keys() - words


def written_cells(store: Store, units: int, seed: int = 13) -> None:
    """Cells of four series with gaps, zeros and negative numbers, and what stands for their table."""
    choose = random.Random(seed)
    rows = [
        (
            name,
            f"A{unit}",
            year,
            float(choose.choice([0, 2, -3])) if choose.random() < 0.1 else choose.uniform(0.5, 9),
            choose.choice(["reported", "interpolated", "corrected"]),
        )
        for name in ("a", "b", "c")
        for unit in range(units)
        for year in YEARS
        if choose.random() > 0.1
    ]
    rows += [
        ("index", f"A{unit}", year, choose.uniform(95, 110), "reported")
        for unit in range(units)
        for year in YEARS
    ]
    columns = ["variable", "unit", "period", "value", "status"]
    frame = pl.DataFrame(rows, columns, orient="row").with_columns(pl.col("period").cast(pl.Int32))
    path = store.path(("own", "cell"))
    path.parent.mkdir(parents=True)
    frame.write_parquet(path)


@pytest.mark.parametrize("units", [12, 2000])
def test_every_function_of_formulas_gives_the_same_numbers(units: int, tmp_path: Path) -> None:
    """All in one query, as a study's variables are; the larger panel has 88,000 cells."""
    store = Store(tmp_path)
    written_cells(store, units)
    names = [f"A{unit}" for unit in range(units)]
    links = (links_among("contiguity", names, [("A0", "A1", 1.0), ("A1", "A2", 1.0)]),)
    formulas = dict(FORMULAS)
    if units > 100:
        formulas = {name: formulas[name] for name in SEPARATE}
    definitions = {name: Definition(text, links=links) for name, text in formulas.items()}
    groups = {"side": {"west": ["A0", "A3"]}}
    compiled, wrong = compile_definitions(
        definitions, series_units=UNITS, groups=groups,
        codes={name: name for name in names},
    )  # fmt: skip
    assert not wrong, wrong
    sql = derived_cells_sql(
        compiled, cells="own.cell", first=2012, last=2020, groups=groups, units=names
    )
    sql += "\nORDER BY variable, unit, period"
    cells = {("own", "cell"): f"SELECT * FROM read_parquet('{store.path(('own', 'cell'))}')"}
    with connect(store, cells) as connection:
        expected = connection.execute(sql).fetchall()
    assert len(expected) == len(formulas) * units * 9
    assert len({row[5] for row in expected}) > 4, "several reasons why there is no value"
    found = on_spark(sql, store, tmp_path / "found.parquet", relations=cells)
    assert not differing(expected, found, FUNCTION_RELATIVE)[:3]


def test_numbers_become_the_same_text(tmp_path: Path) -> None:
    """Of up to fifteen digits: Java 17 writes a digit too many of some numbers of seventeen."""
    choose = random.Random(7)
    sizes = (10.0 ** choose.uniform(-9, 15) for _ in range(300))
    numbers = [0.0, 1.0, 1e7, 123456789.25, 1e16, 1e-4, 9.99e-5, 0.1, 1e15, 1e-300, 999999.4]
    numbers += [float(f"{size:.{choose.randint(0, 14)}e}") for size in sizes]
    numbers += [-one for one in numbers]
    store = Store(tmp_path)
    path = store.path(("own", "number"))
    path.parent.mkdir(parents=True)
    frame = pl.DataFrame({"place": range(len(numbers)), "x": numbers})
    frame.write_parquet(path)
    sql = """SELECT place, CAST(x AS VARCHAR) AS x, CAST(place AS VARCHAR) AS whole
        FROM own.number ORDER BY place"""
    relations = {("own", "number"): f"SELECT * FROM read_parquet('{path}')"}
    with connect(store, relations) as connection:
        expected = connection.execute(sql).fetchall()
    assert not differing(
        expected, on_spark(sql, store, tmp_path / "f.parquet", relations=relations)
    )


def test_awkward_folders_and_texts(tmp_path: Path) -> None:
    store = Store(tmp_path / "年鉴 [1] {a} 100%")
    path = store.path(("own", "name"))
    path.parent.mkdir(parents=True)
    texts = ["it's", "back\\slash", '"quoted"', "两字", "`tick`", "", None]
    pl.DataFrame({"place": range(len(texts)), "text": texts}).write_parquet(path)
    sql = r"""SELECT place, text || ' it''s a \ ' AS "the ""text", text = 'back\slash' AS is_it
        FROM own.name ORDER BY place"""
    from nqpf_assets.warehouse.duckdb_engine import relation_of

    relations = {("own", "name"): relation_of(store, ("own", "name"))}
    with connect(store, relations) as connection:
        expected = connection.execute(sql).fetchall()
    made = path.with_name("made")
    assert not differing(expected, on_spark(sql, store, made, relations=relations))
    assert {one.name for one in path.parent.iterdir()} == {"name.parquet", "made"}


def test_other_columns_than_promised_are_refused(tmp_path: Path) -> None:
    """A sum of whole numbers is wider in DuckDB than in Spark: it is told, not cut."""
    store = Store(tmp_path)
    path = store.path(("own", "number"))
    path.parent.mkdir(parents=True)
    pl.DataFrame({"n": [1, 2]}).write_parquet(path)
    relations = {("own", "number"): f"SELECT * FROM read_parquet('{path}')"}
    with pytest.raises(SparkStopped, match="n BIGINT for n HUGEINT"):
        on_spark("SELECT sum(n) AS n FROM own.number", store, tmp_path / "f", relations=relations)
    assert not (tmp_path / "f").exists()


def test_an_error_of_a_row_is_told_in_one_line(tmp_path: Path) -> None:
    store = Store(tmp_path)
    path = store.path(("own", "text"))
    path.parent.mkdir(parents=True)
    with duckdb.connect() as connection:
        connection.execute(f"COPY (SELECT 'x' AS t) TO '{path}' (FORMAT parquet)")
    relations = {("own", "text"): f"SELECT * FROM read_parquet('{path}')"}
    with pytest.raises(SparkStopped) as stopped:
        on_spark("SELECT CAST(t AS INTEGER) AS t FROM own.text", store, tmp_path / "f",
                 relations=relations)  # fmt: skip
    assert "CAST_INVALID_INPUT" in stopped.value.found
    assert "\n" not in stopped.value.found


@pytest.mark.parametrize(("effects", "cluster"), [(("unit", "period"), "unit"), ((), "g")])
def test_a_linear_model_from_sums_is_that_of_memory(
    effects: tuple[str, ...], cluster: str, tmp_path: Path
) -> None:
    """Unbalanced, with a regressor that others make up: all that is reported, and that DuckDB's sums give."""
    store, key = Store(tmp_path), ("own", "panel")
    frame = summed.panel(400, 9, 2, seen=0.6, seed=9)
    frame = frame.with_columns(v3=pl.col("v1") - pl.col("v2"))
    path = store.path(key)
    path.parent.mkdir(parents=True)
    frame.write_parquet(path)
    relations = {key: f"SELECT * FROM read_parquet('{path}')"}

    def ask(sql: str) -> pl.DataFrame:
        found = tmp_path / "found.parquet"
        on_spark(sql.replace("FROM panel", "FROM own.panel"), store, found, relations=relations)
        return pl.read_parquet(found, memory_map=False)

    found = summed.of_sums(frame, effects, cluster, ask)
    assert found is not None
    assert [one.name for one in found.dropped] == ["v3"]
    by_duckdb = summed.of_sums(frame, effects, cluster)
    assert by_duckdb is not None
    summed.assert_alike(found, by_duckdb)
    summed.assert_alike(found, summed.in_memory(frame, effects, cluster))


def test_columns_of_the_sample_are_those_of_memory(sample_copy: Project) -> None:
    """Two columns as a refresh would estimate them, were the panel large."""
    opened = open_project(sample_copy)
    province = opened.compiled["province"]
    asked = {("table_1", "(1)"), ("robustness", "until 2019")}
    requests = [one for one in province.requests if (one.table, one.column.label) in asked]
    step = result_step(replace(province, requests=tuple(requests)), replace(SPARK, from_rows=0))
    inputs = Inputs(sample_copy, opened.store, step.reads, RawState.of(sample_copy))
    made = {key[1]: table for key, table in step.run(inputs).items()}
    by = ("table_name", "column_label")
    for name in ("model", "estimate", "test"):
        found = made[name]
        stored = opened.store.scan(("province", name)).collect()
        expected = stored.join(made["model"].select(by), on=by, how="semi")
        if name == "model":
            assert found.get_column("note").str.contains("Apache Spark").sum() == len(asked)
            found, expected = found.drop("note"), expected.drop("note")
        order = [one for one in (*by, "term", "test") if one in found.columns]
        rows = [one.select(found.columns).sort(order).rows() for one in (found, expected)]
        assert not differing(*rows)[:3], name
