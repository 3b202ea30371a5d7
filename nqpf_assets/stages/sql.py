"""SQL files as steps: `sql/<schema>/<table>.sql` makes `<schema>.<table>`.

Table references become inputs, so a dependency is written once, in the query. Three schemas are
placeholders: `study` is the study at hand (a file under `sql/study/` is made once per study),
`every_study.t` is the union of table `t` of all studies, with the study's name in front, and
`setting.t` stands for limits and accepted findings of the project, which `limits` writes out.
A file whose second comment line ends in `(view)` is published as a view and makes no step.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from nqpf_assets.catalog.columns import STUDY_SCHEMA, registry
from nqpf_assets.stages.limits import SETTING_SCHEMA, setting_sql
from nqpf_assets.steps.reads import whole
from nqpf_assets.steps.step import Inputs, Output, Step
from nqpf_assets.user_input.project import sql_root
from nqpf_assets.user_input.settings import Settings
from nqpf_assets.warehouse.code_hash import source_of
from nqpf_assets.warehouse.duckdb_dialect import parsed, written
from nqpf_assets.warehouse.duckdb_engine import Pieces, Query
from nqpf_assets.warehouse.kept_beside import keep, recall
from nqpf_assets.warehouse.releases import release_of
from nqpf_assets.warehouse.store import TableKey

if TYPE_CHECKING:
    from sqlglot import exp

EVERY_STUDY = "every_study"
DEFAULTS = Settings.model_validate({})
BETWEEN = "difference"
"""Folder of queries over two publications, which are no part of the walk."""

BY_SERIES = {
    ("audit", "magnitude"): Pieces(("source", "observation"), "series_id"),
    ("audit", "remarkable_cell"): Pieces(("source", "observation"), "series_id", ("sized",)),
    ("audit", "series_break"): Pieces(("source", "observation"), "series_id"),
    ("audit", "vintage_break"): Pieces(("source", "observation"), "series_id"),
    (STUDY_SCHEMA, "reported_cell"): Pieces(("source", "observation"), "series_id"),
}
"""Queries over all observations that look at one series at a time; and what of them does not."""
CELL = ("panel", "cell")
OF_CELLS = ("filled_cell", "member_cell", "variable_cell")
"""Tables of a study that are put together to `CELL`."""


@dataclass(frozen=True)
class SqlFile:
    """One SQL file: the table it makes, its text, and whether it is only a view."""

    key: TableKey
    text: str
    is_view: bool


def sql_files(root: Path | None = None) -> Iterator[SqlFile]:
    """The SQL files of the walk, in the order of their names."""
    for path in sorted((root or sql_root()).glob("*/*.sql")):
        if path.parent.name == BETWEEN:
            continue
        text = path.read_text("utf-8")
        yield SqlFile(
            (path.parent.name, path.stem), text, text.split("\n", 1)[0].endswith("(view)")
        )


def bind(
    text: str, *, study: str | None, studies: Iterable[str], settings: Settings = DEFAULTS
) -> tuple[str, tuple[TableKey, ...]]:
    """Put real schemas for the placeholders; returns the query and the tables it reads.

    Raises:
        ValueError: the text is not one SELECT, or a file for all studies reads `study.*`.
    """
    return _bind(text, study, tuple(studies), tuple(_settings_in(text, settings).items()))


@lru_cache(maxsize=1024)
def _bind(
    text: str, study: str | None, studies: tuple[str, ...], settings: tuple[tuple[str, str], ...]
) -> tuple[str, tuple[TableKey, ...]]:
    """`bind`, with the settings as the queries that stand for them; parsed once, and kept."""
    of = (text, study, studies, settings, release_of("sqlglot"), source_of(__name__))
    kept = recall("bound", *of)
    if kept is None:
        sql, reads = _bound_anew(text, study, studies, dict(settings))
        keep([sql, reads], "bound", *of)
        return sql, reads
    sql, reads = kept
    return sql, tuple((schema, table) for schema, table in reads)


def _bound_anew(
    text: str, study: str | None, studies: tuple[str, ...], settings: Mapping[str, str]
) -> tuple[str, tuple[TableKey, ...]]:
    from sqlglot import exp

    tree = parsed(text)
    reads: dict[TableKey, None] = {}
    for table in list(tree.find_all(exp.Table)):
        if table.db == EVERY_STUDY:
            reads.update(dict.fromkeys((name, table.name) for name in studies))
            _put(table, union_of(table.name, studies))
        elif table.db == SETTING_SCHEMA:
            _put(table, settings[table.name])
        elif table.db == STUDY_SCHEMA:
            if study is None:
                raise ValueError(f"study.{table.name} is read where no study is at hand")
            table.set("db", exp.to_identifier(study, quoted=True))
            reads[study, table.name] = None
        elif table.db:
            reads[table.db, table.name] = None
    return written(tree), tuple(reads)


def study_file_over(table: str, relations: Mapping[str, str]) -> str:
    """The query of `sql/study/<table>.sql` over relations of another query.

    Args:
        relations: table of the study → relation that stands for it, as SQL.
    """
    from sqlglot import exp

    tree = parsed((sql_root() / STUDY_SCHEMA / f"{table}.sql").read_text("utf-8"))
    for read in list(tree.find_all(exp.Table)):
        if read.db:
            _put(read, f"SELECT * FROM {relations[read.name]}")
    tree.set("order", None)
    return written(tree)


def _put(table: exp.Table, sql: str) -> None:
    """A query where a table is named."""
    from sqlglot import exp

    query = parsed(sql)
    table.replace(exp.Subquery(this=query, alias=exp.to_identifier(table.alias or table.name)))


def union_of(table: str, studies: Iterable[str]) -> str:
    """All rows of one study table in all studies, columns as registered."""
    columns = ", ".join(registry()[STUDY_SCHEMA, table].names)
    parts = [f"SELECT '{study}' AS study, {columns} FROM \"{study}\".{table}" for study in studies]
    return " UNION ALL ".join(parts)


def query_step(
    stage: str,
    key: TableKey,
    sql: str,
    reads: Iterable[TableKey],
    study: str | None = None,
    pieces: Pieces | None = None,
) -> Step:
    """A step that is one query."""

    def run(inputs: Inputs) -> Output:
        return {key: Query(sql, pieces)}

    return Step(stage, (key,), whole(*reads), run, study=study, sql={key: sql})


def file_step(
    stage: str,
    key: TableKey,
    *,
    studies: Iterable[str],
    study: str | None = None,
    settings: Settings = DEFAULTS,
) -> Step:
    """The step of one SQL file; `key` as the file names it, `study.*` for a study's own."""
    text = (sql_root() / key[0] / f"{key[1]}.sql").read_text("utf-8")
    sql, reads = bind(text, study=study, studies=studies, settings=settings)
    made = (study, key[1]) if study is not None and key[0] == STUDY_SCHEMA else key
    step = query_step(stage, made, sql, reads, study, _pieces(key, tuple(studies)))
    return replace(step, parameters=_bound(text, studies, settings))


def _pieces(key: TableKey, studies: tuple[str, ...]) -> Pieces | None:
    """How a file may be asked in pieces: the cells of one study by variable; those of several not at all."""
    if key == CELL and len(studies) == 1:
        first, *beside = ((studies[0], table) for table in OF_CELLS)
        return Pieces(first, "variable", beside=tuple(beside))
    return BY_SERIES.get(key)


def _bound(text: str, studies: Iterable[str], settings: Settings) -> dict[str, dict[str, str]]:
    """What is put into a query from elsewhere, so that a change of it is told as what it is."""
    said: dict[str, dict[str, str]] = {}
    if f"{SETTING_SCHEMA}." in text:
        said["nqpf.yaml"] = _settings_in(text, settings)
    if f"{EVERY_STUDY}." in text:
        said["studies"] = {"names": repr(list(studies))}
    return said


def _settings_in(text: str, settings: Settings) -> dict[str, str]:
    """Settings that a query reads, as the queries that stand for them."""
    names = sorted(set(re.findall(rf"(?:FROM|JOIN) {SETTING_SCHEMA}\.(\w+)", text)))
    return {name: setting_sql(name, settings) for name in names}


def collecting_steps(schema: str, stage: str, studies: Iterable[str]) -> list[Step]:
    """Steps of the tables of `schema` that put one table of all studies together."""
    studies = tuple(studies)
    return [
        replace(
            query_step(
                stage,
                key,
                f"{union_of(info.collects, studies)} ORDER BY {', '.join(info.grain)}",
                [(study, info.collects) for study in studies],
            ),
            parameters={"studies": {"names": repr(list(studies))}},
        )
        for key, info in registry().items()
        if key[0] == schema and info.collects
    ]
