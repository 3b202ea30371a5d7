"""Finding the region of a printed label in the year it was printed for.

A label is compared without blanks. A region counts in the years in which it existed, or in
which it existed under an earlier or later name; a name that is older than its region is taken
for a revision backwards and reported. A row 全市 or 全省 is the municipality or province of the
others; 总计 and 合计 sum whatever rows there are, so only the card can say of what. Areas
(主城都市区) are regions of level ``area``. What finds no
region, or more than one, is listed and never guessed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import polars as pl

from nqpf_assets.catalog.homonyms import RANKS, candidates
from nqpf_assets.catalog.label_keys import SUMS, WHOLES, label_keys, said_in_two_languages
from nqpf_assets.catalog.names import key_of, near_names
from nqpf_assets.catalog.regions import AREA, NESTED_LEVELS, OUTSIDE, Regions
from nqpf_assets.warehouse.frame_parts import parts_of

PRINTED = ("label", "period", "beside")
"""Columns of what is printed in a row: its label, its year, and what stands beside the label."""
SEPARATOR = "\x1f"
"""Between the names of a province and a city that stand beside a label."""
ANY_YEAR = 2020
MOST_NEAR = 50
"""Labels whose near names are looked for; more are not shown."""
_RANK_CHARACTERS = "省市县区州盟旗"


@dataclass(frozen=True)
class RegionMatches:
    """The regions of a column of labels.

    Attributes:
        codes: region code per label, null where none was found.
        levels: level of that region.
        unmatched: one row per label without a region: ``label, reason, n, first, first_period,
            last_period, near``; `reason` is unknown, ambiguous, ended, total_of_what or two_names, `first`
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
    beside: pl.Series | None = None,
    n_cells: pl.Series | None = None,
) -> RegionMatches:
    """The region of each label in its period.

    Args:
        labels: names or codes as printed.
        periods: calendar years, of the same length.
        regions: the catalogue's regions.
        within: code of a region; of several with the same name, the one inside it is meant.
        whole: code of the region that a total row is the total of; where it is not given, only
            rows that name it (全市) find it from the others.
        beside: the province, or province and city joined by `SEPARATOR`, that is printed beside each label.
        n_cells: for how many each label stands, where that is not one.
    """
    rows = pl.DataFrame(
        {
            "label": labels.cast(pl.String),
            "period": periods.cast(pl.Int32),
        }
    ).with_columns(beside=pl.lit("") if beside is None else beside.fill_null(""))
    pairs = _each_once(rows, n_cells)
    printed = pairs["label"].drop_nulls().unique(maintain_order=True)
    keys = label_keys(printed, regions)
    last = pairs["period"].max()
    around = _beside_codes(pairs["beside"], last if isinstance(last, int) else ANY_YEAR, regions)
    found = _best(pairs.join(keys, on="label"), regions, within, around)
    pairs = pairs.join(
        keys.unique("label", keep="first"), on="label", how="left", maintain_order="left"
    )
    pairs = pairs.join(found, on=PRINTED, how="left", maintain_order="left")
    pairs = _totals(pairs, regions, whole).with_columns(
        region_code=pl.when(pl.col("reason").is_in(["valid", "continued", "early"])).then(
            "region_code"
        )
    )
    level = regions.frame.select("region_code", "level")
    pairs = pairs.join(level, on="region_code", how="left", maintain_order="left")
    matched = _in_rows(rows, pairs.select(*PRINTED, "region_code", "level"))
    lost = pairs.filter(pl.col("region_code").is_null())
    return RegionMatches(
        codes=matched["region_code"],
        levels=matched["level"],
        unmatched=_listing(lost, regions),
        early=_listing(pairs.filter(pl.col("reason") == "early"), regions),
    )


def _each_once(rows: pl.DataFrame, n_cells: pl.Series | None) -> pl.DataFrame:
    """What is printed in some rows, each once, with the ``n`` of its rows and the ``first`` of them."""
    if n_cells is not None:
        rows = rows.with_columns(n=n_cells)
    n_rows = pl.len().alias("n") if n_cells is None else pl.col("n").sum()
    counted = n_rows, pl.col("first").min()
    found = pl.concat(
        part.group_by(PRINTED, maintain_order=True).agg(counted)
        for part in parts_of(rows.with_row_index("first"))
    )
    whole = pl.col("n").sum(), pl.col("first").min()
    return found.group_by(PRINTED, maintain_order=True).agg(whole)


def _in_rows(rows: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """What is known of the label, period and neighbours of each row, in the order of the rows."""
    return pl.concat(
        [
            part.join(known, on=PRINTED, how="left", maintain_order="left", nulls_equal=True).drop(
                PRINTED
            )
            for part in parts_of(rows)
        ],
        rechunk=False,
    )


def find_region(name: str, regions: Regions, year: int) -> tuple[str | None, str]:
    """The code of one region by name or code in a year, and similar names where there is none."""
    match = match_regions(pl.Series([name]), pl.Series([year], dtype=pl.Int32), regions)
    code: str | None = match.codes[0]
    return code, "" if code is not None else match.unmatched["near"][0]


def _best(
    pairs: pl.DataFrame, regions: Regions, within: str | None, beside: pl.DataFrame
) -> pl.DataFrame:
    """The region of each label, period and what stands beside: with ``region_code, reason, near``."""
    best = (
        pairs.select("label", "key", "period", "beside")
        .join(
            candidates(pairs, regions, within, beside),
            on=["key", "period", "beside"],
            nulls_equal=True,
        )
        .group_by("label", "period", "beside")
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
            .unique()
            .sort()
            .alias("near"),
        )
    )
    several = (pl.col("unit_code").list.len() > 1) & (pl.col("rank") != RANKS.index("ended"))
    return best.select(
        "label",
        "period",
        "beside",
        region_code=pl.col("unit_code").list.first(),
        reason=pl.when(several)
        .then(pl.lit("ambiguous"))
        .otherwise(pl.col("rank").replace_strict(dict(enumerate(RANKS)), return_dtype=pl.String)),
        near=pl.col("near").list.join(", "),
    )


def _beside_codes(beside: pl.Series, year: int, regions: Regions) -> pl.DataFrame:
    """The regions that are printed beside labels: ``beside, above``; a name that is none says nothing."""
    printed = beside.drop_nulls().unique(maintain_order=True)
    parts = (
        pl.DataFrame({"beside": printed})
        .with_columns(name=pl.col("beside").str.split(SEPARATOR))
        .explode("name")
        .filter(pl.col("name") != "")
    )
    if parts.is_empty():
        return pl.DataFrame(schema={"beside": pl.String, "above": pl.String})
    province = parts.with_columns(first=pl.col("name").first().over("beside"))
    names = province.select("name", "first").unique(maintain_order=True)
    is_first = names["name"] == names["first"]
    found = []
    for rows, around in ((names.filter(is_first), False), (names.filter(~is_first), True)):
        years = pl.repeat(year, rows.height, dtype=pl.Int32, eager=True)
        match = match_regions(
            rows["name"], years, regions, beside=rows["first"] if around else None
        )
        found.append(rows.with_columns(above=match.codes))
    codes = pl.concat(found).drop_nulls("above")
    return province.join(codes, on=["name", "first"]).select("beside", "above")


def _totals(pairs: pl.DataFrame, regions: Regions, whole: str | None) -> pl.DataFrame:
    """Give total rows the region that they are the total of."""
    is_total = pl.col("key").is_in([*WHOLES, *SUMS])
    if not pairs.select((is_total & pl.col("reason").is_null()).any()).item():
        return pairs.with_columns(pl.col("reason").fill_null("unknown"))
    named = dict.fromkeys([*WHOLES, *SUMS], whole)
    if whole is None:
        parent = _common_parent(pairs["region_code"].drop_nulls().unique(), regions)
        name = dict(regions.frame.select("region_code", "name").iter_rows()).get(parent, "")
        named |= {key: parent for key, last in WHOLES.items() if name.endswith(last)}
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
    parents = finest["parent"].drop_nulls().unique()
    if len(parents) > 1:  # counties of several cities: the whole is the province of these
        parents = regions.frame.filter(
            pl.col("region_code").is_in(parents.implode()), pl.col("level") == "prefecture"
        )["parent"].unique()
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
    unknown = listing.filter(pl.col("reason") == "unknown")["label"].drop_nulls().head(MOST_NEAR)
    against = said_in_two_languages(unknown, regions)
    listing = listing.with_columns(
        reason=pl.when(pl.col("label").is_in(list(against)))
        .then(pl.lit("two_names"))
        .otherwise("reason"),
        near=pl.coalesce(
            pl.col("label").replace_strict(against, default=None, return_dtype=pl.String), "near"
        ),
    )
    near = [
        row["near"]
        or (", ".join(_near(row["label"], regions)) if row["label"] and n < MOST_NEAR else "")
        for n, row in enumerate(listing.iter_rows(named=True))
    ]
    return listing.with_columns(pl.Series("near", near, dtype=pl.String))


def _near(label: str, regions: Regions) -> tuple[str, ...]:
    """Names like a label, among those that share more with it than the words for a rank."""
    told = re.sub(f"[{_RANK_CHARACTERS}]", "", key_of(label)) or key_of(label)
    shares = regions.names.filter(regions.names.str.contains_any(list(told)))
    return near_names(label, shares)
