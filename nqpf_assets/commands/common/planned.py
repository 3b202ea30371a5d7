"""`nqpf refresh --plan`: what would be built and why, to the file and the entry of a study file."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING

from nqpf_assets.commands.common.changed_files import ChangedFiles, changed_files
from nqpf_assets.exports.terminal import out, plain
from nqpf_assets.exports.told_problems import tell_problems
from nqpf_assets.user_input.project import Project

if TYPE_CHECKING:
    from nqpf_assets.publications.outlook import Outlook
    from nqpf_assets.steps.fingerprint import Change
    from nqpf_assets.steps.plan import Planned
    from nqpf_assets.steps.step import Step

EARLY, MOST_BYTES = ("source", "catalog", "panel", "index", "audit"), 20_000_000
"""Stages that a plan goes through to see what comes of them, with queries behind them, where their tables are
together no larger."""
READS_RAW, CORRECTS = "source__file", "source__correction"
"""Steps whose tables hold each series by itself: what moves in one series moves in no other."""


def show_plan(project: Project, only: Collection[str]) -> int:
    """What a refresh would build, and why."""
    from nqpf_assets.projects.opened import open_project
    from nqpf_assets.publications.outlook import outlook_of

    seen = outlook_of(open_project(project, only), only)
    tell_problems(seen.raw.warnings)
    console = out()
    for line in plan_lines(seen):
        console.print(plain(line), soft_wrap=True)
    return 0


def plan_lines(seen: Outlook) -> Iterable[str]:
    """The plan in words: each step with its causes, raw files with the studies that read them."""
    if not seen.is_news:
        yield "nothing to build: everything is as its sources would make it"
        return
    files = _files_of(seen)
    shown = _shown(seen, files)
    for one in shown:
        tables = ", ".join(".".join(key) for key in one.step.outputs)
        yield f"{'build' if one.is_certain else 'look at'}  {tables}"
        yield f"       {one.reason}"
        # A first build has every file as a change, which says nothing.
        is_first = seen.opened.store.record(one.step.outputs[0]) is None
        for line in [] if is_first else _details(one.changes, files.told):
            yield f"         {line}"
    n_certain = sum(one.is_certain for one in shown)
    behind, left_out = len(shown) - n_certain, len(seen.planned) - len(shown)
    if seen.planned:
        certain = f"{n_certain} {'step is' if n_certain == 1 else 'steps are'} certain"
        yield f"{certain}; {behind} behind, built only if what they read has changed by then"
        if left_out:
            yield f"{left_out} more behind find what they read as it was, and stay as they are"
    else:
        yield "publish: all tables stand, and the published warehouse is not made of them"


def _files_of(seen: Outlook) -> ChangedFiles:
    """What is known of the changed raw files; nothing at a first build, where all are new."""
    for one in seen.planned:
        if one.step.reads_outside and seen.opened.store.record(one.step.outputs[0]) is not None:
            return changed_files(seen.opened, one.changes)
    return ChangedFiles()


def _shown(seen: Outlook, files: ChangedFiles) -> list[Planned]:
    """Steps that may make another table; a refresh looks at all, and finds the others as they were."""
    from nqpf_assets.steps.foreseen import made_as_they_stand, said_alone
    from nqpf_assets.steps.reach import reached

    opened = seen.opened
    known = None if files.is_much else _foreseen(seen)
    if known is not None:
        names = reached(opened.graph, known, {}, same=said_alone(known))
        return [one for one in known if one.step.name in names]
    same = made_as_they_stand(seen.planned, opened.project, seen.tables, seen.raw)
    same |= said_alone(seen.planned)
    if files.series is None:
        names = reached(opened.graph, seen.planned, {}, same=same)
        return [one for one in seen.planned if one.step.name in names]
    by_series = {READS_RAW, *(one.step.name for one in seen.planned if not one.is_certain)}
    moved = dict.fromkeys(by_series & {READS_RAW, CORRECTS}, files.series)
    still = set() if files.has_other_facts else _of_facts(seen)
    names = reached(opened.graph, seen.planned, moved, still, same)
    return [one for one in seen.planned if one.step.name in names]


def _foreseen(seen: Outlook) -> list[Planned] | None:
    """The steps that are known to make another table, or to be behind one; None where nothing is known."""
    from nqpf_assets.steps.foresight import foreseen

    opened, store = seen.opened, seen.tables
    quick = [one.step for one in seen.planned if _is_quick(one.step)]
    records = [store.record(key) for step in quick for key in step.outputs]
    sizes = [one.size for one in records if one is not None]
    if len(sizes) < len(records) or sum(sizes) > MOST_BYTES:
        return None
    return foreseen(opened.graph, seen.planned, opened.project, store, seen.raw, _is_quick)


def _is_quick(step: Step) -> bool:
    return not step.is_run_elsewhere and (step.stage in EARLY or bool(step.sql))


def _of_facts(seen: Outlook) -> set[str]:
    """Steps that read no value of a cell, but what there is of a series, and are told so."""
    keys = {("catalog", "unit_measure"), *((name, "unit") for name in seen.opened.compiled)}
    return {seen.opened.graph.maker[key].name for key in keys if key in seen.opened.graph.maker}


def _details(changes: Collection[Change], told: Mapping[str, str]) -> Iterable[str]:
    """Every raw file that changed; other changes where a reason had no room for all."""
    from nqpf_assets.steps.plan import MOST_CHANGES
    from nqpf_assets.warehouse.made_from import OUTSIDE

    for one in changes:
        if one.kind == OUTSIDE:
            yield f"{one}{told.get(one.what, '')}"
    if len(changes) > MOST_CHANGES:
        yield from (f"{one.kind}: {one}" for one in changes if one.kind != OUTSIDE)
