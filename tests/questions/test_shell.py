"""The shell: what ends a statement, what is completed, what is answered, what is remembered and where."""

from __future__ import annotations

import builtins
import io
import os
import signal
import stat
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput
from rich.console import Console

from nqpf_assets.questions.contents import contents
from nqpf_assets.questions.shell import terminal
from nqpf_assets.questions.shell.history import history_file
from nqpf_assets.questions.shell.session import MOST, Session, is_command
from nqpf_assets.questions.shell.statements import is_finished, statements
from nqpf_assets.questions.shell.suggestions import suggestions
from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse.duckdb_engine import is_interruption
from nqpf_assets.warehouse.duckdb_file import answer_of, open_closed
from tests.command import Ran, nqpf


@pytest.mark.parametrize(
    ("text", "done", "rest"),
    [
        ("SELECT 1", [], "SELECT 1"),
        ("SELECT 1;", ["SELECT 1"], ""),
        ("SELECT ';' ; SELECT 2;", ["SELECT ';'", "SELECT 2"], ""),
        ('SELECT "a;b";', ['SELECT "a;b"'], ""),
        ("SELECT 1 -- no; end\n;", ["SELECT 1 -- no; end"], ""),
        ("SELECT /* ; */ 1;", ["SELECT /* ; */ 1"], ""),
        ("SELECT $$a;b$$;", ["SELECT $$a;b$$"], ""),
        ("SELECT 'it''s;';", ["SELECT 'it''s;'"], ""),
        ("SELECT 4 / 2 - 1;", ["SELECT 4 / 2 - 1"], ""),
        ("SELECT 'open;", [], "SELECT 'open;"),
        (";;", [], ""),
    ],
)
def test_a_statement_ends_at_its_semicolon(text: str, done: list[str], rest: str) -> None:
    assert statements(text) == (done, rest)
    assert is_finished(text) == bool(done)


def test_a_remark_behind_the_semicolon_leaves_nothing_open() -> None:
    assert is_finished("SELECT 1; -- done")


@pytest.mark.parametrize(
    "line", ["\\d", "describe", "DESCRIBE mini.panel;", "\\q", "\\ready studies"]
)
def test_commands_need_no_semicolon(line: str) -> None:
    assert is_command(line)
    assert not is_command("SELECT 1")


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("SELECT * FROM mini.pan", "mini.panel"),
        ("FROM mi", "mini"),
        ("SELECT p.out", None),
        ("FROM mini.panel AS p WHERE p.out", "p.output"),
        ("FROM mini.panel WHERE outp", "output"),
        ("SEL", "SELECT"),
        ("\\d mini.pan", "mini.panel"),
        ("\\ready stu", "studies"),
        ("desc", "describe"),
    ],
)
def test_completion(asked: Project, before: str, expected: str | None) -> None:
    with open_closed(asked.database) as connection:
        tables = contents(connection, counted=False)
    found = {one.text: one for one in suggestions(tables, before)}
    if expected is None:
        assert not found
    else:
        assert before.endswith(before[len(before) - found[expected].n_typed :])
        assert expected in found


@pytest.fixture
def piped(asked: Project, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Ran]:
    def ask(text: str) -> Ran:
        monkeypatch.setattr(sys, "stdin", io.StringIO(text))
        return nqpf("query", project=asked.root)

    return ask


def test_piped_statements_are_answered_in_turn(piped: Callable[[str], Ran]) -> None:
    ran = piped("describe mini.panel\nSELECT 41 + 1\n AS n;\nSELECT 'last' AS word")
    assert ran.status == 0
    assert ran.out.index("built from:") < ran.out.index("42") < ran.out.index("last")


def test_a_refused_statement_stops_nothing_but_is_told_and_counts(
    piped: Callable[[str], Ran],
) -> None:
    ran = piped("SELECT outpt FROM mini.panel; SELECT 7 AS n;")
    assert ran.status == 2
    assert "did you mean `output`" in ran.err
    assert "7" in ran.out


@pytest.mark.parametrize(
    "sql",
    [
        "COPY mini.panel TO 'x.csv';",
        "CREATE TABLE t AS SELECT 1;",
        "FROM 'x.csv';",
        "SET threads = 1;",
    ],
)
def test_the_limits_are_those_of_a_single_query(piped: Callable[[str], Ran], sql: str) -> None:
    ran = piped(sql)
    assert ran.status == 2
    assert ran.out == ""


def test_many_rows_are_cut_and_told_so(piped: Callable[[str], Ran]) -> None:
    assert f"only the first {MOST:,} rows" in piped(f"FROM range({MOST + 1});").out
    assert "only" not in piped("FROM range(5);").out


def test_options_that_go_with_a_query_are_refused_without_one(asked: Project) -> None:
    ran = nqpf("query", "--format", "csv", project=asked.root)
    assert ran.status == 2
    assert "go with a query" in ran.err


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state"


def _session(asked: Project, said: list[str]) -> Session:
    kept = io.StringIO()

    def shown(write: Callable[[Console], None]) -> None:
        write(Console(file=kept, width=200))
        said.append(kept.getvalue())

    return Session(lambda: open_closed(asked.database), asked.database, shown, said.append)


def test_typed_lines_are_put_together_and_remembered_in_the_users_own_folder(
    asked: Project, state: Path
) -> None:
    session = _session(asked, [])
    assert session.open()
    with create_pipe_input() as keys:
        keys.send_text("SELECT output\rFROM mini.panel;\r\\d\r\x04")
        typed = list(terminal._typed_with_help(session, input=keys, output=DummyOutput()))
    session.close()
    assert typed == ["SELECT output\nFROM mini.panel;", "\\d"]
    path = state / "nqpf" / "query_history"
    assert "FROM mini.panel" in path.read_text("utf-8")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not list(asked.root.rglob("*query_history*"))


def test_no_history_where_its_folder_cannot_be_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    assert history_file() is None


def test_without_the_extra_lines_are_read_plainly(
    asked: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "prompt_toolkit", None)
    lines = iter(["SELECT 40 + 2", "AS n;", "\\q"])

    def typed(prompt: str) -> str:
        return next(lines)

    monkeypatch.setattr(builtins, "input", typed)
    said: list[str] = []
    assert terminal.talk(_session(asked, said)) == 0
    assert "42" in said[-1]
    assert "nqpf-assets[shell]" in capsys.readouterr().err


def test_a_new_publication_is_asked_from_then_on(asked: Project, tmp_path: Path) -> None:
    path = tmp_path / "asked.duckdb"
    said: list[str] = []

    def put(n: int) -> Iterator[None]:
        with duckdb.connect(tmp_path / "beside.duckdb") as new:
            new.execute(f"CREATE OR REPLACE TABLE answer AS SELECT {n} AS n")
        (tmp_path / "beside.duckdb").replace(path)
        yield

    def shown(write: Callable[[Console], None]) -> None:
        kept = io.StringIO()
        write(Console(file=kept, width=200))
        said.append(kept.getvalue())

    session = Session(lambda: open_closed(path), path, shown, said.append)
    next(put(11))
    assert session.answer("FROM answer")
    next(put(22))
    assert session.answer("FROM answer")
    session.close()
    assert "11" in said[0]
    assert "another publication" in said[1]
    assert "22" in said[2]


LONG = "SELECT count(*) FROM range(4000) AS a, range(1000000) AS b WHERE a.range * b.range % 7 = 3"
"""Takes a minute where nothing stops it: a test that fails, and does not hang."""


class PressesCtrlC:
    """A connection that gets Ctrl-C while it works."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    def sql(self, query: str) -> Any:
        threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
        return self.connection.sql(query)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.connection, name)


def test_ctrl_c_stops_a_query_while_it_is_answered(asked: Project) -> None:
    with (
        open_closed(asked.database) as connection,
        pytest.raises(duckdb.InterruptException) as stopped,
    ):
        answer_of(PressesCtrlC(connection), LONG)  # type: ignore[arg-type]
    assert is_interruption(stopped.value)
