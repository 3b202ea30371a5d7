"""The `columns` or `layout` that the card of one table or page begins with, from what it looks like.

Columns keep their printed names. A column of a yearbook page whose name the catalogue knows, in a unit that
converts, keeps that name as well; any other has the page's subject before it, since 合计 of one page is not
合计 of another.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from nqpf_assets.catalog.catalogue import Catalogue
from nqpf_assets.catalog.printed_series import printed_series
from nqpf_assets.catalog.region_match import find_region
from nqpf_assets.catalog.units import UnitError, conversion, parse_unit
from nqpf_assets.formats import labels
from nqpf_assets.formats.layout_draft import PageDraft, as_written, words_of
from nqpf_assets.formats.limits import NAME_CHARACTERS
from nqpf_assets.formats.shape import Shape
from nqpf_assets.formats.yearbook_column import YEARS_ALONE, Column

_REST = frozenset(("其他", "其它", "其他地区", "不分地区", "不分区"))
"""Rows for what lies in no region."""
_BEHIND = re.compile(
    r"^(?P<name>.+?)\s*[/／_,，:：]?\s*(?P<unit>[百千万亿]{1,2}[^\W\d_/]{1,4}|%|‰)$"
)
_BRACKET = re.compile(r"^(?P<name>.+?)[(（](?P<unit>[^()（）]+)[)）]\d{1,2}$")
ANY_YEAR = 2000
"""Stands for a year that is not known yet while a file is tried."""


def block_of(shape: Shape, catalogue: Catalogue, series: dict[str, str]) -> dict[str, Any]:
    """The `columns` or `layout` of one shape; what the catalogue calls a column goes into `series`."""
    if shape.page is not None:
        return _layout(shape.page, catalogue)
    block = {key: value for key, value in (shape.columns or {}).items() if value is not None}
    units: dict[str, str] = {}
    for column in block.get("values", ()):
        if (
            len(column) > NAME_CHARACTERS
            or printed_series(column)[1] is not None
            or labels.parse_year(column) is not None
        ):
            continue
        if (match := _BRACKET.match(column) or _BEHIND.match(column)) and _is_unit(match["unit"]):
            units[column] = match["unit"]
            name = labels.strip(match["name"])
            found = catalogue.series.find(name)
            is_only = _BRACKET.match(column) is None  # 2 behind a bracket tells it from the first
            if (
                is_only
                and found is not None
                and _converts(match["unit"], catalogue.series.series[found].unit)
            ):
                series[column] = name
    return block | ({"units": units} if units else {})


def _layout(page: PageDraft, catalogue: Catalogue) -> dict[str, Any]:
    columns: dict[str, str] = {}
    every = (*page.columns, *page.ignored)
    for column in page.columns:
        columns.setdefault(_name(column, page, catalogue, columns), as_written(column, every))
    rest = [
        row
        for row in page.rows
        if labels.normalise(row) in _REST or row.endswith("小计") or _is_group(row, page, catalogue)
    ]
    head = labels.normalise(page.row_head)
    return {
        **({"row_head": page.row_head} if head != "地区" else {}),
        **({"turned": True} if page.is_turned else {}),
        **({"row_kind": "year"} if page.is_by_year else {}),
        "columns": columns,
        **({"ignore": [as_written(one, every) for one in page.ignored]} if page.ignored else {}),
        **({"rows": {"areas": rest}} if rest else {}),
    }


def _is_group(row: str, page: PageDraft, catalogue: Catalogue) -> bool:
    """Whether a label is over others: nothing stands beside it, and it is no region that is known."""
    return row in page.groups and find_region(row, catalogue.regions, ANY_YEAR)[0] is None


def _name(column: Column, page: PageDraft, catalogue: Catalogue, taken: Mapping[str, str]) -> str:
    """The name under which a layout reads a column."""
    words = words_of(column, page.columns)[:NAME_CHARACTERS]
    if words == YEARS_ALONE and page.subject:
        words = page.subject[:NAME_CHARACTERS]  # nothing but years stands over the numbers
    found = catalogue.series.find(words)
    is_known = found is not None and (
        column.unit is None or _converts(column.unit, catalogue.series.series[found].unit)
    )
    is_subject = words == page.subject or words in re.split(r"[、,，和及与]", page.subject)
    name = words if is_known or is_subject or not page.subject else f"{page.subject}_{words}"
    if name in taken and column.unit is not None:
        name = f"{name}_{column.unit}"
    return name


def _is_unit(text: str) -> bool:
    try:
        return bool(parse_unit(text).symbol)
    except UnitError:
        return False


def _converts(unit: str, other: str) -> bool:
    try:
        conversion(unit, other)
    except UnitError:
        return False
    return True
