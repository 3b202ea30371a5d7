"""Change a column of an input of a step, run the step, and see which columns of its tables move."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from pathlib import Path

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
"""Column of a step's table, or `ROWS` for which rows there are → columns of inputs whose change moved it."""


def moved_by(
    step: Step,
    project: Project,
    store: Store,
    outside: Outside,
    said: Mapping[Column, set[Column]],
    *,
    is_whole: bool = True,
) -> Moved:
    """All trials of one step; `store` is a copy that is spoiled and mended.

    Args:
        said: column of an input → columns whose values are said to be made from it. What is not there
            is changed together, and one by one where that moves anything. What a query says of itself is
            taken for granted as soon as all of that moved.
        is_whole: False: only what is not there.
    """
    found, before = Moved(), _run(step, project, store, outside)

    def tried(
        key: TableKey, columns: Sequence[str], until: set[Column] | None = None
    ) -> set[Column]:
        path, kept = store.path(key), store.path(key).read_bytes()
        frame, moved = pl.read_parquet(path), set[Column]()
        for changes in zip_longest(*(_changes(frame[column]) for column in columns)):
            now = [
                frame[name] if one is None else one
                for name, one in zip(columns, changes, strict=True)
            ]
            frame.with_columns(now).write_parquet(path)
            try:
                after = _run(step, project, store, outside)
            except Exception:  # a value that the step refuses tells nothing of columns
                continue
            finally:
                path.write_bytes(kept)
            moved |= set(_differences(before, after))
            if until is not None and moved and until <= moved:
                break
        return moved

    for read in step.reads:
        names = pl.read_parquet_schema(store.path(read.key))
        single = [name for name in names if (read.key, name) in said]
        others = [name for name in names if name not in single]
        single = single if is_whole else []
        if others and tried(read.key, others):
            single += others
        for name in single:
            column = (read.key, name)
            for moved in tried(read.key, [name], said.get(column) if step.sql else None):
                found.setdefault(moved, set()).add(column)
    return found


def copy_of(project: Project, folder: Path) -> Store:
    """The tables of a project, to be spoiled."""
    shutil.copytree(project.warehouse, folder)
    return Store(folder)


def _run(step: Step, project: Project, store: Store, outside: Outside) -> Tables:
    inputs = Inputs(project, store, step.reads, outside)
    made = step.run(inputs)
    with inputs.connect() as connection:
        return {
            key: _rows(connection, one, store) if isinstance(one, Query) else one
            for key, one in made.items()
        }


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
