"""How far each of several causes moved a coefficient: estimated again, with one after the other.

From the earlier publication to the later, in this order: program, releases, catalogue and study file, in one
step, because the archive keeps none of them as they were; then each file of which something else is read, by
card or content, oldest vintage first; last the corrections. Today's program walks the study over the source
tables in between, so that shares add up to the change. Another order gives other shares where causes meet.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nqpf_assets.messages.problems import InputError, Problem, ProblemsFound
from nqpf_assets.publications.between import files_of
from nqpf_assets.publications.difference import Difference
from nqpf_assets.publications.mixed_sources import (
    Sources,
    changed_corrections,
    changed_places,
    mixed,
    moved_files,
)
from nqpf_assets.publications.origins import step_hashes
from nqpf_assets.sources.raw_state import RawState
from nqpf_assets.stages.own_weights import own_weights
from nqpf_assets.steps.execute import execute
from nqpf_assets.studies.refilled_series import published
from nqpf_assets.warehouse.store import Record, Store, TableKey, write_frame

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.projects.opened import OpenedProject

SOURCE = "source"
KEY = ("study", "table_name", "column_label", "term")
Estimates = Mapping[tuple[str, str, str, str], float | None]


@dataclass(frozen=True)
class Shares:
    """Shares of the change of every coefficient that both publications have.

    Attributes:
        causes: in the order in which they were taken, in words. Where the study cannot be estimated between
            two causes, they are one.
        rows: one per coefficient: `KEY`, ``whole``, and ``shares``, a number for each cause.
    """

    causes: tuple[str, ...]
    rows: tuple[tuple[tuple[str, str, str, str], float, tuple[float, ...]], ...]

    def as_data(self) -> dict[str, Any]:
        """For other programs: the causes, and a number for each under every coefficient."""
        rows = [
            dict(zip(KEY, key, strict=True)) | {"change": whole, "shares": list(parts)}
            for key, whole, parts in self.rows
        ]
        return {"causes": list(self.causes), "estimate": rows}


def shares(opened: OpenedProject, found: Difference) -> Shares:
    """Each cause's share of the changes between two publications.

    Raises:
        InputError: the later publication was made with another study file or program than those of today,
            which are not kept.
    """
    _require_today(opened, found)
    studies = sorted({*found.parts["estimate"]["study"]} & {*opened.studies})
    steps = list(_steps(opened, found, studies))
    causes, known = [], [_published(found, "old")]
    with tempfile.TemporaryDirectory(prefix="nqpf-") as folder:
        waiting: list[str] = []
        for number, (cause, tables) in enumerate(steps, start=1):
            waiting.append(cause)
            is_last = number == len(steps)
            values = (
                _published(found, "new")
                if is_last
                else _estimated(opened, studies, tables, Path(folder))
            )
            if values is not None:
                causes.append(" together with ".join(waiting))
                known.append(values)
                waiting = []
    return Shares(tuple(causes), tuple(_rows(known)))


def _steps(
    opened: OpenedProject, found: Difference, studies: list[str]
) -> Iterator[tuple[str, dict[TableKey, pl.DataFrame]]]:
    """Causes in words, each with the source tables as they are once it and those before it are taken."""
    moved = moved_files(found.parts["file"])
    old, new = (
        Sources.of(files_of(opened.project, side), moved) for side in (found.old, found.new)
    )
    series = {published(one) for name in studies for one in opened.compiled[name].series}
    names = changed_corrections(found.parts["correction"], old, new)
    taken: list[str] = []
    if said := _said(opened, found, studies):
        yield said, mixed(old, new, taken, names, late=False)
    kinds = {row["path"]: row["change"] for row in found.parts["file"].iter_rows(named=True)}
    weights = {one for name in studies for one in own_weights(opened.files[name])}
    for places in changed_places(old, new, series, weights):
        taken += places
        words = " and ".join(f"{place} {_how(found, kinds, place)}" for place in places)
        yield words, mixed(old, new, taken, names, late=False)
    if names:
        yield f"corrections {', '.join(names)}", mixed(old, new, taken, names, late=True)


def _how(found: Difference, kinds: Mapping[str, str], place: str) -> str:
    if kinds.get(place) in ("added", "removed", "replaced"):
        return kinds[place]
    has_card = any(
        name.startswith(place) or name == f"{place.rpartition('/')[0]}/card.yaml"
        for name in found.inputs.values
        if name.endswith("card.yaml")
    )
    return "by its card" if has_card else "read otherwise"


def _said(opened: OpenedProject, found: Difference, studies: list[str]) -> str:
    """What is another beside the data, under these studies' coefficients; empty where nothing is."""
    upstream = opened.graph.upstream([(name, "estimate") for name in studies])
    steps = [
        name for name in found.steps.values if name in upstream and not _is_source(opened, name)
    ]
    who = dict.fromkeys(
        "program" if one in ("program", "query") else one
        for step in steps
        for one in found.origins.get(step, ("study file or program",))
    )
    if found.versions.values:
        who["releases"] = None
    return ", ".join(who)


def _is_source(opened: OpenedProject, name: str) -> bool:
    return any(step.name == name and step.stage == SOURCE for step in opened.graph.steps)


def _require_today(opened: OpenedProject, found: Difference) -> None:
    now, then = step_hashes(opened.graph), found.new.steps
    others = sorted(name for name in now if now[name] != then.get(name) and "__" in name)
    studies = set(found.parts["estimate"]["study"])
    upstream = opened.graph.upstream(
        [(name, "estimate") for name in studies if name in opened.studies]
    )
    wrong = [name for name in others if name in upstream and not _is_source(opened, name)]
    if wrong or not studies <= {*opened.studies}:
        raise InputError(
            [
                Problem(
                    file=f"publication {found.new.number}",
                    where=", ".join(name.replace("__", ".") for name in wrong[:3]),
                    expected="the study files and program with which it was made",
                    found="others, and earlier ones are not kept: shares are estimated with those of today",
                    remedy="compare with the last publication, after `nqpf refresh`",
                    code="shares",
                )
            ]
        )


def _estimated(
    opened: OpenedProject, studies: list[str], tables: Mapping[TableKey, pl.DataFrame], folder: Path
) -> Estimates | None:
    """The studies' coefficients over these source tables; None where they cannot be estimated."""
    aside = replace(opened.project, aside=folder)
    store = Store(folder)
    for key, frame in tables.items():
        _put(store, key, frame)
    wanted = opened.graph.upstream([(name, "estimate") for name in studies])
    try:
        for step in opened.graph.steps:
            if step.name in wanted and step.stage != SOURCE:
                execute(replace(step, rules={}, checked_by={}), aside, store, RawState({}))
    except ProblemsFound:
        shutil.rmtree(folder / "tables", ignore_errors=True)
        return None
    return {
        (name, *row[:3]): row[3]
        for name in studies
        for row in store.scan((name, "estimate")).select(*KEY[1:], "estimate").collect().iter_rows()
    }


def _put(store: Store, key: TableKey, frame: pl.DataFrame) -> None:
    """A source table as if a step had made it."""
    sha = store.write(key, lambda path: write_frame(frame, path))
    size = store.path(key).stat().st_size
    store.write_record(key, Record("shares", sha, size, frame.height, "", (), {}))


def _published(found: Difference, side: str) -> Estimates:
    """The coefficients that moved, as one of the publications has them."""
    rows = found.parts["estimate"].select(*KEY, f"{side}_estimate").iter_rows()
    return {row[:4]: row[4] for row in rows}


def _rows(
    known: list[Estimates],
) -> Iterable[tuple[tuple[str, str, str, str], float, tuple[float, ...]]]:
    for key in known[-1]:
        path = [one.get(key) for one in known]
        if None in path:
            continue  # not estimated all the way: a column that came or went
        values = [float(one) for one in path if one is not None]
        steps = tuple(after - before for before, after in pairwise(values))
        yield key, values[-1] - values[0], steps
