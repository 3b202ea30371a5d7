"""`nqpf plot`: what it lists, writes and refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from nqpf_assets.user_input.project import Project
from tests.command import nqpf
from tests.stages.mini import walk, write_mini

pytestmark = pytest.mark.slow  # whole projects are built


@pytest.fixture(scope="module")
def mini(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = write_mini(tmp_path_factory.mktemp("plot"))
    walk(project).publish()
    return project


def test_without_a_name_it_lists(mini: Project) -> None:
    ran = nqpf("plot", "mini", project=mini.root)
    assert ran.status == 0
    listed = [line.split()[0] for line in ran.out.splitlines()]
    assert {"mini.table_1", "mini.wealth"} <= set(listed)


@pytest.mark.parametrize(
    ("suffix", "starts"), [("svg", b"<svg"), ("png", b"\x89PNG"), ("pdf", b"%PDF")]
)
def test_the_suffix_says_the_format(
    suffix: str, starts: bytes, mini: Project, tmp_path: Path
) -> None:
    file = tmp_path / f"wealth.{suffix}"
    ran = nqpf("plot", "mini.wealth", "-o", file, project=mini.root)
    assert ran.status == 0, ran.err
    assert file.read_bytes().startswith(starts)
    assert "Wealth over the years" in ran.out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("mini.welth", "-o", "{}/a.svg"), "did you mean `wealth`"),
        (("nini",), "did you mean `mini`"),
        (("mini.wealth", "-o", "{}/a.jpg"), "a suffix that says the format: .svg, .png, .pdf"),
        (("mini", "-o", "{}/a.svg"), "a figure for the file"),
        (("mini.wealth", "--all", "{}/all"), "a study alone"),
    ],
)
def test_what_it_refuses(words: tuple[str, ...], told: str, mini: Project, tmp_path: Path) -> None:
    ran = nqpf("plot", *(word.format(tmp_path) for word in words), project=mini.root)
    assert ran.status == 2
    assert told in ran.err
    assert not list(tmp_path.iterdir())


def test_nothing_of_the_projects_own_is_written_over(mini: Project) -> None:
    ran = nqpf("plot", "mini.wealth", "-o", mini.root / "raw" / "a.svg", project=mini.root)
    assert ran.status == 2
    assert "outside of the project's own" in ran.err


def test_all_figures_go_into_a_folder(mini: Project, tmp_path: Path) -> None:
    ran = nqpf("plot", "mini", "--all", tmp_path / "all", project=mini.root)
    assert ran.status == 0, ran.err
    names = {path.name for path in (tmp_path / "all").iterdir()}
    assert {"mini.table_1.coefficients.svg", "mini.wealth.trend.svg"} <= names
