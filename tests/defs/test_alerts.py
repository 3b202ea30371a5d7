"""What the daemon's runs became is told by two sensors; runs that tell of themselves are not told twice."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import dagster as dg
import pytest

from nqpf_assets.defs.alerts import alert_sensors
from nqpf_assets.defs.automation import JOB, TAGS
from nqpf_assets.messages.problems import Problem
from nqpf_assets.projects.opened import open_project
from nqpf_assets.publications.held_back import hold_back
from nqpf_assets.user_input.project import Project
from tests.operations.listening import http_server
from tests.stages.mini import write_mini

_EARLY = dt.datetime.min.replace(tzinfo=dt.UTC)


@dg.job(name=JOB)
def _stops() -> None:
    @dg.op
    def stop() -> None:
        raise dg.Failure(description="the machine stopped")

    stop()


def _alerts_of(project: Project, tags: dict[str, str]) -> None:
    """Let a run fail, and the sensor see it."""
    _, failed = alert_sensors(open_project(project))
    with dg.DagsterInstance.ephemeral() as instance:
        run = _stops.execute_in_process(instance=instance, raise_on_error=False, tags=tags)
        (event,) = (one for one in run.all_events if one.event_type_value == "PIPELINE_FAILURE")
        context = dg.build_run_status_sensor_context(
            sensor_name=failed.name,
            dagster_instance=instance,
            dagster_run=run.dagster_run,
            dagster_event=event,
        )
        failed(context.for_run_failure())


@pytest.fixture
def project(tmp_path: Path) -> Project:
    found = write_mini(tmp_path)
    (found.root / "nqpf.yaml").write_text("alerts:\n  - webhook: DESK\n", "utf-8")
    return found


def test_nobody_named_nobody_told(tmp_path: Path) -> None:
    assert alert_sensors(open_project(write_mini(tmp_path))) == []


def test_a_run_without_a_word_of_its_own_is_told_once(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    with http_server() as web:
        monkeypatch.setenv("DESK", f"http://127.0.0.1:{web.port}")
        _alerts_of(project, {})
        _alerts_of(project, TAGS)  # `nqpf refresh` tells of it
    assert [one["event"] for one in web.requests] == ["failed"]


def test_a_run_that_was_held_back_is_told_with_its_reasons(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    reason = Problem(file="x", where="", expected="a", found="gdp in 万元", remedy="c")
    monkeypatch.setattr("nqpf_assets.defs.alerts._start", lambda context: _EARLY)
    hold_back(project, [reason])
    with http_server() as web:
        monkeypatch.setenv("DESK", f"http://127.0.0.1:{web.port}")
        _alerts_of(project, {})
    assert [one["event"] for one in web.requests] == ["held_back"]
    assert "gdp in 万元" in web.requests[0]["text"]
