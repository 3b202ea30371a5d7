"""Column lineage is what moves: each column of every input of each step is changed, one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from nqpf_assets.messages.problems import CheckFailed
from nqpf_assets.sources.raw_state import RawState
from nqpf_assets.stages.column_lineage import lineage_of
from nqpf_assets.steps.query_lineage import ROWS, From
from nqpf_assets.steps.step import Step
from nqpf_assets.warehouse.store import Store
from tests.stages.mini import walk
from tests.stages.perturbed import Column, Moved, copy_of, grain_of, moved_by
from tests.stages.rich import write_rich

STILL = {
    "source.correction": "a correction that finds its value no longer stops the step",
}
"""Tables in which a column that gives a value can move nothing, with the reason."""


def given(step: Step) -> dict[Column, set[Column]]:
    """Column of an input → columns whose values are said to be made from it."""
    said: dict[Column, set[Column]] = {}
    for key in step.outputs:
        for column, entries in lineage_of(step, key).items():
            for one in entries:
                if one.schema:
                    mine = said.setdefault(((one.schema, one.table), one.column), set())
                    mine |= {(key, column)} if one.is_direct else set()
    return said


def undeclared(step: Step, moved: Moved) -> Iterator[str]:
    """What moved a column, and enters neither it nor the key of its rows."""
    for (key, column), by in moved.items():
        known = lineage_of(step, key)
        asked = {ROWS, column, *grain_of(key)} & known.keys()
        said = {((one.schema, one.table), one.column) for name in asked for one in known[name]}
        yield from (f"{'.'.join(key)}.{column} ← {_words(one)}" for one in sorted(by - said))


def unmoved(step: Step, moved: Moved, store: Store) -> Iterator[str]:
    """What is said to give the values of some columns, and moved none of them in any trial."""
    for key in step.outputs:
        together: dict[tuple[From, ...], set[str]] = {}
        for column, entries in lineage_of(step, key).items():
            together.setdefault(entries, set()).add(column)
        for entries, columns in together.items():
            # Where the key of a row is another, there is no value to compare: the row moved.
            by = set().union(*(moved.get((key, column), set()) for column in (*columns, ROWS)))
            for one in entries:
                source = ((one.schema, one.table), one.column)
                is_still = source in by or ".".join(key) in STILL or _is_empty(store, source)
                if one.schema and one.is_direct and not is_still:
                    yield f"{'.'.join(key)}.{', '.join(sorted(columns))} ← {_words(source)}"


def _is_empty(store: Store, column: Column) -> bool:
    """Whether there is no value that could be changed."""
    if not column[0][0]:
        return True
    return not len(store.scan(column[0]).select(column[1]).drop_nulls().head(1).collect())


def _words(one: Column) -> str:
    return ".".join((*one[0], one[1]))


def fitted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A column is estimated once per panel and map; most trials change neither."""
    from nqpf_assets.estimation import column as module

    known: dict[tuple[object, ...], object] = {}
    fit = module.fit_column

    def remembered(study, table, column, panel, geography):
        frames = (panel, geography.neighbours, geography.coordinates)
        mark = (table, column.label, *(tuple(frame.hash_rows().to_list()) for frame in frames))
        if mark not in known:
            try:
                known[mark] = fit(study, table, column, panel, geography)
            except CheckFailed as failed:
                known[mark] = failed
        if isinstance(known[mark], Exception):
            raise known[mark]
        return known[mark]

    monkeypatch.setattr(module, "fit_column", remembered)


@pytest.mark.slow
def test_lineage_is_what_moves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What moved is declared, and what is declared to give a value moved it.

    Queries over all studies are asked the first, with all columns changed at once that they are said not to
    read: whatever a query reads is found by one parser, which those of a study hold to both.
    """
    rich = walk(write_rich(tmp_path / "rich")).opened
    fitted_once(monkeypatch)
    store, raw = copy_of(rich.project, tmp_path / "copy"), RawState.of(rich.project)
    wrong: list[str] = []
    for step in rich.graph.steps:
        if not step.inputs or step.reads_outside:
            continue  # what reads raw files or the catalogue alone has no column to change
        is_whole = not step.sql or step.study is not None
        moved = moved_by(step, rich.project, store, raw, given(step), is_whole=is_whole)
        wrong += [f"undeclared: {words}" for words in undeclared(step, moved)]
        wrong += [f"unmoved: {words}" for words in unmoved(step, moved, store) if not step.sql]
    assert wrong == []
