"""A column of units that a user's table prints and its card does not name: 单位, with 万元 in its rows.

What the file says of its numbers is held against the card as what stands in a header or over the table is.
A column of words that are no units, 单位 for an office, says nothing.
"""

from __future__ import annotations

import polars as pl

from nqpf_assets.catalog.units import UnitError, parse_unit
from nqpf_assets.formats.labels import BLANKS, normalise

_HEADS = frozenset(
    (
        "单位",
        "计量单位",
        "数据单位",
        "金额单位",
        "货币单位",
        "指标单位",
        "unit",
        "units",
        "unit_measure",
    )
)


def is_unit_column(name: str) -> bool:
    """Whether a column is headed as one of units."""
    return normalise(name).lower() in _HEADS


def units_beside(table: pl.DataFrame, named: tuple[str, ...]) -> str | None:
    """The column of units that a table has beside those that the card names; None where no cell is one."""
    for name in table.columns:
        if name not in named and is_unit_column(name) and table[name].dtype == pl.String:
            texts = table[name].str.strip_chars(BLANKS).drop_nulls().unique()
            if any(map(_is_unit, texts)):
                return name
    return None


def _is_unit(text: str) -> bool:
    if not text or text.isdigit():
        return False
    try:
        parse_unit(text)
    except UnitError:
        return False
    return True
