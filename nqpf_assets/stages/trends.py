"""Fitted trends of a study's groups: the data of a figure, and one row per line.

The lines are drawn by `nqpf_assets.estimators.trends.fitted_trend`; reports draw them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.messages.counted import counted
from nqpf_assets.stages.printed_panel_table import Described, PanelRows, number
from nqpf_assets.stages.provenance.numbers_read import ANY_SCALE, IN_PRINT, Read, extremes
from nqpf_assets.studies.table_kinds.trend import TrendTable

if TYPE_CHECKING:
    import polars as pl


def describe_trends(table: TrendTable, given: PanelRows) -> Described:
    """One line per group through all its rows; rows without x, y or group are left out and told.

    Raises:
        EstimationError: no row, or a group through which no line can be drawn.
    """
    import polars as pl

    from nqpf_assets.estimators.trends.fitted_trend import fitted_trend

    panel = given.rows
    rows = panel.drop_nulls([table.x, table.y, table.grouping])
    if rows.is_empty():
        raise EstimationError(f"no row has {table.x}, {table.y} and a group of {table.grouping}")
    result = fitted_trend(
        rows[table.x].to_numpy(), rows[table.y].to_numpy(), rows[table.grouping].to_numpy()
    )
    lines = pl.concat(
        pl.DataFrame(
            {
                "x": one.grid,
                "fitted": one.fitted,
                "conf_low": one.conf_low,
                "conf_high": one.conf_high,
            }
        ).with_columns(group_name=pl.lit(str(one.label)))
        for one in result.groups
    )
    printed = [
        {
            "row_label": str(one.label),
            "n_obs": len(one.x),
            "slope": one.slope,
            "std_error": number(one.slope_std_error),
            "p_value": number(one.p_value),
            "intercept": one.intercept,
            "r2": number(one.r2),
        }
        for one in result.groups
    ]
    return Described(
        {"trend": lines},
        "group",
        table.numbers(),
        printed,
        rows.select("unit", "period"),
        list(_reads(table, rows)),
        _notes(table, panel, rows),
    )


def _reads(table: TrendTable, rows: pl.DataFrame) -> Iterator[Read]:
    """A line rests on all rows of its group, its grid on those with the smallest and the largest x."""
    drawn = ("fitted", "conf_low", "conf_high")
    on_any_scale = ("r2", "p_value")
    printed = tuple(
        name
        for name, is_count in table.numbers().items()
        if not is_count and name not in on_any_scale
    )
    first, last = rows["period"].min(), rows["period"].max()
    assert isinstance(first, int), "there are rows"
    assert isinstance(last, int), "there are rows"
    for (label,), part in rows.group_by(table.grouping, maintain_order=True):
        group = str(label)
        for variable in (table.x, table.y):
            for name, numbers in (("trend", drawn), (IN_PRINT, printed)):
                yield Read(name, numbers, variable, first, last, group=group, groups=(group,))
            of = (IN_PRINT, on_any_scale, variable, first, last)
            yield Read(*of, group=group, groups=(group,), role=ANY_SCALE)
        ends = extremes(part[table.x].to_numpy(), part["unit"].to_list(), part["period"].to_list())
        for unit, year in ends:
            yield Read("trend", ("x",), table.x, year, year, group=group, unit=unit, role="grid")


def _notes(table: TrendTable, panel: pl.DataFrame, rows: pl.DataFrame) -> list[str]:
    years = rows.get_column("period").to_list()
    notes = [
        f"{table.y} = intercept + slope · {table.x} by least squares in each group of "
        f"{table.grouping}, {min(years)}–{max(years)}; no controls, effects or "
        "clusters. Lines and 95 % bands: result.trend."
    ]
    if len(panel) > len(rows):
        notes.append(
            f"Left out, for want of {table.x}, {table.y} or a group: {len(panel) - len(rows)} of "
            f"{counted(len(panel), 'rows')}."
        )
    return notes
