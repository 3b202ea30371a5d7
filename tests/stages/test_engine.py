"""`engine: spark` in `nqpf.yaml`: which steps it runs, what they rest on, and what is told without it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from nqpf_assets.messages.problems import InputError
from nqpf_assets.projects.opened import open_project
from nqpf_assets.sources.raw_state import RawState
from nqpf_assets.stages import graph
from nqpf_assets.stages.asked_of_spark import SPARK
from nqpf_assets.steps.fingerprint import PROGRAM, RELEASE, own_parts
from nqpf_assets.steps.step import Inputs
from nqpf_assets.warehouse import releases, spark_engine
from nqpf_assets.warehouse.spark_dialect import in_spark
from tests.stages.mini import write_mini

SETTING = "site: false\nengine: spark\n"


def test_queries_are_spark_s_and_rest_on_its_release(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = write_mini(tmp_path, files={"nqpf.yaml": SETTING})
    monkeypatch.setattr(spark_engine, "require_spark", lambda: None)
    real = releases.release_of
    monkeypatch.setattr(
        releases, "release_of", lambda name: "9.9" if name == "pyspark" else real(name)
    )
    steps = {one.name: one for one in open_project(project).graph.steps}
    (project.root / "nqpf.yaml").write_text("site: false\n", "utf-8")
    embedded = {one.name: one for one in open_project(project).graph.steps}
    by_spark = {name for name, one in steps.items() if one.engine == spark_engine.ENGINE}
    tables = (
        "reported_cell",
        "series_join",
        "derived_cell",
        "winsor_bound",
        "variable_cell",
        "panel",
    )
    assert by_spark == {f"mini__{table}" for table in tables}, "as docs/spark.md lists them"
    assert not [one for one in embedded.values() if one.engine == spark_engine.ENGINE]
    # Models of a large panel are summed there, too, by a step that is this process's.
    rest_on_it = {*by_spark, "mini__model"}
    for name, step in steps.items():
        now, before = own_parts(step), own_parts(embedded[name])
        assert (now == before) == (name not in rest_on_it), name
        assert (now[RELEASE].get("pyspark") == "9.9") == (name in rest_on_it)
        assert (graph.DIALECT in now.get(PROGRAM, {})) == (name in by_spark)
        assert ("sqlglot" in now[RELEASE]) >= (name in by_spark), "it carries the queries"


def test_every_query_of_spark_s_is_carried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = write_mini(tmp_path, files={"nqpf.yaml": SETTING})
    monkeypatch.setattr(spark_engine, "require_spark", lambda: None)
    steps = [one for one in open_project(project).graph.steps if one.engine == spark_engine.ENGINE]
    written = [(one, sql) for one in steps for sql in one.sql.values()]
    assert len(written) >= len(steps) - 1, "that of derived variables is composed when it runs"
    for step, sql in written:
        assert in_spark(sql, {".".join(key): "v" for key in step.inputs})


@pytest.mark.parametrize(
    ("missing", "words"),
    [("pyspark", "pip install 'nqpf-assets[spark]'"), ("java", "openjdk-17-jre-headless")],
)
def test_what_is_missing_is_told_at_the_line(
    missing: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = write_mini(tmp_path, files={"nqpf.yaml": SETTING})
    found = None if missing == "pyspark" else object()
    monkeypatch.setattr(spark_engine, "find_spec", lambda name: found)
    monkeypatch.setattr(shutil, "which", lambda name, path=None: None)
    with pytest.raises(InputError) as refused:
        open_project(project)
    (told,) = refused.value.problems
    assert (told.file, told.code) == ("nqpf.yaml", "engine")
    assert "line 2" in told.where
    assert words in told.remedy


def test_spark_that_does_not_sum_is_told_at_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The refresh stops: an estimate in memory would be of a panel that may not fit into it."""
    project = write_mini(tmp_path, files={"nqpf.yaml": SETTING})
    monkeypatch.setattr(spark_engine, "require_spark", lambda: None)
    opened = open_project(project)

    def stop(_connection: object, _query: object, path: Path, _relations: object) -> None:
        path.parent.mkdir(parents=True)
        path.write_bytes(b"half")
        raise spark_engine.SparkStopped("no room", "give it some")

    monkeypatch.setattr(spark_engine, "write_query", stop)
    inputs = Inputs(project, opened.store, (), RawState.of(project))
    with pytest.raises(InputError) as stopped, inputs.connect() as connection:
        SPARK.ask(inputs, connection, "SELECT 1 AS one")
    (problem,) = stopped.value.problems
    assert (problem.file, problem.where) == ("nqpf.yaml", "line 2, column 1")
    assert (problem.found, problem.remedy) == ("of sums of products, no room", "give it some")
    assert not [*(project.warehouse / "tables").iterdir()], "nothing is left behind"
