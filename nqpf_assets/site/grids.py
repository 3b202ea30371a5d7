"""Units by years as lines of a table: a value, below it what it is made of, each number linked down."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from markupsafe import Markup, escape

from nqpf_assets.explanations.published import Row
from nqpf_assets.messages.shown_text import on_one_line
from nqpf_assets.site.addresses import row_anchor
from nqpf_assets.site.page import exact, number
from nqpf_assets.site.places import Pages
from nqpf_assets.site.values import Input, Values
from nqpf_assets.site.words import said

STATUSES = {
    "aggregated": "aggregated",
    "corrected": "corrected",
    "interpolated": "filled",
    "extrapolated": "filled",
    "winsorized_low": "clipped",
    "winsorized_high": "clipped",
}
"""Status of a value → its class, which has a colour and a word; others are as they were published."""


@dataclass(frozen=True)
class Grid:
    """One page of values.

    Attributes:
        periods: its columns.
        lines: rows of the table, as markup.
        first, last: names of its first and last unit.
    """

    periods: tuple[int, ...]
    lines: tuple[Markup, ...]
    first: str
    last: str


@dataclass(frozen=True)
class Grids:
    """Makes the grids of a study.

    Attributes:
        values: where numbers come from.
        files: file → its pages.
    """

    values: Values
    files: dict[str, Pages]

    def series(self, name: str, root: str) -> Iterator[Grid]:
        """Pages of a series; each number links to its cell in the raw file."""
        own = Input("series", name)
        for units in self._parts("series", name):
            found = self.values.read([own], units)
            periods = tuple(sorted({year for rows in found.values() for year in rows}))
            lines = [
                _line(self.head(unit), "own", self._cells(own, unit, periods, found, root, True))
                for unit in units
            ]
            yield self._grid(units, periods, lines)

    def variable(self, name: str, root: str) -> Iterator[Grid]:
        """Pages of a variable or index; what it reads stands under each value and links on."""
        own, inputs = Input("variable", name), self.values.inputs.get(name, [])
        span = self.values.study.periods
        periods = tuple(range(span.first, span.last + 1))
        for units in self._parts("variable", name):
            found = self.values.read([own, *inputs], units)
            lines = []
            for unit in units:
                lines.append(
                    _line(
                        self.head(unit), "own", self._cells(own, unit, periods, found, root, True)
                    )
                )
                lines += [
                    _line(
                        self._input_head(one, unit, root),
                        "below",
                        self._cells(one, unit, periods, found, root, False),
                    )
                    for one in inputs
                ]
            yield self._grid(units, periods, lines)

    def _parts(self, kind: Any, name: str) -> Iterator[list[str]]:
        size = self.values.units_per_page(kind, name)
        units = self.values.units_of(kind, name)
        yield from (units[at : at + size] for at in range(0, len(units), size))

    def _grid(self, units: list[str], periods: Sequence[int], lines: list[Markup]) -> Grid:
        names = self.values.study.unit_names
        first, last = (names.get(unit, unit) for unit in (units[0], units[-1]))
        return Grid(tuple(periods), tuple(lines), first, last)

    def head(self, unit: str) -> Markup:
        """The name of a unit in both languages."""
        row = self.values.study.units.get(unit)
        name = self.values.study.unit_names.get(unit, unit)
        english = row["name_en"] if row else None
        return Markup(
            '<span class="zh" lang="zh-Hans">{}</span><span class="en" lang="en">{}</span>'
        ).format(on_one_line(name), on_one_line(english or name))

    def _input_head(self, one: Input, unit: str, root: str) -> Markup:
        how = Markup(" <small>{}</small>").format(one.how) if one.how else ""
        if one.kind == "dimension":
            return Markup("{}{}").format(one.name.partition("/")[2], how)
        page = root + self.values.page(one.kind, one.name, unit)
        return Markup('<a href="{}">{}</a>{}').format(page, on_one_line(one.name), how)

    def _cells(
        self,
        one: Input,
        unit: str,
        periods: Sequence[int],
        found: dict[tuple[str, str, str], dict[int, Row]],
        root: str,
        is_own: bool,
    ) -> Iterator[str]:
        rows = found.get((one.kind, one.name, unit), {})
        links = self._links(one, unit, is_own)
        for period in periods:
            row = rows.get(period)
            anchor = f' id="{row_anchor(unit, period)}"' if is_own else ""
            if row is None or row["value"] is None:
                why = _hint(row["reason"]) if row else ""
                yield f'<td{anchor} class="missing"{why}></td>'
                continue
            text, css = (shown := number(row["value"])), _class(row)
            href = links(row)
            if href:
                text = f'<a href="{root}{href}">{text}</a>'
            yield f"<td{anchor}{css}{_title(row, shown)}>{text}</td>"

    def _links(self, one: Input, unit: str, is_own: bool) -> Callable[[Row], str]:
        """The address of each value of one line; addresses are made of letters that need no escape."""
        if one.kind == "series" and is_own:
            return self._cell
        if is_own or one.kind == "dimension":
            return lambda row: ""
        page = self.values.page(one.kind, one.name, unit)
        return lambda row: f"{page}#{row_anchor(unit, row['period'])}"

    def _cell(self, row: Row) -> str:
        file, locator = row["file_id"], row["locator"]
        return self.files[file].address(locator) if file in self.files and locator else ""


def _line(head: Markup, kind: str, cells: Iterator[str]) -> Markup:
    return Markup(f'<tr class="{kind}"><th scope="row">{head}</th>{"".join(cells)}</tr>')


def _class(row: Row) -> str:
    kind = STATUSES.get(row["status"])
    return f' class="{kind}"' if kind else ""


def _title(row: Row, shown: str) -> str:
    """What a reader sees who rests on a number; of most it is no more than digits, which need no escape."""
    value, before = row["value"], row["reported_value"]
    if row["status"] in STATUSES or row["reason"] or (before is not None and before != value):
        return _hint(_words(row))
    whole = exact(value)
    return f' title="{whole}"' if whole != shown else ""


def _words(row: Row) -> str:
    """What a reader sees who rests on a number that is not simply as it was published, or shortened."""
    value, before, kind = row["value"], row["reported_value"], STATUSES.get(row["status"])
    parts = [] if kind is None else [_both(kind)]
    if before is not None and before != value:
        parts.append(f"← {exact(before)}")
    if row["reason"]:
        parts.append(row["reason"])
    whole = exact(value)
    return "; ".join([whole, *parts] if parts or whole != number(value) else ())


@cache
def _both(kind: str) -> str:
    words = said(kind)
    return f"{words.en} {words.zh}"


def _hint(words: str | None) -> str:
    return f' title="{escape(on_one_line(words))}"' if words else ""
