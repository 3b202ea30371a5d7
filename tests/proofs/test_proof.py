"""Whatever is changed in a table of a manuscript is found, and what is as published is not complained of."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Sequence
from pathlib import Path

import docx
import pytest

from nqpf_assets.exports.about import About
from nqpf_assets.exports.document import Document
from nqpf_assets.exports.printed.style import styles
from nqpf_assets.exports.printed.table import Cell, Line, PrintedTable
from nqpf_assets.exports.registry import EXPORTS, document_of
from nqpf_assets.proofs.comparison import Difference, differences, verdict
from nqpf_assets.proofs.former import Former
from nqpf_assets.proofs.manuscripts.manuscript import Manuscript, Paragraph
from nqpf_assets.proofs.manuscripts.reading import read_manuscript
from nqpf_assets.proofs.matching import Published, matched
from nqpf_assets.proofs.quotations import Changed, quotations
from nqpf_assets.user_input.project import Project
from tests.command import nqpf
from tests.publications.revisions import add_vintage, published, published_again, revised

FORMATS = ("docx", "tex", "md")
ABOUT = About(3, dt.datetime(2026, 11, 27, tzinfo=dt.UTC), "ab" * 32, "0.1.0", ("s.table_1",), True)


def _line(kind: str, label: str, *texts: str) -> Line:
    return Line(kind, label, tuple(map(Cell, texts)))  # type: ignore[arg-type]


TABLE = PrintedTable(
    "s",
    "table_1",
    "Income & growth, 100%_of units",
    ("(1)", "(2)", "(3)"),
    (
        _line("heading", "", "income", "income", "growth"),
        _line("estimate", "new quality", "0.440***", "0.4218**", "-1.205*"),
        _line("parentheses", "", "(7.40)", "(2.31)", "(-1.88)"),
        _line("estimate", "open_ness", "0.012", "", "0.013"),
        _line("parentheses", "", "(0.40)", "", "(0.41)"),
        _line("estimate", "R² × λ", "1.5e-05", "", "[0.2, 0.4]"),
        _line("fact", "Observations", "1,364", "341", "340"),
        _line("fact", "R²", "0.71", "0.702", "0.69"),
    ),
    (
        "t statistics in parentheses; * p < 0.1, ** p < 0.05, *** p < 0.01.",
        "SYNTHETIC: 3 of 4 files.",
    ),
    is_synthetic=True,
)
OTHER = PrintedTable(
    "s",
    "table_2",
    "Another table of the same terms",
    ("(1)", "(2)"),
    (
        _line("estimate", "new quality", "0.911", "0.922"),
        _line("parentheses", "", "(1.40)", "(1.31)"),
        _line("estimate", "open_ness", "0.933", "0.944"),
        _line("fact", "Observations", "1,364", "341"),
    ),
)


def _written(name: str, tables: Sequence[PrintedTable], style: str = "three_line") -> bytes:
    content = document_of(
        EXPORTS.own[name], Document("Tables", tuple(tables), ABOUT, styles()[style])
    )
    return content if isinstance(content, bytes) else content.encode("utf-8")


def _read(folder: Path, name: str, content: bytes) -> Manuscript:
    path = folder / f"manuscript.{name}"
    path.write_bytes(content)
    return read_manuscript(path)


def _proved(
    manuscript: Manuscript, *published: PrintedTable, former: Sequence[Former] = ()
) -> dict[str, list[Difference]]:
    pairs = matched(manuscript.tables, [Published(one) for one in published])
    return {one.table.name: differences(found, one, former)[0] for found, one in pairs}


@pytest.mark.parametrize("style", styles())
@pytest.mark.parametrize("name", FORMATS)
def test_what_is_as_published_is_not_complained_of(tmp_path: Path, name: str, style: str) -> None:
    manuscript = _read(tmp_path, name, _written(name, [TABLE, OTHER], style))
    assert _proved(manuscript, OTHER, TABLE) == {"table_1": [], "table_2": []}


CHANGES: dict[str, tuple[Callable[[PrintedTable], PrintedTable], str]] = {}


def _changed(told: str) -> Callable[[Callable[[PrintedTable], PrintedTable]], None]:
    def add(change: Callable[[PrintedTable], PrintedTable]) -> None:
        CHANGES[change.__name__] = (change, told)

    return add


def _with(table: PrintedTable, row: int, column: int, text: str) -> PrintedTable:
    lines = list(table.lines)
    cells = list(lines[row].cells)
    cells[column] = Cell(text)
    lines[row] = Line(lines[row].kind, lines[row].label, tuple(cells))
    return PrintedTable(**{**table.__dict__, "lines": tuple(lines)})


@_changed("new quality × (1): 0.450***, published 0.440***: retyped (one digit)")
def digit(table: PrintedTable) -> PrintedTable:
    return _with(table, 1, 0, "0.450***")


@_changed("new quality × (2): 0.4281**, published 0.4218**: retyped (digits in another order)")
def order(table: PrintedTable) -> PrintedTable:
    return _with(table, 1, 1, "0.4281**")


@_changed("new quality × (3): 1.205*, published -1.205*: retyped (the sign)")
def sign(table: PrintedTable) -> PrintedTable:
    return _with(table, 1, 2, "1.205*")


@_changed("new quality × (2): 0.4218***, published 0.4218**: stars")
def star(table: PrintedTable) -> PrintedTable:
    return _with(table, 1, 1, "0.4218***")


@_changed("new quality × (1): 0.440, published 0.440***: stars")
def no_star(table: PrintedTable) -> PrintedTable:
    return _with(table, 1, 0, "0.440")


@_changed("new quality × (2): 0.43**, published 0.4218**: rounded wrongly")
def rounding(table: PrintedTable) -> PrintedTable:
    return _with(table, 1, 1, "0.43**")


@_changed("new quality (below) × (1): [7.40], published (7.40): brackets")
def brackets(table: PrintedTable) -> PrintedTable:
    return _with(table, 2, 0, "[7.40]")


@_changed("new quality (below) × (3): (-1.89), published (-1.88): retyped (one digit)")
def statistic(table: PrintedTable) -> PrintedTable:
    return _with(table, 2, 2, "(-1.89)")


@_changed("Observations × (2): 314, published 341: retyped (digits in another order)")
def n(table: PrintedTable) -> PrintedTable:
    return _with(table, 6, 1, "314")


@_changed("open_ness × (3): nothing, published 0.013: missing")
def empty(table: PrintedTable) -> PrintedTable:
    return _with(table, 3, 2, "")


@_changed("row open_ness: not in the manuscript")
def row(table: PrintedTable) -> PrintedTable:
    return PrintedTable(**{**table.__dict__, "lines": (*table.lines[:3], *table.lines[5:])})


@_changed("column (2): not in the manuscript")
def column(table: PrintedTable) -> PrintedTable:
    lines = [Line(one.kind, one.label, (one.cells[0], one.cells[2])) for one in table.lines]
    return PrintedTable(**{**table.__dict__, "lines": tuple(lines), "heads": ("(1)", "(3)")})


@_changed("row invented: not published")
def added(table: PrintedTable) -> PrintedTable:
    line = _line("estimate", "invented", "0.5", "0.6", "0.7")
    return PrintedTable(**{**table.__dict__, "lines": (*table.lines[:5], line, *table.lines[5:])})


@_changed("note: nothing, published SYNTHETIC: 3 of 4 files.: note")
def note(table: PrintedTable) -> PrintedTable:
    return PrintedTable(**{**table.__dict__, "notes": table.notes[:1]})


@_changed("** p < 0.01., published t statistics")
def other_note(table: PrintedTable) -> PrintedTable:
    other = "t statistics in parentheses; * p < 0.05, ** p < 0.01."
    return PrintedTable(**{**table.__dict__, "notes": (other, table.notes[1])})


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("name", FORMATS)
def test_every_change_is_found_and_nothing_else(tmp_path: Path, name: str, change: str) -> None:
    changing, told = CHANGES[change]
    manuscript = _read(tmp_path, name, _written(name, [OTHER, changing(TABLE)]))
    found = _proved(manuscript, TABLE, OTHER)
    assert found["table_2"] == []
    lines = [one.told for one in found["table_1"]]
    assert any(told in line for line in lines), lines
    assert len(lines) == (2 if change == "row" else 1), lines


def _unnamed(name: str, content: bytes) -> bytes:
    """As an author pastes it: without what the export writes beside a table."""
    if name == "docx":
        word = docx.Document(io.BytesIO(content))
        for paragraph in word.paragraphs:
            if paragraph.text.startswith("Table s."):
                paragraph._p.getparent().remove(paragraph._p)
        for table in word.tables:
            for node in list(table._tbl.tblPr):
                if node.tag.endswith(("tblCaption", "tblDescription")):
                    table._tbl.tblPr.remove(node)
        buffer = io.BytesIO()
        word.save(buffer)
        return buffer.getvalue()
    lines = content.decode("utf-8").splitlines()
    own = ("Table `s.", "\\item Table s.", "\\label", "% table")
    return "\n".join(line for line in lines if not line.startswith(own)).encode("utf-8")


@pytest.mark.parametrize("name", FORMATS)
def test_a_pasted_table_is_known_by_what_is_in_it(tmp_path: Path, name: str) -> None:
    content = _unnamed(name, _written(name, [OTHER, digit_of(TABLE)]))
    found = _proved(_read(tmp_path, name, content), TABLE, OTHER)
    assert [one.told for one in found["table_1"]] == [CHANGES["digit"][1]]
    assert found["table_2"] == []


def digit_of(table: PrintedTable) -> PrintedTable:
    return CHANGES["digit"][0](table)


@pytest.mark.parametrize(
    ("text", "published", "kind"),
    [
        ("−1.205 *", "-1.205*", ""),
        ("0.44***", "0.440***", ""),
        (".440***", "0.440***", ""),
        ("1364", "1,364", ""),
        ("０.440＊＊＊", "0.440***", ""),
        ("0.4", "0.44", ""),
        ("YES", "Yes", ""),
        ("0.45", "0.44", "retyped"),
        ("0.5", "0.44", "rounded wrongly"),
        ("0.4402", "0.440", "more digits than are published"),
        ("0.4412", "0.440", "retyped"),
        ("no", "yes", "words"),
        ("0.1", "", "not published"),
    ],
)
def test_what_counts_as_the_same(text: str, published: str, kind: str) -> None:
    assert verdict(text, published, [])[0] == kind


def test_an_older_number_is_told_with_its_publication() -> None:
    past = [("publication 4 of 2026-10-01", "0.431"), ("publication 2 of 2026-09-01", "0.425**")]
    assert verdict("0.425**", "0.440***", past) == ("outdated", "as in publication 2 of 2026-09-01")
    assert verdict("0.43", "0.440***", past) == ("outdated", "as in publication 4 of 2026-10-01")


def test_sentences_that_quote_what_has_changed() -> None:
    text = (
        "Income rises by 0.44 in column (1), at p < 0.05. In 2012 it was 44.0% of units. See Section 2.31. "
        "The effect of 0.512 stands. 系数为0.440，显著。"
    )
    manuscript = Manuscript(
        [], [Paragraph("line 3", text), Paragraph("line 9", "A note of 0.440.")]
    )
    changed = [Changed("s.table_1 x × (1)", "0.440***", "0.431***", "publication 2")]
    found = list(
        quotations(manuscript, ["0.431***", "0.512", "(2.31)"], changed, ["A note of 0.440."])
    )
    assert [(one.written, one.place) for one in found] == [
        ("0.44", "line 3"),
        ("44.0%", "line 3"),
        ("0.440", "line 3"),
    ]
    assert found[0].sentence == "Income rises by 0.44 in column (1), at p < 0.05."
    still = list(quotations(manuscript, ["0.4401"], changed))
    assert not still, "a number that a table has still is quoted rightly"


@pytest.mark.slow
@pytest.mark.parametrize("name", FORMATS)
def test_a_manuscript_of_an_older_publication(tmp_path: Path, name: str) -> None:
    project = published(tmp_path / "mini").project
    (tmp_path / "paper").mkdir()
    paper = tmp_path / "paper" / f"paper.{name}"
    assert nqpf("export", "mini.table_1", "-o", paper, project=project.root).status == 0
    ran = nqpf("proof", paper, "mini", project=project.root)
    assert (ran.status, "cells compared, as published" in ran.out) == (0, True), ran.out + ran.err
    quoted = _estimate(project)
    _say(paper, f"Output rises by {quoted} with people.")
    add_vintage(project, "2020", revised(1.5))
    published_again(project)
    ran = nqpf("proof", paper, "mini", project=project.root)
    assert ran.status == 1
    assert "outdated (as in publication 1 of " in ran.out
    assert f"quotes {quoted}, which mini.table_1 " in ran.out
    assert f"“Output rises by {quoted} with people.”" in ran.out
    ran = nqpf("proof", paper, "mini", "--publication", "1", project=project.root)
    assert ran.status == 0, ran.out


def _estimate(project: Project) -> str:
    """An estimate of the first column, as it is printed."""
    rows = nqpf("query", "SELECT \"(1)\" FROM mini.table_1 WHERE row_kind = 'estimate' LIMIT 1",
                "--format", "csv", project=project.root).out  # fmt: skip
    return rows.splitlines()[1].strip("*'\"-")


def _say(paper: Path, sentence: str) -> None:
    if paper.suffix == ".docx":
        word = docx.Document(str(paper))
        word.add_paragraph(sentence)
        word.save(str(paper))
    else:
        paper.write_text(f"{paper.read_text('utf-8')}\n\n{sentence}\n", "utf-8")


def test_tables_that_a_manuscript_reads_in(tmp_path: Path) -> None:
    (tmp_path / "table.tex").write_bytes(_written("tex", [digit_of(TABLE)]))
    outside = tmp_path.parent / "outside.tex"
    outside.write_bytes(_written("tex", [OTHER]))
    read_in = "\n".join(f"\\input{{{name}}}" for name in ("table", "../outside"))
    text = f"\\documentclass{{article}}\n\\begin{{document}}\n{read_in}\n\\end{{document}}\n"
    manuscript = _read(tmp_path, "tex", text.encode())
    found = _proved(manuscript, TABLE, OTHER)
    assert [one.told for one in found["table_1"]] == [CHANGES["digit"][1]]
    assert "table_2" not in found, "a file outside of the manuscript's folder is not read"


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("paper.pdf", b"%PDF", ".docx, .tex, .md"),
        ("paper", b"x", "no suffix"),
        ("paper.docx", b"no zip", "it cannot be read as a Word file"),
        ("paper.md", b"\xff\xfe\x00", "a text in UTF-8"),
        ("absent.md", None, "No such file"),
    ],
)
def test_bad_input_is_one_message(
    tmp_path: Path, name: str, content: bytes | None, told: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    ran = nqpf("proof", tmp_path / name, "mini", project=tmp_path)
    assert (ran.status, told in ran.err) == (2, True), ran.err
    assert "1 problem in the input" in ran.err
