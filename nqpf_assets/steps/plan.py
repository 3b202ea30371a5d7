"""What is out of date and why, told from content: never from a clock.

A step's fingerprint is made from its code, its parameters and the hashes of its inputs; the record
beside a table keeps the fingerprint it was made with. What its parts are is told in `fingerprint`.
"""

from __future__ import annotations

from dataclasses import dataclass

from nqpf_assets.steps.fingerprint import Change, changes, fingerprint_of, parts_of, words
from nqpf_assets.steps.graph import Graph
from nqpf_assets.steps.reads import Outside
from nqpf_assets.steps.step import Step
from nqpf_assets.warehouse.made_from import Parts, remembered
from nqpf_assets.warehouse.store import Store

MOST_CHANGES = 3
"""So many changes stand in a reason; the plan in full has all of them."""


def is_fresh(step: Step, store: Store, outside: Outside) -> bool:
    """Whether all tables of the step stand as its code and inputs would make them."""
    return _is_made_from(step, store, parts_of(step, store, outside))


def _is_made_from(step: Step, store: Store, parts: Parts | None) -> bool:
    records = [store.record(key) for key in step.outputs]
    if parts is None or any(record is None for record in records):
        return False
    now = fingerprint_of(parts)
    return all(record is not None and record.fingerprint == now for record in records)


@dataclass(frozen=True)
class Planned:
    """A step to look at, and why: its own cause, or the stale steps before it.

    Attributes:
        reason: the cause in one line.
        is_certain: False: only if what comes before it turns out to have changed.
        changes: what is not as it was, of a step that is certain; empty where that is not known.
    """

    step: Step
    reason: str
    is_certain: bool
    changes: tuple[Change, ...] = ()


def plan(graph: Graph, store: Store, outside: Outside) -> list[Planned]:
    """Steps that are out of date, and steps behind them, in the order of the graph.

    A step behind a stale one may turn out to need nothing, when the stale one gives the same table
    again; the runner then leaves it as it is. A step behind one whose own query, parameters or code
    changed as well is certain, and says both.
    """
    planned: dict[str, Planned] = {}
    for step in graph.steps:
        before = sorted({graph.maker[key].name for key in step.inputs} & set(planned))
        follows = f"follows {', '.join(_shown(name) for name in before)}" if before else ""
        cause, found = _cause(step, store, outside)
        if cause:
            reason = "; ".join(filter(None, (cause, follows)))
            planned[step.name] = Planned(step, reason, True, found)
        elif before:
            planned[step.name] = Planned(step, follows, False)
    return list(planned.values())


def _cause(step: Step, store: Store, outside: Outside) -> tuple[str, tuple[Change, ...]]:
    """Why the step itself is stale, in words, and what changed; no words where it is not.

    Where a table is missing that the step reads, the step that makes it has the cause.
    """
    parts = parts_of(step, store, outside)
    if parts is None or _is_made_from(step, store, parts):
        return "", ()
    before = remembered(step.name, store)
    found = changes(before, parts) if before else ()
    said = words(found, MOST_CHANGES)
    missing = [".".join(key) for key in step.outputs if store.record(key) is None]
    if missing and before is None and len(missing) == len(step.outputs):
        return "not built yet", found
    if missing:
        state = "not built yet" if before is None else "not there, or its last build did not finish"
        return "; ".join(filter(None, (f"{', '.join(missing)} {state}", said))), found
    return said or "its query, parameters or code changed", found


def _shown(name: str) -> str:
    return name.replace("__", ".")
