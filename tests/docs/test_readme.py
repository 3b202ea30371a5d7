"""The README is run: every command of its console blocks, in order, in a copy of the project.

`make` targets are looked up instead of run (this is one of them), and a server is not started.
What the README shows as output must be what comes out, except where it says … .
"""

from __future__ import annotations

import fnmatch
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from nqpf_assets.user_input.project import Project
from tests.docs.markdown import CHECKOUT, blocks, markdown_files, session

README = (CHECKOUT / "README.md").read_text("utf-8")
OTHERS = [path for path in markdown_files() if path.name != "README.md"]
NOT_RUN = {"git": "downloads", "make": "looked up", "source": "the shell's", "nqpf ui": "a server"}


def test_output_is_compared() -> None:
    assert _is_shown("one\n 2   two \nend", ["one", "2 two", "end"])
    assert _is_shown("one\ntwo\nend", ["one", "…", "end"])
    assert _is_shown("one 2.718 x", ["one … x"])
    assert not _is_shown("one\ntwo\nend", ["one", "end"])
    assert not _is_shown("one", ["One"])


def test_readme_has_only_console_blocks_to_run() -> None:
    assert blocks(README, "bash", "sh", "shell") == []
    assert len(blocks(README, "console")) >= 3


@pytest.mark.slow
def test_every_command_of_the_readme_does_what_it_shows(
    sample_copy: Project, tmp_path: Path
) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    _write_program(programs / "nqpf")
    here = os.environ | {"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"}
    here |= {"COLUMNS": "100", "PYTHONPATH": str(CHECKOUT)}
    folder = sample_copy.root
    for block in blocks(README, "console"):
        for command, shown in session(block):
            if _is_not_run(command):
                continue
            where = tmp_path / "where"
            script = f"{command}\npwd > {shlex.quote(str(where))}"
            done = subprocess.run(
                ["bash", "-ec", script],
                cwd=folder,
                env=here,
                capture_output=True,
                encoding="utf-8",
                check=False,
            )
            assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
            assert _is_shown(done.stdout, shown), f"{command}\n{done.stdout}"
            folder = Path(where.read_text("utf-8").strip())


def test_make_targets_exist() -> None:
    named = {
        word
        for path in markdown_files()
        for command in _commands(path)
        if (words := shlex.split(command, comments=True)) and words[0] == "make"
        for word in words[1:]
        if "=" not in word
    }
    assert named >= {"refresh", "test", "ui"}
    makefile = (CHECKOUT / "Makefile").read_text("utf-8")
    assert named - set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE)) == set()


@pytest.mark.parametrize("page", OTHERS, ids=lambda page: str(page.relative_to(CHECKOUT)))
def test_commands_of_other_pages_can_be_given(page: Path) -> None:
    """Names and options are those of the program; what they need need not be at hand."""
    import typer

    from nqpf_assets.cli import app

    known = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    for command in _commands(page):
        words = shlex.split(command, comments=True)
        if words and words[0] == "nqpf" and words[1:] != ["--help"]:
            arguments = [word for word in words[2:] if word not in ("--help",)]
            known[words[1]].make_context(words[1], arguments)


def _commands(path: Path) -> list[str]:
    text = path.read_text("utf-8")
    return [
        part.strip()
        for block in blocks(text, "console")
        for command, _ in session(block)
        for part in re.split(r"\s(?:&&|;)\s", command)
    ]


def _is_not_run(command: str) -> bool:
    return any(command == name or command.startswith(f"{name} ") for name in NOT_RUN)


def _write_program(path: Path) -> None:
    path.write_text(f'#!/bin/sh\nexec {sys.executable} -m nqpf_assets.cli "$@"\n', "utf-8")
    path.chmod(0o755)


def _is_shown(output: str, shown: list[str]) -> bool:
    """Whether the output is as shown; `…` stands for anything, spaces for any number of them."""
    if not shown:
        return True
    found = "\n".join(" ".join(line.split()) for line in output.strip().splitlines())
    wanted = "\n".join(" ".join(line.split()) for line in shown).strip()
    pattern = re.sub(r"([\[\]?*])", r"[\1]", wanted).replace("…", "*")
    return fnmatch.fnmatchcase(found, pattern)
