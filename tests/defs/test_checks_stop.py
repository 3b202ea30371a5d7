"""A failed check is shown as failed and stops publication; a warning is told and published."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
import pytest

from nqpf_assets.checks.check import sql_check
from nqpf_assets.checks.registry import CHECKS, checks_of
from nqpf_assets.checks.table_rules import rules_of
from nqpf_assets.defs.refresh import refresh
from nqpf_assets.defs.run import open_history
from nqpf_assets.messages.problems import CheckFailed
from nqpf_assets.steps.checks import check_table
from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse.duckdb_engine import connect
from nqpf_assets.warehouse.store import Store

pytestmark = pytest.mark.slow  # whole builds and publications


@pytest.fixture
def small(built_small: Project, tmp_path: Path) -> Project:
    return Project.at(shutil.copytree(built_small.root, tmp_path / "small"))


@contextmanager
def held_to(table: str, expected: str, sql: str, *, is_warning: bool = False) -> Iterator[None]:
    """One more check, which a table never passes."""
    check = sql_check("never", expected, sql, tables=(table,), is_warning=is_warning)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(CHECKS.all, "never", check)  # type: ignore[arg-type]
        checks_of.cache_clear()
        yield
    checks_of.cache_clear()


def edit(project: Project, old: str, new: str) -> None:
    path = project.root / "studies" / "first.yaml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def digest(project: Project) -> str:
    return hashlib.sha256(project.database.read_bytes()).hexdigest()


def check_record(project: Project, table: str, check: str) -> tuple[str, dg.AssetCheckEvaluation]:
    """Status of the newest execution of a check, and what it evaluated."""
    key = dg.AssetCheckKey(dg.AssetKey(["first", table]), check)
    with open_history(project) as instance:
        record = instance.event_log_storage.get_latest_asset_check_execution_by_key([key])[key]
    event = record.event.dagster_event
    return record.status.value, event.asset_check_evaluation_data


def last_run(project: Project) -> dg.DagsterRun:
    with open_history(project) as instance:
        return instance.get_runs(limit=1)[0]


def test_a_failed_check_stops_and_is_shown(small: Project) -> None:
    before = digest(small)
    edit(small, "title: GDP per inhabitant\n", "title: GDP per head\n")
    never = held_to("*.variable", "no variable at all", "SELECT min(variable) FROM {table}")
    with never, pytest.raises(CheckFailed) as failed:
        refresh(small)

    (problem,) = failed.value.problems
    assert (problem.file, problem.where) == ("first.variable", "check never")
    assert digest(small) == before
    status, evaluation = check_record(small, "variable", "never")
    assert status == "FAILED"
    assert not evaluation.passed
    assert evaluation.blocking
    assert evaluation.metadata["expected"].value == "no variable at all"
    assert check_record(small, "variable", "grain")[0] == "SUCCEEDED"
    run = last_run(small)
    assert run.status is dg.DagsterRunStatus.FAILURE
    with open_history(small) as instance:
        stopped = instance.get_latest_materialization_event(dg.AssetKey(["first", "variable"]))
        assert stopped is not None
        assert stopped.run_id != run.run_id

    done = refresh(small)
    assert done.publication is not None
    assert check_record(small, "variable", "grain")[0] == "SUCCEEDED"


def test_a_failed_check_is_no_fault_of_steps_beside_it(small: Project) -> None:
    shutil.rmtree(small.warehouse)
    never = held_to("catalog.series", "no region at all", "SELECT min(series_id) FROM {table}")
    with never, pytest.raises(CheckFailed) as failed:
        refresh(small)
    assert {problem.file for problem in failed.value.problems} == {"catalog.series"}
    with open_history(small) as instance:
        run = instance.get_runs(limit=1)[0]
        red = [
            one.step_key
            for one in instance.get_run_step_stats(run.run_id)
            if one.status is not None and one.status.value == "FAILURE"
        ]
    assert red == ["catalog__region"], "the step that makes the catalogue, and no other"


def test_a_warning_of_a_run_that_was_stopped_is_told_by_the_next(small: Project) -> None:
    edit(small, "title: GDP per inhabitant\n", "title: GDP per head\n")
    edit(small, "    #minimum: 0 # values outside", "    minimum: 1000000000 # values outside")
    never = held_to("*.variable", "none", "SELECT min(variable) FROM {table}", is_warning=True)
    with never:
        with pytest.raises(CheckFailed):
            refresh(small)
        edit(small, "    minimum: 1000000000 # values outside", "    maximum: 1e9 # values outside")
        told = [one.where for one in refresh(small).warnings if one.file == "first.variable"]
        assert told == ["check never"]
        edit(small, "title: Development and income", "title: Income and development")
        again = [one.where for one in refresh(small).warnings if one.file == "first.variable"]
    assert again == [], "once"


def test_a_value_out_of_its_range_stops(small: Project) -> None:
    before = digest(small)
    edit(small, "    #minimum: 0 # values outside", "    minimum: 1000000000 # values outside")
    with pytest.raises(CheckFailed) as failed:
        refresh(small)
    (problem,) = failed.value.problems
    lines = (small.root / "studies/first.yaml").read_text("utf-8").splitlines()
    line = lines.index("  gdp_per_capita:") + 1
    assert problem.file == "studies/first.yaml"
    assert problem.where == f"line {line}, column 3: check ranges, gdp_per_capita"
    assert "341 values not from 1000000000 on, the farthest" in problem.found
    cells = problem.found.partition("the farthest ")[2].split("; ")
    assert len(cells) == 6, "five cells, each with its places, and how many more"
    assert all("分省年度数据 (0).csv: line" in cell for cell in cells[:5])
    assert all("分省年度数据 (1).csv: line" in cell for cell in cells[:5])
    assert cells[5] == "and 336 more"
    assert digest(small) == before
    status, evaluation = check_record(small, "variable_cell", "ranges")
    assert status == "FAILED"
    assert evaluation.severity is dg.AssetCheckSeverity.ERROR
    assert last_run(small).status is dg.DagsterRunStatus.FAILURE


def test_a_region_that_nobody_knows_or_a_value_without_a_unit_stops(built_small: Project) -> None:
    """As it would be if a reader gave codes and units of its own."""
    store, key = Store(built_small.warehouse), ("source", "observation")
    table = f"read_parquet('{store.path(key)}')"
    changed = f"""(SELECT * REPLACE (
        if(region_code = '110000', '990000', region_code) AS region_code,
        if(series_id = 'gdp', '', unit_measure) AS unit_measure
    ) FROM {table})"""
    with connect(store, [("catalog", "region")]) as connection:
        as_read = {one.name: one for one in check_table(connection, table, rules_of(key))}
        broken = {one.name: one for one in check_table(connection, changed, rules_of(key))}
    assert all(one.passed for one in as_read.values())
    assert broken["regions"].found == "990000"
    assert broken["units"].found == "gdp"
    assert broken["regions"].stops
    assert broken["units"].stops
    assert broken["grain"].passed
