"""Workbooks: numbers are numbers, brackets are no minus, formulas give what is published."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from nqpf_assets.commands.common.published import open_published
from nqpf_assets.exports.document import Document
from nqpf_assets.exports.leaving import study_as, tables_as
from nqpf_assets.exports.office.index_sheet import STEPS
from nqpf_assets.exports.office.rows_sheet import SHADES
from nqpf_assets.exports.printed.style import styles
from nqpf_assets.exports.printed.table import Cell, Line, PrintedTable
from nqpf_assets.exports.published_tables import known_tables, read_printed
from nqpf_assets.exports.registry import EXPORTS, content_of, document_of
from nqpf_assets.user_input.project import Project
from tests.exports.reading_back import bare, expected_rows
from tests.exports.test_documents import ABOUT, HOSTILE
from tests.stages.mini import STUDY, walk, write_mini

pytestmark = pytest.mark.slow  # whole builds and publications

XLSX = EXPORTS.own["xlsx"]
STYLE = styles()["three_line"]
EXACT = 1e-12
"""Scores and weights are sums of some dozens of numbers of double precision, none above one."""


OTHER = {
    "alike": "method: equal_weights",
    "said": "method: given_weights, weights: {said_person: 0.8, said_crowd: 0.201}",
    "varied": "method: coefficient_of_variation",
    "scaled": "method: coefficient_of_variation, variation_of: normalised",
    "critic": "method: critic",
}
"""Indices whose weights come from one number of each indicator."""
OTHERS = "".join(
    f"""\
  {name}:
    {{title: T, {said}, dimensions: {{all: [
      {{indicator: {name}_person, expression: gdp / population}},
      {{indicator: {name}_crowd, expression: population, direction: negative}}]}}}}
"""
    for name, said in OTHER.items()
)


def opened(content: str | bytes) -> Workbook:
    assert isinstance(content, bytes)
    return openpyxl.load_workbook(io.BytesIO(content))


def shown(cell: object) -> str:
    """A cell as Excel shows it, by its number format."""
    value, form = cell.value, cell.number_format  # type: ignore[attr-defined]
    if value is None:
        return ""
    if isinstance(value, str):
        return bare(value)
    digits, stars = re.fullmatch(r'(.*?)(?:"(\*+)")?', form).groups()  # type: ignore[union-attr]
    decimals = len(digits.partition(".")[2].replace("E+00", ""))
    kind = "e" if digits.endswith("E+00") else "f"
    text = format(value, f"{',' if digits.startswith('#,') else ''}.{decimals}{kind}")
    return text + (stars or "")


def rows_of(sheet: Worksheet, n_rows: int, n_columns: int) -> list[list[str]]:
    """The table of a sheet, below its title."""
    return [
        [shown(sheet.cell(2 + row, 1 + column)) for column in range(n_columns)]
        for row in range(n_rows)
    ]


def study_workbook(project: Project, study: str) -> bytes:
    connection = open_published(project)
    assert connection is not None
    with connection:
        content = study_as(connection, XLSX, study, known_tables(connection), STYLE)
        again = study_as(connection, XLSX, study, known_tables(connection), STYLE)
    assert content == again, "the same publication gives the same bytes"
    assert isinstance(content, bytes)
    return content


@pytest.fixture(scope="module")
def mini(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """With weights of each year, a limit for 0·ln 0, and clipped indicators, beside the plain index."""
    more = STUDY.replace(
        "tables:\n",
        """\
  yearly:
    title: By year
    method: entropy
    weights: by_period
    shift: limit
    dimensions:
      all:
        - {indicator: a_person, expression: gdp / population}
        - {indicator: crowd, expression: population, direction: negative}
  clipped:
    title: Clipped
    method: entropy
    winsorize: {share: 0.1}
    dimensions:
      all:
        - {indicator: clipped_person, expression: gdp / population}
        - {indicator: clipped_crowd, expression: population, direction: negative}
OTHER_METHODS
  near:
    title: Near the best
    method: entropy
    aggregate: topsis
    dimensions:
      all:
        - {indicator: near_person, expression: gdp / population}
        - {indicator: near_crowd, expression: population, direction: negative}
tables:
""".replace("OTHER_METHODS\n", OTHERS),
    )
    project = write_mini(tmp_path_factory.mktemp("workbook"), study=more)
    walk(project).publish()
    return project


def test_all_numbers_stars_and_notes_of_the_shipped_studies(built_sample: Project) -> None:
    connection = open_published(built_sample)
    assert connection is not None
    with connection:
        titles = known_tables(connection)
        tables = [read_printed(connection, one, title) for one, title in titles.items()]
        book = opened(tables_as(connection, XLSX, [*titles], titles, STYLE))
    sheets = book.worksheets[1:]
    assert len(sheets) == len(tables)
    for sheet, table in zip(sheets, tables, strict=True):
        rows = expected_rows(table)
        assert rows_of(sheet, len(rows), len(rows[0])) == rows, table.full_name
        texts = [bare(str(cell.value)) for cell in sheet["A"] if cell.value]
        for note in (*table.notes, table.full_name):
            assert any(bare(note) in text for text in texts), table.full_name
        assert ("SYNTHETIC" in texts[0]) == table.is_synthetic
        for row in sheet.iter_rows(min_row=2, min_col=2):
            for cell in row:
                if isinstance(cell.value, str) and re.fullmatch(r"\(.*\)", cell.value):
                    assert (cell.data_type, cell.number_format) == ("s", "@")
    assert "SYNTHETIC DATA" in str(book.properties.title or book.properties.category)
    assert re.search("[0-9a-f]{64}", str(book.properties.subject))


def test_a_study_is_in_its_workbook_with_its_cells_shaded(built_sample: Project) -> None:
    book = opened(study_workbook(built_sample, "province"))
    assert {"about", "table_1", "estimate", "model", "panel", "dictionary"} <= {*book.sheetnames}
    panel, marked = book["panel"], book["marked cells"]
    assert panel.max_row == 342
    names = [cell.value for cell in panel[1]]
    keys = {(row[0].value, row[2].value): row for row in panel.iter_rows(min_row=2)}
    n_shaded = sum(
        cell.fill.fgColor.rgb[2:] != "000000" for row in panel.iter_rows() for cell in row
    )
    of_panel = [row for row in marked.iter_rows(min_row=2, values_only=True) if row[0] in names]
    assert n_shaded == len(of_panel) > 0
    for variable, unit, period, status, *_ in of_panel:
        cell = keys[unit, period][names.index(variable)]
        assert f"#{cell.fill.fgColor.rgb[2:]}" == SHADES[str(status)]
    dictionary = {row[0]: row for row in book["dictionary"].iter_rows(values_only=True)}
    assert [*dictionary][1:] == names
    assert dictionary["patents"][2] == "件"
    legend = [cell.value for cell in book["about"]["A"]]
    assert any(str(text).startswith("interpolated") for text in legend)


def test_an_index_by_formulas_shows_what_is_published(mini: Project) -> None:
    content = study_workbook(mini, "mini")
    shown_before = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    book = opened(content)
    told = [str(cell.value) for cell in book["about"]["A"] if "are values" in str(cell.value)]
    assert [one.partition(":")[0] for one in told] == ["index near"]
    for name in (
        "index wealth",
        "index yearly",
        "index clipped",
        *(f"index {one}" for one in OTHER),
    ):
        sheet = book[name]
        last = sheet.max_column
        score = sheet.cell(sheet.max_row, last - 2).value
        assert str(score).startswith("=SUMPRODUCT(")
        hold(shown_before[name])


def hold(sheet: Worksheet) -> int:
    """Scores and weights that a sheet shows are the published ones; how many were compared."""
    rows = list(sheet.iter_rows(values_only=True))
    head = next(at for at, row in enumerate(rows) if row[0] == "unit")
    n = 0
    for row in rows[head + 1 :]:
        assert row[-3] == pytest.approx(row[-2], abs=EXACT)
        assert row[-1] == pytest.approx(0, abs=EXACT)
        n += 1
    steps = {str(row[0]): row for row in rows[:head] if row[0] and str(row[0]).startswith(STEPS)}
    for name, weights in steps.items():
        if name.startswith("weight"):
            published = steps[f"published {name}"]
            for found, expected in zip(weights[1:], published[1:], strict=True):
                if expected is not None:
                    assert found == pytest.approx(expected, abs=EXACT)
                    n += 1
    assert n > 3
    return n


def without_values(content: bytes, change: tuple[str, str] | None = None) -> bytes:
    """The workbook without what its formulas give, so that whoever opens it must compute."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for name in source.namelist():
            data = source.read(name)
            if name.startswith("xl/worksheets/"):
                data = re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", data)
            archive.writestr(name, data)
    return target.getvalue()


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_computes_what_is_published(
    built_sample: Project, mini: Project, tmp_path: Path
) -> None:
    for project, study in ((built_sample, "province"), (built_sample, "chongqing"), (mini, "mini")):
        path = tmp_path / f"{study}.xlsx"
        path.write_bytes(without_values(study_workbook(project, study)))
        subprocess.run(
            ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless",
             "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", tmp_path / "again", path],
            check=True, capture_output=True, timeout=600,
        )  # fmt: skip
        book = openpyxl.load_workbook(tmp_path / "again" / path.name, data_only=True)
        sheets = [name for name in book.sheetnames if name.startswith("index ")]
        assert sheets
        assert sum(hold(book[name]) for name in sheets) > 10


@given(text=st.sampled_from([*HOSTILE, "=1+1", "_x0041_", "+A1", "'"]) | st.text(max_size=20))
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_texts_of_strangers_are_texts(text: str) -> None:
    lines = (Line("estimate", text, (Cell("0.440***"), Cell(text))),)
    table = PrintedTable("s", text or "t", text, ("(1)", text), lines, (text,))
    book = opened(document_of(XLSX, Document(text, (table,), ABOUT, STYLE)))
    _, sheet = book.worksheets
    assert [[*row] for row in rows_of(sheet, 2, 3)] == expected_rows(table)
    found = opened(content_of(XLSX, pl.DataFrame({"a": [text.encode("utf-8", "ignore").decode()]})))
    assert all(cell.data_type in ("s", "n") for cell in found["rows"]["A"])


def test_long_texts_and_many_names_fit(tmp_path: Path) -> None:
    tables = tuple(
        PrintedTable("s", f"{'长' * 40}{n}", "t", ("(1)",), (Line("number", "字" * 40_000, (Cell("1"),)),))
        for n in range(3)
    )  # fmt: skip
    book = opened(document_of(XLSX, Document("t", tables, ABOUT, STYLE)))
    assert len({name.casefold() for name in book.sheetnames}) == 4
    assert all(len(name) <= 31 for name in book.sheetnames)


def test_letters_beyond_the_basic_plane_count_twice_in_names_of_sheets() -> None:
    line = Line("number", "a", (Cell("1"),))
    tables = tuple(PrintedTable("s", f"{'𑅐' * 40}{n}", "t", ("(1)",), (line,)) for n in range(3))
    book = opened(document_of(XLSX, Document("t", tables, ABOUT, STYLE)))
    assert len({name.casefold() for name in book.sheetnames}) == 4
    assert all(len(name.encode("utf-16-le")) <= 62 for name in book.sheetnames)
