"""Years that a yearbook's page prints elsewhere than its own: over a second table, inside a header.

A page has one year, or one over each column. Where another is printed, its numbers would be filed under
the page's year, so that it is told. An edition (``2021年统计年鉴``) is no year of the numbers, and neither is
the year of prices or of a comparison: ``2015年不变价``, ``比2019年增长``.
"""

from __future__ import annotations

import re
from itertools import pairwise

from nqpf_assets.formats import labels
from nqpf_assets.formats.grid import Grid, is_empty
from nqpf_assets.formats.values import printed
from nqpf_assets.formats.yearbook_blocks import Block, is_continued, is_remark
from nqpf_assets.formats.yearbook_column import Column
from nqpf_assets.messages.problems import Problem

_YEARS = re.compile(r"(?<!\d)(\d{4})(?!\d)")
_EDITION = re.compile(
    r"(?<!\d)\d{4}\s*年?[^\d()（）《》\s,，]*年鉴|年鉴\s*[(（]?\s*\d{4}(?!\d)|(?<!\d)\d{4}\s*年?版"
)
_REFERRED_TO = re.compile(
    r"[比较]\s*\d{4}\s*年|(?<!\d)\d{4}\s*年?\s*(?:[=＝]|不变|可比|基期|为\s*(?:基|100))"
)
_IN_NAME = re.compile(
    r"(?P<before>^|[^\da-z])(?P<year>\d{4})(?!\d)(?P<behind>年|$)?(?P<rest>.?.?)", re.I
)
_COMPARED = frozenset("比较以按对占自从至到-~—=")
_REFERENCE = re.compile(r"[=为至到~—-]|不变|可比|价|以来|以后|以前|基")


def title_years(title: str) -> tuple[int, ...]:
    """The years a title names: ``（2016～2017）`` gives both; neither an edition nor a base is one."""
    return _read_years(_REFERRED_TO.sub(" ", _EDITION.sub(" ", title)))


def edition_years(title: str) -> tuple[int, ...]:
    """All years of a title, that of an edition too."""
    return _read_years(title)


def _read_years(text: str) -> tuple[int, ...]:
    first, last = labels.years_read()
    named = map(int, _YEARS.findall(labels.strip(text)))
    return tuple(year for year in named if first <= year <= last)


def other_tables(
    grid: Grid, blocks: list[Block], years: tuple[int, ...], file: str, *, goes_on: bool
) -> list[Problem]:
    """Titles further down that name other years than the page's own.

    Args:
        grid: a sheet of the page.
        blocks: its tables.
        years: of the page's title, or the one that the layout says.
        file: display name for problems.
        goes_on: the sheet is not the page's first, so that what stands above its first table is further
            down too.
    """
    problems = []
    gaps: list[tuple[int, int, Block | None]]
    gaps = [(block.first, following.head, block) for block, following in pairwise(blocks)]
    gaps += [(0, blocks[0].head, None)] if goes_on else []
    for first, end, block in gaps:
        for number in range(first, end):
            cells = [labels.strip(printed(c)) for c in grid.rows[number] if not is_empty(c)]
            if not cells or is_remark(cells):
                continue
            continues = is_continued(cells[0])
            if len(cells) > 1 and not continues and block and number in block.data:
                continue
            named = set(title_years(" ".join(cells)))
            # The columns of a table that goes on over several years have years of their own.
            is_known = named <= set(years) if len(set(years)) == 1 else continues or goes_on
            if named and not (is_known if continues or goes_on else named == set(years)):
                problems.append(_other_table(grid, number, " ".join(cells), years, file))
    return problems


def _other_table(grid: Grid, number: int, text: str, years: tuple[int, ...], file: str) -> Problem:
    return Problem(
        file=file,
        where=grid.place(number, 0),
        expected=f"one table, of the years {', '.join(map(str, sorted(set(years))))}",
        found=f"{text!r} over another header",
        remedy="put the second table into a file of its own",
        code="other_table",
    )


def year_in_name(column: Column) -> int | None:
    """A year that a header prints in its name and that is another than the column's."""
    found = [
        int(match["year"])
        for part in (*column.parent, *column.path)
        for match in _IN_NAME.finditer(labels.normalise(part))
        if (match["behind"] is not None or not match["before"])
        and match["before"] not in _COMPARED
        and not _REFERENCE.match(match["rest"])
    ]
    first, last = labels.years_read()
    found = [year for year in found if first <= year <= last]
    return found[0] if found and column.year not in (None, *found) else None


def other_year(grid: Grid, file: str, column: Column, year: int) -> Problem:
    """The problem of a column whose name has another year."""
    return Problem(
        file=file,
        where=grid.sheet,
        expected=f"columns of {column.year}, the year that is printed over them or in the title",
        found=f"{column.full_header!r}, which names {year}",
        remedy="put the column under `ignore` in the layout, and its numbers, with the year in a row "
        "over them, into a file of their own",
        code="other_year",
    )
