"""How regions may be written: names old and new, codes, English and pinyin with a word for the rank.

What a printed label is compared as belongs to `label_keys`.
"""

from __future__ import annotations

from collections.abc import Set

import polars as pl

from nqpf_assets.catalog.names import BLANKS

_FOREIGN_RANKS = {
    "市": ("city", "shi"), "区": ("district", "qu"), "县": ("county", "xian"), "州": ("prefecture", "zhou"),
    "盟": ("league", "meng"), "旗": ("banner", "qi"), "省": ("province", "sheng"),
    "地区": ("prefecture", "diqu"),
}  # fmt: skip
"""What stands behind a name in English and pinyin for its rank."""


def spellings_of(frame: pl.DataFrame, *, listed: Set[str], own: Set[str]) -> pl.DataFrame:
    """Every spelling of every region, for comparison: ``key, region_code``.

    Args:
        frame: one row per region, columns of `regions.REGION_SCHEMA`.
        listed: codes of the regions that are known from the list of China alone …
        own: … which yield spellings to a project's own regions, whose codes these are.
    """
    written = pl.concat_list(
        "name",
        "short",
        "english",
        "gb_code",
        "region_code",
        pl.col("gb_code") + "000000",
        pl.col("gb_code") + "000",
        pl.col("spellings").fill_null("").str.split("|"),
    )
    spelled = frame.select("region_code", key=written).explode("key")
    rank = f"({'|'.join(sorted(_FOREIGN_RANKS, key=len, reverse=True))})$"
    foreign = pl.concat_list(
        pl.col("english").fill_null(""), pl.col("spellings").fill_null("").str.split("|")
    )
    ranked = (
        frame.select("region_code", rank=pl.col("name").str.extract(rank), foreign=foreign)
        .explode("foreign")
        .filter(pl.col("rank").is_not_null() & pl.col("foreign").str.contains("^[A-Za-z]"))
    )
    behind = [
        ranked.select("region_code", key=pl.col("foreign") + pl.col("rank").replace_strict(words))
        for words in ({rank: words[n] for rank, words in _FOREIGN_RANKS.items()} for n in (0, 1))
    ]
    keys = (
        pl.concat([spelled, *behind])
        .filter(pl.col("key").fill_null("") != "")
        .with_columns(key=keys_of(pl.col("key")))
        .unique(maintain_order=True)
    )
    named_by_own = keys.filter(pl.col("region_code").is_in(list(own)))["key"].unique()
    yields = pl.col("region_code").is_in(list(listed)) & pl.col("key").is_in(named_by_own.implode())
    return keys.filter(~yields)


def keys_of(names: pl.Expr) -> pl.Expr:
    """`names.key_of` of a column."""
    return names.str.normalize("NFKC").str.replace_all(BLANKS, "").str.to_lowercase()
