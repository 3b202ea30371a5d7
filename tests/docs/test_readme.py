"""The README is run: every command of its console blocks, in order, in a copy of the project.

`make` targets are looked up instead of run (this is one of them), and a server is not started.
What the README shows as output must be what comes out, except where it says … .
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from nqpf_assets.user_input.project import Project
from tests.docs.console import is_shown, run_page
from tests.docs.markdown import CHECKOUT, blocks, markdown_files, session

README = (CHECKOUT / "README.md").read_text("utf-8")
OTHERS = [path for path in markdown_files() if path.name != "README.md"]


def test_output_is_compared() -> None:
    assert is_shown("one\n 2   two \nend", ["one", "2 two", "end"])
    assert is_shown("one\ntwo\nend", ["one", "…", "end"])
    assert is_shown("one 2.718 x", ["one … x"])
    assert not is_shown("one\ntwo\nend", ["one", "end"])
    assert not is_shown("one", ["One"])


def test_readme_has_only_console_blocks_to_run() -> None:
    assert blocks(README, "bash", "sh", "shell") == []
    assert len(blocks(README, "console")) >= 3


@pytest.mark.slow
def test_every_command_of_the_readme_does_what_it_shows(
    sample_copy: Project, tmp_path: Path
) -> None:
    run_page(README, sample_copy.root, tmp_path)


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
        words = shlex.split(command.partition(" < ")[0], comments=True)
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
