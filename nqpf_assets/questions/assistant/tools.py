"""What an assistant may ask, a function each: its docstring and types are what the assistant is told."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from nqpf_assets.exports.cells import frame_from
from nqpf_assets.exports.published_tables import known_tables
from nqpf_assets.messages.problems import InputError
from nqpf_assets.questions.assistant.asked import (
    MOST_ROWS,
    Asked,
    Refused,
    as_rows,
    provenance,
    rows_of,
)
from nqpf_assets.questions.assistant.looked_up import (
    series_named,
    series_near,
    table_shown,
    tables_named,
    variables_named,
)
from nqpf_assets.questions.contents import contents, named
from nqpf_assets.questions.described import described
from nqpf_assets.questions.ready import ready_queries, ready_query
from nqpf_assets.questions.told_tables import column_rows, table_rows
from nqpf_assets.warehouse.duckdb_file import answer_of

if TYPE_CHECKING:
    pass

MOST_LINES = 300
"""Lines of a walk or a comparison."""
Answer = dict[str, Any]


def tools_of(asked: Asked) -> list[Callable[..., Answer]]:
    """All tools over one project."""

    def list_studies() -> Answer:
        """List the studies of the warehouse: units, years, variables, and their printed tables."""
        with asked.publication() as connection:
            studies = rows_of(connection, ready_queries()["studies"].sql)
            tables = known_tables(connection)
            for one in studies:
                own = f"{one['study']}."
                one["tables"] = {n: title for n, title in tables.items() if n.startswith(own)}
            return {"studies": studies, "provenance": provenance(connection)}

    def find_series(words: str, limit: int = 20) -> Answer:
        """Find published series and variables of studies by words of their name, Chinese or English.

        Args:
            words: all of them must be in the name or identifier, e.g. "rural income" or "专利".
            limit: how many series at most.
        """
        with asked.publication() as connection:
            series, variables = (
                series_named(connection, words, limit),
                variables_named(connection, words),
            )
            if not series and not variables:
                near = series_near(connection, words)
                raise Refused(
                    f"no series or variable has `{words}` in its name; {near}".rstrip("; ")
                )
            return {"series": series, "variables": variables, "provenance": provenance(connection)}

    def query(
        sql: str | None = None,
        ready: str | None = None,
        max_rows: int = 100,
        publication: str | None = None,
    ) -> Answer:
        """Answer one read-only query in DuckDB's SQL, or a ready one by its name.

        Ask `describe` for tables and columns first. A cell is cited by columns `path` and `locator` of
        result.provenance, panel.provenance and index.provenance, which need WHERE on study and table_name.

        Args:
            sql: one statement that asks for rows.
            ready: name of a ready query instead of sql, e.g. studies, coefficients, index_ranking, files.
            max_rows: at most 1000.
            publication: number or day of an earlier publication.
        """
        if (sql is None) == (ready is None):
            names = ", ".join(ready_queries())
            raise Refused(f"give either sql or ready, one of {names}")
        with asked.publication(publication) as connection:
            text = sql if sql is not None else ready_query(ready or "").sql
            most = max(1, min(max_rows, MOST_ROWS))
            rows = answer_of(connection, text, most=most)
            n = 0 if rows is None else rows.num_rows
            return {
                "sql": text,
                "rows": [] if rows is None else as_rows(frame_from(rows.slice(0, most))),
                "is_cut": n > most,
                "tables": tables_named(connection, text),
                "provenance": provenance(connection),
            }

    def describe(table: str | None = None) -> Answer:
        """List all tables with their meaning, or describe one: columns, units, examples, lineage.

        Args:
            table: schema.table, or a schema; all tables where it is left out.
        """
        with asked.publication() as connection:
            tables = contents(connection)
            found = tables if table is None else named(tables, table)
            rests = provenance(connection)
            if table is None or len(found) > 1:
                listed = as_rows(table_rows(found))
                ready = {one.name: one.title for one in ready_queries().values()}
                return {"tables": listed, "ready_queries": ready, "provenance": rests}
            one = described(connection, found[0])
            return {
                "table": one.table.full_name,
                "description": one.table.description,
                "n_rows": one.table.n_rows,
                "key": list(one.key),
                "columns": as_rows(column_rows(one)),
                "built_from": list(one.built_from),
                "read_by": list(one.read_by),
                "provenance": rests,
            }

    def show_table(name: str, publication: str | None = None) -> Answer:
        """Show a table as the paper prints it, with its notes, and the files that its numbers rest on.

        Args:
            name: study.table, e.g. province.table_1; list_studies names them.
            publication: number or day of an earlier publication.
        """
        with asked.publication(publication) as connection:
            return table_shown(connection, name)

    def explain_number(question: str, publication: str | None = None) -> Answer:
        """Say where one published number comes from, down to file, sheet and cell.

        Args:
            question: STUDY.TABLE COLUMN TERM [UNIT YEAR], STUDY.VARIABLE UNIT YEAR or STUDY.INDEX INDICATOR,
                e.g. "province.table_1 2 nqpf 北京 2015" or "province.nqpf 北京 2015".
            publication: number or day of an earlier publication.
        """
        from nqpf_assets.explanations.asked import answer
        from nqpf_assets.explanations.walk import errors
        from nqpf_assets.exports.told_walk import lines_of

        with asked.publication(publication) as connection:
            found = answer(connection, _words(question))
            lines = [
                "  " * depth + words
                for depth, words in lines_of(found.walk, found.study.unit_names)
            ]
            stops = as_rows(found.frame())
            cells = [row for row in stops if row["file"]]
            wrong = [f"{stop.kind} {stop.name}: {why}" for stop, why in errors(found.walk)]
            return {
                "walk": lines[:MOST_LINES],
                "is_cut": len(lines) > MOST_LINES,
                "cells": [_present(row) for row in cells[:MOST_LINES]],
                "does_not_add_up": wrong,
                "provenance": provenance(connection),
            }

    def compare_publications(old: str | None = None, new: str | None = None) -> Answer:
        """Say what changed between two publications, and which revision moved which number.

        Args:
            old: number or day of the earlier one; the one before the last where it is left out.
            new: of the later one; the last where it is left out.
        """
        from nqpf_assets.exports.told_difference import told_difference
        from nqpf_assets.publications.difference import difference, pair

        try:
            found = difference(asked.project, *pair(asked.project, old, new), None)
        except InputError as error:
            raise Refused(str(error)) from None
        lines = list(told_difference(found))
        sides = {
            name: {
                "publication": one.number,
                "published_at": one.published_at,
                "fingerprint": one.fingerprint,
            }
            for name, one in (("old", found.old), ("new", found.new))
        }
        return {
            "lines": lines[:MOST_LINES],
            "is_cut": len(lines) > MOST_LINES,
            "provenance": sides,
        }

    return [
        list_studies,
        find_series,
        query,
        describe,
        show_table,
        explain_number,
        compare_publications,
    ]


def _words(question: str) -> list[str]:
    try:
        return shlex.split(question)
    except ValueError:  # an open quotation mark
        return question.split()


def _present(row: dict[str, Any]) -> dict[str, Any]:
    """What a row says, without what it leaves open."""
    return {name: value for name, value in row.items() if value is not None}
