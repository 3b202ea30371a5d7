"""Which of the regions of one name a label means: by year, by what stands beside it, by its column.

China has 朝阳区 in two cities, 鼓楼区 in four, and 吉安 is a city and a county of it. The region of the card
and the province or city that the table prints beside a label say which is meant. Where they do not, the
column may: a column whose other names are all of one province is of that province, one whose other names
are all cities is of cities. The short name of a province is the province's. What is left open has several
candidates, and is told.
"""

from __future__ import annotations

import polars as pl

from nqpf_assets.catalog.regions import WIDEST, Regions

RANKS = ("valid", "continued", "early", "ended")
"""How a region stands to the year of a label, the best first."""
_ONE = ["key", "period", "beside"]


def candidates(
    pairs: pl.DataFrame, regions: Regions, within: str | None, beside: pl.DataFrame
) -> pl.DataFrame:
    """The regions that a label may mean, best ones alone: one row per key, period, beside and region.

    Args:
        pairs: ``key, period, beside`` of each distinct label.
        regions: the catalogue's regions.
        within: code of a region; of several with the same name, those inside it are meant.
        beside: ``beside, above``: codes of the regions that stand beside a label in its table.

    Returns:
        ``key, period, beside, region_code, unit_code, name, valid_from, valid_to, rank``.
    """
    asked = pairs.select(_ONE).unique(maintain_order=True).drop_nulls("key")
    known = regions.known.filter(pl.col("key").is_in(asked["key"].unique().implode()))
    found = asked.join(known, on="key", maintain_order="left").with_columns(
        rank=_rank(pl.col("period"))
    )
    # 重庆市, a city of Sichuan until 1996, is no more meant by a card of Sichuan: the name is the province's.
    is_wide, is_ended = pl.col("level").is_in(WIDEST), pl.col("rank") == RANKS.index("ended")
    found = found.filter(~(is_ended & (is_wide & ~is_ended).any().over(_ONE)))
    if within is not None:
        found = _prefer(
            found, _inside(found, regions, pl.DataFrame({"above": [within]}), ["above"])
        )
    found = _prefer(found, _beside(found, regions, beside))
    found = _prefer(found, pl.Series(found["level"].is_in(WIDEST)))
    found = _of_one_province(found)
    is_now = pl.col("rank") < RANKS.index("early")
    best = pl.col("rank").min()
    found = found.filter(
        pl.when(is_now.any().over(_ONE))
        .then(is_now & (pl.col("rank") == best.over([*_ONE, "level"])))
        .otherwise(pl.col("rank") == best.over(_ONE))
    )
    early = pl.col("rank") == RANKS.index("early")
    found = found.filter(~early | (pl.col("valid_from") == pl.col("valid_from").min().over(_ONE)))
    return _of_one_level(found)


def _rank(period: pl.Expr) -> pl.Expr:
    return (
        pl.when(period.is_between("valid_from", "valid_to"))
        .then(0)
        .when(period.is_between("unit_from", "unit_to"))
        .then(1)
        .when(period < pl.col("unit_from"))
        .then(2)
        .otherwise(3)
    )


def _prefer(found: pl.DataFrame, wanted: pl.Series) -> pl.DataFrame:
    """Candidates of which a condition holds, wherever it holds of any candidate of the label."""
    rows = found.with_columns(_wanted=wanted)
    is_left = pl.col("_wanted") | ~pl.col("_wanted").any().over(_ONE)
    return rows.filter(is_left).drop("_wanted")


def _inside(
    found: pl.DataFrame, regions: Regions, places: pl.DataFrame, on: list[str]
) -> pl.Series:
    """Whether each candidate lies in one of the places, or is it."""
    rows = found.with_row_index("_row")
    above = rows.select("_row", "beside", region_code="region_code").join(
        regions.above, on="region_code"
    )
    inside = above.join(places, on=on, how="semi")["_row"].unique()
    return rows["_row"].is_in(inside.implode())


def _beside(found: pl.DataFrame, regions: Regions, beside: pl.DataFrame) -> pl.Series:
    """Whether a candidate lies in all the regions that its table prints beside it."""
    if beside.is_empty():
        return pl.repeat(False, found.height, dtype=pl.Boolean, eager=True)
    rows = found.with_row_index("_row")
    n_said = beside.group_by("beside").agg(n=pl.col("above").n_unique())
    lies = (
        rows.select("_row", "beside", "region_code")
        .join(regions.above, on="region_code")
        .join(beside.unique(), on=["beside", "above"])
        .group_by("_row", "beside")
        .agg(lies=pl.col("above").n_unique())
        .join(n_said, on="beside")
        .filter(pl.col("lies") == pl.col("n"))
    )
    return rows["_row"].is_in(lies["_row"].implode())


def _of_one_province(found: pl.DataFrame) -> pl.DataFrame:
    """Where all names that lie in one province lie in the same, the others are of it too."""
    n_provinces = pl.col("province").n_unique().over(_ONE)
    of_one = found.filter((n_provinces == 1) & pl.col("province").is_not_null())
    said = of_one["province"].unique()
    if len(said) != 1:
        return found
    return _prefer(found, (found["province"] == said[0]).fill_null(False))


def _of_one_level(found: pl.DataFrame) -> pl.DataFrame:
    """Where all names that are of one level in all their years are of the same, the others are of it too.

    儋州市 was a county until 2014 and is a prefecture since: it says nothing of the others in its column.
    """
    below = ~pl.col("level").is_in(WIDEST)
    n_levels = pl.col("level").n_unique().over("key", "beside")
    said = found.filter((n_levels == 1) & below)["level"].unique()
    if len(said) != 1:
        return found
    return _prefer(found, found["level"] == said[0])
