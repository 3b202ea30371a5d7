"""What a refresh will build, seen by building what is quickly built, aside: a plan then knows contents.

Tables of the early stages are made in a folder of their own, which is thrown away. What stands behind them is
told by the contents that came out: a step that reads none that is another one finds what it was made from.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from nqpf_assets.messages.problems import ProblemsFound
from nqpf_assets.steps.execute import execute
from nqpf_assets.steps.graph import Graph
from nqpf_assets.steps.plan import Planned, is_fresh, plan
from nqpf_assets.steps.reads import Outside
from nqpf_assets.steps.step import Step
from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse.duckdb_engine import engine_error
from nqpf_assets.warehouse.made_from import MADE_FROM
from nqpf_assets.warehouse.store import Record, Store, TableKey


@dataclass(frozen=True)
class Aside(Store):
    """The tables of a warehouse, of which some were made in another folder; nothing of the first is touched.

    Attributes:
        warehouse: the other folder.
        base: the tables as they stand.
        made: those that lie in the other folder.
    """

    base: Store
    made: set[TableKey] = field(default_factory=set, compare=False)

    def path(self, key: TableKey) -> Path:
        return super().path(key) if key in self.made else self.base.path(key)

    def record_path(self, key: TableKey) -> Path:
        return super().record_path(key) if key in self.made else self.base.record_path(key)

    def record(self, key: TableKey) -> Record | None:
        return super().record(key) if key in self.made else self.base.record(key)

    def forget(self, key: TableKey) -> None:
        if key in self.made:
            super().forget(key)

    def write(self, key: TableKey, write: Callable[[Path], object]) -> str:
        self.made.add(key)
        return super().write(key, write)


def foreseen(
    graph: Graph,
    planned: Iterable[Planned],
    project: Project,
    store: Store,
    outside: Outside,
    is_quick: Callable[[Step], bool],
) -> list[Planned] | None:
    """The steps that will make another table, or may: those that are known to are certain.

    None where it cannot be told: a step refuses what it finds, which is the refresh's to say, or there is no
    place to write to.

    Args:
        graph: all steps.
        planned: those to look at, in the order of the graph.
        project: the project.
        store: its tables as they stand.
        outside: what lies outside of the warehouse.
        is_quick: whether a step is built to see what comes of it.
    """
    asked = {one.step.name: one for one in planned}
    built: dict[str, Planned] = {}
    unknown: set[str] = set()
    try:
        with TemporaryDirectory(prefix="nqpf-plan-") as folder:
            known = store.warehouse / MADE_FROM
            if known.is_dir():
                shutil.copytree(known, Path(folder) / MADE_FROM)
            aside = Aside(Path(folder), store)
            for name, one in asked.items():
                if not unknown.isdisjoint(graph.maker[key].name for key in one.step.inputs):
                    unknown.add(name)
                elif not is_fresh(one.step, aside, outside):
                    if is_quick(one.step):
                        execute(one.step, project, aside, outside)
                        built[name] = replace(one, is_certain=True)
                    else:
                        unknown.add(name)
            after = {one.step.name: one for one in plan(graph, aside, outside)}
    except (ProblemsFound, OSError):
        return None
    except engine_error():
        return None
    names = (built.keys() | after.keys()) & asked.keys()
    return [built.get(name) or after[name] for name in asked if name in names]
