"""Looking into a zipped workbook (.xlsx) before it is opened.

A few kilobytes of zip may unfold to gigabytes, and two cells in opposite corners of a sheet make a
reader ask for a grid of seventeen thousand million. Sizes are checked before anything is unfolded
(`zip_parts`), the used range before anything is laid out. What is then opened is not the file but
its parts, packed anew: two readers of one zip file need not see the same parts in it.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass, field
from xml.etree import ElementTree
from xml.parsers import expat

import numpy as np

from nqpf_assets.formats.cell_marks import CellMarks
from nqpf_assets.formats.limits import REPEATED_TEXT, SHEETS
from nqpf_assets.formats.rich_text import show_settings
from nqpf_assets.formats.sheet_walk import column_number, local, telling_styles, walk
from nqpf_assets.formats.zip_parts import Refusal, unfold
from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.problems import Problem
from nqpf_assets.messages.shown_text import listed

# Whatever a reader could take for the address of a cell or the number of a row counts, well formed
# or not: either quote, small letters, blanks. No pattern looks past the next tag, or a text that is
# all beginnings would be gone through again from each of them.
_PLACE = re.compile(rb"""\sr\s*=\s*["']\s*\$?([A-Za-z]{1,4})\$?(\d{1,10})""")
_ROW = re.compile(rb"""\sr\s*=\s*["']\s*(\d{1,10})""")
_ROW_TAG = re.compile(rb"<(?:[\w.-]{1,50}:)?row[\s/>]")
_CELL_TAG = re.compile(rb"<(?:[\w.-]{1,50}:)?c[\s/>]")
_SHARED = re.compile(
    rb"""\st\s*=\s*["']s["'][^<>]*>\s*(?:<f[^<>]*/>|<f[^<]*</f>)?\s*<v>\s*(\d{1,9})\s*<"""
)
_COUNT = re.compile(rb"""\bunique[Cc]ount\s*=\s*["']\s*(\d{1,30})""")
_UNCALCULATED = re.compile(rb"""\sfullCalcOnLoad\s*=\s*["']\s*(?:1|true)""")
_AGAIN = "download it again, or open it in Excel and save it as .xlsx"


@dataclass(frozen=True)
class Inspected:
    """A workbook that may be opened, or what forbids it.

    Attributes:
        content: the workbook that was looked at, in one reading only.
        marks: what stands at the cells of each sheet, in workbook order.
        problems: what forbids opening it.
    """

    content: bytes = b""
    marks: list[CellMarks] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def too_large(file: str, sheet: str, size: str, max_rows: int, max_cells: int) -> Problem:
    return Problem(
        file=file,
        where=sheet,
        expected=f"at most {counted(max_rows, 'rows')} and {counted(max_cells, 'cells')}",
        found=size,
        remedy="delete what does not belong to the table, formatted empty cells too; "
        "a long table is better kept as CSV or Parquet",
        code="too_large",
    )


def repeated_texts(file: str, characters: int) -> Problem:
    found = f"cells that repeat long texts, {counted(characters, 'characters')} in all"
    expected = f"at most {REPEATED_TEXT} characters"
    remedy = "do not open it; ask where it comes from"
    return Problem(
        file=file, where="", expected=expected, found=found, remedy=remedy, code="too_large"
    )


def inspect(content: bytes, file: str, *, max_rows: int, max_cells: int) -> Inspected:
    """What the workbook holds, unfolded with care."""
    try:
        xml = unfold(content, (".xml", ".rels"))
    except Refusal as refusal:
        return _refused(file, refusal)
    declared = [
        Problem(
            file=file,
            where=name,
            expected="a workbook without document type declarations",
            found="a document type with entities",
            remedy="do not open it; ask where it comes from",
            code="xml_entities",
        )
        for name, data in xml.items()
        if b"<!DOCTYPE" in data or b"<!ENTITY" in data
    ]
    if declared:
        return Inspected(problems=declared)
    for name, data in xml.items():
        if b"\0" in data:
            return _damaged(file, f"{name} is not in UTF-8")
        # calamine sets memory aside by these counts, however large, before it looks further.
        if any(int(count) > len(data) for count in _COUNT.findall(data)):
            return _damaged(file, f"{name} counts more entries than it has room for")
    if "xl/workbook.xml" not in xml:
        return _damaged(file, f"a zip file with {listed(sorted(xml)[:5])}")
    try:
        sheets = _sheets(xml)
        styles = telling_styles(_part(xml, "xl/styles.xml"))
        sheet_parts = {part for part, _ in sheets}
        for name in xml:
            if name in sheet_parts or name.lower() == "xl/sharedstrings.xml":
                xml[name] = show_settings(xml[name])
    except (
        ElementTree.ParseError,
        expat.ExpatError,
        LookupError,
    ) as error:  # the latter of an unknown encoding
        return _damaged(file, f"broken XML inside: {error}")
    if len(sheets) > SHEETS or len({part.lower() for part, _ in sheets}) < len(sheets):
        return _damaged(
            file, f"{counted(len(sheets), 'sheets')}, more than {SHEETS} or some of them one part"
        )
    problems = _sizes(xml, dict(sheets), file, max_rows, max_cells)
    if problems:
        return Inspected(problems=problems)
    uncalculated = _UNCALCULATED.search(_part(xml, "xl/workbook.xml")) is not None
    try:
        marks = [walk(_part(xml, part), styles, is_uncalculated=uncalculated) for part, _ in sheets]
    except expat.ExpatError as error:
        return _damaged(file, f"broken XML inside: {error}")
    return Inspected(_packed(xml), marks)


def _refused(file: str, refusal: Refusal) -> Inspected:
    whole = "a whole workbook" if refusal.code == "damaged_file" else "a workbook"
    problem = Problem(
        file=file,
        where="",
        expected=whole,
        found=str(refusal),
        remedy=refusal.remedy or _AGAIN,
        code=refusal.code,
    )
    return Inspected(problems=[problem])


def _damaged(file: str, found: str) -> Inspected:
    problem = Problem(
        file=file,
        where="",
        expected="a whole workbook",
        found=found,
        remedy=_AGAIN,
        code="damaged_file",
    )
    return Inspected(problems=[problem])


def _packed(xml: dict[str, bytes]) -> bytes:
    """The parts as a zip file without compression: nothing in it is ambiguous."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, data in xml.items():
            archive.writestr(zipfile.ZipInfo(name), data)
    return buffer.getvalue()


def _sizes(
    xml: dict[str, bytes], names: dict[str, str], file: str, max_rows: int, max_cells: int
) -> list[Problem]:
    """Sheets that are too large, one by one or together; any part that could be read as a sheet is one."""
    problems, area, repeated = [], 0, 0
    texts = next(
        (data for name, data in xml.items() if name.lower() == "xl/sharedstrings.xml"), b""
    )
    for name, data in xml.items():
        if b"sheetData" not in data:
            continue
        rows, columns = used_range(data)
        if rows > max_rows or rows * columns > max_cells:
            size = f"{counted(rows, 'rows')}, {counted(columns, 'columns')}"
            problems.append(too_large(file, names.get(name, name), size, max_rows, max_cells))
        area += rows * columns
        repeated += _repeated(data, texts)
    if not problems and area > max_cells:
        problems.append(
            too_large(file, "", f"sheets of {counted(area, 'cells')}", max_rows, max_cells)
        )
    if not problems and repeated > REPEATED_TEXT:
        problems.append(repeated_texts(file, repeated))
    return problems


def _repeated(sheet: bytes, texts: bytes) -> int:
    """Characters of the shared texts that a sheet shows, at least where that could be too many."""
    shown = sheet.count(b"<v>")
    if shown * len(texts) <= REPEATED_TEXT:
        return 0
    ends = [match.end() for match in re.finditer(rb"</(?:[\w.-]+:)?si>|<(?:[\w.-]+:)?si/>", texts)]
    lengths = np.diff(np.array([0, *ends], dtype=np.int64))
    if not len(lengths) or shown * int(lengths.max()) <= REPEATED_TEXT:
        return 0
    numbers = np.array([int(number) for number in _SHARED.findall(sheet)], dtype=np.int64)
    return int(lengths[numbers[numbers < len(lengths)]].sum())


def used_range(sheet: bytes) -> tuple[int, int]:
    """Height and width of a sheet from its cells, never too small; the declared dimension may lie."""
    letters: set[bytes] = set()
    rows, places = 0, 0
    for match in _PLACE.finditer(sheet):
        letters.add(match[1])
        rows = max(rows, int(match[2]))
        places += 1
    numbered = [int(number) for number in _ROW.findall(sheet)]
    rows = max(rows, max(numbered, default=0))
    columns = max((column_number(one.decode()) for one in letters), default=0)
    starts = [match.start() for match in _ROW_TAG.finditer(sheet)]
    if _number_of_cells(sheet) > places:
        # A cell without an address stands beside the one before it.
        cells = np.array([match.start() for match in _CELL_TAG.finditer(sheet)], dtype=np.int64)
        columns += int(np.bincount(np.searchsorted(starts, cells)).max())
    if len(starts) > len(numbered):
        rows += len(starts)
    return rows, columns


def _number_of_cells(sheet: bytes) -> int:
    if b":c" in sheet:
        return sum(1 for _ in _CELL_TAG.finditer(sheet))
    return sum(sheet.count(b"<c" + end) for end in (b" ", b"\n", b"\r", b"\t", b"/", b">"))


def _part(xml: dict[str, bytes], name: str) -> bytes:
    """A part by its name, which readers take in letters of either size; empty where there is none."""
    return xml.get(name) or next((d for n, d in xml.items() if n.lower() == name.lower()), b"")


def _sheets(xml: dict[str, bytes]) -> list[tuple[str, str]]:
    """Part and name of every sheet, in workbook order, whichever namespace the workbook is in."""
    targets = {
        rel.get("Id", ""): rel.get("Target", "").lstrip("/")
        for rel in ElementTree.fromstring(xml.get("xl/_rels/workbook.xml.rels", b"<r/>"))
    }
    found = []
    for sheet in ElementTree.fromstring(xml["xl/workbook.xml"]).iter():
        if local(sheet.tag) == "sheet":
            link = next((v for k, v in sheet.items() if local(k) == "id" and k != "id"), "")
            found.append((targets.get(link, ""), sheet.get("name", "")))
    return [(part if part.startswith("xl/") else f"xl/{part}", name) for part, name in found]
