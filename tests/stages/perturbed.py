"""Change a column of an input of a step, run the step, and see which columns of its tables move."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from zlib import crc32

import duckdb
import polars as pl

from nqpf_assets.catalog.columns import table_info
from nqpf_assets.steps.query_lineage import ROWS
from nqpf_assets.steps.reads import Outside
from nqpf_assets.steps.step import Inputs, Step
from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse.duckdb_engine import Query, write_query
from nqpf_assets.warehouse.store import Store, TableKey

Tables = dict[TableKey, pl.DataFrame]
Column = tuple[TableKey, str]

CONVERTIBLE = {"亿元": "万元", "万元": "亿元", "万人": "人", "万吨标准煤": "吨标准煤"}
"""Units of measurement in which a series could have been printed as well."""
TOLERANCE = 1e-9
"""Relative; what is summed in another order is no movement."""

Moved = dict[Column, set[Column]]
"""Column of a step's table, or `ROWS` for which rows there are → columns of inputs that moved it."""


@dataclass
class Trials:
    """What the trials of one step told.

    Attributes:
        moved: what moved, by which columns of inputs.
        refused: columns of which every other value was refused, so that nothing is known of them.
    """

    moved: Moved = field(default_factory=dict)
    refused: set[Column] = field(default_factory=set)


@dataclass(frozen=True)
class Trier:
    """Tries columns of the inputs of one step; `store` is a copy that is spoiled and mended.

    Attributes:
        said: column of an input → columns that it is said to enter, and whether it gives their values.
        least: so many changes of a column are tried at least, which ones differs from column to column; more
            only until all that is said to be made from it moved. None: all there are.
        is_joint: columns of a table that are said to enter the same ones, and to give no value, are changed
            together: what they move undeclared is seen as well, in a fraction of the trials.
    """

    step: Step
    project: Project
    store: Store
    outside: Outside
    said: Mapping[Column, Mapping[Column, bool]]
    least: int | None = None
    is_joint: bool = False

    def all(self, *, is_whole: bool = True) -> Trials:
        """All trials of the step.

        What is said to be of no table is changed together, and one by one where that moves anything.

        Args:
            is_whole: False: only what is not said.
        """
        found, before = Trials(), self._run()
        for read in self.step.reads:
            names = pl.read_parquet_schema(self.store.path(read.key))
            single = [name for name in names if (read.key, name) in self.said]
            others = [name for name in names if name not in single]
            groups = self._groups(read.key, single) if is_whole else []
            if others and self._tried(before, read.key, others)[0]:
                groups += [[name] for name in others]
            while groups:
                group = groups.pop(0)
                by_it, has_run = self._tried(before, read.key, group)
                if not has_run and len(group) > 1:
                    groups += [[name] for name in group]
                elif not has_run:
                    found.refused.add((read.key, group[0]))
                for moved in by_it:
                    found.moved.setdefault(moved, set()).update((read.key, one) for one in group)
        return found

    def _groups(self, key: TableKey, names: Sequence[str]) -> list[list[str]]:
        """Columns of a table that are changed together."""
        groups: dict[object, list[str]] = {}
        for name in names:
            enters = self.said[key, name]
            is_alone = not self.is_joint or any(enters.values())
            groups.setdefault(name if is_alone else frozenset(enters), []).append(name)
        return list(groups.values())

    def _tried(
        self, before: Tables, key: TableKey, columns: Sequence[str]
    ) -> tuple[set[Column], bool]:
        """What moves with columns of one table, and whether any change of them was taken."""
        path, kept = self.store.path(key), self.store.path(key).read_bytes()
        frame, moved, n_run = pl.read_parquet(path), set[Column](), 0
        entered = [self.said.get((key, one), {}) for one in columns]
        waits = {column for one in entered for column, is_direct in one.items() if is_direct}
        for changes in zip_longest(*(self._changes_of(key, frame[name]) for name in columns)):
            now = [
                frame[name] if one is None else one
                for name, one in zip(columns, changes, strict=True)
            ]
            frame.with_columns(now).write_parquet(path)
            try:
                after = self._run()
            except Exception:  # a value that the step refuses tells nothing of columns
                continue
            finally:
                path.write_bytes(kept)
            n_run += 1
            moved |= set(_differences(before, after))
            is_told = {(one, ROWS) for one in self.step.outputs} <= moved or waits <= moved
            if self.least is not None and n_run >= self.least and is_told:
                break
        return moved, n_run > 0

    def _changes_of(self, key: TableKey, values: pl.Series) -> list[pl.Series]:
        """Changes of one column, beginning with another one from column to column."""
        found = list(_changes(values))
        first = crc32(".".join((self.step.name, *key, values.name)).encode()) % max(len(found), 1)
        return found[first:] + found[:first]

    def _run(self) -> Tables:
        inputs = Inputs(self.project, self.store, self.step.reads, self.outside)
        made = self.step.run(inputs)
        with inputs.connect() as connection:
            return {
                key: _rows(connection, one, self.store) if isinstance(one, Query) else one
                for key, one in made.items()
            }


def copy_of(project: Project, folder: Path) -> Store:
    """The tables of a project, to be spoiled."""
    shutil.copytree(project.warehouse, folder)
    return Store(folder)


def _rows(connection: duckdb.DuckDBPyConnection, query: Query, store: Store) -> pl.DataFrame:
    path = store.warehouse / "trial.parquet"
    write_query(connection, query, path)
    return pl.read_parquet(path)


def _changes(values: pl.Series) -> Iterator[pl.Series]:
    """Other values in the place of these: others of its own, changed ones, and none."""
    kind, frame = values.dtype, values.to_frame("kept")
    if not len(values):
        return
    place = pl.int_range(len(values), eager=True)
    seen = values.drop_nulls().to_list()

    def some(every: int, other: object) -> pl.Series:
        return frame.select(pl.when(place % every == 1).then(other).otherwise("kept")).to_series()

    # Units have seven years: a whole unit's values for another's, and no value in the last year.
    is_last = frame.select(pl.when(place % 7 == 6).then(None).otherwise("kept")).to_series()
    changed = [_rolled(values, 1), _rolled(values, 7), some(5, None), is_last]
    if values.null_count():
        changed.append(values.fill_null(strategy="forward").fill_null(strategy="backward"))
    if kind.is_float():
        changed += [values * (1.1 + (place * 7919 % 101) / 400), values.round()]
    elif kind.is_integer():
        changed += [values + 1, some(4, pl.col("kept") - 1)]
    elif kind == pl.String:
        changed += [some(3, pl.lit(one)) for one in seen[:: max(len(seen) - 1, 1)]]
        changed += [values + "x", values.replace(CONVERTIBLE)]
        changed += [pl.Series(values.name, seen[:1] * len(values))] if seen else []
        changed.append(
            frame.select(
                pl.when(place // 7 == 1).then(pl.col("kept") + "x").otherwise("kept")
            ).to_series()
        )
    elif kind == pl.Date:
        changed.append(values.dt.offset_by("-400d"))
    for one in changed:
        yield one.cast(kind).alias(values.name)


def _rolled(values: pl.Series, places: int) -> pl.Series:
    places %= len(values)
    return pl.concat([values.tail(places), values.head(len(values) - places)])


def grain_of(key: TableKey) -> list[str]:
    """Columns that tell rows apart; of a printed table the place of the row."""
    info = table_info(*key)
    return list(info.grain) if info else ["row_position"]


def _differences(before: Tables, after: Tables) -> Iterator[Column]:
    for key, frame in before.items():
        yield from ((key, name) for name in _moved(frame, after[key], grain_of(key)))


def _moved(before: pl.DataFrame, after: pl.DataFrame, grain: list[str]) -> Iterator[str]:
    was, now = (frame.select(grain) for frame in (before, after))
    if now.is_duplicated().any():
        yield ROWS
        return
    if not was.sort(grain).equals(now.sort(grain)):
        yield ROWS
    both = before.join(after, on=grain, how="inner", nulls_equal=True, suffix=" now")
    for name in before.columns:
        if name in grain:
            if not was[name].sort().equals(now[name].sort()):
                yield name
        elif not _same(both[name], both[f"{name} now"]):
            yield name


def _same(was: pl.Series, now: pl.Series) -> bool:
    if was.dtype.is_float():
        near = (was - now).abs() <= TOLERANCE * pl.select(
            pl.max_horizontal(was.abs(), 1.0)
        ).to_series()
        return bool((near.fill_null(value=False) | (was.is_null() & now.is_null())).all())
    return bool(was.eq_missing(now).all())
