"""`columns` and `layout` of a card for a file that nobody has described, from what its sheets look like.

What each sheet says is told by `block_draft`; here stands what the file as a whole says and leaves open.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

import polars as pl

from nqpf_assets.catalog.catalogue import Catalogue
from nqpf_assets.catalog.printed_series import printed_series
from nqpf_assets.formats import labels
from nqpf_assets.formats.layout import YearbookLayout
from nqpf_assets.formats.lumps import Lumps
from nqpf_assets.formats.own_columns import TidyColumns
from nqpf_assets.formats.reading import Reading
from nqpf_assets.formats.recognise import read
from nqpf_assets.formats.shape import Shape
from nqpf_assets.formats.suggestion import ANY_CENTURY, SHORT
from nqpf_assets.formats.yearbook_years import title_years
from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.shown_text import on_one_line
from nqpf_assets.sources.block_draft import ANY_YEAR, block_of
from nqpf_assets.sources.card_text import Open
from nqpf_assets.sources.said import Said

_NO_NAME = re.compile(r"(?:sheet|工作表|表|table)\s*\d*|\d{4}\s*年?", re.I)
"""Names of sheets that say nothing of what stands there."""
_YEARS = re.compile(r"\d{4}\s*年?(?:\s*[-—~～至]+\s*\d{4}\s*年?)?")


@dataclass(frozen=True)
class Described:
    """What the shapes of a file give to its card.

    Attributes:
        what: the file in words.
        known: keys of the card.
        remarks: what is said behind them.
        opens: what no sheet says.
        reading: the file as the first of its shapes is read.
    """

    what: str
    known: Mapping[str, Any]
    reading: Reading
    remarks: Mapping[str, str] = field(default_factory=dict)
    opens: Sequence[Open] = ()


def described(
    content: bytes,
    name: str,
    shapes: Sequence[Shape],
    others: Sequence[str],
    said: Said,
    catalogue: Catalogue,
) -> Described:
    """The `columns`, `layout` or `sheets` of a card.

    Args:
        content: the file's bytes.
        name: the file's own, which may name the year.
        shapes: its tables and pages.
        others: sheets that are none.
        said: year, region and unit that the file does not print.
        catalogue: for names of series.
    """
    blocks: list[dict[str, Any]] = []
    opens: list[Open] = []
    readings: list[Reading] = []
    series: dict[str, str] = {}
    silent: list[str] = []
    remarks: dict[str, str] = {}
    units: list[dict[str, Any]] = []
    for shape in shapes:
        key = "columns" if shape.columns is not None else "layout"
        block = block_of(shape, catalogue, series)
        if (found := _year_of(shape, name, said.year)) is not None:
            block["year"], why = found
            remarks |= {f"{key}.year": why} if why else {}
        elif _needs_year(shape):
            opens.append(Open(f"{key}.year", "the year of all rows"))
        if _has_short_years(shape):
            opens.append(_short_years())
        if shape.page is not None and shape.page.is_by_year:
            if said.region:
                block["region"] = said.region
            else:
                opens.append(Open("layout.region", "whose rows they are"))
        if others or len(shapes) > 1:
            block = {"sheet": shape.sheet, **block}
        reading = _tried(content, name, key, block, has_short_years=_has_short_years(shape))
        silent += (without := _without_unit(reading))
        units.append(_units_of(without, reading, said.unit))
        readings.append(reading)
        blocks.append({key: block})
    is_untitled = shapes[0].page is not None and not shapes[0].page.title
    title = PurePath(name).stem if is_untitled else shapes[0].title
    known = blocks[0] | ({"title": title} if title else {})
    if len(shapes) > 1:
        by_sheet = _by_sheet(shapes, blocks)
        for shape, reading, own in zip(shapes, readings, units, strict=True):
            by_sheet[shape.sheet] = _measure(shape, reading, own) | by_sheet[shape.sheet]
        known = {"sheets": by_sheet, **_title(readings, name)}
        opens = [_in_sheets(one) for one in opens]
    if series:
        known = {"series": series, **known}
    silent = list(dict.fromkeys(silent))
    if _print_no_unit(shapes, readings, known.get("sheets", {})):
        every = not silent or all(one.cells["unit_label"].is_null().all() for one in readings)
        if said.unit:
            known = {"unit": said.unit if every else dict.fromkeys(silent, said.unit), **known}
        else:
            what = "of the numbers; 无 for a plain number"
            opens.append(Open("unit", what, () if every else tuple(silent)))
    if others:
        remarks["sheets" if len(shapes) > 1 else next(iter(blocks[0]))] = (
            f"not taken: {', '.join(map(on_one_line, others))}"
        )
    return Described(_in_words(shapes), known, readings[0], remarks, opens)


def _in_words(shapes: Sequence[Shape]) -> str:
    """The file, as it is told to who adds it."""
    what = "a page of a yearbook" if shapes[0].page is not None else "a table"
    return f"{what} with {counted(len(shapes), 'sheets')}" if len(shapes) > 1 else what


def _print_no_unit(
    shapes: Sequence[Shape], readings: Sequence[Reading], sheets: Mapping[str, Any]
) -> bool:
    """Whether a sheet has numbers without a unit that its own part of the card does not give them."""
    return any(
        "unit" not in sheets.get(shape.sheet, {}) and reading.cells["unit_label"].is_null().any()
        for shape, reading in zip(shapes, readings, strict=True)
    )


def _by_sheet(shapes: Sequence[Shape], blocks: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The block of each sheet under its name, which it need not say itself."""
    found = {}
    for shape, one in zip(shapes, blocks, strict=True):
        ((key, block),) = one.items()
        found[shape.sheet] = {key: {k: v for k, v in block.items() if k != "sheet"}}
    return found


def _in_sheets(one: Open) -> Open:
    block, _, key = one.key.partition(".")
    return Open(key, f"{one.what}; write it into the `{block}` of its sheet", one.names)


def _measure(shape: Shape, reading: Reading, unit: Mapping[str, Any]) -> dict[str, Any]:
    """What a sheet of years across measures, by its name, and its unit."""
    series = reading.cells["series_label"]
    if not series.is_null().all() or _NO_NAME.fullmatch(labels.strip(shape.sheet)):
        return dict(unit)
    printed_unit = printed_series(shape.sheet)[1]
    return {"series": printed_series(shape.sheet)[0]} | (
        {"unit": printed_unit}
        if printed_unit and "unit" not in (reading.facts or {})
        else dict(unit)
    )


def _units_of(silent: Sequence[str], reading: Reading, unit: str) -> dict[str, Any]:
    """The unit that was said, for the columns of one sheet that print none."""
    is_silent = reading.cells["unit_label"].is_null()
    if not unit or not is_silent.any():
        return {}
    return {"unit": unit if is_silent.all() or not silent else dict.fromkeys(silent, unit)}


def _title(readings: Sequence[Reading], name: str) -> dict[str, str]:
    """The title of a workbook whose sheets have their own: the name of the file, without years."""
    titles = {reading.facts.get("title", "") for reading in readings}
    stem = _YEARS.sub("", PurePath(name).stem).strip(" _-—~～") or PurePath(name).stem
    return {"title": stem} if len(titles) > 1 else {}


def _year_of(shape: Shape, name: str, year: int | None) -> tuple[int, str] | None:
    """The year of a shape that prints none over its columns or rows, and where it was found."""
    if not _needs_year(shape):
        return None
    years = {found for text in shape.words for found in title_years(text)}
    if not years and (sheet := set(title_years(shape.sheet))):
        return (sheet.pop(), "from the name of the sheet") if len(sheet) == 1 else None
    if len(years) == 1:
        return years.pop(), ""
    if year is not None:
        return year, ""
    named = set(title_years(name))
    return (named.pop(), "from the name of the file") if len(named) == 1 else None


def _has_short_years(shape: Shape) -> bool:
    return shape.columns is not None and SHORT.keys() <= shape.columns.keys()


def _short_years() -> Open:
    first, last = ANY_CENTURY
    what = "the first and the last of the years that two digits stand for"
    return Open("columns.two_digit_years", what, likely=f"[{first}, {last}]")


def _needs_year(shape: Shape) -> bool:
    if shape.page is not None:
        return not shape.page.has_year and not shape.page.is_by_year
    columns = shape.columns or {}
    return "period" not in columns and "year" in columns


def _tried(
    content: bytes, name: str, key: str, block: Mapping[str, Any], *, has_short_years: bool
) -> Reading:
    """The file as a card with this block has it read; an open year is any."""
    if key == "columns" and has_short_years:
        columns = TidyColumns(**block, two_digit_years=ANY_CENTURY)
        return read(content, file=name, columns=columns, lumps=Lumps(is_kept=False))
    if key == "columns":
        is_open = not block.get("period") and "year" not in block
        years = is_open and not all(labels.parse_year(v) for v in block.get("values", ("",)))
        columns = TidyColumns(**{**block, **({"year": ANY_YEAR} if years else {})})
        return read(content, file=name, columns=columns, lumps=Lumps(is_kept=False))
    is_by_year = block.get("row_kind") == "year"
    open_region = {"region": "全国"} if is_by_year and "region" not in block else {}
    return read(content, file=name, layout=YearbookLayout(**{**block, **open_region}))


def _without_unit(reading: Reading) -> list[str]:
    """The labels of columns that print no unit."""
    silent = reading.cells.filter(pl.col("unit_label").is_null())
    return [
        label for label in silent["series_label"].unique(maintain_order=True) if label is not None
    ]
