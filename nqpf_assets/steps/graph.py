"""Steps in an order in which they can run, and which of them make a table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from graphlib import CycleError, TopologicalSorter

from nqpf_assets.steps.step import Step
from nqpf_assets.warehouse.store import TableKey


@dataclass(frozen=True)
class Graph:
    """The steps in an order in which they can run."""

    steps: tuple[Step, ...]

    @cached_property
    def maker(self) -> dict[TableKey, Step]:
        """The step that makes each table."""
        return {key: step for step in self.steps for key in step.outputs}

    @property
    def tables(self) -> tuple[TableKey, ...]:
        return tuple(self.maker)

    def upstream(self, keys: Iterable[TableKey]) -> set[str]:
        """Names of the steps that these tables need, their own included."""
        names: set[str] = set()
        waiting = list(keys)
        while waiting:
            step = self.maker[waiting.pop()]
            if step.name not in names:
                names.add(step.name)
                waiting += step.inputs
        return names


def ordered(steps: list[Step]) -> list[Step]:
    """Steps after those that make their inputs; otherwise as given."""
    made = {key: step for step in steps for key in step.outputs}
    for step in steps:
        for key in step.inputs:
            if key not in made:
                raise LookupError(
                    f"{step.name.replace('__', '.')} reads {key[0]}.{key[1]}, which no step makes"
                )
    sorter = TopologicalSorter(
        {step.name: {made[key].name for key in step.inputs} for step in steps}
    )
    try:
        order = {name: place for place, name in enumerate(sorter.static_order())}
    except CycleError as error:
        raise LookupError(f"tables depend on each other: {' → '.join(error.args[1])}") from error
    return sorted(steps, key=lambda step: order[step.name])
