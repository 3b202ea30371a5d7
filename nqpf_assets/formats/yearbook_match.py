"""Which column of a layout each printed column of a yearbook page is.

Columns that are missing, extra or could be meant twice are told with everything that the page prints.
"""

from __future__ import annotations

from dataclasses import replace

from nqpf_assets.formats.grid import Grid
from nqpf_assets.formats.layout import YearbookLayout
from nqpf_assets.formats.yearbook_column import Column, comparable
from nqpf_assets.formats.yearbook_years import other_year, year_in_name
from nqpf_assets.messages.pasted_yaml import yaml_word
from nqpf_assets.messages.problems import Problem
from nqpf_assets.messages.shown_text import listed


def match_columns(
    blocks: list[list[Column]],
    layout: YearbookLayout,
    grid: Grid,
    file: str,
    title_years: tuple[int, ...],
) -> tuple[list[list[tuple[str, Column]]], list[Problem]]:
    """Give printed columns the layout's names; report missing, extra and ambiguous ones.

    Args:
        blocks: the columns of each header of the page.
        layout: what the card says of them.
        grid: the page, for places in messages.
        file: display name for problems.
        title_years: the years that the page's title names.
    """
    year = layout.year or (title_years[0] if len(set(title_years)) == 1 else None)
    problems: list[Problem] = []
    matched: list[list[tuple[str, Column]]] = []
    seen: dict[tuple[str, int | None], tuple[int, Column]] = {}
    extra: list[Column] = []
    for place, columns in enumerate(blocks):
        names: list[tuple[str, Column]] = []
        for found in columns:
            name, is_ignored = named(found, layout)
            if name is None:
                if not is_ignored:
                    extra.append(found)
                continue
            if found.words is not None:
                problems.append(_words(grid, file, name, found))
            if found.is_doubtful:
                problems.append(_doubtful(grid, file, name, found))
            takes_year = layout.row_kind == "region" and found.year is None
            column = replace(found, year=year) if takes_year else found
            if (other := year_in_name(column)) is not None:
                problems.append(other_year(grid, file, column, other))
            before, first = seen.setdefault((name, column.year), (place, column))
            if _is_other(first, column, is_beside=before == place):
                problems.append(_ambiguous(grid, file, name, first, column))
            names.append((name, column))
        matched.append(names)
    everything = list(dict.fromkeys(c.shown for columns in blocks for c in columns))
    missing = [name for name in layout.columns if not any(name == read for read, _ in seen)]
    if missing:
        told = listed([f"{layout.columns[name]} (`{name}`)" for name in missing])
        printed = listed(everything) or "none that has a name"
        problems.append(_mismatch(file, grid, f"the columns {told}", printed, "missing_columns"))
    if extra:
        told_extra = list(dict.fromkeys(column.shown for column in extra))
        also = f"also {listed(told_extra)}"
        if not missing:
            also += f"; the page prints {listed(everything)}"
        problems.append(_mismatch(file, grid, "only the layout's columns", also, "extra_columns"))
    problems += _no_year(layout, matched, grid, file, title_years)
    if layout.row_kind == "region":
        matched = [[pair for pair in names if pair[1].year is not None] for names in matched]
    return matched, problems


def named(column: Column, layout: YearbookLayout) -> tuple[str | None, bool]:
    """The layout's name for a column, and whether the layout ignores it; the fullest header decides."""
    wanted = {comparable(header): series for series, header in layout.columns.items()}
    ignored = {comparable(header) for header in layout.ignore}
    for form in column.forms:
        if form in wanted:
            return wanted[form], False
        if form in ignored:
            return None, True
    return None, False


def _is_other(first: Column, second: Column, *, is_beside: bool) -> bool:
    """Whether two columns that one name of the layout fits are not the same."""
    units_differ = is_beside and first.label == second.label and first.unit != second.unit
    return units_differ or first.full_header != second.full_header


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
    years = ", ".join(map(str, sorted(set(title_years))))
    found = f"the years {years} in the title" if years else "none of the years that are read"
    expected, remedy = "one year, in the title or over the columns", "say `year` in the layout"
    return [
        Problem(
            file=file,
            where=grid.sheet,
            expected=expected,
            found=found,
            remedy=remedy,
            code="no_year",
            asked_at=("layout", "year"),
        )
    ]


def _mismatch(file: str, grid: Grid, expected: str, found: str, code: str) -> Problem:
    remedy = "correct `columns` in the layout, or put what is not wanted under `ignore`"
    return Problem(
        file=file,
        where=grid.sheet,
        expected=expected,
        found=found,
        remedy=remedy,
        code=code,
        asked_at=("layout", "columns"),
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


def _words(grid: Grid, file: str, name: str, column: Column) -> Problem:
    unit = f"; the unit is {column.unit}" if column.unit else ""
    return Problem(
        file=file,
        where=grid.sheet,
        expected="a unit that is known in the brackets of a header",
        found=f"{column.shown!r}: `({column.words})` was taken for a part of the name{unit}",
        remedy=f"nothing if that is right; else say the unit in the card: `unit: {{{yaml_word(name)}: …}}`",
        severity="warning",
        code="words_in_brackets",
    )


def _ambiguous(grid: Grid, file: str, name: str, first: Column, second: Column) -> Problem:
    return Problem(
        file=file,
        where=grid.sheet,
        expected=f"one column {name!r}",
        found=f"two: {first.as_printed!r} and {second.as_printed!r}",
        remedy="write the whole header, with the column it is a part of, in the layout",
        code="ambiguous_column",
    )
