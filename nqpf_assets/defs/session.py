"""One run over a workbench: steps are executed, what they made and what went wrong is kept.

A mistake of the user's is reported to Dagster as a failure in words, without a traceback, and kept
here for the command line, which runs in the same process.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeGuard

import dagster as dg

from nqpf_assets.messages.problems import CheckFailed, Problem, ProblemsFound
from nqpf_assets.projects.opened import Workbench
from nqpf_assets.publications import held_back
from nqpf_assets.publications.publish import Publication, publish
from nqpf_assets.stages.sources import collection
from nqpf_assets.steps.execute import Made, TablesFailed, execute
from nqpf_assets.steps.plan import RawState, is_fresh
from nqpf_assets.steps.soundness import Soundness
from nqpf_assets.steps.step import Step
from nqpf_assets.warehouse import lock
from nqpf_assets.warehouse.lock import WarehouseBusy

if TYPE_CHECKING:
    from nqpf_assets.sources.collection import Collection

OnStep = Callable[[Step, list[Made]], None]


@dataclass
class Session:
    """State of one run.

    Attributes:
        raw: the raw files as they were when the run first looked; looked at when first needed.
        found: what the raw files say, where they were read before the run.
        on_step: told of every step that is done.
        made: tables of the steps so far.
        departures: warnings of the checks against the last publication.
        failed_step: where the run stopped, with the reason in `error`.
        seen: tables that were hashed in this run.
        seconds: time spent on steps and publication, without what Dagster does around them.
    """

    bench: Workbench
    raw: RawState | None = None
    found: Collection | None = None
    on_step: OnStep | None = None
    made: list[Made] = field(default_factory=list)
    departures: tuple[Problem, ...] = ()
    failed_step: str | None = None
    error: BaseException | None = None
    seconds: float = 0.0
    seen: Soundness = field(default_factory=Soundness)

    def run(self, step: Step) -> list[Made]:
        """Execute one step under the warehouse's lock; failed checks are in what it returns.

        Raises:
            dagster.Failure: the step found mistakes of the user's, or the warehouse is busy.
        """
        with self._guarded(step.name):
            self.raw = self.raw or RawState.of(self.bench.project)
            if step.reads_raw:
                self._read(step, self.raw)
            try:
                made = execute(
                    step, self.bench.project, self.bench.store, self.raw, self.found, self.seen
                )
            except TablesFailed as error:
                self.failed_step, self.error = step.name, error
                held_back.hold_back(self.bench.project, error.problems)
                return list(error.made)
        self.made += made
        if self.on_step:
            self.on_step(step, made)
        return made

    def _read(self, step: Step, seen: RawState) -> None:
        """Read the raw files if that was not done before the run; from then on they are what was read."""
        if self.found is None and not is_fresh(step, self.bench.store, seen):
            self.found = collection(self.bench.project, seen)
            self.raw = self.found.state or seen

    def stop_if_failed(self) -> None:
        """End the step if its checks failed; called once they are reported."""
        if isinstance(self.error, CheckFailed):
            raise dg.Failure(description=str(self.error), allow_retries=False)

    def publish(self) -> tuple[Publication | None, tuple[Problem, ...]]:
        """Put the warehouse in place; gives what departs from the last publication too.

        Returns:
            None where that holds the publication back; `stop_if_failed` then ends the run.
        """
        with self._guarded("publication"):
            self.raw = self.raw or RawState.of(self.bench.project)
            try:
                done, self.departures = publish(self.bench, self.raw)
            except CheckFailed as error:
                self.failed_step, self.error = "publication", error
                held_back.hold_back(self.bench.project, error.problems)
                return None, error.problems
        return done, self.departures

    @contextmanager
    def _guarded(self, name: str) -> Iterator[None]:
        clock = time.perf_counter()
        try:
            lock.hold(self.bench.project)
            yield
        except BaseException as error:
            self.failed_step, self.error = name, error
            if _is_failure(error):
                held_back.hold_back(self.bench.project, [held_back.failure(name, error)])
            if isinstance(error, ProblemsFound):
                held_back.hold_back(self.bench.project, error.problems)
            if isinstance(error, ProblemsFound | WarehouseBusy):
                raise dg.Failure(description=str(error), allow_retries=False) from None
            raise
        finally:
            self.seconds += time.perf_counter() - clock


def _is_failure(error: BaseException) -> TypeGuard[Exception]:
    """Whether it is no mistake of the user's, no other refresh, and no Ctrl-C as DuckDB tells it."""
    is_told = isinstance(error, ProblemsFound | WarehouseBusy)
    return (
        isinstance(error, Exception)
        and not is_told
        and type(error).__name__ != "InterruptException"
    )


def session_resource(bench: Workbench, given: Session | None) -> dg.ResourceDefinition:
    """A session for each run: `given`, or one that takes the lock for its run and lets it go."""

    @dg.resource(description="The run's view of raw/, and the lock on the warehouse.")
    def session(_context: dg.InitResourceContext) -> Iterator[Session]:
        if given is not None:
            yield given
            return
        try:
            yield Session(bench)
        finally:
            lock.release(bench.project)

    return session
