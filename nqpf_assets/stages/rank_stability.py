"""Places of units by an index beside those without one of its indicators: long and printed rows.

The measures are `nqpf_assets.indices.rank_stability`'s.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.indices.errors import IndicatorError
from nqpf_assets.indices.rank_stability import RankStability, rank_stability
from nqpf_assets.messages.counted import counted
from nqpf_assets.stages.printed_panel_table import Described, PanelRows, Row, number
from nqpf_assets.stages.provenance.numbers_read import IN_PRINT, Read
from nqpf_assets.studies.table_kinds.rank_stability import RankStabilityTable

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.stages.index_apart import IndexApart


def describe_rank_stability(table: RankStabilityTable, given: PanelRows) -> Described:
    """One row for each indicator that is left out; places by unit and year in long form.

    Raises:
        EstimationError: no row of these years has a score, or what is left carries no index.
    """
    import polars as pl

    assert given.index is not None, "tables of this kind say which index they take apart"
    index = given.index
    scored = pl.DataFrame(
        {"unit": index.indicators.units.tolist(), "period": index.indicators.periods},
        schema_overrides={"unit": pl.String, "period": pl.Int32},
    ).with_row_index("place")
    rows = given.rows.select("unit", "period").join(scored, on=["unit", "period"], how="inner")
    if rows.is_empty():
        raise EstimationError(f"no row of these years has a score of {table.index}")
    found = _without_each(index, rows["place"].to_numpy())
    keys = rows.select("unit", "period")
    long = pl.concat(
        keys.with_columns(
            index_name=pl.lit(table.index),
            indicator=pl.lit(name),
            rank_all=pl.Series(one.ranks),
            rank_without=pl.Series(one.others),
        )
        for name, one in found.items()
    )
    printed = [_row(name, one) for name, one in found.items()]
    printed.sort(key=lambda row: float(str(row["mean_rank_change"])), reverse=True)
    return Described(
        {"rank_change": long},
        "group",
        table.numbers(),
        printed,
        keys.sort("unit", "period"),
        list(_reads(table, keys, found)),
        list(_notes(table, len(given.rows) - len(rows), found)),
    )


def _without_each(index: IndexApart, places: np.ndarray) -> dict[str, RankStability]:
    """What becomes of the places in some rows of the index where an indicator is left out, by its name.

    Raises:
        EstimationError: what is left carries no index.
    """
    periods, scores = index.indicators.periods[places], index.result.scores[places]
    found = {}
    for place, name in enumerate(index.indicators.names):
        try:
            others = index.without(place)
        except IndicatorError as error:
            raise EstimationError(str(error)) from error
        found[name] = rank_stability(scores, others[places], periods)
    return found


def _row(name: str, found: RankStability) -> Row:
    known = found.spearman[np.isfinite(found.spearman)]
    moved = np.abs(found.changes)
    return {
        "row_label": name,
        "spearman": number(known.mean()) if len(known) else None,
        "spearman_lowest": number(known.min()) if len(known) else None,
        "mean_rank_change": float(moved.mean()),
        "largest_rank_change": int(moved.max()),
        "n_changed": int((moved > 0).sum()),
    }


def _reads(table: RankStabilityTable, keys: pl.DataFrame, labels: Iterable[str]) -> Iterator[Read]:
    """Places follow from the order of all scores of a year, and move in steps or not at all."""
    numbers = tuple(name for name, is_count in table.numbers().items() if not is_count)
    years = keys["period"].to_list()
    of = (IN_PRINT, numbers, table.index, min(years), max(years))
    yield from (Read(*of, group=label, role="threshold_side") for label in labels)


def _notes(
    table: RankStabilityTable, n_unscored: int, found: dict[str, RankStability]
) -> Iterator[str]:
    yield (
        f"{table.index} computed again without the indicator of the row, by the same method: weights from "
        "data anew, given weights over the sum of those that are left, comparisons without its own. "
        "Spearman's ρ of the units' places in a year with those by the whole index, mean and lowest of the "
        "years; change in places, mean and largest; unit-years whose place changes. By unit and year: "
        "result.rank_change."
    )
    undefined = {name: int((~np.isfinite(one.spearman)).sum()) for name, one in found.items()}
    if n := max(undefined.values()):
        yield f"Years in which all units have the same score, and no ρ: {n}."
    if n_unscored:
        yield f"Left out, for want of a score of {table.index}: {counted(n_unscored, 'rows')}."
