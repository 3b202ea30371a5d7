"""Every genuine file by `nqpf add --yes` and at most two typed facts, cell for cell as others read it.

The other readings are the records of old workbooks, openpyxl and the csv module. A number that is no
observation is a year, a row of a total, or stands in a column that is named here.
"""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from nqpf_assets.catalog.catalogue import load_catalogue
from nqpf_assets.sources.collector import collect
from tests.command import nqpf
from tests.formats.test_genuine_cells import _theirs

pytestmark = pytest.mark.slow
Cells = dict[str, object]
SERIES, UNIT, BY, NO_UNIT = (
    ("--series", "gdp"),
    ("--unit", "亿元"),
    ("--publisher", "某"),
    ("--unit", "无"),
)
FACTS: dict[str, tuple[tuple[str, str], ...]] = {
    "nbs_csv_new": (SERIES, UNIT), "gdp_vintages": (SERIES, UNIT), "marketization": (BY, NO_UNIT),
    "county_yearbook": (BY, ("--year", "2020")),
    "tidy/gf.csv": (BY, NO_UNIT), "tidy/总人口": (BY,), "yearbook": (BY,), "rural_yearbook": (BY,),
}  # fmt: skip
"""What is typed for files whose path has these words."""
IDS = {"tidy/gf.csv": "1", "tidy/总人口": "A"}
"""Columns of ids and codes."""
ELSEWHERE = {
    "reference": "what is known of regions, and no data",
    "test_": "answers of the bureau with one value, by month or without data",
}
SLIPS = {"county_yearbook": ["line 1857, column 1", "line 215, column 5", "line 322"]}
"""Places where a copyist slipped, by which the card that is written for the file has it read."""
SET_ASIDE = {"county_yearbook": "322"}
"""Lines of which nothing is read."""
TOTALS = {"全市", "总计", "全国", "其他"}
SHANGHAI = re.findall(
    r"\w+",
    "黄浦区 徐汇区 长宁区 静安区 普陀区 闸北区 虹口区 杨浦区 闵行区 宝山区 嘉定区 浦东新区 金山区 松江区"
    " 青浦区 奉贤区 崇明县 崇明区",
)


def _names() -> list[str]:
    root = Path(os.environ.get("NQPF_SHARED", ".")) / "real"
    files = (path for path in root.rglob("*") if path.is_file() and path.name != "README.md")
    names = sorted(path.relative_to(root).as_posix() for path in files) if root.is_dir() else []
    return [name for name in names if not any(word in name for word in ELSEWHERE)] or [""]


def _number(text: object) -> float | None:
    """A number as stored or printed, without its separators."""
    if isinstance(text, bool) or text is None:
        return None
    try:
        return float(
            text if isinstance(text, int | float) else "".join(str(text).replace(",", "").split())
        )
    except ValueError:
        return None


def _label(cell: object) -> str:
    return re.sub(r"[\s　]+", "", str(cell or ""))


def _independent(path: Path) -> Cells:
    """Every filled cell by its place; of old workbooks those with numbers."""
    content = path.read_bytes()
    cells: Cells = {}
    if path.suffix == ".csv":
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("gb18030")
        for line, row in enumerate(csv.reader(io.StringIO(text)), start=1):
            cells |= {f"{line}:{n}": cell for n, cell in enumerate(row, start=1) if cell.strip()}
    elif path.suffix == ".xlsx":
        (sheet,) = openpyxl.load_workbook(io.BytesIO(content), data_only=True).worksheets[:1]
        for row in sheet.iter_rows():
            cells |= {cell.coordinate: cell.value for cell in row if cell.value is not None}
    else:
        for sheet_cells in _theirs(content):
            cells |= sheet_cells
    return cells


def _row(place: str) -> str:
    """The line or row of a place."""
    return place.partition(":")[0] if ":" in place else re.sub(r"\D", "", place)


def _place(locator: str) -> str:
    if (match := re.fullmatch(r"line (\d+), column (\d+)", locator)) is not None:
        return f"{match[1]}:{match[2]}"
    return locator.rsplit("!")[-1]


def _left_out(
    name: str, cells: Cells, seen: set[str], totals: set[str]
) -> Iterator[tuple[str, object]]:
    """Numbers that are no observation for none of the reasons given above."""
    column = next((ids for word, ids in IDS.items() if word in name), None)
    for place, cell in cells.items():
        number = _number(cell)
        if number is None or place in seen:
            continue
        is_year = number == int(number) and 1949 <= number <= 2030
        own = place.partition(":")[2] or re.sub(r"\d", "", place)
        if not is_year and own != column and _row(place) not in totals:
            yield place, cell


@pytest.mark.parametrize("name", _names())
def test_each_cell_is_read_as_it_stands(real: Path, tmp_path: Path, name: str) -> None:
    if not name:
        pytest.skip("NQPF_SHARED names no folder with genuine files")
    facts = next((said for word, said in FACTS.items() if word in name), ())
    assert len(facts) <= 2
    (tmp_path / "catalog").mkdir()
    head = "region_code,gb_code,name,short,english,level,parent,valid_from,valid_to,successor,spellings\n"
    rows = (
        f"3101{n:02},3101{n:02},{one},,,county,310000,1949,,,\n" for n, one in enumerate(SHANGHAI)
    )
    if "shanghai" in name:
        (tmp_path / "catalog" / "regions.csv").write_text(head + "".join(rows), "utf-8")
    words = [word for fact in facts for word in fact]
    path = real / name
    ran = nqpf("add", path, *words, "--yes", project=tmp_path)
    assert ran.status == 0, ran.err
    assert "0 cards with open facts" in ran.out
    found = collect(tmp_path / "raw", load_catalogue(tmp_path / "catalog"))
    assert not [one for one in found.problems if one.severity == "error"]
    slips = sorted(one.where for one in found.problems if one.code.startswith("slip"))
    assert slips == next((told for word, told in SLIPS.items() if word in name), [])
    cells = _independent(path)
    values = found.observations.drop_nulls("value").select("locator", "value").rows()
    ours = {_place(locator): value for locator, value in values}
    assert len(ours) == len(values) > 0
    assert ours == {place: _number(cells[place]) for place in ours}
    rows_read = {_row(place) for place in ours}
    totals = {_row(place) for place, cell in cells.items() if _label(cell) in TOTALS}
    if name.endswith(".xls"):  # the records of numbers have no labels: rows without any observation
        totals = {_row(place) for place in cells} - rows_read
    totals |= {line for word, line in SET_ASIDE.items() if word in name}
    assert dict(_left_out(name, cells, set(ours), totals)) == {}
