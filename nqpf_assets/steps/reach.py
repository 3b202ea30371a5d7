"""Which of the steps that are planned can come to other tables, where it is known what will have changed.

A plan names every step behind a stale one, and a refresh looks at all of them. Where a stale step says which
parts of its tables can become others, steps that see none of these parts find what they were made from.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from nqpf_assets.steps.graph import Graph
from nqpf_assets.steps.plan import Planned
from nqpf_assets.steps.reads import Read
from nqpf_assets.warehouse.store import TableKey


def reached(
    graph: Graph,
    planned: Iterable[Planned],
    moved: Mapping[str, Collection[str]],
    still: Collection[str] = (),
    same: Collection[TableKey] = (),
) -> set[str]:
    """Names of the planned steps that may make another table.

    Args:
        planned: in the order of the graph.
        moved: name of a step → all parts of its tables that can become others. Of a step that is not
            named here, every part can.
        still: names of steps that will find what they read of the steps before them as it was.
        same: tables of these steps that will come out as they stand.
    """
    found: set[str] = set()

    def is_touched(read: Read) -> bool:
        if read.key in same or (read.parts is not None and not read.parts):
            return False
        maker = graph.maker[read.key].name
        if maker not in found or maker not in moved or read.parts is None:
            return maker in found
        return not read.parts.isdisjoint(moved[maker])

    for one in planned:
        is_still = one.step.name in still
        if one.is_certain or (not is_still and any(map(is_touched, one.step.reads))):
            found.add(one.step.name)
    return found
