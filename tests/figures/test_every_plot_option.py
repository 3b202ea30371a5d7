"""Every option of the command that draws: it changes what is written or listed, or is refused."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest

from nqpf_assets.commands import plot
from nqpf_assets.figures.style import chinese_font
from nqpf_assets.figures.words import LANGUAGES
from nqpf_assets.user_input.project import Project
from tests.command import Ran, nqpf

FIGURE = "mini.wealth"
CASES: dict[str, list[str]] = {
    "output": ["--output", "a.png"],
    "everything": ["--all", "all"],
    "language": ["--language", "zh"],
    "theme": ["--theme", "dark"],
    "publication": ["--publication", "1"],
}
"""Parameter → the option with a value that is not its default."""
REFUSED: dict[str, list[list[str]]] = {
    "output": [
        ["mini", "-o", "a.svg"],
        [FIGURE, "-o", "a.dta"],
        [FIGURE, "-o", "a.svg", "--all", "d"],
    ],
    "everything": [[FIGURE, "--all", "d"]],
    "language": [[FIGURE, "--language", "fr"]],
    "theme": [["mini", "--theme", "dark"], [FIGURE, "--theme", "grey"]],
    "publication": [[FIGURE, "--publication", "9"]],
}


@pytest.fixture
def at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own, in which files are written that no option names."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def written(ran: Ran, folder: Path) -> dict[str, bytes]:
    """Files by name, after a command that must have succeeded."""
    assert ran.status == 0, ran.err
    found = {
        str(one.relative_to(folder)): one.read_bytes() for one in folder.rglob("*") if one.is_file()
    }
    for name in found:
        (folder / name).unlink()
    return found


def test_every_parameter_has_cases() -> None:
    parameters = {*inspect.signature(plot.run).parameters} - {"what", "project"}
    assert {*CASES} == {*REFUSED} == parameters


@pytest.mark.slow
@pytest.mark.parametrize("parameter", [one for one in CASES if one != "publication"])
def test_it_changes_what_is_written(mini: Project, at: Path, parameter: str) -> None:
    if parameter == "language" and chinese_font() is None:
        pytest.skip("no font with Chinese characters")
    bare = written(nqpf("plot", FIGURE, project=mini.root), at)
    assert [*bare] == [f"{FIGURE}.svg"]
    name = "mini" if parameter == "everything" else FIGURE
    assert written(nqpf("plot", name, *CASES[parameter], project=mini.root), at) != bare


@pytest.mark.slow
def test_all_figures_take_the_theme(mini: Project, at: Path) -> None:
    bare = written(nqpf("plot", "mini", "--all", "d", project=mini.root), at)
    dark = written(nqpf("plot", "mini", "--all", "d", "--theme", "dark", project=mini.root), at)
    assert {*bare} == {*dark}
    assert all(bare[name] != dark[name] for name in bare)


def test_the_list_is_in_the_language(mini: Project) -> None:
    lists = {nqpf("plot", "mini", "--language", one, project=mini.root).out for one in LANGUAGES}
    assert len(lists) == len(LANGUAGES)


@pytest.mark.slow
def test_an_earlier_publication_is_drawn(mini: Project, at: Path) -> None:
    bare = written(nqpf("plot", FIGURE, project=mini.root), at)
    assert written(nqpf("plot", FIGURE, "--publication", "1", project=mini.root), at) == bare


@pytest.mark.parametrize(
    "arguments", [one for several in REFUSED.values() for one in several], ids=" ".join
)
def test_it_is_refused(mini: Project, at: Path, arguments: list[str]) -> None:
    ran = nqpf("plot", *arguments, project=mini.root)
    assert ran.status == 2
    assert ran.err.strip()
    assert [*at.iterdir()] == []
