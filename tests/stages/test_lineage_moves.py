"""Column lineage is what moves: each column of every input of each step is changed, one after the other.

A few changes of each column are tried, of columns that decide the same ones together; with NQPF_ALL_CHANGES
set, all of each alone, which takes ten minutes.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from nqpf_assets.messages.problems import CheckFailed
from nqpf_assets.projects.opened import OpenedProject
from nqpf_assets.sources.raw_state import RawState
from nqpf_assets.stages.lineage.column_lineage import lineage_of
from nqpf_assets.steps.query_lineage import ROWS, From
from nqpf_assets.steps.step import Step
from nqpf_assets.warehouse.store import Store
from tests.stages.mini import walk
from tests.stages.perturbed import Column, Trials, Trier, copy_of, grain_of
from tests.stages.rich import write_rich

pytestmark = pytest.mark.slow

LEAST = None if os.environ.get("NQPF_ALL_CHANGES") else 2
COSTLY = {
    f"rich__{name}"
    for name in ("clipped_cell", "inequality", "influence", "model", "series_caution")
}
"""Steps of which one change of each column is tried at least."""
LOOKED_UP = "looked up: a term that is not found stops the step"
POOLED = "computed again where bounds are pooled, as they are here"
WEIGHTS = "weights enter numbers, and a note only where all are alike"
AS_PUBLISHED = "the project takes no series from a lower level"
STILL = {
    ("rich.member_cell", ""): AS_PUBLISHED,
    ("rich.aggregated_cell", ""): AS_PUBLISHED,
    ("rich.absorbed_cell", ""): "no column of the study takes out what a single cell does",
    ("source.correction", ""): "a correction that finds its value no longer stops the step",
    ("rich.influence", "rich.derived_cell.value"): POOLED,
    ("rich.influence", "rich.estimate.term"): LOOKED_UP,
    ("rich.leave_out", "rich.estimate.term"): LOOKED_UP,
    ("rich.map_of_alike", "rich.panel.energy"): WEIGHTS,
}
"""Tables in which a column that gives a value can move nothing, with the reason."""


def given(step: Step) -> dict[Column, dict[Column, bool]]:
    """Column of an input → columns that it is said to enter, and whether it gives their values."""
    said: dict[Column, dict[Column, bool]] = {}
    for key in step.outputs:
        for column, entries in lineage_of(step, key).items():
            for one in entries:
                if one.schema:
                    mine = said.setdefault(((one.schema, one.table), one.column), {})
                    mine[key, column] = mine.get((key, column), False) or one.is_direct
    return said


def undeclared(step: Step, trials: Trials) -> Iterator[str]:
    """What moved a column, and enters neither it nor the key of its rows."""
    for (key, column), by in trials.moved.items():
        known = lineage_of(step, key)
        asked = {ROWS, column, *grain_of(key)} & known.keys()
        said = {((one.schema, one.table), one.column) for name in asked for one in known[name]}
        yield from (f"{_words((key, column))} ← {_words(one)}" for one in sorted(by - said))


def unmoved(step: Step, trials: Trials, store: Store) -> Iterator[str]:
    """What is said to give the values of some columns, and moved none of them in any trial."""
    for key in step.outputs:
        together: dict[tuple[From, ...], set[str]] = {}
        for column, entries in lineage_of(step, key).items():
            together.setdefault(entries, set()).add(column)
        for entries, columns in together.items():
            # Where the key of a row is another, there is no value to compare: the row moved.
            moved = [trials.moved.get((key, column), set()) for column in (*columns, ROWS)]
            by = set().union(*moved) | trials.refused
            for one in entries:
                source = ((one.schema, one.table), one.column)
                names = {"", _words(source)}
                is_still = any((".".join(key), name) in STILL for name in names)
                if not one.schema or not one.is_direct or source in by or is_still:
                    continue
                if not _is_empty(store, source):
                    yield f"{_words((key, ', '.join(sorted(columns))))} ← {_words(source)}"


def _is_empty(store: Store, column: Column) -> bool:
    """Whether there is no value that could be changed."""
    return not len(store.scan(column[0]).select(column[1]).drop_nulls().head(1).collect())


def _words(one: Column) -> str:
    return ".".join((*one[0], one[1]))


def fit_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A column is estimated once per panel and map; most trials change neither."""
    from nqpf_assets.estimation import column as module

    known: dict[tuple[object, ...], object] = {}
    fit = module.fit_column

    def remembered(study, table, column, panel, geography, *rest):
        frames = (panel, geography.neighbours, geography.coordinates)
        mark = (table, column.label, *(tuple(frame.hash_rows().to_list()) for frame in frames))
        if mark not in known:
            try:
                known[mark] = fit(study, table, column, panel, geography, *rest)
            except CheckFailed as failed:
                known[mark] = failed
        if isinstance(known[mark], Exception):
            raise known[mark]
        return known[mark]

    monkeypatch.setattr(module, "fit_column", remembered)


@pytest.fixture(scope="module")
def rich(tmp_path_factory: pytest.TempPathFactory) -> OpenedProject:
    return walk(write_rich(tmp_path_factory.mktemp("rich"))).opened


def wrong_in(step: Step, rich: OpenedProject, store: Store) -> list[str]:
    """What is declared and does not move, or moves and is not declared.

    Queries over all studies are asked the first, with all columns changed at once that they are said not to
    read: whatever a query reads is found by one parser, which those of a study hold to both.
    """
    outside = RawState.of(rich.project)
    least = LEAST and (1 if step.name in COSTLY else LEAST)
    is_joint = least is not None
    trier = Trier(step, rich.project, store, outside, given(step), least, is_joint=is_joint)
    trials = trier.all(is_whole=not step.sql or step.study is not None)
    wrong = [f"undeclared: {words}" for words in undeclared(step, trials)]
    if not step.sql:
        wrong += [f"unmoved: {words}" for words in unmoved(step, trials, store)]
    return wrong


def tried(rich: OpenedProject) -> list[Step]:
    """What reads raw files or the catalogue alone has no column to change."""
    return [one for one in rich.graph.steps if one.inputs and not one.reads_outside]


@pytest.mark.parametrize("costly", [False, True], ids=["most steps", "costly ones"])
def test_lineage_is_what_moves(
    costly: bool, rich: OpenedProject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What moved is declared, and what is declared to give a value moved it."""
    fit_once(monkeypatch)
    store = copy_of(rich.project, tmp_path / "copy")
    steps = [one for one in tried(rich) if (one.name in COSTLY) == costly]
    assert [words for step in steps for words in wrong_in(step, rich, store)] == []


@pytest.mark.parametrize(
    ("column", "words", "found"),
    [
        ("value", "transformation reported_cell.value", None),
        (
            "value",
            "identity study file",
            "undeclared: rich.filled_cell.value ← rich.reported_cell.value",
        ),
        (
            "value",
            "transformation reported_cell.value, series.title",
            "unmoved: rich.filled_cell.value ← rich.series.title",
        ),
    ],
    ids=["as it is", "a column lost", "a column too many"],
)
def test_a_wrong_lineage_is_found(
    column: str, words: str, found: str | None, rich: OpenedProject, tmp_path: Path
) -> None:
    (step,) = (one for one in tried(rich) if one.name == "rich__filled_cell")
    key = ("rich", "filled_cell")
    of_fill = "; conditional series.interpolation, series.ends, reported_cell.period"
    said = {**step.lineage[key], column: words + of_fill}
    wrong = wrong_in(
        replace(step, lineage={**step.lineage, key: said}),
        rich,
        copy_of(rich.project, tmp_path / "copy"),
    )
    assert wrong == [] if found is None else found in wrong
