"""Looking into a zipped workbook (.xlsx) before it is opened.

A few kilobytes of zip may unfold to gigabytes, and two cells in opposite corners of a sheet
make a reader ask for a grid of seventeen thousand million. Sizes are checked before anything
is unfolded, the used range before anything is laid out.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from xml.etree import ElementTree

from nqpf_assets.problems import Problem

MAX_UNFOLDED = 2 * 1024**3
MAX_RATIO, RATIO_FROM = 200, 50 * 1024**2  # sheets of numbers fold to a tenth or so
_CELL = re.compile(rb'<(?:\w+:)?c\s(?:[^>]*?\s)?r="([A-Z]{1,3})(\d{1,7})"')
_ROW = re.compile(rb'<(?:\w+:)?row\s(?:[^>]*?\s)?r="(\d{1,7})"')
_ERROR = re.compile(
    rb"<(?:\w+:)?c\s([^>]*)>\s*(?:<f[^>]*/>|<f.*?</f>)?\s*<v>(#[^<]{1,10})</v>", re.S
)
_COUNT = re.compile(rb"""\bunique[Cc]ount\s*=\s*["']\s*(\d{1,30})""")
_NS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def too_large(file: str, sheet: str, size: str, max_rows: int, max_cells: int) -> Problem:
    return Problem(
        file,
        sheet,
        f"at most {max_rows} rows and {max_cells} cells",
        size,
        "delete what does not belong to the table, formatted empty cells too; "
        "a long table is better kept as CSV or Parquet",
        code="too_large",
    )


def inspect(
    content: bytes, file: str, *, max_rows: int, max_cells: int
) -> tuple[list[dict[tuple[int, int], str]], list[Problem]]:
    """The error cells of each sheet in workbook order, and what forbids opening the file."""
    again = "download it again, or open it in Excel and save it as .xlsx"
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if bomb := _bomb(parts, len(content)):
                remedy = "do not open it; ask where it comes from"
                return [], [Problem(file, "", "a workbook", bomb, remedy, code="zip_bomb")]
            if any(part.flag_bits & 1 for part in parts):
                remedy = "remove the password and save it again"
                found = "an archive with a password"
                return [], [Problem(file, "", "a workbook", found, remedy, code="password")]
            # Reading a part also checks its declared size and checksum.
            xml = {
                part.filename: archive.read(part)
                for part in parts
                if part.filename.endswith((".xml", ".rels"))
            }
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
        found = f"a damaged or cut .xlsx file: {str(error)[:100]}"
        return [], [Problem(file, "", "a whole workbook", found, again, code="damaged_file")]
    except (NotImplementedError, RuntimeError) as error:
        found = f"a zip file of a rare kind: {str(error)[:100]}"
        return [], [Problem(file, "", "a whole workbook", found, again, code="damaged_file")]
    problems = [
        Problem(
            file,
            name,
            "a workbook without document type declarations",
            "a document type with entities",
            "do not open it; ask where it comes from",
            code="xml_entities",
        )
        for name, data in xml.items()
        if b"<!DOCTYPE" in data or b"<!ENTITY" in data
    ]
    # calamine sets memory aside by these counts, however large, before it looks further.
    boasting = [
        name
        for name, data in xml.items()
        if any(int(count) > len(data) for count in _COUNT.findall(data))
    ]
    if boasting:
        found = f"{boasting[0]} counts more entries than it has room for"
        return [], [Problem(file, "", "a whole workbook", found, again, code="damaged_file")]
    if "xl/workbook.xml" not in xml and not problems:
        found = f"a zip file with {sorted(p.filename for p in parts)[:5]}"
        return [], [Problem(file, "", "a workbook", found, again, code="damaged_file")]
    if problems:
        return [], problems
    return _sheets(xml, file, max_rows, max_cells)


def _bomb(parts: list[zipfile.ZipInfo], size: int) -> str | None:
    unfolded = sum(part.file_size for part in parts)
    if unfolded > MAX_UNFOLDED or (unfolded > RATIO_FROM and unfolded > MAX_RATIO * size):
        return f"{size} bytes that unfold to {unfolded}"
    return None


def _sheets(
    xml: dict[str, bytes], file: str, max_rows: int, max_cells: int
) -> tuple[list[dict[tuple[int, int], str]], list[Problem]]:
    try:
        targets = {
            rel.get("Id", ""): rel.get("Target", "")
            for rel in ElementTree.fromstring(xml.get("xl/_rels/workbook.xml.rels", b"<r/>"))
        }
        names = [
            (sheet.get("name", ""), targets.get(sheet.get(_REL, ""), ""))
            for sheet in ElementTree.fromstring(xml["xl/workbook.xml"]).iter(f"{_NS}sheet")
        ]
    except ElementTree.ParseError as error:
        remedy = "open it in Excel and save it as .xlsx"
        found = f"broken XML inside: {error}"
        return [], [Problem(file, "", "a whole workbook", found, remedy, code="damaged_file")]
    errors: list[dict[tuple[int, int], str]] = []
    problems: list[Problem] = []
    for name, target in names:
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        data = xml.get(part, b"")
        rows, columns = used_range(data)
        if rows > max_rows or rows * columns > max_cells:
            size = f"{rows} rows, {columns} columns"
            problems.append(too_large(file, name, size, max_rows, max_cells))
        errors.append(_errors(data))
    return errors, problems


def used_range(sheet: bytes) -> tuple[int, int]:
    """Height and width of a sheet from its cells; the declared dimension may lie."""
    letters = {match[1] for match in _CELL.finditer(sheet)}
    rows = max((int(match[1]) for match in _ROW.finditer(sheet)), default=0)
    if b"<row>" in sheet or not rows:
        rows = max(
            rows, sheet.count(b"<row"), max((int(m[2]) for m in _CELL.finditer(sheet)), default=0)
        )
    return rows, max((column_number(letter) for letter in letters), default=0)


def column_number(letters: bytes) -> int:
    """``A`` to 1, ``AA`` to 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _errors(sheet: bytes) -> dict[tuple[int, int], str]:
    if b't="e"' not in sheet:
        return {}
    found: dict[tuple[int, int], str] = {}
    for match in _ERROR.finditer(sheet):
        place = re.search(rb'(?:^|\s)r="([A-Z]{1,3})(\d{1,7})"', match[1])
        if place is not None and b't="e"' in match[1]:
            at = (int(place[2]) - 1, column_number(place[1]) - 1)
            found[at] = match[2].decode("ascii", "replace")
    return found
