"""Provenance held to what happens: a published cell that is changed a little moves a column if it is listed
under it, and only then.

The steps of a study are run again in this process over a store that holds the changed observations; nothing
is published. All cells that are listed nowhere are changed at once, and of the others one of each kind by
itself (`draws`), from a fixed seed. Listed cells that may not move: those that only decide the side of a
threshold, and those that are clipped.
"""

from __future__ import annotations

import filecmp
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from nqpf_assets.sources.raw_state import RawState
from nqpf_assets.steps.step import Inputs
from nqpf_assets.warehouse.duckdb_engine import Query, write_query
from nqpf_assets.warehouse.store import Store, TableKey, write_frame
from tests.stages.choices_trap import STUDY as CHOICES
from tests.stages.mini import Walk, walk
from tests.stages.mixed_trap import STUDY as MIXED
from tests.stages.trap_project import STUDY, trap_project
from tests.stages.uncounted import uncounted

LITTLE = 1e-5
"""Share by which a cell is changed: too little to change places with another, enough to be seen."""

MOVED = 1e-12
"""Relative change of a coefficient from which it has moved; unmoved columns are the same to the last bit."""

EFFECTS = ": effects"
ALL_EFFECTS = ("space", "space of itself")
"""Columns all of whose effects rest on all cells of the column; others on no more than these."""

OBSERVATION: TableKey = ("source", "observation")


BESIDE_NUMBERS = {("trap", "series"), ("trap", "clipped_cell")}
"""Tables of steps that no estimate is made from."""


@dataclass(frozen=True)
class Altered(Store):
    """A store of which some tables are taken from elsewhere."""

    beside: Path = Path()
    taken: set[TableKey] = field(default_factory=set, compare=False)

    def path(self, key: TableKey) -> Path:
        if key in self.taken:
            return self.beside / f"{key[0]}.{key[1]}.parquet"
        return super().path(key)


@dataclass
class Again:
    """The study of a walk, to be walked again with other observations."""

    done: Walk
    beside: Path

    def __post_init__(self) -> None:
        opened = self.done.opened
        self.observed = opened.store.scan(OBSERVATION).collect()
        self.raw = RawState.of(self.done.project)
        graph = [one for one in opened.graph.steps if one.study is not None]
        wanted = [one for one in graph if ("trap", "estimate") in one.outputs]
        # Backwards: the steps under the estimates; the parameters hold no values.
        for step in reversed(graph[: graph.index(wanted[0])]):
            read = {key for later in wanted for key in later.inputs}
            if read & {*step.outputs} and BESIDE_NUMBERS.isdisjoint(step.outputs):
                wanted.insert(0, step)
        self.steps = wanted

    def estimates(self, observed: pl.DataFrame | None = None) -> dict[str, np.ndarray]:
        """Column → its coefficients, and those with effects, by another name, their effects."""
        store = Altered(self.done.opened.store.warehouse, self.beside, set())
        if observed is not None:
            self._put(store, OBSERVATION, observed)
            with uncounted():
                self._run(store)
        found = {}
        for table, words in (("estimate", ""), ("effect", EFFECTS)):
            rows = store.scan(("trap", table)).select("column_label", "estimate").collect()
            for (label,), part in rows.group_by("column_label", maintain_order=True):
                found[f"{label}{words}"] = part.get_column("estimate").to_numpy()
        return found

    def _run(self, store: Altered) -> None:
        for step in self.steps:
            if store.taken.isdisjoint(step.inputs):
                continue  # all that it reads is as it was
            inputs = Inputs(self.done.project, store, step.reads, self.raw)
            for key, made in step.run(inputs).items():
                self._put(store, key, made, inputs)

    def _put(
        self,
        store: Altered,
        key: TableKey,
        made: pl.DataFrame | Query,
        inputs: Inputs | None = None,
    ) -> None:
        path = self.beside / f"{key[0]}.{key[1]}.parquet"
        if isinstance(made, Query):
            assert inputs is not None
            with inputs.connect() as connection:
                write_query(connection, made, path)
        else:
            write_frame(made, path)
        if not filecmp.cmp(path, self.done.opened.store.path(key), shallow=False):
            store.taken.add(key)


def moved(before: dict[str, np.ndarray], after: dict[str, np.ndarray]) -> set[str]:
    return {
        label
        for label, old in before.items()
        if (np.abs(after[label] - old) > MOVED * np.abs(old)).any()
    }


@pytest.fixture(scope="module")
def again(tmp_path_factory: pytest.TempPathFactory) -> Again:
    return _again(tmp_path_factory, STUDY)


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Again:
    """The same files under a study in which features meet."""
    return _again(tmp_path_factory, MIXED)


def _again(factory: pytest.TempPathFactory, study: str) -> Again:
    done = walk(trap_project(factory.mktemp("trap"), study))
    done.publish()
    return Again(done, factory.mktemp("again"))


@dataclass(frozen=True)
class Listed:
    """Columns under which a cell is listed: in any role, and in one that must move them."""

    anyhow: frozenset[str]
    surely: frozenset[str]


Place = tuple[str, str, str]
"""Series, file and place in it."""
PLACE = ("series_id", "file_id", "locator")


@pytest.fixture(scope="module")
def listed(again: Again) -> dict[Place, Listed]:
    return listed_in(again)


def listed_in(again: Again) -> dict[Place, Listed]:
    """What each published cell is listed under."""
    rows = again.done.query(
        "SELECT series_id, file_id, locator, column_label, variable, role, unit, period"
        " FROM result.provenance WHERE file_id IS NOT NULL"
    )
    clipped = set(again.done.query(CLIPPED))
    found: dict[Place, tuple[set[str], set[str]]] = {}
    for series, file, locator, label, variable, role, unit, period in rows:
        anyhow, surely = found.setdefault((series, file, locator), (set(), set()))
        anyhow |= {label, label + EFFECTS}
        if role != "threshold_side" and (label, variable, unit, period) not in clipped:
            surely |= {label, label + EFFECTS} if label in ALL_EFFECTS else {label}
    return {key: Listed(frozenset(a), frozenset(s)) for key, (a, s) in found.items()}


CLIPPED = """
    WITH clipped AS (
        SELECT v.study, v.column_label, v.variable, o.variable AS input, c.unit, c.period
        FROM result.model_variable AS v
        INNER JOIN panel.clipped_input AS o ON o.study = v.study AND o.variable = v.variable
        INNER JOIN panel.cell AS c ON c.study = v.study AND c.variable = o.input
        WHERE c.status LIKE 'winsorized%'
        UNION
        SELECT v.study, v.column_label, v.variable, v.variable AS input, c.unit, c.period
        FROM result.test AS t
        INNER JOIN result.model_variable AS v ON v.study = t.study AND v.column_label = t.column_label
        INNER JOIN panel.cell AS c ON c.study = v.study AND c.variable = v.variable
        WHERE t.test IN ('winsor_low: ' || v.variable, 'winsor_low: ' || v.variable || ' ' || c.period)
                AND c.value < t.statistic
            OR t.test IN ('winsor_high: ' || v.variable, 'winsor_high: ' || v.variable || ' ' || c.period)
                AND c.value > t.statistic
    )
    SELECT c.column_label, c.variable, c.unit, c.period + r.first_lag
    FROM clipped AS c
    INNER JOIN panel.rests_on AS r ON r.study = c.study AND r.variable = c.input AND NOT r.is_pooled
"""
"""Column, variable, unit and year of cells under a value that is clipped, which hides a little change."""


def draws(again: Again) -> Iterator[tuple[int, Place]]:
    """Rows of the observations: one of each kind of listed cell.

    Cells are of one kind where they are read from one series for one variable in one role, and where they
    stand under one variable of one column in one role. A cell stands for all kinds that it is of; the rarest
    are drawn first.
    """
    draw = np.random.default_rng(7)
    rows: dict[Place, int] = {
        (series, file, locator): at
        for at, (series, file, locator) in enumerate(again.observed.select(*PLACE).iter_rows())
    }
    kinds: dict[tuple[str, ...], list[Place]] = {}
    kinds_of: dict[Place, set[tuple[str, ...]]] = {}
    for series, file, locator, label, variable, role in again.done.query(
        "SELECT series_id, file_id, locator, column_label, variable, role FROM result.provenance"
        " WHERE file_id IS NOT NULL AND status <> 'corrected' ORDER BY ALL"
    ):
        place = (series, file, locator)
        for kind in ((series, variable, role), ("in a column", label, variable, role)):
            kinds.setdefault(kind, []).append(place)
            kinds_of.setdefault(place, set()).add(kind)
    drawn: set[tuple[str, ...]] = set()
    for kind in sorted(kinds, key=lambda one: (len(kinds[one]), one)):
        if kind not in drawn:
            place = kinds[kind][draw.integers(len(kinds[kind]))]
            drawn |= kinds_of[place]
            yield rows[place], place


def without_listed(again: Again, listed: dict[Place, Listed]) -> pl.DataFrame:
    """The observations with all of them changed that are listed nowhere, each by a share of its own."""
    # What is corrected is read from the corrections.
    kept = pl.DataFrame([*listed, *again.done.query(CORRECTED)], schema=PLACE, orient="row")
    shares = np.random.default_rng(8).uniform(-LITTLE, LITTLE, len(again.observed))
    others = again.observed.with_columns(value=pl.col("value") * (1 + pl.Series(shares)))
    is_kept = pl.struct(PLACE).is_in(kept.select(pl.struct(PLACE)).to_series().implode())
    return again.observed.with_columns(
        value=pl.when(is_kept).then("value").otherwise(others.get_column("value"))
    )


CORRECTED = "SELECT series_id, file_id, locator FROM source.correction"


def misfits(again: Again, listed: dict[Place, Listed]) -> Iterator[str]:
    """What moved and is not listed, or is listed and did not move."""
    before = again.estimates()
    others = moved(before, again.estimates(without_listed(again, listed)))
    yield from (f"cells that are listed nowhere move {one}" for one in sorted(others))
    for row, place in draws(again):
        expected = listed[place]
        seen: set[str] = set()
        for share in (1 + LITTLE, 1 - LITTLE):
            seen |= moved(before, again.estimates(changed(again.observed, row, share)))
            if expected.surely <= seen:
                break
        facts = again.observed.row(row, named=True)
        about = f"{place[0]} {facts['region_code']} {facts['period']}"
        yield from (f"{about} moves {one}, unlisted" for one in sorted(seen - expected.anyhow))
        yield from (
            f"{about} is listed under {one}, unmoved" for one in sorted(expected.surely - seen)
        )


def changed(observed: pl.DataFrame, row: int, share: float) -> pl.DataFrame:
    is_it = pl.int_range(pl.len()) == row
    return observed.with_columns(
        value=pl.when(is_it).then(pl.col("value") * share).otherwise("value")
    )


@pytest.mark.slow
def test_corrected_cells_are_counted_in_the_roles_in_which_they_are_listed(again: Again) -> None:
    counted = again.done.query(
        "SELECT column_label, n_corrected_cells FROM result.model WHERE n_corrected_cells > 0 ORDER BY ALL"
    )
    listed = again.done.query(
        "SELECT column_label, count(DISTINCT (series_id, unit, period)) FROM result.provenance"
        " WHERE status = 'corrected' GROUP BY column_label ORDER BY ALL"
    )
    assert counted == listed
    assert {"gap", "z", "living", "parts"} <= dict(counted).keys()


@pytest.mark.slow
def test_a_regressor_that_gives_distances_is_listed_in_both_roles(again: Again) -> None:
    roles = again.done.query(
        "SELECT role, count(DISTINCT (unit, period)) FROM result.provenance"
        " WHERE column_label = 'space of itself' AND variable = 'trees'"
        " AND role IN ('value', 'weights') GROUP BY role ORDER BY role"
    )
    assert [role for role, _ in roles] == ["value", "weights"]
    assert len({n_cells for _, n_cells in roles}) == 1


@pytest.mark.slow
def test_many_cells_move_what_they_are_listed_under(
    again: Again, listed: dict[Place, Listed]
) -> None:
    assert not list(misfits(again, listed))


@pytest.mark.slow
def test_many_cells_move_what_they_are_listed_under_where_features_meet(mixed: Again) -> None:
    assert not list(misfits(mixed, listed_in(mixed)))


@pytest.mark.slow
def test_cells_move_what_they_are_listed_under_where_others_decide(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Conditions, choices, and statistics over all rows, a year and a unit."""
    again = _again(tmp_path_factory, CHOICES)
    assert not list(misfits(again, listed_in(again)))
