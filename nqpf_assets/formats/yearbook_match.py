"""Which column of a layout each printed column of a yearbook page is.

Columns that are missing, extra or could be meant twice are told with everything that the page prints.
"""

from __future__ import annotations

from dataclasses import replace

from nqpf_assets.formats.layout import YearbookLayout
from nqpf_assets.formats.workbook import Grid
from nqpf_assets.formats.yearbook_header import Column, comparable
from nqpf_assets.messages.pasted_yaml import yaml_word
from nqpf_assets.messages.problems import Problem


def match_columns(
    blocks: list[list[Column]],
    layout: YearbookLayout,
    grid: Grid,
    file: str,
    title_years: tuple[int, ...],
) -> tuple[list[list[tuple[str, Column]]], list[Problem]]:
    """Give printed columns the layout's names; report missing, extra and ambiguous ones."""
    wanted: dict[str, str] = {}
    for series, header in layout.columns.items():
        wanted[comparable(header)] = series
    ignored = {comparable(header) for header in layout.ignore}
    year = layout.year or (title_years[0] if len(set(title_years)) == 1 else None)
    problems: list[Problem] = []
    matched: list[list[tuple[str, Column]]] = []
    seen: dict[tuple[str, int | None], Column] = {}
    extra: list[Column] = []
    for columns in blocks:
        names: list[tuple[str, Column]] = []
        for found in columns:
            forms = (comparable(found.full_header), comparable(found.header))
            name = next((wanted[form] for form in forms if form in wanted), None)
            if name is None:
                if not ignored.intersection(forms):
                    extra.append(found)
                continue
            if found.is_doubtful:
                problems.append(_doubtful(grid, file, name, found))
            takes_year = layout.row_kind == "region" and found.year is None
            column = replace(found, year=year) if takes_year else found
            if (name, column.year) in seen and seen[name, column.year].path == column.path:
                first = seen[name, column.year]
                if column.full_header != first.full_header:
                    problems.append(_ambiguous(grid, file, name, first, column))
            seen.setdefault((name, column.year), column)
            names.append((name, column))
        matched.append(names)
    everything = list(dict.fromkeys(c.shown for columns in blocks for c in columns))
    missing = [name for name in wanted.values() if not any(name == read for read, _ in seen)]
    if missing:
        told = {name: layout.columns[name] for name in missing}
        problems.append(_mismatch(file, grid, f"the columns {told}", everything, "missing_columns"))
    if extra:
        told_extra = list(dict.fromkeys(column.shown for column in extra))
        also = f"also {told_extra}; the page prints {everything}"
        problems.append(_mismatch(file, grid, "only the layout's columns", also, "extra_columns"))
    problems += _no_year(layout, matched, grid, file, title_years)
    if layout.row_kind == "region":
        matched = [[pair for pair in names if pair[1].year is not None] for names in matched]
    return matched, problems


def _no_year(
    layout: YearbookLayout,
    matched: list[list[tuple[str, Column]]],
    grid: Grid,
    file: str,
    title_years: tuple[int, ...],
) -> list[Problem]:
    columns = [column for names in matched for _, column in names]
    if layout.row_kind == "year" or all(column.year is not None for column in columns):
        return []
    found = f"the years {sorted(set(title_years))} in the title"
    expected, remedy = "one year, in the title or over the columns", "say `year` in the layout"
    return [
        Problem(
            file=file,
            where=grid.sheet,
            expected=expected,
            found=found,
            remedy=remedy,
            code="no_year",
        )
    ]


def _mismatch(file: str, grid: Grid, expected: str, found: object, code: str) -> Problem:
    remedy = "correct `columns` in the layout, or put what is not wanted under `ignore`"
    return Problem(
        file=file, where=grid.sheet, expected=expected, found=f"{found}", remedy=remedy, code=code
    )


def _doubtful(grid: Grid, file: str, name: str, column: Column) -> Problem:
    return Problem(
        file=file,
        where=grid.sheet,
        expected="a unit over every column that can be read in one way",
        found=f"{column.shown!r}, which may print its unit or not",
        remedy=f"say it in the card: `unit: {{{yaml_word(name)}: …}}`",
        severity="warning",
        code="doubtful_unit",
    )


def _ambiguous(grid: Grid, file: str, name: str, first: Column, second: Column) -> Problem:
    return Problem(
        file=file,
        where=grid.sheet,
        expected=f"one column {name!r}",
        found=f"two: {first.full_header!r} and {second.full_header!r}",
        remedy="write the whole header, with the column it is a part of, in the layout",
        code="ambiguous_column",
    )
