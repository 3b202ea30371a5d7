"""What the words of a question mean, and the walk that answers it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from nqpf_assets.explanations.described_tables import table_walk
from nqpf_assets.explanations.member_cells import member_called, member_walk
from nqpf_assets.explanations.named import found, period_of, refused, unit_of, units_of
from nqpf_assets.explanations.published import NotPublished, PublishedStudy
from nqpf_assets.explanations.values import value_walk
from nqpf_assets.explanations.variable_summary import data_stop, variable_walk
from nqpf_assets.explanations.walk import SCHEMA, Stop, rows_of
from nqpf_assets.warehouse.duckdb_engine import engine_error
from nqpf_assets.warehouse.duckdb_file import comments_of_tables_with, is_damage

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.warehouse.connection import Connection

USAGE = (
    "STUDY.TABLE COLUMN TERM [UNIT PERIOD], STUDY.VARIABLE [UNIT PERIOD], STUDY.INDEX INDICATOR, "
    "or of a table that is no regression STUDY.TABLE ROW COLUMN or STUDY.TABLE NUMBER OF …"
)


@dataclass(frozen=True)
class Answer:
    """A walk, and the study that it goes through."""

    study: PublishedStudy
    walk: Stop

    def frame(self) -> pl.DataFrame:
        """The walk as rows."""
        import polars as pl

        types = {"VARCHAR": pl.String, "BIGINT": pl.Int64, "DOUBLE": pl.Float64}
        schema = {name: types[kind] for name, (kind, _) in SCHEMA.items()}
        return pl.DataFrame(rows_of(self.walk, self.study.unit_names), schema=schema, orient="row")


def answer(connection: Connection, words: Sequence[str], *, is_whole: bool = False) -> Answer:
    """The walk that a question asks for.

    Args:
        connection: the published file.
        words: as typed after ``nqpf explain``.
        is_whole: whether every cell is listed.

    Raises:
        InputError: a name that means nothing, words too few or too many, or a publication that this
            release cannot read.
    """
    try:
        return _answered(connection, words, is_whole=is_whole)
    except (engine_error(), NotPublished) as error:
        if is_damage(error):
            raise
        raise refused(
            "the publication",
            "tables as this release publishes them",
            str(error).splitlines()[0],
            "ask a newer publication, or refresh; or take the release that made this one",
        ) from error


def _answered(connection: Connection, words: Sequence[str], *, is_whole: bool) -> Answer:
    study, name, rest = _subject(connection, words)
    regressions = {
        row["table_name"]: row["table_name"]
        for row in study.rows("SELECT DISTINCT table_name FROM {study}.model ORDER BY table_name")
    }
    finished = _tables_with(connection, "row_label")
    others = {
        table: title
        for (schema, table), title in finished.items()
        if schema == study.name and table not in regressions
    }
    names = {key: ("value", key) for key in study.variables}
    # A table and a variable may share a name: of a regression, two words are column and term or a row.
    if not (len(rest) == 2 and name in names and name in regressions and rest[1].isdecimal()):
        names |= {key: ("table", key) for key in others}
        names |= {key: ("regression", key) for key in regressions}
    kind, subject = found(name, names, f"a table, index, variable or series of {study.name}")
    if kind == "regression":
        return Answer(study, _of_column(study, subject, rest, is_whole=is_whole))
    if kind == "table":
        title = others[subject] or subject
        return Answer(study, table_walk(study, subject, title, rest, is_whole=is_whole))
    return Answer(study, _of_value(study, subject, rest, is_whole=is_whole))


def _subject(
    connection: Connection, words: Sequence[str]
) -> tuple[PublishedStudy, str, Sequence[str]]:
    """Study and name, written as one word or as two, and the rest."""
    samples = _tables_with(connection, "sample_id")
    known = {schema: schema for schema, table in samples if table == "model_sample"}
    known.pop("result", None)
    first, dot, name = words[0].partition(".") if words else ("", "", "")
    study = PublishedStudy(connection, found(first, known, "a published study"))
    if dot and name:
        return study, name, words[1:]
    if len(words) < 2:
        raise refused("words", USAGE, words[0], "name a table, an index or a variable of the study")
    return study, words[1], words[2:]


def _tables_with(connection: Connection, column: str) -> dict[tuple[str, str], str | None]:
    """Schema and table → its comment, of the tables that have such a column."""
    found_tables = comments_of_tables_with(connection, column)
    return {
        (name.partition(".")[0], name.partition(".")[2]): words
        for name, words in found_tables.items()
    }


def _of_column(study: PublishedStudy, table: str, rest: Sequence[str], *, is_whole: bool) -> Stop:
    # Not above: what is needed to estimate takes longer to load than a value to explain.
    from nqpf_assets.explanations.designs import PublishedColumn
    from nqpf_assets.explanations.numbers import number_of

    models = study.rows("FROM {study}.model WHERE table_name = ? ORDER BY column_position", [table])
    columns = {row["column_label"]: PublishedColumn(study, row) for row in models}
    if not rest:
        raise refused(
            f"{study.name}.{table}", USAGE, "no column", f"name one: {', '.join(columns)}"
        )
    column = found(rest[0], columns, f"a column of {study.name}.{table}")
    if len(rest) == 1:
        terms = [row["term"] for row in column.rows("estimate")]
        raise refused(
            f"{study.name}.{table} {rest[0]}", USAGE, "no term", f"name one: {', '.join(terms)}"
        )
    number = number_of(column, rest[1], is_whole=is_whole)
    return number.walk(_row(study, rest[2:]))


def _of_value(study: PublishedStudy, name: str, rest: Sequence[str], *, is_whole: bool) -> Stop:
    if not rest:
        return variable_walk(study, name, is_whole=is_whole)
    if study.variables[name]["role"] == "index":
        from nqpf_assets.explanations.index_numbers import index_number, index_walk
        from nqpf_assets.explanations.indicator_weights import weight_walk

        asked = index_number(study, name, rest)
        if len(rest) == 1 and (asked is None or asked.column == "weight"):
            return weight_walk(study, name, rest[0])
        if len(rest) > 2 or asked is not None:
            return index_walk(study, name, rest)
    member = None
    if len(rest) == 2 and not units_of(study, rest[0]):
        member = member_called(study, rest[0])
    if member is not None:
        walk = member_walk(study, name, member, rest[1])
    else:
        row = _row(study, rest, name)
        assert row is not None, "there are words"
        walk = value_walk(study, name, *row, is_whole=is_whole)
    return replace(walk, below=(data_stop(study, name), *walk.below))


def _row(
    study: PublishedStudy, rest: Sequence[str], series: str | None = None
) -> tuple[str, int] | None:
    """Unit and year, or neither."""
    if not rest:
        return None
    if len(rest) != 2:
        raise refused("words", USAGE, " ".join(rest), "name a unit and a year, as `北京 2015`")
    unit = unit_of(study, rest[0])
    years: list[int] = list(range(study.periods.first, study.periods.last + 1))
    if series is not None and study.variables[series]["role"] == "series":
        rows = study.rows(
            "SELECT DISTINCT period FROM {study}.filled_cell WHERE variable = ?", [series]
        )
        years += [row["period"] for row in rows]
    return unit, period_of(study, rest[1], years)
