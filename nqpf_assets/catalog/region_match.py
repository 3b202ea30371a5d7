"""Finding the region of a printed label in the year it was printed for.

A label is compared without blanks. A region counts in the years in which it existed, or in
which it existed under an earlier or later name; a name that is older than its region is taken
for a revision backwards and reported. A row 全市 or 全省 is the municipality or province of the
others; 总计 and 合计 sum whatever rows there are, so only the card can say of what. Areas
(主城都市区) are regions of level ``area``. What finds no
region, or more than one, is listed and never guessed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from nqpf_assets.catalog.names import key_of, near_names
from nqpf_assets.catalog.regions import AREA, NESTED_LEVELS, OUTSIDE, Regions

_WHOLES = {"全市": "市", "全省": "省", "全区": "区", "全县": "县", "全州": "州"}
"""Rows that name the region they are the total of, with the last letter of its name."""
_SUMS = frozenset(("总计", "合计", "共计", "总数", "全部", "total"))
"""Rows that sum those above or below them, which need not be all of any region."""
_RANKS = ("valid", "continued", "early", "ended")


@dataclass(frozen=True)
class RegionMatches:
    """The regions of a column of labels.

    Attributes:
        codes: region code per label, null where none was found.
        levels: level of that region.
        unmatched: one row per label without a region: ``label, reason, n, first, first_period,
            last_period, near``; `reason` is unknown, ambiguous, ended or total_of_what, `first`
            the position of its first occurrence, `near` candidates or similar names.
        early: labels printed for years before their region existed, same columns.
    """

    codes: pl.Series
    levels: pl.Series
    unmatched: pl.DataFrame
    early: pl.DataFrame


def match_regions(
    labels: pl.Series,
    periods: pl.Series,
    regions: Regions,
    *,
    within: str | None = None,
    whole: str | None = None,
) -> RegionMatches:
    """The region of each label in its period.

    Args:
        labels: names or codes as printed.
        periods: calendar years, of the same length.
        regions: the catalogue's regions.
        within: code of a region; of several with the same name, the one inside it is meant.
        whole: code of the region that a total row is the total of; where it is not given, only
            rows that name it (全市) find it from the others.
    """
    rows = pl.DataFrame({"label": labels.cast(pl.String), "period": periods.cast(pl.Int32)})
    rows = rows.with_row_index("first")
    pairs = rows.group_by("label", "period", maintain_order=True).agg(
        pl.len().alias("n"), pl.col("first").min()
    )
    printed = pairs["label"].drop_nulls().unique(maintain_order=True)
    keys = pl.DataFrame(
        {"label": printed, "key": [key_of(label) for label in printed]},
        schema={"label": pl.String, "key": pl.String},
    )
    pairs = pairs.join(keys, on="label", how="left", maintain_order="left")
    found = _candidates(pairs, regions, within)
    pairs = pairs.join(found, on=["key", "period"], how="left", maintain_order="left")
    pairs = _totals(pairs, regions, whole).with_columns(
        region_code=pl.when(pl.col("reason").is_in(["valid", "continued", "early"])).then(
            "region_code"
        )
    )
    level = regions.frame.select("region_code", "level")
    pairs = pairs.join(level, on="region_code", how="left", maintain_order="left")
    matched = rows.join(
        pairs.select("label", "period", "region_code", "level"),
        on=["label", "period"],
        how="left",
        maintain_order="left",
        nulls_equal=True,
    )
    lost = pairs.filter(pl.col("region_code").is_null())
    return RegionMatches(
        codes=matched["region_code"],
        levels=matched["level"],
        unmatched=_listing(lost, regions),
        early=_listing(pairs.filter(pl.col("reason") == "early"), regions),
    )


def find_region(name: str, regions: Regions, year: int) -> tuple[str | None, str]:
    """The code of one region by name or code in a year, and similar names where there is none."""
    match = match_regions(pl.Series([name]), pl.Series([year], dtype=pl.Int32), regions)
    code: str | None = match.codes[0]
    return code, "" if code is not None else match.unmatched["near"][0]


def _candidates(pairs: pl.DataFrame, regions: Regions, within: str | None) -> pl.DataFrame:
    """The best region per key and period: ``key, period, region_code, reason, near``."""
    known = (
        regions.spellings.join(regions.continuing, on="region_code")
        .join(
            regions.frame.select("region_code", "name", "parent", "valid_from", "valid_to"),
            on="region_code",
        )
        .with_columns(pl.col("valid_to").fill_null(9999))
    )
    if within is not None:
        inside = (pl.col("parent") == within) | (pl.col("region_code") == within)
        known = known.filter(inside | ~inside.any().over("key"))
    period = pl.col("period")
    rank = (
        pl.when(period.is_between("valid_from", "valid_to"))
        .then(0)
        .when(period.is_between("unit_from", "unit_to"))
        .then(1)
        .when(period < pl.col("unit_from"))
        .then(2)
        .otherwise(3)
    )
    best = (
        pairs.select("key", "period")
        .unique()
        .join(known, on="key")
        .with_columns(rank=rank)
        .filter(pl.col("rank") == pl.col("rank").min().over("key", "period"))
        .group_by("key", "period")
        .agg(
            pl.col("unit_code").unique(),
            pl.col("rank").first(),
            pl.format(
                "{} ({}, {}-{})",
                "name",
                "region_code",
                "valid_from",
                pl.col("valid_to").cast(pl.String).replace("9999", ""),
            )
            .sort()
            .alias("near"),
        )
    )
    several = pl.col("unit_code").list.len() > 1
    return best.select(
        "key",
        "period",
        region_code=pl.col("unit_code").list.first(),
        reason=pl.when(several)
        .then(pl.lit("ambiguous"))
        .otherwise(pl.col("rank").replace_strict(dict(enumerate(_RANKS)), return_dtype=pl.String)),
        near=pl.col("near").list.join(", "),
    )


def _totals(pairs: pl.DataFrame, regions: Regions, whole: str | None) -> pl.DataFrame:
    """Give total rows the region that they are the total of."""
    is_total = pl.col("key").is_in([*_WHOLES, *_SUMS])
    if not pairs.select((is_total & pl.col("reason").is_null()).any()).item():
        return pairs.with_columns(pl.col("reason").fill_null("unknown"))
    named = dict.fromkeys([*_WHOLES, *_SUMS], whole)
    if whole is None:
        parent = _common_parent(pairs["region_code"].drop_nulls().unique(), regions)
        name = dict(regions.frame.select("region_code", "name").iter_rows()).get(parent, "")
        named |= {key: parent for key, last in _WHOLES.items() if name.endswith(last)}
    total = pl.col("key").replace_strict(named, default=None, return_dtype=pl.String)
    return pairs.with_columns(
        region_code=pl.when(is_total).then(total).otherwise("region_code"),
        reason=pl.when(is_total & total.is_not_null())
        .then(pl.lit("valid"))
        .when(is_total)
        .then(pl.lit("total_of_what"))
        .otherwise(pl.col("reason").fill_null("unknown")),
    )


def _common_parent(codes: pl.Series, regions: Regions) -> str | None:
    """The parent of the finest regions among the codes, if they have one in common."""
    found = regions.frame.filter(
        pl.col("region_code").is_in(codes.implode()), pl.col("level") != AREA
    )
    coarse = [level for level in NESTED_LEVELS if level in found["level"]]
    finer = found.filter(~pl.col("level").is_in([*NESTED_LEVELS, OUTSIDE]))
    finest = finer if finer.height else found.filter(pl.col("level").is_in(coarse[-1:]))
    parents: Sequence[str] = finest["parent"].drop_nulls().unique().to_list()
    return parents[0] if len(parents) == 1 else None


def _listing(pairs: pl.DataFrame, regions: Regions) -> pl.DataFrame:
    """One row per label, with similar names for those that are unknown."""
    listing = pairs.group_by("label", "reason", maintain_order=True).agg(
        pl.col("n").sum(),
        pl.col("first").min(),
        pl.col("period").min().alias("first_period"),
        pl.col("period").max().alias("last_period"),
        pl.col("near").first(),
    )
    names = [*regions.frame["name"], *regions.frame["short"].drop_nulls()]
    near = [
        row["near"]
        or (", ".join(near_names(row["label"], names)) if row["label"] and n < 50 else "")
        for n, row in enumerate(listing.iter_rows(named=True))  # more are not shown
    ]
    return listing.with_columns(pl.Series("near", near, dtype=pl.String))
