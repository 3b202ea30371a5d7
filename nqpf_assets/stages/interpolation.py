"""Filling gaps in a unit's series: linear between reported years, ends by the study's rule.

Works on a long frame with Polars, all series and units at once. Which series are filled and how
is the study's decision; what a cell was before is kept beside it.
"""

from __future__ import annotations

import polars as pl

CELLS = ["variable", "unit"]
GROUP = [*CELLS, "since"]
"""A unit's series, from one year to the next in which it is declared to change by powers of ten."""
SIDES = {
    "before": "before_period",
    "after": "after_period",
    "first": "first_period",
    "last": "last_period",
}
"""Reported values next to a cell and at the ends of its unit's series, and the years they are of."""


def fill_gaps(grid: pl.LazyFrame) -> pl.LazyFrame:
    """Fill `value` along `period` within each variable and unit.

    Args:
        grid: one row per variable, unit and period with columns ``variable, unit, period, value,
            interpolation, ends``: `interpolation` is ``linear`` or ``none``; `ends` is ``none``,
            ``nearest``, ``trend`` or ``growth``; and, where years are declared as rescaled, `rescaled`
            with them (``2010, 2020``). Years need not be neighbours.

    Returns:
        The rows sorted by variable, unit and period, with `value` filled, `reported_value` as it was,
        and `status`: reported, interpolated, extrapolated or missing.

    A gap between two reported years is filled on the straight line between them, by calendar
    distance. Beyond the ends ``nearest`` repeats the end value, ``trend`` adds the average annual
    change between the first and the last reported value, ``growth`` their average annual growth rate
    (both positive). Gaps and ends are filled each by their own rule. A unit with fewer than two reported
    values stays missing, and so does what a trend would take below zero in a series without negative values.
    A rescaled year begins a series of its own: nothing is filled across it.
    """
    nearest, away, span = pl.coalesce("before", "after"), _years_beyond(), _years_of_series()
    slope = (pl.col("last") - pl.col("first")) / span
    rate = (pl.col("last") / pl.col("first")).log() / span
    beyond = (
        pl.when(pl.col("ends") == "nearest")
        .then(nearest)
        .when(pl.col("ends") == "trend")
        .then(_of_its_sign(nearest + slope * away))
        .when((pl.col("ends") == "growth") & _is_positive())
        .then(nearest * (rate * away).exp())
    )
    rise = pl.col("after") - pl.col("before")
    inner = pl.col("before") + rise * _years_into_gap() / _years_of_gap()
    is_series = pl.col("is_series")
    is_line = pl.col("interpolation") == "linear"
    filled = (
        pl.when(pl.col("value").is_not_null())
        .then("value")
        .when(is_series & _is_inner() & is_line)
        .then(inner)
        .when(is_series & ~_is_inner())
        .then(beyond)
    )
    return (
        _with_sides(grid)
        .with_columns(value=filled, reported_value="value")
        .with_columns(
            status=pl.when(pl.col("reported_value").is_not_null())
            .then(pl.lit("reported"))
            .when(pl.col("value").is_null())
            .then(pl.lit("missing"))
            .when(_is_inner())
            .then(pl.lit("interpolated"))
            .otherwise(pl.lit("extrapolated"))
        )
    )


def sources_of_fills(filled: pl.LazyFrame) -> pl.LazyFrame:
    """From which reported cells each filled one is made, and how much of a change of theirs it takes over.

    Args:
        filled: what `fill_gaps` gives.

    Returns:
        One row per filled cell and reported cell: ``variable, unit, period, from_period, weight_in_fill``.
        The weight is the derivative of the filled value with respect to the reported one: the share of
        the way on a line, 1 for a repeated end, less simple beyond the ends of a trend.
    """
    is_growth = pl.col("ends") == "growth"
    away = _years_beyond() / _years_of_series()
    way = _years_into_gap() / _years_of_gap()
    # A rate multiplies: its weights are elasticities times the ratio of the two values.
    scale = {
        end: pl.when(is_growth).then(pl.col("value") / pl.col(end)).otherwise(1.0)
        for end in ("first", "last")
    }
    edge = {"first": pl.col("before").is_null(), "last": pl.col("after").is_null()}
    own = {end: pl.when(is_edge).then(1.0).otherwise(0.0) for end, is_edge in edge.items()}
    is_line_beyond = ~_is_inner() & (is_growth | (pl.col("ends") == "trend"))
    is_repeated = ~_is_inner() & (pl.col("ends") == "nearest")
    weights = {
        "before": pl.when(_is_inner()).then(1.0 - way).when(is_repeated).then(1.0),
        "after": pl.when(_is_inner()).then(way).when(is_repeated).then(1.0),
        "first": pl.when(is_line_beyond).then((own["first"] - away) * scale["first"]),
        "last": pl.when(is_line_beyond).then((own["last"] + away) * scale["last"]),
    }
    cells = filled.filter(pl.col("status").is_in(["interpolated", "extrapolated"]))
    return pl.concat(
        cells.select(*CELLS, "period", from_period=SIDES[side], weight_in_fill=weight)
        for side, weight in weights.items()
    ).drop_nulls()


def _with_sides(grid: pl.LazyFrame) -> pl.LazyFrame:
    """The rows in order, beside each the reported values and years from which it might be filled.

    Rows of a group stand together, so that all is found by places of rows, in one pass over columns: a
    window for each would make a list of every group.
    """
    is_known, place = pl.col("value").is_not_null(), pl.int_range(pl.len(), dtype=pl.UInt32)
    known = pl.when(is_known).then(place)
    is_new = pl.any_horizontal(pl.col(one).ne_missing(pl.col(one).shift()) for one in GROUP)
    is_old = pl.any_horizontal(pl.col(one).ne_missing(pl.col(one).shift(-1)) for one in GROUP)
    begin, end = pl.col("begin"), pl.col("end")
    before, after = (pl.col(side) for side in ("before", "after"))
    places = (
        _with_beginnings(grid)
        .sort(*CELLS, "period")
        .with_columns(
            least=pl.col("value").min().over("variable"),
            begin=pl.when(is_new).then(place).forward_fill(),
            end=pl.when(is_old).then(place).backward_fill(),
            before=known.forward_fill(),
            after=known.backward_fill(),
        )
        .with_columns(
            first=after.gather(begin),
            last=before.gather(end),
        )
        .with_columns(
            before=pl.when(before >= begin).then(before),
            after=pl.when(after <= end).then(after),
            first=pl.when(pl.col("first") <= end).then("first"),
            last=pl.when(pl.col("last") >= begin).then("last"),
        )
    )
    return places.with_columns(
        is_series=(pl.col("last") > pl.col("first")).fill_null(value=False),
        **{side: pl.col("value").gather(pl.col(side)) for side in SIDES},
        **{year: pl.col("period").gather(pl.col(side)) for side, year in SIDES.items()},
    )


def _with_beginnings(grid: pl.LazyFrame) -> pl.LazyFrame:
    """`since`: the rescaled year with which the run of years begins that a cell lies in; 0 for the first."""
    if "rescaled" not in grid.collect_schema().names():
        return grid.with_columns(since=pl.lit(0, pl.Int32))
    begun = (
        grid.filter(pl.col("rescaled").is_not_null())
        .select("variable", since=pl.col("rescaled").str.split(", "))
        .unique()
        .explode("since")
        .with_columns(pl.col("since").cast(pl.Int32))
    )
    since = (
        grid.select("variable", "period")
        .unique()
        .join(begun, on="variable")
        .filter(pl.col("since") <= pl.col("period"))
        .group_by("variable", "period")
        .agg(pl.col("since").max())
    )
    return grid.join(since, on=["variable", "period"], how="left").with_columns(
        pl.col("since").fill_null(0)
    )


def _of_its_sign(value: pl.Expr) -> pl.Expr:
    """A value of the kind that the series has: nothing is less than none of it."""
    return pl.when((value >= 0) | (pl.col("least") < 0)).then(value)


def _is_inner() -> pl.Expr:
    """Whether there are reported years on both sides."""
    return pl.col("before").is_not_null() & pl.col("after").is_not_null()


def _is_positive() -> pl.Expr:
    return (pl.col("first") > 0) & (pl.col("last") > 0)


def _years_into_gap() -> pl.Expr:
    return pl.col("period") - pl.col("before_period")


def _years_of_gap() -> pl.Expr:
    return pl.col("after_period") - pl.col("before_period")


def _years_beyond() -> pl.Expr:
    """Years from the nearest end of the series; negative before its beginning."""
    return pl.col("period") - pl.coalesce("before_period", "after_period")


def _years_of_series() -> pl.Expr:
    return pl.col("last_period") - pl.col("first_period")
