"""Filling gaps in a unit's series: linear between reported years, ends by the study's rule.

Works on a long frame with Polars, all series and units at once. Which series are filled and how
is the study's decision; what a cell was before is kept beside it.
"""

from __future__ import annotations

import polars as pl

GROUP = ["variable", "unit"]


def fill_gaps(grid: pl.LazyFrame) -> pl.LazyFrame:
    """Fill `value` along `period` within each variable and unit.

    Args:
        grid: one row per variable, unit and period with columns ``variable, unit, period, value,
            interpolation, ends``: `interpolation` is ``linear`` or ``none``; `ends` is ``none``,
            ``nearest``, ``trend`` or ``growth``. Years need not be neighbours.

    Returns:
        The rows sorted by variable, unit and period, with `value` filled, `reported_value` as it was,
        and `status`: reported, interpolated, extrapolated or missing.

    A gap between two reported years is filled on the straight line between them, by calendar
    distance. Beyond the ends ``nearest`` repeats the end value, ``trend`` adds the average annual
    change between the first and the last reported value, ``growth`` their average annual growth rate
    (both positive). Gaps and ends are filled each by their own rule. A unit with fewer than two reported
    values stays missing.
    """
    known = pl.col("value").is_not_null()
    value, period = pl.col("value"), pl.col("period")
    known_period = pl.when(known).then(period)
    sides = grid.sort(*GROUP, "period").with_columns(
        n_known=known.sum().over(GROUP),
        before=value.forward_fill().over(GROUP),
        after=value.backward_fill().over(GROUP),
        before_period=known_period.forward_fill().over(GROUP),
        after_period=known_period.backward_fill().over(GROUP),
        first=value.drop_nulls().first().over(GROUP),
        last=value.drop_nulls().last().over(GROUP),
        first_period=known_period.min().over(GROUP),
        last_period=known_period.max().over(GROUP),
    )
    span = pl.col("last_period") - pl.col("first_period")
    distance = period - pl.col("before_period")
    inner = pl.col("before") + (pl.col("after") - pl.col("before")) * distance / (
        pl.col("after_period") - pl.col("before_period")
    )
    nearest = pl.coalesce("before", "after")
    away = period - pl.coalesce("before_period", "after_period")  # negative before the first year
    slope = (pl.col("last") - pl.col("first")) / span
    rate = (pl.col("last") / pl.col("first")).log() / span
    is_positive = (pl.col("first") > 0) & (pl.col("last") > 0)
    beyond = (
        pl.when(pl.col("ends") == "nearest")
        .then(nearest)
        .when(pl.col("ends") == "trend")
        .then(nearest + slope * away)
        .when((pl.col("ends") == "growth") & is_positive)
        .then(nearest * (rate * away).exp())
    )
    is_series = pl.col("n_known") >= 2
    is_line = pl.col("interpolation") == "linear"
    is_inner = pl.col("before").is_not_null() & pl.col("after").is_not_null()
    filled = (
        pl.when(known)
        .then(value)
        .when(is_series & is_inner & is_line)
        .then(inner)
        .when(is_series & ~is_inner)
        .then(beyond)
    )
    return sides.with_columns(value=filled, reported_value=value).with_columns(
        status=pl.when(pl.col("reported_value").is_not_null())
        .then(pl.lit("reported"))
        .when(pl.col("value").is_null())
        .then(pl.lit("missing"))
        .when(is_inner)
        .then(pl.lit("interpolated"))
        .otherwise(pl.lit("extrapolated"))
    )
