"""Tables in LaTeX are set by LaTeX: no error, nothing off the page, every number a link in the PDF."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import subprocess
import zlib
from pathlib import Path

import pytest
import yaml

import nqpf_assets
from nqpf_assets.exports.about import About
from nqpf_assets.exports.document import Document
from nqpf_assets.exports.printed.style import styles
from nqpf_assets.exports.printed.table import Cell, Line, PrintedTable
from nqpf_assets.exports.registry import EXPORTS, document_of
from nqpf_assets.studies.tables import TABLE_KINDS
from nqpf_assets.user_input.project import Project
from tests.command import nqpf
from tests.exports.test_documents import HOSTILE

pytestmark = pytest.mark.slow

PREAMBLES = {
    "xelatex": r"\usepackage[UTF8,scheme=plain]{ctex}",
    "lualatex": r"\usepackage[UTF8,scheme=plain]{ctex}",
    "pdflatex": r"\usepackage[T1]{fontenc}",
}
"""Program → what the head of an exported file says that it needs beside `\\usepackage` of tables."""
_WRONG = re.compile(
    r"^(?:!.*|Overfull.*|Missing character.*|LaTeX Warning: Float too large.*)$", re.MULTILINE
)
_ENCODINGS = re.compile(r"\\usepackage\[T1(?:,T2A)?\]\{fontenc\}")
_ASKED = re.compile(r"\\usepackage\{([a-z,0-9]+)\}")


def _set(program: str, content: str, folder: Path) -> bytes:
    """The PDF of a paper that reads the tables in, with the packages that they ask for themselves."""
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    folder.mkdir()
    (folder / "tables.tex").write_text(content, "utf-8")
    asked = _ASKED.search(content)
    assert asked is not None
    said = _ENCODINGS.search(content) if program == "pdflatex" else None
    letters = said[0] if said is not None else PREAMBLES[program]
    paper = [r"\documentclass{article}", letters, asked[0], r"\usepackage{hyperref}"]
    paper += [r"\begin{document}", r"\input{tables.tex}", r"\end{document}"]
    (folder / "paper.tex").write_text("\n".join(paper), "utf-8")
    done = subprocess.run(
        [program, "-interaction=nonstopmode", "-no-shell-escape", "paper.tex"],
        cwd=folder,
        capture_output=True,
        check=False,
        timeout=300,
    )
    log = (folder / "paper.log").read_text("utf-8", "replace")
    if absent := re.search(r"File `([\w.-]+)' not found|I can't find file `(\w+)'", log):
        pytest.skip(f"this LaTeX has no {absent[1] or absent[2]}")
    assert (_WRONG.findall(log), done.returncode) == ([], 0)
    return (folder / "paper.pdf").read_bytes()


def _addresses(pdf: bytes) -> set[str]:
    """Where the links of a PDF lead."""
    whole = pdf
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL):
        try:
            whole += zlib.decompress(stream)
        except zlib.error:
            continue
    return {found.decode() for found in re.findall(rb"/URI ?\(([^)]*)\)", whole)}


def _exported(project: Project, study: str, folder: Path) -> str:
    link = "https://example.org/nqpf"
    run = nqpf(
        "export", study, "--to", "tex", "--links", link, "-o", f"{folder}/", project=project.root
    )
    assert run.status == 0, run.err
    return (folder / f"{study}.tex").read_text("utf-8")


NOT_SHIPPED = {"obstacle_degree", "rank_stability", "shapley"}
"""Kinds of which the shipped studies have no table: these are set as all printed rows are."""


def test_the_shipped_studies_have_tables_of_every_other_kind() -> None:
    files = Path(nqpf_assets.__file__).parent.glob("studies/*.yaml")
    studies = [yaml.safe_load(path.read_text("utf-8")) for path in files]
    shown = {table.get("kind", "regression") for one in studies for table in one["tables"].values()}
    assert shown == {*TABLE_KINDS.own} - NOT_SHIPPED


@pytest.mark.parametrize("program", ["xelatex", "lualatex"])
@pytest.mark.parametrize("study", ["province", "chongqing"])
def test_all_tables_of_the_shipped_studies(
    built_sample: Project, tmp_path: Path, study: str, program: str
) -> None:
    content = _exported(built_sample, study, tmp_path)
    assert "with xelatex or lualatex" in content
    found = _addresses(_set(program, content, tmp_path / "paper"))
    written = re.findall(r"\\nqpflink\{([^{}]*)\}", content)
    assert found == {re.sub(r"\\([#%&])", r"\1", one) for one in written}
    assert len(found) > 50


def test_tables_without_chinese_need_no_more_than_pdflatex(
    built_sample: Project, tmp_path: Path
) -> None:
    run = nqpf("show", "chongqing.table_4_1", "-o", tmp_path / "one.tex", project=built_sample.root)
    assert run.status == 0, run.err
    content = (tmp_path / "one.tex").read_text("utf-8")
    assert "pdflatex" in content
    assert _set("pdflatex", content, tmp_path / "paper")


@pytest.mark.parametrize("program", PREAMBLES)
def test_texts_of_strangers_are_set_as_text(tmp_path: Path, program: str) -> None:
    texts = [text for text in HOSTILE if program != "pdflatex" or text.isascii()]
    _set(program, _of(texts), tmp_path / "paper")


def test_cyrillic_is_set_as_the_file_says(tmp_path: Path) -> None:
    texts = ["Валовой региональный продукт, ВРП", 'Ernährung ≤ 5 % | "ρ" <é>', "Ґ ҷ ё № 1"]
    _set("pdflatex", _of(texts), tmp_path / "paper")


def _of(texts: list[str]) -> str:
    """A table with these texts in all places."""
    lines = [Line("estimate", text[:40], (Cell(text[:40]), Cell("0.440***"))) for text in texts]
    table = PrintedTable("s", "t", "100% of {x}", ("(1)", "a_b"), tuple(lines), tuple(texts))
    about = About(1, dt.datetime(2026, 11, 27, tzinfo=dt.UTC), "ab" * 32, "0.1.0", ("s.t",), False)
    document = Document("x", (table,), about, styles()["three_line"])
    content = document_of(EXPORTS.own["tex"], document)
    assert isinstance(content, str)
    return content
