"""Runs that ended without a word, and runs that somebody cancelled in Dagster's pages."""

from __future__ import annotations

import json
import signal
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from nqpf_assets.defs.automation import TAGS
from nqpf_assets.defs.run import open_history
from nqpf_assets.user_input.project import Project
from tests.crash.refreshes import finish, leftovers, published_content, start, start_and_signal
from tests.refreshed import refresh_here, refreshed
from tests.serving import PATIENCE, served
from tests.stages.mini import STUDY, walked, write_mini

pytestmark = pytest.mark.slow


def test_a_killed_run_is_closed_by_the_next(tmp_path: Path) -> None:
    project = write_mini(tmp_path)
    process = start_and_signal(project, tmp_path / "at_start", signal.SIGKILL, tables=3)
    process.communicate(timeout=300)
    assert process.returncode == -signal.SIGKILL
    with open_history(project) as instance:
        (run,) = instance.get_runs(dg.RunsFilter(tags=TAGS))
        assert run.status is dg.DagsterRunStatus.STARTED
    refresh_here(project)
    with open_history(project) as instance:
        newest, killed = instance.get_runs(dg.RunsFilter(tags=TAGS))
        assert (killed.run_id, killed.status) == (run.run_id, dg.DagsterRunStatus.FAILURE)
        assert newest.status is dg.DagsterRunStatus.SUCCESS


NOTE_WHAT_STARTS = """import os, sys
def note(event, arguments):
    if event in ("subprocess.Popen", "os.fork", "os.forkpty", "os.posix_spawn", "os.system", "os.exec"):
        with open(os.environ["STARTED"], "a") as file:
            print(event, *map(str, arguments[:1]), file=file)
sys.addaudithook(note)
"""
"""Written as the module that Python reads at its start: every process that is started, with its program."""

WORD_LENGTH = "subprocess.Popen file"
"""Dagster's reader of schedules asks the command `file`, where there is one, what Python was built for.

It ends by itself at once, and nobody waits for anything else of it.
"""


def test_a_refresh_starts_no_process_that_could_outlive_it(tmp_path: Path) -> None:
    """Killed at the wrong moment, helpers of its stayed for ever and held what it wrote to open."""
    (tmp_path / "at_start").mkdir()
    (tmp_path / "at_start" / "sitecustomize.py").write_text(NOTE_WHAT_STARTS)
    started = tmp_path / "started.txt"
    surroundings = {"PYTHONPATH": str(tmp_path / "at_start"), "STARTED": str(started)}
    assert finish(start(write_mini(tmp_path), environment=surroundings))[0] == 0
    assert set(started.read_text().splitlines()) == {WORD_LENGTH}


LAUNCH = """mutation ($p: ExecutionParams!) { launchPipelineExecution(executionParams: $p) {
    __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message } } }"""
CANCEL = """mutation ($id: String!) { terminateRun(runId: $id, terminatePolicy: SAFE_TERMINATE) {
    __typename } }"""
STEPS = """query ($id: ID!) { runOrError(runId: $id) { ... on Run { stepStats { stepKey startTime } } } }"""
STATE = """query ($id: ID!) { runOrError(runId: $id) { ... on Run { status } } }"""


GOING_ON = {"NOT_STARTED", "QUEUED", "STARTING", "STARTED", "CANCELING"}


LONG = """\
  table_2:
    title: Many draws
    columns:
      - label: (1)
        estimator: mediation
        outcome: output
        regressors: [wealth]
        mediation: {mediator: people_before, draws: 20000000}
"""
"""A column whose draws take longer than anybody waits."""


@pytest.fixture
def long_run(tmp_path: Path) -> Iterator[tuple[Project, str]]:
    """`nqpf ui` on the published mini project, to whose study many draws have been added."""
    project = refreshed(write_mini(tmp_path / "mini"))
    write_mini(tmp_path / "mini", STUDY + LONG)
    with served(project) as address:
        yield project, address


def ask(address: str, query: str, **variables: Any) -> Any:
    content = json.dumps({"query": query, "variables": variables}).encode()
    request = urllib.request.Request(
        f"{address}/graphql", content, {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        return json.load(answer)["data"]


def started(address: str, run_id: str, step: str) -> bool:
    """Whether the run has begun a step. Its events are given by the thousand, too few to say."""
    steps = ask(address, STEPS, id=run_id)["runOrError"]["stepStats"]
    return any(one["stepKey"] == step and one["startTime"] for one in steps)


def test_a_run_cancelled_in_the_pages_leaves_no_lock(long_run: tuple[Project, str]) -> None:
    project, address = long_run
    before = published_content(project.database)
    launched = ask(address, LAUNCH, p={
        "selector": {"repositoryLocationName": "nqpf_assets.definitions",
                     "repositoryName": "__repository__", "pipelineName": "refresh"},
        "mode": "default",
    })["launchPipelineExecution"]  # fmt: skip
    run_id = launched["run"]["runId"]
    until = time.monotonic() + PATIENCE
    while not started(address, run_id, "mini__model"):
        assert time.monotonic() < until, "the run has not come to its draws"
        time.sleep(0.3)
    time.sleep(2)  # into the draws
    ask(address, CANCEL, id=run_id)
    until = time.monotonic() + PATIENCE
    while (status := ask(address, STATE, id=run_id)["runOrError"]["status"]) in GOING_ON:
        assert time.monotonic() < until, status
        time.sleep(0.3)
    assert status == "CANCELED"
    assert published_content(project.database) == before
    write_mini(project.root, STUDY.replace("title: Output\n", "title: Output of the year\n"))
    refresh_here(project)
    assert leftovers(project) == []


def test_the_long_study_is_sound(tmp_path: Path) -> None:
    """Otherwise the run above would end by itself."""
    mini = walked(tmp_path, STUDY + LONG.replace("20000000", "100"), only=("mini.model",))
    assert mini.query("SELECT count(*) FROM mini.model WHERE table_name = 'table_2'") == [(1,)]
