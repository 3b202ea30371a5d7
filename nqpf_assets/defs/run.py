"""The run that `nqpf refresh` makes: planned steps and publication, in this process.

It is recorded in the project's Dagster home, where the web pages show it like any other.
"""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager

import dagster as dg

from nqpf_assets.defs.assemble import assemble
from nqpf_assets.defs.assets import PUBLISHED
from nqpf_assets.defs.automation import JOB, TAGS
from nqpf_assets.defs.home import dagster_home
from nqpf_assets.defs.resource import handed
from nqpf_assets.defs.session import Session
from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse.duckdb_engine import is_interruption
from nqpf_assets.warehouse.plain_path import plain_path
from nqpf_assets.warehouse.store import TableKey

HOME = "DAGSTER_HOME"
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@contextmanager
def open_history(project: Project) -> Iterator[dg.DagsterInstance]:
    """The Dagster instance of a project, which keeps the runs in its Dagster home."""
    before, home = os.environ.get(HOME), plain_path(dagster_home(project))
    os.environ[HOME] = home  # its settings ask for it
    try:
        with dg.DagsterInstance.from_config(home) as instance:
            yield instance
    finally:
        del os.environ[HOME]
        if before is not None:
            os.environ[HOME] = before


def run_steps(session: Session, tables: Collection[TableKey]) -> tuple[bool, dict[str, float]]:
    """Build these tables and publish; what was made, and why not, stands in the session afterwards.

    Returns:
        Whether all went well, and seconds by part: ``start``, ``work``, ``orchestration``.

    Raises:
        KeyboardInterrupt: the user stopped the run.
    """
    clock = time.perf_counter()
    job = assemble(session.opened).resolve_job_def(JOB)
    with open_history(session.opened.project) as instance, handed(session):
        _close_killed(instance)
        started = time.perf_counter()
        run = job.execute_in_process(
            instance=instance,
            asset_selection=[*map(dg.AssetKey, tables), PUBLISHED],
            raise_on_error=False,
            run_config=QUIET,
            tags=TAGS,
        )
    whole = time.perf_counter() - started
    if not run.success and _was_interrupted(run, session):
        raise KeyboardInterrupt
    seconds = {
        "start": started - clock,
        "work": session.seconds,
        "orchestration": whole - session.seconds,
    }
    return run.success, seconds


def _close_killed(instance: dg.DagsterInstance) -> None:
    """End in the history the runs of processes that were killed; the pages would show them at work for ever.

    Only under the warehouse's lock: no other refresh is at work then.
    """
    at_work = [dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED]
    for run in instance.get_runs(dg.RunsFilter(statuses=at_work, tags=TAGS)):
        instance.report_run_failed(run, "its process was killed; the next refresh began anew")


def _was_interrupted(run: dg.ExecuteInProcessResult, session: Session) -> bool:
    """Whether the run failed because of Ctrl-C, which Dagster reports like any other failure."""
    interrupted = dg.DagsterExecutionInterruptedError
    errors = [getattr(e.event_specific_data, "error", None) for e in run.all_events if e.is_failure]
    return (
        isinstance(session.error, interrupted)
        or is_interruption(session.error)  # Dagster's own exception is lost in a query
        or any(error and error.cls_name == interrupted.__name__ for error in errors)
    )
