"""The `layout` that a page of a yearbook without a card would need, as far as the page shows it.

A guess to look over, never used for reading: where the header stands, what its columns are called, which
year and unit the page prints. Which series of the catalogue a column is, is for `sources` to propose.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nqpf_assets.formats import labels
from nqpf_assets.formats.grid import Grid, is_empty
from nqpf_assets.formats.known_regions import is_region
from nqpf_assets.formats.layout import YearbookLayout
from nqpf_assets.formats.numbers import shows_number
from nqpf_assets.formats.side_pages import parted
from nqpf_assets.formats.statements import SECOND_HEADS
from nqpf_assets.formats.turned_grid import UNITS, turned
from nqpf_assets.formats.unit_lines import unit_in_line
from nqpf_assets.formats.values import printed
from nqpf_assets.formats.yearbook_blocks import find_blocks
from nqpf_assets.formats.yearbook_column import Column, comparable
from nqpf_assets.formats.yearbook_header import read_header
from nqpf_assets.formats.yearbook_years import title_years

_YEAR = r"(?:19|20)\d\d"
_NUMBER_OF_TABLE = re.compile(
    rf"^(?:续?\s*表\s*)?(?!{_YEAR}\s*[-—.．·]\s*(?:{_YEAR}|\d\d\s*年))(?:\d+\s*[-—.．·]\s*)+"
    rf"(?:\d{{1,3}}(?!\d)|\d{{0,2}}(?={_YEAR}\s*[-—~～至年]))\s*"
    rf"|^(?:续?\s*表)\s*(?:\d{{1,3}}(?!\d)|(?={_YEAR}))\s*|^\d+[、.．]\s*"
)
"""The number of a table, 2-1; what stands between two years, 2018-2019, makes none of them."""
_INDICATORS = frozenset(("指标", "指标名称", "主要指标", "经济指标", "项目"))
"""Headers over indicators."""
_HEADS = SECOND_HEADS | _INDICATORS | {"年份", "时间", "Region", "Indicator", "Year"}
"""Headers over row labels of any kind."""
_YEARS = re.compile(
    r"[(（]?\s*\d{4}\s*年?(?:\s*[-—~～至]+\s*(?:\d{4}|\d\d(?=\s*年))\s*年?)?\s*[)）]?\s*年?"
)
_SCOPE = re.compile(
    r"^(?:按|分|各|全国)+(?:(?:省|市|州|盟|区|县|地区|自治区|直辖市|区县)[、,，]?(?:按|分|各)*)+"
)


@dataclass(frozen=True)
class PageDraft:
    """What a page shows of its layout.

    Attributes:
        sheet: that it stands on.
        head: the first row of its header.
        row_head: the header over the row labels, as printed.
        title: of the page; empty where none stands over the table.
        subject: the title without its number, its years and the kind of regions.
        columns: one for each name that a layout has to give, in the order of the page.
        ignored: those without a number, and growth beside years that no title names.
        rows: the labels of its rows.
        groups: those beside which nothing stands: the city over its counties.
        has_year: title or header name the year.
        is_by_year: its rows are years.
        is_turned: indicators stand down the page, and regions or years across.
    """

    sheet: str
    head: int
    row_head: str
    title: str
    subject: str
    columns: tuple[Column, ...]
    ignored: tuple[Column, ...]
    rows: tuple[str, ...]
    groups: tuple[str, ...]
    has_year: bool
    is_by_year: bool
    is_turned: bool


def draft_of(grids: Sequence[Grid]) -> PageDraft | None:
    """What the sheets of one page show; None where no header over rows with numbers is seen."""
    head = _row_head(grids[0])
    if head is None:
        return None
    layout = YearbookLayout(row_head=head, columns={"-": "-"})
    title = _title(grids[0])
    is_turned = labels.normalise(head) in _INDICATORS
    grids = [turned(grid, head) for grid in grids] if is_turned else grids
    grids = [part for grid in grids for part in parted(grid, head)]
    columns: dict[str, Column] = {}
    rows: list[str] = []
    filled: set[str] = set()
    silent: list[str] = []
    heads: list[int] = []
    for grid in grids:
        for block in find_blocks(grid, layout):
            heads.append(block.head)
            found = read_header(grid, block.head, block.first, dict(block.units), head)
            for column in found:
                key = comparable(column.full_header)
                columns.setdefault(key, column)
                if any(shows_number(grid.rows[row][column.number]) for row in block.data):
                    filled.add(key)
            for row in block.data:
                if not (name := labels.region_of(printed(grid.label(row, 0)))[0]):
                    continue
                rows.append(labels.split_mark(name)[0])
                silent += rows[-1:] if all(map(is_empty, grid.rows[row][1:])) else ()
    years = title_years(title)
    has_title_year = len(set(years)) == 1
    is_over_years = any(columns[key].year is not None for key in filled) and not has_title_year
    ignored = tuple(
        column
        for key, column in columns.items()
        if key not in filled or (is_over_years and column.year is None)
    )
    kept = tuple(column for column in columns.values() if column not in ignored)
    if not kept:
        return None
    n_years = sum(labels.parse_year(row) is not None for row in rows)
    return PageDraft(
        sheet=grids[0].sheet,
        head=heads[0],
        row_head=labels.strip(head),
        title=title,
        subject=subject_of(title),
        columns=kept,
        ignored=ignored,
        rows=tuple(dict.fromkeys(rows)),
        groups=tuple(dict.fromkeys(one for one in silent if rows.count(one) == silent.count(one))),
        has_year=has_title_year or all(column.year is not None for column in kept),
        is_by_year=n_years > len(rows) / 2,
        is_turned=is_turned,
    )


def subject_of(title: str) -> str:
    """What a page is about: ``表2.2 各区土地面积及人口密度（2017）`` is about 土地面积及人口密度."""
    text = _YEARS.sub(" ", _NUMBER_OF_TABLE.sub("", labels.strip(title)))
    text = "".join(text.split())
    return _SCOPE.sub("", text) or text


def as_written(column: Column, among: Sequence[Column]) -> str:
    """The header of a column as a layout writes it: with what it is a part of where another is alike."""
    same = [one for one in among if comparable(one.header) == comparable(column.header)]
    header = column.full_header if len(same) > 1 else column.header
    return re.sub(r"[#＃]\s*", "", header)


def words_of(column: Column, among: Sequence[Column]) -> str:
    """The name of a column as the bureau joins names, with what it is a part of where another is alike."""
    same = [one for one in among if comparable(one.header) == comparable(column.header)]
    parts = [*(column.parent if len(same) > 1 else ()), *column.path]
    plain = (re.sub(r"^\d+[.．、]\s*", "", labels.region_of(part)[0]) for part in parts)
    return "_".join(dict.fromkeys(filter(None, map(_unspaced, plain)))) or column.header


def _unspaced(text: str) -> str:
    text = labels.normalise(text)
    return "" if text in ("其中", "#") else text


def _row_head(grid: Grid) -> str | None:
    """The text over the row labels: the last filled first cell above the first row with numbers."""
    first = next(_rows_with_numbers(grid), None)
    for row in range((first or 0) - 1, -1, -1):
        cell = labels.strip(printed(grid.rows[row][0]))
        if is_empty(cell) or (row, 0) in grid.anchors:
            continue
        if is_region(cell) or labels.normalise(cell).lower() in UNITS:
            continue  # a row without a number, or the units of the columns
        beside = any(not is_empty(one) for one in grid.rows[row][1:])
        below = (
            row + 1 < (first or 0)
            and is_empty(grid.rows[row + 1][0])
            and not grid.is_blank(row + 1)
        )
        if not beside and not below:
            continue  # the name of a group: of the counties of one city, say
        is_head = unit_in_line(cell) is None and len(cell) < 20
        return cell if is_head else None
    return None


def _rows_with_numbers(grid: Grid) -> Iterator[int]:
    """Rows with a label and numbers beside it; what may be years has to stand beside the label of a row."""
    has_head = False
    for number, row in enumerate(grid.rows):
        label = labels.strip(printed(row[0]))
        values = [cell for cell in row[1:] if shows_number(cell)]
        is_head = _is_head(label)
        is_row = is_region(label) or (has_head and not is_head)
        if label and values and (is_row or any(labels.parse_year(cell) is None for cell in values)):
            yield number
        has_head |= is_head and any(not is_empty(cell) for cell in row[1:])


def _is_head(label: str) -> bool:
    """Whether a label is one that stands over labels: 地区, 指标, or 单位 beside a row of units."""
    return any(one in _HEADS or one.lower() in UNITS for one in labels.spellings(label))


def _title(grid: Grid) -> str:
    """The first text of a page that stands alone in its row."""
    for row in grid.rows:
        cells = [printed(cell) for cell in row if not is_empty(cell)]
        if cells:
            return labels.strip(cells[0]) if len(cells) == 1 else ""
    return ""
