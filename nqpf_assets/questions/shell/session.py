"""A session: what is typed, one statement after the other, answered from the publication that is newest."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from nqpf_assets.exports.cells import frame_from
from nqpf_assets.exports.registry import content_of, formats_of
from nqpf_assets.messages.problems import InputError
from nqpf_assets.questions.contents import Table, contents, named
from nqpf_assets.questions.described import described
from nqpf_assets.questions.ready import ready_queries, ready_query
from nqpf_assets.questions.refusals import told
from nqpf_assets.questions.shell.suggestions import COMMANDS
from nqpf_assets.questions.told_tables import print_description, print_tables
from nqpf_assets.warehouse.duckdb_engine import engine_error, is_interruption
from nqpf_assets.warehouse.duckdb_file import NoQuery, answer_of

if TYPE_CHECKING:
    from rich.console import Console

    from nqpf_assets.warehouse.connection import Connection

MOST = 10_000
"""Rows of an answer that are fetched; all of them go into a file by `nqpf query … --output`."""
_DESCRIBE = re.compile(r"(?:\\d|describe)(?:\s+([\w.\"()-]+))?\s*;?", re.IGNORECASE | re.DOTALL)
_READY = re.compile(r"\\ready(?:\s+(\w+))?\s*;?")
_LEAVE = re.compile(r"(?:\\q|quit|exit)\s*;?", re.IGNORECASE)
_HELP = re.compile(r"(?:\\\?|help)\s*;?", re.IGNORECASE)
HELP = "A query ends with a semicolon, and may have many lines.\n" + "\n".join(
    f"{name:<10}{words}" for name, words in COMMANDS.items()
)


def is_command(text: str) -> bool:
    """Whether a line is a command of the shell, which needs no semicolon."""
    line = text.strip()
    return any(one.fullmatch(line) for one in (_DESCRIBE, _READY, _LEAVE, _HELP))


@dataclass
class Session:
    """An opened file and what is asked of it.

    Attributes:
        opened: opens the newest publication; None where there is none.
        database: the published file, which another takes the place of when something is published.
        shown: a console for words, whose content is shown when it is left.
    """

    opened: Callable[[], Connection | None]
    database: Path | None
    shown: Callable[[Callable[[Console], None]], None]
    complain: Callable[[str], None]
    tables: list[Table] = field(default_factory=list)
    n_refused: int = 0
    _connection: Connection | None = None
    _mark: tuple[int, int] | None = None

    def open(self) -> bool:
        """Open the newest publication, if it is not; whether there is one."""
        mark = self._mark_of_file()
        if self._connection is not None and mark == self._mark:
            return True
        if self._connection is not None:
            self.complain("another publication was put in place: it is asked from here on")
            self.close()
        self._connection = self.opened()
        if self._connection is None:
            return False
        self._mark = mark
        self.tables = contents(self._connection, counted=False)
        return True

    def close(self) -> None:
        """Let the file go."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def answer(self, text: str) -> bool:
        """Answer one statement or command; False where it asks to leave."""
        line = text.strip()
        if not line:
            return True
        if _LEAVE.fullmatch(line):
            return False
        if not self.open():
            return False
        try:
            self._answer(line)
        except (InputError, NoQuery) as error:
            self._refuse(str(error))
        except engine_error() as error:
            if is_interruption(error):
                self._refuse("stopped")
            else:
                self._refuse(told(error, self.tables))
        return True

    def _answer(self, line: str) -> None:
        if _HELP.fullmatch(line):
            self._print(HELP)
        elif match := _READY.fullmatch(line):
            self._ready(match[1])
        elif match := _DESCRIBE.fullmatch(line):
            self._describe(match[1])
        else:
            self._query(line)

    def _describe(self, name: str | None) -> None:
        assert self._connection is not None
        tables = contents(self._connection)
        found = tables if name is None else named(tables, name)
        if name is None or len(found) > 1:
            self.shown(lambda console: print_tables(found, console))
            return
        one = described(self._connection, found[0])
        self.shown(lambda console: print_description(one, console))

    def _ready(self, name: str | None) -> None:
        if name is None:
            self._print("\n".join(f"{one.name:<24}{one.title}" for one in ready_queries().values()))
            return
        query = ready_query(name)
        self._print(query.sql)
        self._query(query.sql)

    def _query(self, sql: str) -> None:
        assert self._connection is not None
        rows = answer_of(self._connection, sql, most=MOST)
        if rows is None:
            return
        frame = frame_from(rows.slice(0, MOST))
        drawn = str(content_of(formats_of("rows")["table"], frame)).removesuffix("\n")
        is_cut = rows.num_rows > MOST
        cut = f"\nonly the first {MOST:,} rows were fetched; `nqpf query … --output FILE` has all"
        self._print(drawn + (cut if is_cut else ""))

    def _print(self, words: str) -> None:
        from nqpf_assets.exports.terminal import plain

        self.shown(lambda console: console.print(plain(words), soft_wrap=True))

    def _refuse(self, words: str) -> None:
        self.n_refused += 1
        self.complain(words)

    def _mark_of_file(self) -> tuple[int, int] | None:
        if self.database is None:
            return None
        try:
            state = self.database.stat()
        except OSError:
            return None
        return state.st_ino, state.st_mtime_ns
