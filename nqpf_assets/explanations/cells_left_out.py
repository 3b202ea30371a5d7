"""The analysis panel of a study without one published cell: its own steps, over a copy of what they read.

The steps between published cells and panel run again into a folder of their own; everything else they read
where it stands. The warehouse is not written to.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from nqpf_assets.explanations.named import refused
from nqpf_assets.projects.opened import OpenedProject, open_project
from nqpf_assets.publications.outlook import outlook_of
from nqpf_assets.sources.raw_state import RawState
from nqpf_assets.steps.step import Inputs, Step
from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse.duckdb_engine import Query, write_query
from nqpf_assets.warehouse.store import Store, TableKey, write_frame

if TYPE_CHECKING:
    import polars as pl

CELLS, PANEL = "reported_cell", "panel"


@dataclass(frozen=True)
class _Beside(Store):
    """A store whose tables are those of another, but for some that were made anew."""

    of: Store

    def path(self, key: TableKey) -> Path:
        own = super().path(key)
        return own if own.exists() else self.of.path(key)

    def place(self, key: TableKey) -> Path:
        """Where a table is made anew."""
        own = super().path(key)
        own.parent.mkdir(parents=True, exist_ok=True)
        return own


@dataclass(frozen=True)
class CellsLeftOut:
    """The walk of one study, from its published cells to its panel."""

    opened: OpenedProject
    raw: RawState
    study: str

    @classmethod
    def of(cls, project: Project, study: str, publication: str | None) -> CellsLeftOut:
        """Of a project whose publication is as its files are.

        Args:
            publication: an earlier one that was asked for.

        Raises:
            InputError: something is out of date, or the publication is another.
        """
        if publication is not None:
            raise refused(
                "a cell to leave out",
                "what is published now, for the walk is gone again from the project's files",
                f"--publication {publication}",
                "leave one of the two out",
            )
        opened = open_project(project)
        seen = outlook_of(opened)
        if seen.is_news:
            raise refused(
                "a cell to leave out",
                "a publication that is as the project's files are, for the walk is gone again from them",
                "files, studies or code that changed since it was published",
                "run `nqpf refresh`, and ask again",
            )
        return cls(opened, seen.raw, study)

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The steps between published cells and panel, in order."""
        graph, moved, found = self.opened.graph, {(self.study, CELLS)}, []
        needed = graph.upstream([(self.study, PANEL)])
        for step in graph.steps:
            if step.name in needed and moved & {*step.inputs}:
                moved |= {*step.outputs}
                found.append(step)
        return tuple(found)

    def panel(self, series: str | None, unit: str | None, period: int | None) -> pl.DataFrame:
        """The panel without a published cell."""
        import polars as pl

        with self._beside() as store:
            key = (self.study, CELLS)
            cells = self.opened.store.scan(key).collect()
            is_it = (
                (pl.col("variable") == series)
                & (pl.col("unit") == unit)
                & (pl.col("period") == period)
            )
            kept = cells.filter(~is_it)
            if len(kept) == len(cells):
                raise refused(
                    f"a cell of the study {self.study}",
                    "a published cell that the study reads: SERIES UNIT YEAR",
                    f"none of {series} in {unit} {period}",
                    "name one that `nqpf influence` or `nqpf explain` lists with its file; what is "
                    "filled or put together is told by the cells that it is made from",
                )
            write_frame(kept, store.place(key))
            for step in self.steps:
                inputs = Inputs(self.opened.project, store, step.reads, self.raw)
                for made, table in step.run(inputs).items():
                    if isinstance(table, Query):
                        with inputs.connect() as connection:
                            write_query(connection, table, store.place(made))
                    else:
                        write_frame(table, store.place(made))
            return store.scan((self.study, PANEL)).collect()

    @contextmanager
    def _beside(self) -> Iterator[_Beside]:
        with TemporaryDirectory(prefix="nqpf-influence-") as folder:
            yield _Beside(Path(folder), self.opened.store)
