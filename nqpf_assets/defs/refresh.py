"""A refresh from the outside: look, run what is out of date under Dagster, publish, and tell.

Nothing is computed here and nothing printed; the command line prints what this returns.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from nqpf_assets.messages.problems import CheckFailed, InputError, Problem, ProblemsFound
from nqpf_assets.projects.inspection import (
    everything_wrong,
    observed_units,
    study_problems,
    weights_given,
    without_own_study,
)
from nqpf_assets.projects.opened import OpenedProject, open_project
from nqpf_assets.publications import held_back
from nqpf_assets.publications.manifest import require_whole
from nqpf_assets.publications.outlook import outlook_of
from nqpf_assets.publications.publish import Publication, current
from nqpf_assets.publications.storage.keeping import keep_storage
from nqpf_assets.site.keep import keep_site
from nqpf_assets.sources.raw_state import RawState
from nqpf_assets.stages.asked_lines import at_its_line
from nqpf_assets.steps.plan import Planned
from nqpf_assets.steps.soundness import damaged_table
from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse import lock
from nqpf_assets.warehouse.durable import refused_flushes
from nqpf_assets.warehouse.store import TableKey

if TYPE_CHECKING:
    from nqpf_assets.defs.session import OnStep, Session
    from nqpf_assets.sources.collection import Collection as Reading
    from nqpf_assets.steps.execute import Made


class RefreshFailed(Exception):
    """A step failed for a reason that is not the user's; says which and why, the cause has the place."""


@dataclass
class Refreshed:
    """What a refresh did.

    Attributes:
        planned: steps that were looked at; empty where nothing was to be done.
        made: tables of those steps, rebuilt or found unchanged.
        publication: what is published now.
        warnings: what was found in raw files and checks that did not stop the refresh.
        seconds: time by part: ``look`` (what is out of date), ``read`` (raw files), ``start`` (Dagster),
            ``work`` (steps and publication), ``orchestration`` (what Dagster does around them).
    """

    opened: OpenedProject
    planned: list[Planned]
    publication: Publication | None
    made: list[Made] = field(default_factory=list)
    warnings: tuple[Problem, ...] = ()
    seconds: dict[str, float] = field(default_factory=dict)


def refresh(
    project: Project,
    only: Collection[str] = (),
    on_plan: Callable[[list[Planned]], None] | None = None,
    on_step: OnStep | None = None,
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
        opened = open_project(project, only)
    except InputError as error:
        everything = InputError([*error.problems, *everything_wrong(project).problems])
        held_back.hold_back(project, everything.problems)
        raise everything from None
    lock.hold(project)
    try:
        seen = outlook_of(opened, only)
        planned, raw = seen.planned, seen.raw
        result = Refreshed(opened, planned, seen.publication, warnings=raw.warnings)
        result.seconds["look"] = time.perf_counter() - clock
        if not seen.is_news:
            held_back.clear(project)
            seen.tables.settle(opened.descriptions)
            result.warnings += keep_site(project, seen.publication)
            result.warnings += keep_storage(project, seen.publication)
            return result
        require_whole(project)
        opened.store.sweep()
        damaged = opened.store.heal(opened.descriptions)
        if damaged:
            planned = result.planned = outlook_of(opened, only).planned
        clock = time.perf_counter()
        problems, found = _read_sources(opened, planned, raw)
        raw = found.state if found is not None and found.state is not None else raw
        result.warnings = raw.warnings + problems
        result.seconds["read"] = time.perf_counter() - clock
        if on_plan:
            on_plan(planned)
        session = _session(result, raw, found, on_step)
        del found  # the run's now, which lets it go once it is kept
        _run(result, raw, session)
        result.warnings += tuple(map(_healed, damaged)) + tuple(
            map(_not_flushed, refused_flushes()[:1])
        )
        result.publication = current(project)
        return result
    finally:
        lock.release(project)


def _read_sources(
    opened: OpenedProject, planned: list[Planned], raw: RawState
) -> tuple[tuple[Problem, ...], Reading | None]:
    """Read what is new under `raw/`, and hold the studies against the series that are there.

    Before anything runs, so that all problems come at once.
    """
    from nqpf_assets.stages.filling_rules import line_problems
    from nqpf_assets.stages.places import LINKS
    from nqpf_assets.stages.sources import collection

    if not planned:
        return (), None
    found = None
    refused: frozenset[str] = frozenset()
    problems: tuple[Problem, ...] = ()
    if any(one.step.reads_outside for one in planned):
        found = collection(opened.project, raw)
        problems, files, refused = found.problems, found.files.lazy(), found.refused
        observations, links = found.scan(), (found.weights, found.weight_units)
    else:
        observations = opened.store.scan(("source", "observation"))
        files = opened.store.scan(("source", "file"))
        links = (opened.store.scan(LINKS[0]).collect(), opened.store.scan(LINKS[1]).collect())
    observed = observed_units(observations, files)
    borrowed = without_own_study(opened.project, opened.files.values(), observed)
    is_read = all(problem.severity == "warning" for problem in problems)
    weights = weights_given(*links) if is_read else None
    if borrowed is not None:  # what is missing may stand in a file that could not be read
        problems += (borrowed,) if is_read else ()
    else:
        for file in opened.files.values():
            told = study_problems(file, opened.catalogue, observed, refused, weights)
            problems += tuple(told)
        problems += line_problems(opened.files.values(), observations)
    if any(problem.severity == "error" for problem in problems):
        held_back.hold_back(opened.project, problems)
        raise InputError((*problems, *raw.warnings))
    return problems, found


def _session(
    result: Refreshed, raw: RawState, found: Reading | None, on_step: OnStep | None
) -> Session:
    """The session of the run; Dagster is loaded with it."""
    clock = time.perf_counter()
    from nqpf_assets.defs.session import Session

    result.seconds["start"] = time.perf_counter() - clock
    return Session(result.opened, raw, found, on_step)


def _run(result: Refreshed, raw: RawState, session: Session) -> None:
    """Run the planned steps and the publication in this process, recorded in the project's Dagster home."""
    clock = time.perf_counter()
    from nqpf_assets.defs.run import run_steps
    from nqpf_assets.steps.execute import warnings_of

    result.seconds["start"] += time.perf_counter() - clock
    tables = [key for one in result.planned for key in one.step.outputs]
    try:
        is_success, seconds = run_steps(session, tables)
    except ProblemsFound:  # of the settings of that storage
        raise
    except Exception as error:  # of Dagster's own storage: steps' errors are in the session
        home = result.opened.project.dagster_home
        first = str(error).split("\n", 1)[0]
        raise RefreshFailed(f"Dagster, which records runs in {home}, stopped: {first}") from error
    seconds["start"] += result.seconds["start"]
    result.seconds |= seconds
    result.made = session.made
    if not is_success:
        reason = _reason(session)
        raise reason from (None if reason is session.error else session.error)
    result.warnings += (
        *warnings_of([*result.made, *_made_by_others(result, raw)]),
        *session.departures,
        *session.left_out,
    )


def _made_by_others(result: Refreshed, raw: RawState) -> list[Made]:
    """What runs since the last publication made that were stopped: nobody was told of its warnings."""
    from nqpf_assets.steps.execute import built_before

    opened, last = result.opened, result.publication
    told = {one.key for one in result.made}
    steps = [step for step in opened.graph.steps if told.isdisjoint(step.outputs)]
    since = last.published_at if last else ""
    return built_before(steps, opened.project, opened.store, raw, since)


def _healed(key: TableKey) -> Problem:
    problem = damaged_table(key)
    return replace(problem, remedy="nothing: it was built anew", severity="warning")


def _not_flushed(error: OSError) -> Problem:
    return Problem(
        file=str(error.filename),
        where="",
        expected="a file system that says when a file is on disk",
        found=f"{error.strerror}",
        remedy="nothing, or refresh again after a power cut: what was lost is built anew",
        severity="warning",
        code="not_flushed",
    )


def _reason(session: Session) -> Exception:
    """Why the run stopped: the user's mistake as it is, anything else with the step and its cause."""
    error = session.error
    if isinstance(error, CheckFailed):
        return CheckFailed(at_its_line(problem, session.opened.files) for problem in error.problems)
    if isinstance(error, ProblemsFound | lock.WarehouseBusy):
        return error
    if isinstance(error, OSError) and error.filename is not None:
        return error
    if error is None:
        return RefreshFailed(
            "Dagster stopped the run without saying why; its page in `nqpf ui` may know"
        )
    step = (session.failed_step or "").replace("__", ".")
    return RefreshFailed(f"step {step}: {type(error).__name__}: {error}")
