"""`nqpf export` and `nqpf show --output`: which files they write, and what they refuse."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path
from typing import Any

import pytest

from nqpf_assets.exports import registry
from nqpf_assets.exports.printed.side_by_side import side_by_side
from nqpf_assets.exports.printed.table import Cell, Line, PrintedTable
from nqpf_assets.user_input.project import Project
from tests.command import nqpf
from tests.stages.mini import first_walk, write_mini


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = write_mini(tmp_path_factory.mktemp("export"))
    first_walk(project, is_published=True)
    return project


@pytest.fixture
def mini(built: Project, tmp_path: Path) -> Project:
    return Project.at(shutil.copytree(built.root, tmp_path / "mini"))


@pytest.mark.slow
def test_a_study_goes_into_a_folder_in_all_formats(mini: Project, tmp_path: Path) -> None:
    folder = tmp_path / "results"
    ran = nqpf("export", "mini", "--to", "docx,tex,html,md,xlsx,csv,parquet", "-o", folder,
               project=mini.root)  # fmt: skip
    assert ran.status == 0, ran.err
    names = {f"mini.{one}" for one in ("docx", "tex", "html", "md", "xlsx", "csv", "parquet")}
    assert {path.name for path in folder.iterdir()} == names
    assert "Output and people" in (folder / "mini.md").read_text("utf-8")
    assert (folder / "mini.csv").read_text("utf-8-sig").startswith("unit,unit_name,period,")


@pytest.mark.slow
def test_one_table_by_the_suffix_of_its_file(mini: Project, tmp_path: Path) -> None:
    for command in ("show", "export"):
        output = tmp_path / f"{command}.html"
        assert nqpf(command, "mini.table_1", "-o", output, project=mini.root).status == 0
        assert "<caption" in output.read_text("utf-8")
    assert (tmp_path / "show.html").read_bytes() == (tmp_path / "export.html").read_bytes()


def test_rows_of_any_table(mini: Project, tmp_path: Path) -> None:
    for name in ("mini.estimate", "result.estimate", "mini.table_1"):
        output = tmp_path / f"{name}.csv"
        assert nqpf("export", name, "-o", output, project=mini.root).status == 0
        assert output.stat().st_size > 100


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("mini", "--to", "docx,nope"), ("`nope`", "docx, dta, html")),
        (("mini", "--to", "rdata"), ("readRDS",)),
        (("mini",), ("--to",)),
        (("mini", "--to", "docx,md", "-o", "a.docx"), ("folder", "2 formats")),
        (("mini", "-o", "a.xyz"), (".xyz", ".docx")),
        (("mini", "--to", "docx", "-o", "a.md"), (".md", "docx")),
        (("mino", "--to", "md"), ("mini",)),
        (("mini.table_9", "--to", "md"), ("mini.table_1",)),
        (("mini.estimate", "--to", "docx"), ("mini.estimate", "csv")),
        (("mini.estimate", "mini.model", "-o", "a.csv"), ("one study or table", "folder")),
        (("mini", "--to", "md", "--style", "three_lines"), ("three_line",)),
        (("mini", "--to", ","), ("formats",)),
    ],
)
def test_what_cannot_be_written_is_one_problem(
    mini: Project,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    told: tuple[str, ...],
) -> None:
    monkeypatch.chdir(tmp_path)
    before = sorted(path.name for path in tmp_path.iterdir())
    ran = nqpf("export", *words, project=mini.root)
    assert ran.status == 2
    assert ran.err.count("expected:") == 1, ran.err
    for word in told:
        assert word in ran.err
    assert sorted(path.name for path in tmp_path.iterdir()) == before


@pytest.mark.parametrize("place", ["warehouse", "raw", "studies"])
@pytest.mark.parametrize("command", ["show", "export"])
def test_no_file_of_the_project_is_written_over(mini: Project, command: str, place: str) -> None:
    output = mini.root / place / "out.docx"
    ran = nqpf(command, "mini.table_1", "-o", output, project=mini.root)
    assert ran.status == 2
    assert not output.exists()
    if command == "export":
        asked = ("export", "mini", "--to", "md", "-o", mini.root / place)
        assert nqpf(*asked, project=mini.root).status == 2
        assert not list((mini.root / place).glob("*.md"))


def test_a_format_whose_package_is_missing_says_what_to_install(
    mini: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def without_docx(name: str, *rest: Any) -> Any:
        return None if name == "docx" else importlib.util.find_spec(name, *rest)

    monkeypatch.setattr(registry, "find_spec", without_docx)
    ran = nqpf("export", "mini", "--to", "docx,md", "-o", tmp_path, project=mini.root)
    assert ran.status == 2
    assert "nqpf-assets[export]" in ran.err
    assert "python-docx" in ran.err
    assert not (tmp_path / "mini.md").exists()


def test_a_folder_that_is_not_there_is_made_but_not_its_parents(
    mini: Project, tmp_path: Path
) -> None:
    deep = tmp_path / "no" / "such"
    assert nqpf("export", "mini", "--to", "md", "-o", deep, project=mini.root).status == 2
    assert not deep.exists()


def test_tables_side_by_side_have_each_term_on_one_line(mini: Project, tmp_path: Path) -> None:
    def table(name: str, *terms: tuple[str, str, str]) -> PrintedTable:
        lines = [Line("heading", "Outcome", (Cell("y"),))]
        for label, estimate, error in terms:
            lines += [
                Line("estimate", label, (Cell(estimate),)),
                Line("parentheses", "", (Cell(error),)),
            ]
        lines += [Line("fact", "Observations", (Cell("9"),))]
        return PrintedTable("s", name, name.upper(), ("(1)",), tuple(lines), ("same", f"of {name}"))

    one = table("a", ("x", "0.1*", "(1)"), ("Constant", "0.2", "(2)"))
    two = table("b", ("x", "0.3", "(3)"), ("z", "0.4**", "(4)"), ("Constant", "0.5", "(5)"))
    both = side_by_side([one, two])
    rows = [(line.label, *(cell.text for cell in line.cells)) for line in both.lines]
    assert rows == [
        ("Outcome", "y", "y"), ("x", "0.1*", "0.3"), ("", "(1)", "(3)"), ("z", "", "0.4**"),
        ("", "", "(4)"), ("Constant", "0.2", "0.5"), ("", "(2)", "(5)"), ("Observations", "9", "9"),
    ]  # fmt: skip
    assert both.notes == ("same", "s.a: of a", "s.b: of b")
    assert [(span.text, span.n_columns) for span in both.spans] == [("A", 1), ("B", 1)]
    ran = nqpf("export", "mini.table_1", "--side-by-side", "--to", "docx,tex,html,md,xlsx",
               "-o", tmp_path / "beside", project=mini.root)  # fmt: skip
    assert ran.status == 0, ran.err
    assert len(list((tmp_path / "beside").iterdir())) == 5
    ran = nqpf("export", "mini", "--side-by-side", "--to", "csv", project=mini.root)
    assert ran.status == 2
