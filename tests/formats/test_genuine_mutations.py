"""Genuine files with rows, columns and cells moved, merged, cut and retyped: what is read stands there.

The oracle knows nothing of the readers: openpyxl and csv give the cells, and every value that was read must
be the number of its cell, under the year above it, beside or over its region; and no number may be missing
because it stands in a merged cell.
"""

from __future__ import annotations

import csv
import io
import random
import re
import unicodedata
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils import coordinate_to_tuple

from nqpf_assets.formats.reading import Reading
from nqpf_assets.formats.recognise import read
from tests.examples import examples
from tests.formats.conftest import build_xls, build_xlsx

pytestmark = pytest.mark.slow

FILES = (
    "gdp_vintages/gdp_nbs_2023.xlsx",
    "eps/中国宏观经济数据库-年度（分省级）.xlsx",
    "more/eps/中国能源数据库-年度（分省）.xlsx",
    "nbs_csv_old/分省年度数据 (1).csv",
    "nbs_csv_old/分省年度数据 (7).csv",
    "nbs_csv_new/分省年度数据_6.csv",
)
ROWS = 32
"""Of a workbook: its first indicator."""
_TO_WIDE = str.maketrans("0123456789.", "０１２３４５６７８９．")
_WRITTEN = (
    "{}①", "{}*", "{}a", "{}(1)", "({})", "−{}", "△{}", "{}-", " {}\u3000",
    "'{}", "{}元", "约{}", "{}%", "={}",
)  # fmt: skip

Rows = list[list[Any]]
Range = tuple[int, int, int, int]


def _rows(path: Path) -> tuple[Rows, list[Range]]:
    if path.suffix == ".xlsx":
        sheet = openpyxl.load_workbook(path, data_only=True).worksheets[0]
        merged = [
            (r.min_row - 1, r.min_col - 1, r.max_row - 1, r.max_col - 1)
            for r in sheet.merged_cells.ranges
        ]
        rows = [list(row) for row in sheet.iter_rows(values_only=True)][:ROWS]
        return rows, [one for one in merged if one[2] < ROWS]
    content = path.read_bytes()
    text = content.decode("utf-8-sig" if content.startswith(b"\xef\xbb\xbf") else "gb18030")
    return [list(row) for row in csv.reader(io.StringIO(text))], []


def _plain(cell: object) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", str(cell)))


def _year(cell: object) -> int | None:
    found = re.fullmatch(r"((?:19|20)\d\d)(?:\.0+)?年?", _plain(cell))
    return int(found[1]) if found else None


def _is_value(cell: object) -> bool:
    return _year(cell) is None and re.fullmatch(r"-?\d+(\.\d+)?(e-?\d+)?", _plain(cell)) is not None


def _number(cell: object) -> float | None:
    """The number that a cell says, with the marks, separators and digits that readers know."""
    text = re.sub(r"[①*]+$", "", str(cell).strip()).replace("−", "-").replace(",", "")
    text = re.sub(r"(?<=\d)(?:[a-h]|%)$", "", _plain(text))
    try:
        return float(text)
    except ValueError:
        return None


def _changed(
    draw: random.Random, rows: Rows, merged: list[Range], *, is_book: bool
) -> tuple[Rows, list[Range]]:
    """A few changes that people make; rows and columns only where no merged range would move."""
    rows, merged = [list(row) for row in rows], list(merged)
    for _ in range(draw.randint(1, 3)):
        values = [
            (r, c) for r, row in enumerate(rows) for c, cell in enumerate(row) if _is_value(cell)
        ]
        if not values:
            break
        (row, column), other = draw.choice(values), draw.choice(values)
        cell = rows[row][column]
        what = draw.choice(
            ["retype", "wide", "swap", "blank", "merge", "label", "row", "column", "double"]
        )
        if what == "retype":
            rows[row][column] = draw.choice(_WRITTEN).format(cell)
        elif what == "wide":
            rows[row][column] = str(cell).translate(_TO_WIDE)
        elif what == "swap":
            rows[row][column], rows[other[0]][other[1]] = rows[other[0]][other[1]], cell
        elif what == "blank":
            rows[row][column] = None
        elif what == "merge" and is_book:
            down, right = draw.choice([(0, 1), (1, 0), (1, 1)])
            end = min(row + down, len(rows) - 1), min(column + right, len(rows[row]) - 1)
            if end != (row, column) and all(
                end[1] < left or column > last for _, left, _, last in merged
            ):
                merged.append((row, column, *end))
        elif what == "label":
            rows[row][0] = draw.choice(["", "合计", "  其中：某地", "注：某些数据"])
        elif not merged and what == "row":
            rows.insert(draw.randrange(len(rows)), rows.pop(row))
        elif not merged and what == "column":
            rows = [
                line[:column] + line[column + 1 :] if len(line) > column else line for line in rows
            ]
        elif not merged and what == "double":
            rows.insert(row, list(rows[row]))
    return rows, merged


def _written(draw: random.Random, rows: Rows, merged: list[Range], *, is_book: bool) -> bytes:
    if is_book:
        return draw.choice([build_xlsx, build_xls])(rows, merged)
    text = io.StringIO()
    csv.writer(text, lineterminator=draw.choice(["\n", "\r\n"])).writerows(rows)
    return text.getvalue().encode(draw.choice(["utf-8", "utf-8-sig", "gb18030"]))


def _wrong(reading: Reading, rows: Rows, merged: list[Range]) -> list[tuple[object, ...]]:
    """Values that were read and do not stand there, and numbers that were taken for missing."""
    first = {
        (r, c): (top, left)
        for top, left, bottom, right in merged
        for r in range(top, bottom + 1) for c in range(left, right + 1)
    }  # fmt: skip
    page = _plain(rows[:4])
    found: list[tuple[object, ...]] = []
    cells = reading.cells.select("locator", "region_label", "period", "value")
    for locator, region, period, value in cells.iter_rows():
        if "!" in locator:
            row, column = (n - 1 for n in coordinate_to_tuple(locator.rsplit("!")[-1]))
        else:
            row, column = (int(n) - 1 for n in re.findall(r"\d+", locator))
        anchor = first.get((row, column), (row, column))
        number = _number(rows[anchor[0]][anchor[1]])
        if value is None:
            if number is not None:
                found.append(("not read", locator, number))
            continue
        if anchor != (row, column) or number is None or abs(number - value) > 1e-9 * abs(value):
            found.append(("another value", locator, number, value))
        above = [
            year
            for line in reversed(rows[:row])
            if len(line) > column
            and (year := _year(line[column]))
            and not any(map(_is_value, line))
        ]
        if not above or above[0] != period:
            found.append(("another year", locator, period, above[:1]))
        if region and _plain(region) not in [*map(_plain, rows[row]), page]:
            found.append(("another region", locator, region))
    return found


@pytest.mark.parametrize("name", FILES)
def test_what_is_read_of_a_changed_file_stands_there(real: Path, name: str) -> None:
    rows, merged = _rows(real / name)
    n_read, is_book = 0, name.endswith(".xlsx")
    for seed in range(examples(100)):
        draw = random.Random(f"{name} {seed}")
        changed, ranges = _changed(draw, rows, merged, is_book=is_book)
        content = _written(draw, changed, ranges, is_book=is_book)
        reading = read(content, file="f")
        if any(problem.severity == "error" for problem in reading.problems):
            continue  # nothing of it is taken, and it was said why
        assert reading.account.seen == reading.account.read + reading.account.n_ignored
        assert _wrong(reading, changed, ranges) == [], (seed, reading.problems)
        n_read += 1
    assert n_read > examples(100) // 10
