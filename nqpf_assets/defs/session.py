"""One run over an opened project: steps are executed, what they made and what went wrong is kept.

A mistake of the user's is reported to Dagster as a failure in words, without a traceback, and kept
here for the command line, which runs in the same process.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeGuard

import dagster as dg

from nqpf_assets.messages.problems import CheckFailed, Problem, ProblemsFound
from nqpf_assets.projects.opened import OpenedProject
from nqpf_assets.publications import held_back
from nqpf_assets.publications.publish import Publication, publish
from nqpf_assets.publications.storage.keeping import keep_storage
from nqpf_assets.site.keep import keep_site
from nqpf_assets.sources.raw_state import RawState
from nqpf_assets.stages.asked_lines import at_its_line
from nqpf_assets.stages.sources import collection
from nqpf_assets.steps.execute import Made, TablesFailed, execute
from nqpf_assets.steps.plan import is_fresh
from nqpf_assets.steps.soundness import Soundness
from nqpf_assets.steps.step import Step
from nqpf_assets.warehouse import lock
from nqpf_assets.warehouse.duckdb_engine import is_interruption
from nqpf_assets.warehouse.lock import WarehouseBusy
from nqpf_assets.warehouse.room import told_of_lack

if TYPE_CHECKING:
    from nqpf_assets.sources.collection import Collection

PUBLICATION = "publication"
OnStep = Callable[[Step, list[Made]], None]


@dataclass
class Session:
    """State of one run.

    Attributes:
        raw: the raw files as they were when the run first looked; looked at when first needed.
        found: what the raw files say, where they were read before the run, until it is kept.
        on_step: told of every step that is done.
        made: tables of the steps so far.
        departures: warnings of the checks against the last publication.
        left_out: why pages of the publication were not written, or it was not sent to its storage.
        failures: step that failed → why. Steps that do not rest on it go on, and are not its fault.
        seen: tables that were hashed in this run.
        seconds: time spent on steps and publication, without what Dagster does around them.
    """

    opened: OpenedProject
    raw: RawState | None = None
    found: Collection | None = None
    on_step: OnStep | None = None
    made: list[Made] = field(default_factory=list)
    departures: tuple[Problem, ...] = ()
    left_out: tuple[Problem, ...] = ()
    failures: dict[str, BaseException] = field(default_factory=dict)
    seconds: float = 0.0
    seen: Soundness = field(default_factory=Soundness)

    @property
    def failed_step(self) -> str | None:
        """Where the run stopped: the first step that failed otherwise than by its checks, else the first."""
        others = (n for n, error in self.failures.items() if not isinstance(error, CheckFailed))
        return next(others, next(iter(self.failures), None))

    @property
    def error(self) -> BaseException | None:
        """Why the run stopped; where only checks failed, all that they found."""
        failed = list(self.failures.values())
        checks = [error for error in failed if isinstance(error, CheckFailed)]
        if len(failed) > 1 and len(checks) == len(failed):
            return CheckFailed(problem for error in checks for problem in error.problems)
        return self.failures[self.failed_step] if self.failed_step else None

    def run(self, step: Step) -> list[Made]:
        """Execute one step under the warehouse's lock; failed checks are in what it returns.

        Raises:
            dagster.Failure: the step found mistakes of the user's, or the warehouse is busy.
        """
        with self._guarded(step.name):
            self.raw = self.raw or RawState.of(self.opened.project)
            if step.reads_outside:
                self._read(step, self.raw)
            try:
                outside = self.found or self.raw
                made = execute(step, self.opened.project, self.opened.store, outside, self.seen)
            except TablesFailed as error:
                self._fail(step.name, error)
                return list(error.made)
            if step.reads_outside and self.found is not None:
                # Kept now: what the raw files say may be larger than all that comes after.
                self.raw, self.found = self.found.state or self.raw, None
        self.made += made
        if self.on_step:
            self.on_step(step, made)
        return made

    def _read(self, step: Step, seen: RawState) -> None:
        """Read the raw files if that was not done before the run; from then on they are what was read."""
        if self.found is None and not is_fresh(step, self.opened.store, seen):
            self.found = collection(self.opened.project, seen)
            self.raw = self.found.state or seen

    def stop_if_failed(self, name: str) -> None:
        """End the step of this name if its own checks failed; called once they are reported."""
        error = self.failures.get(name)
        if isinstance(error, CheckFailed):
            raise dg.Failure(description=str(error), allow_retries=False)

    def publish(self) -> tuple[Publication | None, tuple[Problem, ...]]:
        """Put the warehouse in place; gives what departs from the last publication too.

        Returns:
            None where that holds the publication back; `stop_if_failed` then ends the run.
        """
        with self._guarded(PUBLICATION):
            self.raw = self.raw or RawState.of(self.opened.project)
            try:
                done, self.departures = publish(self.opened, self.raw)
            except CheckFailed as error:
                self._fail(PUBLICATION, error)
                return None, error.problems
            self.left_out = keep_site(self.opened.project, done)
            self.left_out += keep_storage(self.opened.project, done)
        return done, self.departures

    @contextmanager
    def _guarded(self, name: str) -> Iterator[None]:
        clock = time.perf_counter()
        try:
            lock.hold(self.opened.project)
            yield
        except BaseException as raised:
            error = told_of_lack(raised) or raised
            self._fail(name, error)
            if isinstance(error, ProblemsFound | WarehouseBusy):
                raise dg.Failure(description=str(error), allow_retries=False) from None
            raise
        finally:
            self.seconds += time.perf_counter() - clock

    def _fail(self, name: str, error: BaseException) -> None:
        """Keep why a step failed, here and beside the published file, with what stopped others before."""
        self.failures[name] = error
        files = self.opened.files
        reasons = [
            at_its_line(one, files) for each in self.failures.items() for one in _reasons(*each)
        ]
        if reasons:
            held_back.hold_back(self.opened.project, reasons)


def _reasons(name: str, error: BaseException) -> Iterable[Problem]:
    """What a failure says: its problems, or the one that it is; nothing of what only interrupts."""
    if isinstance(error, ProblemsFound):
        return error.problems
    return [held_back.failure(name, error)] if _is_failure(error) else ()


def _is_failure(error: BaseException) -> TypeGuard[Exception]:
    """Whether it is no mistake of the user's, no other refresh, and no Ctrl-C as the engine tells it."""
    is_told = isinstance(error, ProblemsFound | WarehouseBusy)
    return isinstance(error, Exception) and not is_told and not is_interruption(error)
