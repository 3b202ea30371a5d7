"""One run over a workbench: steps are executed, what they made and what went wrong is kept.

A mistake of the user's is reported to Dagster as a failure in words, without a traceback, and kept
here for the command line, which runs in the same process.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property

import dagster as dg

from nqpf_assets.lock import WarehouseBusy, hold
from nqpf_assets.problems import ProblemsFound
from nqpf_assets.stages.execute import Made, execute
from nqpf_assets.stages.plan import RawState
from nqpf_assets.stages.step import Step
from nqpf_assets.workbench import Workbench


def _no_progress(step: Step, made: list[Made]) -> None:
    """Where nobody watches."""


@dataclass
class Session:
    """State of one run."""

    bench: Workbench
    on_step: Callable[[Step, list[Made]], None] = _no_progress
    made: list[Made] = field(default_factory=list)
    found: ProblemsFound | None = None

    @cached_property
    def raw(self) -> RawState:
        """The raw files as they were when the run first looked."""
        return RawState.of(self.bench.project)

    def run(self, step: Step) -> list[Made]:
        """Execute one step under the warehouse's lock."""
        with self.guarded():
            made = execute(step, self.bench.project, self.bench.store, self.raw)
        self.made += made
        self.on_step(step, made)
        return made

    @contextmanager
    def guarded(self) -> Iterator[None]:
        """Hold the lock; turn what the user can mend into a failure in words."""
        try:
            hold(self.bench.project)
            yield
        except ProblemsFound as error:
            self.found = error
            raise dg.Failure(description=str(error), allow_retries=False) from None
        except WarehouseBusy as error:
            raise dg.Failure(description=str(error), allow_retries=False) from None
