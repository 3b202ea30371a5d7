"""The sensor asks for a run when a refresh would build something, once per content; runs elsewhere work."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import subprocess
import sys
import time
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

import dagster as dg
import pytest
from dagster._utils.schedules import schedule_execution_time_iterator

from nqpf_assets.definitions import build_defs
from nqpf_assets.defs import automation
from nqpf_assets.defs.home import dagster_home
from nqpf_assets.defs.raw import VERSION, raw_key, raw_keys
from nqpf_assets.defs.refresh import refresh
from nqpf_assets.defs.run import open_history
from nqpf_assets.messages.problems import InputError
from nqpf_assets.publications.publish import current
from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse import lock
from tests.small_project import CARD


@pytest.fixture
def small(built_small: Project, tmp_path: Path) -> Project:
    return Project.at(shutil.copytree(built_small.root, tmp_path / "small"))


def ask(defs: dg.Definitions, cursor: str | None = None) -> dg.SensorResult | dg.SkipReason:
    sensor = defs.resolve_sensor_def("new_raw_files")
    with dg.DagsterInstance.ephemeral() as instance:
        context = dg.build_sensor_context(instance=instance, cursor=cursor)
        found = sensor(context)
    assert isinstance(found, dg.SensorResult | dg.SkipReason)
    return found


def requested(found: dg.SensorResult | dg.SkipReason) -> str:
    assert isinstance(found, dg.SensorResult), found
    (run,) = found.run_requests
    assert run.run_key == found.cursor
    return run.run_key


def words(found: dg.SensorResult | dg.SkipReason) -> str:
    assert isinstance(found, dg.SkipReason), found
    return found.skip_message


@pytest.mark.slow
def test_nothing_new_asks_for_nothing(small: Project) -> None:
    defs = build_defs(small)
    assert "as its sources would make it" in words(ask(defs))
    (page,) = small.raw.rglob("*(0).csv")
    os.utime(page, (0, 0))
    assert "as its sources would make it" in words(ask(defs)), "touched, and the same"


@pytest.mark.slow
def test_a_new_file_asks_once(small: Project) -> None:
    defs = build_defs(small)
    folder = small.raw / "nbs" / "2026-08-20"
    folder.mkdir()
    (folder / "card.yaml").write_text(CARD.replace("2026-02-20", "2026-08-20"), "utf-8")
    (page,) = small.raw.rglob("*(1).csv")
    text = page.read_text("gb18030")
    (folder / page.name).write_text(text.replace("1", "2"), "gb18030")
    first = requested(ask(defs))
    assert "asked for already" in words(ask(defs, first))
    (folder / page.name).write_text(text.replace("1", "3"), "gb18030")
    assert requested(ask(defs, first)) != first, "other content, another run"


@pytest.mark.slow
def test_a_changed_study_asks_and_a_broken_one_says_why(small: Project) -> None:
    defs = build_defs(small)
    study = small.root / "studies" / "first.yaml"
    text = study.read_text("utf-8")
    study.write_text(
        text.replace("expression: gdp / population", "expression: 2 * gdp / population"), "utf-8"
    )
    requested(ask(defs))
    study.write_text(text.replace("level: province", "levle: province"), "utf-8")
    with pytest.raises(automation.CannotLook, match=r"first\.yaml"):
        ask(defs)
    study.write_text(text.replace("  table_1:", "  table_2:"), "utf-8")
    with pytest.raises(
        automation.CannotLook, match=r"(?s)reload the definitions.*\+ first\.table_2"
    ):
        ask(defs)


def test_both_are_declared_and_stopped(built_small: Project) -> None:
    defs = build_defs(built_small)
    sensor, schedule = (
        defs.resolve_sensor_def("new_raw_files"),
        defs.resolve_schedule_def("yearbook_look"),
    )
    assert sensor.default_status is dg.DefaultSensorStatus.STOPPED
    assert schedule.default_status is dg.DefaultScheduleStatus.STOPPED
    assert sensor.job_name == schedule.job_name == "refresh"
    assert schedule.execution_timezone == "Asia/Shanghai"


def look_of_the_season(project: Project) -> dg.ScheduleDefinition:
    return build_defs(project).resolve_schedule_def("yearbook_look")


def at(month: int, day: int) -> dg.ScheduleEvaluationContext:
    tick = dt.datetime(2026, month, day, 6, tzinfo=ZoneInfo("Asia/Shanghai"))
    return dg.build_schedule_context(scheduled_execution_time=tick)


def test_the_schedule_looks_every_morning_of_the_yearbook_season(built_small: Project) -> None:
    schedule = look_of_the_season(built_small)
    begin = dt.datetime(2026, 1, 1, tzinfo=ZoneInfo("Asia/Shanghai"))
    ticks = schedule_execution_time_iterator(
        begin.timestamp(), str(schedule.cron_schedule), schedule.execution_timezone
    )
    year = [tick for tick in islice(ticks, 200) if tick.year == 2026]
    assert {tick.month for tick in year} == {9, 10, 11, 12}
    assert {tick.hour for tick in year} == {6}
    assert len(year) == 30 + 31 + 30 + 31


@pytest.mark.slow
def test_the_schedule_asks_when_there_is_news_and_says_so_when_there_is_none(
    small: Project,
) -> None:
    schedule = look_of_the_season(small)
    nothing = schedule.evaluate_tick(at(12, 15))
    assert not nothing.run_requests
    assert "as its sources would make it" in (nothing.skip_message or "")
    study = small.root / "studies" / "first.yaml"
    text = study.read_text("utf-8")
    study.write_text(text.replace("gdp / population", "2 * gdp / population"), "utf-8")
    (request,) = schedule.evaluate_tick(at(12, 15)).run_requests or ()
    assert request.tags["dagster/schedule_name"] == "yearbook_look"
    study.write_text(text.replace("level: province", "levle: province"), "utf-8")
    with pytest.raises(Exception, match="yearbook_look") as failed:
        schedule.evaluate_tick(at(12, 15))
    assert "first.yaml" in str(failed.value.__cause__)


@pytest.mark.slow
def test_a_run_that_failed_is_not_asked_for_again_until_something_changes(small: Project) -> None:
    """The cursor stays where it was, whatever became of the run."""
    defs = build_defs(small)
    (page,) = small.raw.rglob("*(1).csv")
    whole = page.read_bytes()
    page.write_bytes(whole[:300])
    first = requested(ask(defs))
    with pytest.raises(InputError):
        refresh(small)
    assert "asked for already" in words(ask(defs, first))
    page.write_bytes(whole[:400])
    assert requested(ask(defs, first)) != first
    page.write_bytes(whole)
    assert "as its sources would make it" in words(ask(defs, first))


@pytest.mark.slow
def test_data_versions_of_raw_folders_are_told_once_per_content(small: Project) -> None:
    def told() -> list[str]:
        (folder,) = raw_keys(small)
        with open_history(small) as instance:
            found = instance.fetch_observations(raw_key(folder), limit=9).records
        return [one.asset_observation.tags[VERSION] for one in found]

    study = small.root / "studies" / "first.yaml"
    before = told()
    assert len(before) == 1
    study.write_text(
        study.read_text("utf-8").replace("gdp / population", "2 * gdp / population"), "utf-8"
    )
    refresh(small)
    assert told() == before
    (page,) = small.raw.rglob("*(1).csv")
    text = page.read_text("gb18030")
    page.write_text(text.replace(".1", ".2"), "gb18030")
    seen = ask(build_defs(small))
    assert isinstance(seen, dg.SensorResult)
    (event,) = seen.asset_events
    refresh(small)
    assert told() == [event.tags[VERSION], *before]


def run_job(project: Project) -> subprocess.CompletedProcess[str]:
    """The job as the web pages start it: in a process of its own that loads the definitions."""
    command = [sys.executable, "-m", "dagster", "job", "execute", "-m", "nqpf_assets.definitions"]
    environment = os.environ | {
        "DAGSTER_HOME": str(dagster_home(project)),
        "NQPF_PROJECT": str(project.root),
    }
    return subprocess.run(
        [*command, "-j", "refresh"], env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.slow
def test_a_run_from_elsewhere_builds_and_refuses_while_another_builds(small: Project) -> None:
    shutil.rmtree(small.warehouse)
    done = run_job(small)
    assert done.returncode == 0, done.stderr
    published = current(small)
    assert published is not None

    lock.hold(small)
    try:
        refused = run_job(small)
    finally:
        lock.release(small)
    assert refused.returncode != 0
    assert f"is being refreshed by process {os.getpid()}; try again" in refused.stderr
    assert current(small) == published

    with open_history(small) as instance:
        states = [run.status.value for run in instance.get_runs(limit=2)]
    assert states == ["FAILURE", "SUCCESS"]


@pytest.mark.slow
def test_a_run_that_failed_is_asked_for_again_and_later_each_time(
    small: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dagster._core.test_utils import create_run_for_test

    defs = build_defs(small)
    study = small.root / "studies" / "first.yaml"
    text = study.read_text("utf-8")
    study.write_text(text.replace("gdp / population", "2 * gdp / population"), "utf-8")
    sensor = defs.resolve_sensor_def("new_raw_files")
    content = requested(ask(defs))
    begin = time.time()
    with dg.DagsterInstance.ephemeral() as instance:

        def after(seconds: float) -> dg.SensorResult | dg.SkipReason:
            monkeypatch.setattr(automation.time, "time", lambda: begin + seconds)
            found = sensor(dg.build_sensor_context(instance=instance, cursor=content))
            assert isinstance(found, dg.SensorResult | dg.SkipReason)
            return found

        def failed(**tags: str) -> None:
            status = dg.DagsterRunStatus.FAILURE
            create_run_for_test(instance, job_name="refresh", status=status, tags=tags)

        assert "nothing changed since" in words(after(5000))
        failed(**{"dagster/run_key": content})
        assert "failed; it is asked for again after" in words(after(60))
        again = after(automation.FIRST_WAIT + 60)
        assert isinstance(again, dg.SensorResult)
        (run,) = again.run_requests or ()
        assert (run.run_key, again.cursor) == (f"{content} 2", content)
        failed(**{"dagster/run_key": run.run_key or "", **run.tags})
        assert "failed" in words(after(automation.FIRST_WAIT + 60))
        third = after(2 * automation.FIRST_WAIT + 60)
        assert isinstance(third, dg.SensorResult)
        create_run_for_test(
            instance,
            job_name="refresh",
            status=dg.DagsterRunStatus.SUCCESS,
            tags={automation.CONTENT: content},
        )
        assert "nothing changed since" in words(after(10**6))
