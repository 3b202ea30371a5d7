"""The warehouse as the resource that every asset asks: which project, and the run's one session over it.

A run that Dagster's pages or its daemon start has a session of its own, and the lock on the warehouse from
its first moment to its last; `nqpf refresh` hands over the session that it has already begun. When a run
begins, the raw folders' data versions are brought up to date, so that Dagster knows which files a table was
made from.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
from pydantic import Field, PrivateAttr

from nqpf_assets.defs.raw import new_versions
from nqpf_assets.defs.session import Session
from nqpf_assets.projects.opened import OpenedProject
from nqpf_assets.sources.raw_state import RawState
from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse import lock

_handed: dict[Project, Session] = {}
"""Sessions of runs that this process makes itself; configuration cannot carry an object."""


class Warehouse(dg.ConfigurableResource["Warehouse"]):
    """A project's raw files and its warehouse, under one lock for the length of a run."""

    root: str = Field(description="Folder with raw/, studies/ and warehouse/.")
    aside: str | None = Field(
        None, description="Where to build instead of in the project's own warehouse."
    )
    _session: Session | None = PrivateAttr(default=None)

    @classmethod
    def of(cls, project: Project) -> Warehouse:
        return cls(root=str(project.root), aside=str(project.aside) if project.aside else None)

    @property
    def project(self) -> Project:
        return Project(Path(self.root), Path(self.aside) if self.aside else None)

    def session(self, opened: OpenedProject) -> Session:
        """The run's session over the steps that the definitions were made from."""
        if self._session is None:
            self._session = Session(opened)
        return self._session

    @contextmanager
    def yield_for_execution(
        self, context: dg.InitResourceContext
    ) -> Generator[Warehouse, None, None]:
        """Ready for one run.

        Raises:
            dagster.Failure: another process is refreshing this warehouse; nothing is begun.
        """
        given = self._session = _handed.get(self.project)
        try:
            if given is None:
                _hold(self.project)
            raw = given.raw if given is not None and given.raw is not None else None
            if context.instance is not None:
                seen = raw or RawState.of(self.project)
                for version in new_versions(context.instance, self.project, seen):
                    context.instance.report_runless_asset_event(version)
            yield self
        finally:
            if given is None:
                lock.release(self.project)


def _hold(project: Project) -> None:
    try:
        lock.hold(project)
    except lock.WarehouseBusy as busy:
        raise dg.Failure(description=str(busy), allow_retries=False) from None


@contextmanager
def handed(session: Session) -> Iterator[None]:
    """Let the run that this process makes now work in this session."""
    project = session.opened.project
    _handed[project] = session
    try:
        yield
    finally:
        del _handed[project]
