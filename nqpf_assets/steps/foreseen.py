"""Tables of stale steps that come out as they stand, where this is known without building anything.

A light step reads no values and takes a moment: for a look at what a refresh would build it is run, and
what it makes is held against what stands. Other steps declare of some tables that no table enters them. Steps
that read no others of them find what they were made from.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from nqpf_assets.messages.problems import ProblemsFound
from nqpf_assets.steps.lineage import is_from_outside
from nqpf_assets.steps.plan import Planned
from nqpf_assets.steps.reads import Outside
from nqpf_assets.steps.step import Inputs
from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse.store import Store, TableKey

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.warehouse.duckdb_engine import Query


def made_as_they_stand(
    planned: Iterable[Planned], project: Project, store: Store, outside: Outside
) -> set[TableKey]:
    """Tables that planned light steps would make as they are; none of a step that is behind another one.

    What such a step refuses is the refresh's to say.

    Args:
        planned: in the order of the graph.
    """
    stale: set[TableKey] = set()
    found: set[TableKey] = set()
    for one in planned:
        step = one.step
        is_first = any(store.record(key) is None for key in step.outputs)
        if step.is_light and one.is_certain and not is_first and stale.isdisjoint(step.inputs):
            try:
                made = step.run(Inputs(project, store, step.reads, outside))
            except ProblemsFound:
                made = {}
            found |= {key for key, table in made.items() if _stands(table, store, key)}
        stale |= set(step.outputs) - found
    return found


def said_alone(planned: Iterable[Planned]) -> set[TableKey]:
    """Tables that are made from no table, of steps that are only behind another: they stand as they are.

    As which variables a column has, or an empty table of a kind that the study has none of.
    """
    behind = (one.step for one in planned if not one.is_certain)
    return {key for step in behind for key in step.outputs if is_from_outside(step, key)}


def _stands(table: pl.DataFrame | Query, store: Store, key: TableKey) -> bool:
    import polars as pl

    return isinstance(table, pl.DataFrame) and table.equals(store.scan(key).collect())
