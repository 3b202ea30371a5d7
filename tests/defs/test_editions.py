"""Overdue editions in Dagster: a check on raw folders that no refresh pays for, and a policy."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.definitions.freshness_evaluator import CronFreshnessPolicyEvaluator

from nqpf_assets.defs.assemble import assemble
from nqpf_assets.defs.assets import PUBLISHED
from nqpf_assets.defs.editions import CHECK, EVERY_SEASON, editions_check
from nqpf_assets.projects.opened import open_project
from nqpf_assets.user_input.project import Project
from tests.projects.test_overdue import DUE, LATE, card
from tests.stages.mini import walk, write_mini

pytestmark = pytest.mark.slow  # whole builds and publications


@pytest.fixture
def mini(tmp_path: Path) -> Project:
    project = write_mini(tmp_path, files={"raw/bureau/2019/output.csv.card.yaml": card()})
    walk(project)
    return project


def verdicts(project: Project, today: dt.date) -> dict[str, bool]:
    check = editions_check(project, lambda: today)
    assert check is not None
    job = dg.Definitions(asset_checks=[check]).resolve_implicit_global_asset_job_def()
    with dg.DagsterInstance.ephemeral() as instance:
        done = job.execute_in_process(instance=instance)
    assert done.success
    found = done.get_asset_check_evaluations()
    assert {one.check_name for one in found} == {CHECK}
    assert {one.severity for one in found} == {dg.AssetCheckSeverity.WARN}
    return {one.asset_key.to_user_string(): one.passed for one in found}


def test_the_folder_whose_edition_is_late_fails_its_check_alone(mini: Project) -> None:
    assert verdicts(mini, LATE) == {"raw/bureau/bureau_2019": False, "raw/survey/survey_2019": True}
    assert verdicts(mini, DUE) == {"raw/bureau/bureau_2019": True, "raw/survey/survey_2019": True}


def test_a_refresh_does_not_run_the_check(mini: Project) -> None:
    defs = assemble(open_project(mini))
    assert "next_editions" not in defs.resolve_job_def("refresh").graph.node_dict
    assert list(defs.resolve_job_def("editions").graph.node_dict) == ["next_editions"]


def test_the_daemon_can_load_every_job_at_once(mini: Project) -> None:
    """Names are held against each other there, and not when one job is run."""
    repository = assemble(open_project(mini)).get_repository_def()
    repository.load_all_definitions()
    assert {"refresh", "editions"} <= set(repository.job_names)


def test_the_schedule_asks_where_a_card_names_a_day(mini: Project, tmp_path: Path) -> None:
    schedule = assemble(open_project(mini)).resolve_schedule_def("overdue_editions")
    assert schedule.default_status is dg.DefaultScheduleStatus.STOPPED
    context = dg.build_schedule_context()
    assert len(schedule.evaluate_tick(context).run_requests or ()) == 1
    silent = write_mini(tmp_path / "silent")
    walk(silent)
    schedule = assemble(open_project(silent)).resolve_schedule_def("overdue_editions")
    assert "no card names a day" in (schedule.evaluate_tick(context).skip_message or "")


def test_a_project_without_raw_folders_has_no_check(tmp_path: Path) -> None:
    assert editions_check(Project.at(tmp_path)) is None


def test_the_publication_is_expected_anew_in_every_season(mini: Project) -> None:
    graph = assemble(open_project(mini)).resolve_asset_graph()
    assert graph.get(PUBLISHED).freshness_policy_or_from_metadata == EVERY_SEASON
    assert type(EVERY_SEASON) is CronFreshnessPolicyEvaluator.policy_type
    begin = dt.datetime(2026, 12, 31, 6) - EVERY_SEASON.lower_bound_delta
    assert (begin.month, begin.day) == (8, 31)
