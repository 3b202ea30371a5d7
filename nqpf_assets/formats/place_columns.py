"""Columns of a user's table that say in which province and city its regions lie, and what they say."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from nqpf_assets.catalog.region_match import SEPARATOR
from nqpf_assets.formats.labels import normalise
from nqpf_assets.formats.own_columns import TidyColumns
from nqpf_assets.formats.tidy_rows import text_of

_PROVINCE = frozenset(
    [
        "省",
        "省份",
        "省区",
        "省市",
        "省级",
        "省名",
        "省份名称",
        "省名称",
        "所在省",
        "所在省份",
        "所属省",
        "所属省份",
        "省(区、市)",
        "省(自治区、直辖市)",
        "省市区",
        "省区市",
        "省代码",
        "省份代码",
        "province",
        "prov",
        "province_name",
        "prov_name",
    ]
)
"""Heads of columns of provinces."""
_CITY = frozenset(
    [
        "市",
        "城市",
        "地市",
        "地级市",
        "市名",
        "城市名称",
        "市名称",
        "所在市",
        "所在城市",
        "所属市",
        "所属城市",
        "所属地市",
        "所在地市",
        "所属地级市",
        "所在地级市",
        "市州",
        "地市州",
        "城市代码",
        "city",
        "prefecture",
        "city_name",
        "prefecture_name",
        "pref_name",
    ]
)
"""Heads of columns of prefectures."""


def is_province_column(name: str) -> bool:
    """Whether a column is headed as one of provinces."""
    return normalise(name).lower() in _PROVINCE


def is_place_column(name: str) -> bool:
    """Whether a column is headed as one of provinces or prefectures."""
    return is_province_column(name) or normalise(name).lower() in _CITY


def _place_columns(table: pl.DataFrame, columns: TidyColumns) -> list[str]:
    """Columns of provinces, then of prefectures, beside a region's, that the card does not name."""
    if columns.region is None:
        return []
    others = [c for c in table.columns if is_place_column(c) and c not in columns.named]
    return sorted(others, key=lambda name: not is_province_column(name))


def _said_beside(table: pl.DataFrame, columns: TidyColumns) -> pl.Expr:
    """Province and city beside the region of each row, as far as they are printed."""
    said = [text_of(table, name) for name in _place_columns(table, columns)]
    return pl.concat_str(said, separator=SEPARATOR, ignore_nulls=True)


def places_beside(
    table: pl.DataFrame, columns: TidyColumns, place: Callable[[str], pl.Expr]
) -> pl.DataFrame | None:
    """Province and city that are printed beside the region of each cell: ``locator, beside``."""
    if not _place_columns(table, columns):
        return None
    said = _said_beside(table, columns)
    values = columns.values or (columns.value or "",)
    cells = pl.concat([table.select(locator=place(name), beside=said) for name in values])
    return cells.unique("locator", keep="first", maintain_order=True)


def provinces_beside(table: pl.DataFrame, columns: TidyColumns) -> pl.DataFrame | None:
    """The provinces that a table prints beside its regions, in a column that the card does not name."""
    provinces = [c for c in _place_columns(table, columns) if is_province_column(c)]
    if columns.region is None or not provinces:
        return None
    pairs = [
        table.select(
            region_label=text_of(table, columns.region),
            beside=_said_beside(table, columns),
            province=text_of(table, column),
        )
        for column in provinces
    ]
    return pl.concat(pairs).drop_nulls().unique(maintain_order=True)
