"""A file of respondents opened: Stata, SPSS, CSV or Excel; codes of answers, and the labels beside them.

What a code means stays with the file; a rule may name either. What is made of them is for `aggregated`.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from nqpf_assets.formats.labels import BLANKS
from nqpf_assets.formats.ledger import Ledger
from nqpf_assets.formats.limits import FILE_BYTES, TABLE_CELLS, TABLE_ROWS
from nqpf_assets.formats.reading import LINE
from nqpf_assets.formats.shown_sheets import choose_sheet, on_show
from nqpf_assets.formats.tables import read_table
from nqpf_assets.formats.values import printed
from nqpf_assets.formats.workbook import open_workbook
from nqpf_assets.messages.problems import InputError, Problem
from nqpf_assets.user_input.own_files import read_own

Labels = Mapping[str, Mapping[float, str]]
"""Column → code → label."""
SUFFIXES = (".dta", ".sav", ".zsav", ".csv", ".xlsx", ".xls")


@dataclass(frozen=True)
class Respondents:
    """The rows of a survey.

    Attributes:
        frame: a row for each respondent; numbers or texts.
        labels: column → code → label without outer blanks, of those that have labels.
        content: the bytes, for their hash.
    """

    frame: pl.DataFrame
    labels: Mapping[str, Mapping[float, str]] = field(default_factory=dict)
    content: bytes = b""


def read_respondents(path: Path, sheet: str | None) -> Respondents:
    """The rows of a file.

    Raises:
        InputError: it cannot be read.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise _refused(path, f"a file {', '.join(SUFFIXES)}", suffix or "none", "save it as one")
    if sheet is not None and not suffix.startswith(".xls"):
        raise _refused(
            path, "a workbook, of which the rule names a sheet", suffix, "remove `sheet`"
        )
    content, problem = read_own(path, str(path), most=FILE_BYTES)
    if problem is not None:
        raise InputError([problem])
    if suffix == ".csv":
        frame, _, problems = read_table(content, str(path), "csv")
        if problems:
            raise InputError(problems)
        return Respondents(frame.drop(LINE, strict=False), content=content)
    if suffix.startswith(".xls"):
        return Respondents(_of_workbook(content, path, sheet), content=content)
    try:
        frame, named = _stata(content) if suffix == ".dta" else _spss(content, suffix)
    except (InputError, ImportError):
        raise
    except Exception as error:
        found = str(error)[:150] or "none"
        raise _refused(
            path, "a whole file", found, "write it again; it is damaged or cut"
        ) from None
    labels = {
        name: {code: text.strip(BLANKS) for code, text in texts.items()}
        for name, texts in named.items()
    }
    return Respondents(frame, labels, content)


def _stata(content: bytes) -> tuple[pl.DataFrame, Labels]:
    """Codes and labels; system and extended missing values are null."""
    from nqpf_assets.formats.stata import read_codes

    file = read_codes(content)
    return file.frame, file.labels


def _spss(content: bytes, suffix: str) -> tuple[pl.DataFrame, Labels]:
    """Codes and labels; values that the file declares missing are null."""
    from nqpf_assets.formats.stata import frame_of

    try:
        import pyreadstat
    except ImportError:
        expected, found = "pyreadstat, which reads SPSS", "it is not installed"
        remedy = "pip install 'nqpf-assets[survey]', or save the file for Stata or as CSV"
        raise InputError([Problem("SPSS", "", expected, found, remedy)]) from None
    with tempfile.NamedTemporaryFile(suffix=suffix) as beside:
        beside.write(content)
        beside.flush()
        data, about = pyreadstat.read_sav(beside.name)
    labels = {
        name: {float(code): text for code, text in texts.items() if isinstance(code, int | float)}
        for name, texts in about.variable_value_labels.items()
    }
    return frame_of(data), labels


def _of_workbook(content: bytes, path: Path, sheet: str | None) -> pl.DataFrame:
    grids, problems = open_workbook(content, str(path), max_rows=TABLE_ROWS, max_cells=TABLE_CELLS)
    grids, hidden = on_show(grids, Ledger(), str(path), (sheet,))
    grid, wrong = choose_sheet(grids, sheet, str(path)) if not problems else (None, [])
    if grid is None:
        raise InputError([*problems, *hidden, *wrong])
    head, *rows = grid.rows
    names = [printed(cell).strip(BLANKS) for cell in head]
    columns: dict[str, pl.Series] = {}
    for number, name in enumerate(names):
        if name in columns:
            raise _refused(
                path, f"the column `{name}` once", "it stands twice", "rename one of them"
            )
        if name:
            cells = [row[number] for row in rows if any(cell != "" for cell in row)]
            texts = [None if cell == "" else printed(cell) for cell in cells]
            columns[name] = pl.Series(name, texts, dtype=pl.String)
    return pl.DataFrame(columns)


def _refused(path: Path, expected: str, found: str, remedy: str) -> InputError:
    return InputError([Problem(str(path), "", expected, found, remedy)])
