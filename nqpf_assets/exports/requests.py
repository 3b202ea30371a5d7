"""What somebody asks to leave: which studies and tables into which files, in formats that are known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from nqpf_assets.exports.document import Linked
from nqpf_assets.exports.export import Export
from nqpf_assets.exports.leaving import rows_as, study_as, tables_as
from nqpf_assets.exports.printed.style import TableStyle
from nqpf_assets.exports.published_tables import known_tables
from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.problems import InputError, Problem, did_you_mean
from nqpf_assets.warehouse.duckdb_file import comments_of_columns

if TYPE_CHECKING:
    from nqpf_assets.warehouse.connection import Connection

PANEL = "panel"
"""The table of a study that formats of rows take where a study is named."""


@dataclass(frozen=True)
class Request:
    """One file that is asked for.

    Attributes:
        export: its format.
        tables: printed tables that go into it; empty where rows are asked for.
        rows: the table whose rows go into it; empty where printed tables or a study do.
        is_beside: the tables stand side by side in one.
        study: of which all goes into it; empty where less does.
        titles: of all printed tables.
        output: where it is written.
        is_in_folder: it bears the name of what is in it, in a folder that was named.
    """

    export: Export
    tables: tuple[str, ...]
    rows: str
    titles: Mapping[str, str]
    output: Path
    is_in_folder: bool
    study: str = ""
    is_beside: bool = False

    @property
    def told(self) -> str:
        """What is in the file, in a few words."""
        if self.rows:
            return f"rows of {self.rows}"
        if self.study:
            return f"{counted(len(self.tables), 'tables')}, results, panel and indices"
        return (
            ", ".join(self.tables)
            if len(self.tables) < 4
            else f"{counted(len(self.tables), 'tables')}"
        )

    def renamed(self, connection: Connection) -> list[str]:
        """Columns that the format takes under another name only."""
        if self.export.names is None or not self.rows:
            return []
        schema, _, table = self.rows.partition(".")
        names = self.export.names([*comments_of_columns(connection, schema, table)])
        return [
            f"{self.output}: {one} is named {name}" for one, name in names.items() if one != name
        ]

    def content(
        self, connection: Connection, style: TableStyle, linked: Linked | None = None
    ) -> str | bytes:
        """The content of the file; `linked` puts addresses into the cells of its printed tables."""
        if self.rows:
            return rows_as(connection, self.export, self.rows, self.titles)
        if self.study:
            return study_as(connection, self.export, self.study, self.titles, style)
        return tables_as(
            connection,
            self.export,
            self.tables,
            self.titles,
            style,
            beside=self.is_beside,
            linked=linked,
        )


def requested(
    connection: Connection,
    what: Sequence[str],
    formats: Sequence[Export],
    output: Path | None,
) -> list[Request]:
    """The files that answer what is asked.

    Raises:
        InputError: a study or table is not published, or a format cannot hold it; all are told at once.
    """
    titles = known_tables(connection)
    known = [
        f"{schema}.{table}"
        for schema, table in connection.execute(
            "SELECT table_schema, table_name FROM information_schema.tables ORDER BY 1, 2"
        ).fetchall()
    ]
    studies = sorted(name.removesuffix(f".{PANEL}") for name in known if name.endswith(f".{PANEL}"))
    problems, found = list[Problem](), list[Request]()
    for name in dict.fromkeys(what):
        tables = [one for one in titles if name in (one, one.partition(".")[0])]
        rows = f"{name}.{PANEL}" if name in studies else name
        if rows not in known:
            problems.append(_not_published(name, studies, known))
            continue
        for export in formats:
            is_whole = "study" in export.writers and name in studies
            is_printed = is_whole or ("tables" in export.writers and bool(tables))
            if not is_printed and "rows" not in export.writers:
                problems.append(_no_rows(name, export))
                continue
            is_file = output is not None and bool(output.suffix) and not output.is_dir()
            file = output if is_file else (output or Path()) / f"{name}{export.suffix}"
            assert file is not None
            found.append(
                Request(
                    export,
                    tuple(tables) if is_printed else (),
                    "" if is_printed else rows,
                    titles,
                    file,
                    not is_file,
                    name if is_whole else "",
                )
            )
    if problems:
        raise InputError(problems)
    return _together(found)


def beside(requests: Sequence[Request], output: Path | None) -> list[Request]:
    """One file for each format, in which all tables that are asked for stand side by side.

    Raises:
        InputError: a format or table has no columns of estimates.
    """
    wrong = [one for one in requests if not one.tables]
    if wrong:
        raise InputError(_no_rows(one.rows, one.export) for one in wrong)
    found: dict[str, Request] = {}
    for one in requests:
        tables = (
            (*found[one.export.name].tables, *one.tables)
            if one.export.name in found
            else one.tables
        )
        tables = tuple(dict.fromkeys(tables))
        file = one.output
        if one.is_in_folder:
            name = "+".join([tables[0], *(table.partition(".")[2] for table in tables[1:])])
            file = (output or Path()) / f"{name}{one.export.suffix}"
        found[one.export.name] = replace(one, tables=tables, output=file, study="", is_beside=True)
    return list(found.values())


def _together(requests: list[Request]) -> list[Request]:
    """Several tables that are to go into one file, as one document.

    Raises:
        InputError: rows of several tables cannot stand in one file.
    """
    if len({one.output for one in requests}) == len(requests):
        return requests
    first = requests[0]
    if any(one.rows or one.study for one in requests):
        raise InputError([_one_at_a_time(first)])
    tables = dict.fromkeys(name for one in requests for name in one.tables)
    return [Request(first.export, tuple(tables), "", first.titles, first.output, False)]


def _one_at_a_time(request: Request) -> Problem:
    return Problem(
        file=str(request.output),
        where="",
        expected=f"one study or table for a file of {request.export.name}",
        found="several",
        remedy="name a folder with --output, and each becomes a file of its own",
        code="output",
    )


def _not_published(name: str, studies: Sequence[str], known: Sequence[str]) -> Problem:
    schema = name.partition(".")[0]
    near = [one for one in known if one.startswith(f"{schema}.")] or studies
    return Problem(
        file=name,
        where="",
        expected=f"a study, {', '.join(studies) or 'of which none is published'}, or one of its tables",
        found="nothing of that name in the published warehouse",
        remedy=did_you_mean(name, [*near, *studies]) or '`nqpf query "SHOW ALL TABLES"` lists them',
        code="unknown_table",
    )


def _no_rows(name: str, export: Export) -> Problem:
    return Problem(
        file=name,
        where="",
        expected=f"a printed table, or a study that has some, for {export.name}",
        found="rows that no paper prints",
        remedy="ask for csv or parquet",
        code="format",
    )
