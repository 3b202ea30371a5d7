"""Every registered command with every kind of wrong argument: one message that names it, never a traceback.

The commands and what they are told come from the modules themselves; a new command without a sound call below
fails here, and each new parameter is tried.
"""

from __future__ import annotations

import inspect
import shutil
import typing
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from typer.models import ArgumentInfo

from nqpf_assets.cli import Modules
from nqpf_assets.commands.common.command import Command
from nqpf_assets.user_input.project import Project
from tests.command import Ran, nqpf
from tests.stages.mini import first_walk, write_mini

SOUND: dict[str, dict[str, Any]] = {
    "add": {"files": ["text.csv"], "yes": True},
    "alert": {"what": "test"},
    "backup": {"file": "backup.zip"},
    "check": {},
    "crosscheck": {"study": "mini", "output": "r", "script_only": True},
    "describe": {},
    "diff": {},
    "explain": {"words": ["mini.table_1", "(1)", "people_before"]},
    "export": {"what": ["mini.table_1"], "output": "out.md"},
    "fetch": {},
    "help": {},
    "history": {},
    "influence": {"table": "mini.table_1", "column": "(1)"},
    "lock": {},
    "mcp": {},
    "new-study": {"name": "other"},
    "package": {"study": "mini", "output": "package.zip"},
    "plot": {"what": "mini.wealth", "output": "wealth.svg"},
    "proof": {"manuscript": "text.md", "study": "mini"},
    "query": {"sql": "SELECT 1 AS one"},
    "recall": {"publication": "1", "output": "old.duckdb"},
    "refresh": {"plan": True},
    "restore": {"file": "backup.zip", "folder": "restored"},
    "sample": {},
    "schema": {},
    "series": {"search": ["people"]},
    "serve": {"service": "daemon", "check": True},
    "show": {"table": "mini.table_1"},
    "site": {"output": "pages"},
    "status": {},
    "survey": {"rule": "rule.yaml"},
    "ui": {},
    "verify": {"stored": True},
    "watch": {"table": "mini.table_1"},
}
"""Command → a call of it, to which one wrong argument is given; nothing but what these name is built."""
WORDS = ("nonesuch", "mini.nonesuch", "", "99999999999999999999", "%s{}\n[red]北京")
ENDINGS = ("csv", "docx", "duckdb", "zip", "")
KINDS = ("missing/none", "folder", "empty", "binary", "text", "text.csv/inside", "x" * 300)
OUTPUTS = ("output", "everything")
WRITTEN = ("missing/none", "folder", "text.csv/inside", "x" * 300)
"""What a place to write to can be wrongly; a file that stands there is replaced by an answer."""
FREE = {
    ("export", "links"), ("show", "links"), ("influence", "most"), ("package", "author"),
    ("serve", "host"), ("serve", "name"), ("serve", "port"), ("ui", "port"),
    *(("add", said) for said in ("publisher", "vintage", "series", "unit", "region", "year")),
    ("query", "sql"), ("query", "ready"), ("query", "format"), ("survey", "vintage"),
    ("package", "output"), ("plot", "everything"),
}  # fmt: skip
"""Told otherwise, by tests of their own: any text, numbers that typer reads, SQL, what takes long."""
RIGHT = {
    *(("add", "files", f"folder.{end}".rstrip(".")) for end in ENDINGS),
    *(("check", "paths", f"folder.{end}".rstrip(".")) for end in ENDINGS),
    ("diff", "study", ""), ("history", "table", ""), ("new-study", "name", "nonesuch"),
    ("new-study", "like", "nonesuch"), ("export", "to", ""), ("plot", "what", ""),
    ("watch", "table", "mini.nonesuch"), ("help", "words", ""), ("series", "search", ""),
}  # fmt: skip
"""Arguments that are wrong elsewhere and right here."""
FOLDERS = ("crosscheck", "site", "plot", "package", "export")
"""Commands that may write a folder, which is made with those above it, or goes on with one that is empty."""
NOT_SAID = (
    "Traceback",
    "[Errno",
    "PosixPath",
    "Binder Error",
    "Catalog Error",
    "IO Error",
    "<class",
    "None",
)


@cache
def parameters(name: str) -> dict[str, tuple[bool, str, str]]:
    """Name of a parameter → is it an argument, its type, its flag."""
    command = command_of(name)
    found = {}
    for one, hint in typing.get_type_hints(command.run, include_extras=True).items():
        if one in ("return", "project"):
            continue
        (info,) = hint.__metadata__
        flags = [info.default, *(info.param_decls or ())]
        flag = next((f for f in flags if str(f).startswith("--")), f"--{one.replace('_', '-')}")
        found[one] = (isinstance(info, ArgumentInfo), str(hint.__origin__), str(flag))
    return found


def command_of(name: str) -> Command:
    """What a module of `commands` declares."""
    import importlib

    module = importlib.import_module(f"nqpf_assets.commands.{name.replace('-', '_')}")
    return module.COMMAND


def call(project: Project, name: str, given: dict[str, Any]) -> Ran:
    """Run it with these arguments, each behind its flag or in its place."""
    flags, words = [], []
    for one, (is_argument, _, flag) in parameters(name).items():
        if one not in given:
            continue
        values = given[one] if isinstance(given[one], list) else [given[one]]
        for value in values:
            if is_argument:
                words.append(str(value))
            else:
                flags.append(flag if value is True else f"{flag}={value}")
    if "project" in inspect.signature(command_of(name).run).parameters:
        flags.append(f"--project={project.root}")
    return nqpf(name, *flags, "--", *words) if words else nqpf(name, *flags)


def wrong(name: str, one: str) -> Iterator[str]:
    """Wrong values of a parameter, by its type."""
    _, kind, _ = parameters(name)[one]
    if "bool" in kind and "str" not in kind:
        return
    if "Path" in kind:
        for value in WRITTEN if one in OUTPUTS else KINDS:
            bare = "." in value or len(value) > 99
            yield from ([value] if bare else (f"{value}.{end}".rstrip(".") for end in ENDINGS))
    else:
        yield from WORDS


def told_wrongly(project: Project, name: str, one: str, value: str) -> str | None:
    """What is wrong with what the command says to it; None where nothing is."""
    if (name, one, value) in RIGHT:
        return None
    given = SOUND[name] | {one: [value] if "list" in parameters(name)[one][1] else value}
    ran = call(project, name, given)
    asked = f"{name} {one}={value[:40]!r}: exit {ran.status}: {ran.err[:300]!r}"
    is_folder = one in OUTPUTS and name in FOLDERS and ran.status == 0
    if not is_folder and (ran.status not in (1, 2) or not ran.err.strip()):
        return f"not refused: {asked}"
    if any(said in ran.err for said in NOT_SAID):
        return f"in words of Python or of the engine: {asked}"
    return None


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = write_mini(tmp_path_factory.mktemp("wrong"))
    first_walk(project, is_published=True)
    return project


@pytest.fixture
def mini(built: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """The published project, beside a folder with files of every kind, where one stands."""
    here = tmp_path / "here"
    (here / "folder").mkdir(parents=True)
    for ending in ENDINGS:
        for kind, content in (
            ("empty", b""),
            ("binary", bytes(range(256))),
            ("text", b"a,b\n1,2\n"),
        ):
            (here / f"{kind}.{ending}".rstrip(".")).write_bytes(content)
        if ending:
            (here / f"folder.{ending}").mkdir()
    monkeypatch.chdir(here)
    return Project.at(shutil.copytree(built.root, tmp_path / "mini"))


def test_every_command_has_a_sound_call() -> None:
    assert set(SOUND) == set(Modules())
    for name, given in SOUND.items():
        assert set(given) <= set(parameters(name)), name
    known = {(name, one) for name in SOUND for one in parameters(name)}
    assert {(name, one) for name, one, *_ in (*FREE, *RIGHT)} <= known


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(SOUND))
def test_every_wrong_argument_is_told(mini: Project, name: str) -> None:
    told = [
        told_wrongly(mini, name, one, value)
        for one in parameters(name)
        if (name, one) not in FREE
        for value in wrong(name, one)
    ]
    assert not any(told), "\n".join(filter(None, told))


@pytest.mark.parametrize(
    "name", ["show", "explain", "plot", "history", "proof", "recall", "restore"]
)
def test_a_wrong_first_argument_is_told(mini: Project, name: str) -> None:
    one = next(iter(parameters(name)))
    assert told_wrongly(mini, name, one, next(wrong(name, one))) is None
