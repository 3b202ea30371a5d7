"""A refresh from the outside: look, run what is out of date under Dagster, publish, and tell.

Nothing is computed here and nothing printed; the command line prints what this returns.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from nqpf_assets import lock
from nqpf_assets.inspection import everything_wrong, observed_units, study_problems
from nqpf_assets.problems import InputError, Problem
from nqpf_assets.project import Project
from nqpf_assets.publication import Publication, current, publication_fingerprint
from nqpf_assets.stages.plan import Planned, RawState
from nqpf_assets.stages.step import Step
from nqpf_assets.workbench import Workbench, open_project

if TYPE_CHECKING:
    from nqpf_assets.stages.execute import Made

DAGSTER_YAML = """\
# Written by nqpf; runs of `nqpf refresh` are kept here and shown by `nqpf ui`.
telemetry:
  enabled: false
"""


class RefreshFailed(Exception):
    """A step failed for a reason that is not the user's; the published warehouse is as it was."""


@dataclass
class Refreshed:
    """What a refresh did.

    Attributes:
        planned: steps that were looked at; empty where nothing was to be done.
        made: tables of those steps, rebuilt or found unchanged.
        publication: what is published now.
        warnings: what was found in the raw files that did not stop the refresh.
        seconds: time by part: ``look``, ``start`` (loading Dagster), ``run``.
    """

    bench: Workbench
    planned: list[Planned]
    publication: Publication | None
    made: list[Made] = field(default_factory=list)
    warnings: tuple[Problem, ...] = ()
    seconds: dict[str, float] = field(default_factory=dict)


def refresh(
    project: Project,
    only: Collection[str] = (),
    on_plan: Callable[[list[Planned]], None] | None = None,
    on_step: Callable[[Step, list[Made]], None] | None = None,
) -> Refreshed:
    """Build what is out of date, check it, publish it.

    Raises:
        InputError: files, cards or studies are wrong; every problem at once, nothing built.
        CheckFailed: the data do not carry a study; nothing published.
        WarehouseBusy: another refresh is at work.
        RefreshFailed: a step failed otherwise.
    """
    clock = time.perf_counter()
    try:
        bench = open_project(project, only)
    except InputError as error:
        raise InputError([*error.problems, *everything_wrong(project)[0]]) from None
    lock.hold(project)
    try:
        raw = RawState.of(project)
        planned = bench.plan(raw, only)
        done = current(project)
        is_published = done is not None and done.fingerprint == publication_fingerprint(
            bench.store, bench.descriptions
        )
        result = Refreshed(bench, planned, done, seconds={"look": time.perf_counter() - clock})
        if not planned and is_published:
            return result
        result.warnings = _read_sources(bench, planned)
        if on_plan:
            on_plan(planned)
        _run(result, on_step)
        result.publication = current(project)
        return result
    finally:
        lock.release(project)


def dagster_home(project: Project) -> Path:
    """The project's Dagster home, made when it is not there."""
    home = project.dagster_home
    home.mkdir(parents=True, exist_ok=True)
    if not (home / "dagster.yaml").exists():
        (home / "dagster.yaml").write_text(DAGSTER_YAML, "utf-8")
    return home


def _read_sources(bench: Workbench, planned: list[Planned]) -> tuple[Problem, ...]:
    """Read what is new under `raw/`, and hold the studies against the series that are there.

    Before anything runs, so that all problems come at once.
    """
    from nqpf_assets.stages.sources import collection

    if not planned:
        return ()
    problems: tuple[Problem, ...] = ()
    if any(one.step.reads_raw for one in planned):
        found = collection(bench.project)
        problems, observations = found.problems, found.observations.lazy()
    else:
        observations = bench.store.scan(("source", "observation"))
    observed = observed_units(observations)
    for file in bench.files.values():
        problems += tuple(study_problems(file, bench.catalogue, observed))
    if any(problem.severity == "error" for problem in problems):
        raise InputError(problems)
    return problems


def _run(result: Refreshed, on_step: Callable[[Step, list[Made]], None] | None) -> None:
    """Run the planned steps and the publication in this process, recorded in the project's Dagster home."""
    clock = time.perf_counter()
    bench = result.bench
    home = dagster_home(bench.project)
    os.environ["DAGSTER_HOME"] = str(home)
    import dagster as dg

    from nqpf_assets.defs.assemble import assemble
    from nqpf_assets.defs.assets import PUBLISHED
    from nqpf_assets.defs.automation import JOB
    from nqpf_assets.defs.session import Session

    session = Session(bench)
    if on_step:
        session.on_step = on_step
    job = assemble(bench, session).resolve_job_def(JOB)
    keys = [dg.AssetKey(key) for one in result.planned for key in one.step.outputs]
    result.seconds["start"] = time.perf_counter() - clock
    clock = time.perf_counter()
    logging.getLogger("dagster").setLevel(logging.CRITICAL)
    with dg.DagsterInstance.from_config(str(home)) as instance:
        run = job.execute_in_process(
            instance=instance,
            asset_selection=[*keys, PUBLISHED],
            raise_on_error=False,
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
            tags={"nqpf/command": "refresh"},
        )
    result.seconds["run"] = time.perf_counter() - clock
    result.made = session.made
    if session.found is not None:
        raise session.found
    if not run.success:
        raise RefreshFailed(_first_failure(run))


def _first_failure(run: object) -> str:
    """What the first failed step said, with the place in the code, for a report to the developers."""
    for event in run.all_events:  # type: ignore[attr-defined]
        if event.is_step_failure and event.step_failure_data.error is not None:
            error = event.step_failure_data.error
            while error.cause is not None:
                error = error.cause
            return f"step {event.step_key}: {error.message.strip()}\n{''.join(error.stack[-3:])}"
    return "the run failed without saying why"
