"""Rows of one file that are one region under two spellings: 北京市 and 北京.

Which of the two is right nobody could say, whether their values agree or not; labels that are spelled alike
are told where cells are read (`formats.values`).
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from nqpf_assets.formats.limits import PROBLEMS
from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.pasted_yaml import yaml_word
from nqpf_assets.messages.problems import Problem
from nqpf_assets.warehouse.frame_parts import first_of_each

_KEY = ("sheet", "series_label", "unit_label", "region_code", "period")


def several_spellings(labels: pl.Series, codes: pl.Series) -> pl.Series:
    """Codes of the regions that have more than one label in a file."""
    taken = pl.DataFrame({"label": labels, "region_code": codes})
    spellings = first_of_each(taken, ("label", "region_code")).drop_nulls()
    return spellings.filter(pl.col("region_code").is_duplicated())["region_code"]


def spelled_twice(cells: pl.DataFrame, codes: pl.Series, file: str) -> Iterator[Problem]:
    """One error for every pair of spellings.

    Args:
        cells: the file's cells with ``label``, the region that each is taken for.
        codes: code of that region, null where there is none.
        file: path as the user knows it.
    """
    several = several_spellings(cells["label"], codes)
    if several.is_empty():
        return
    known = cells.select(*_KEY[:3], "period", "label", "locator").with_columns(region_code=codes)
    known = known.filter(pl.col("region_code").is_in(several.unique().implode()))
    pairs = (
        known.group_by(_KEY, maintain_order=True)
        .agg(pl.col("label", "locator").unique(maintain_order=True))
        .filter(pl.col("label").list.len() > 1)
        .with_columns(one=pl.col("label").list.get(0), other=pl.col("label").list.get(1))
        .group_by("one", "other", maintain_order=True)
        .agg(pl.col("locator").first(), pl.col("period").first(), n=pl.len())
    )
    for row in pairs.head(PROBLEMS).iter_rows(named=True):
        yield Problem(
            file=file,
            where=row["locator"][1],
            expected="each series, region and year once",
            found=f"`{row['other']}` in {row['period']}, the same region as `{row['one']}` at "
            f"{row['locator'][0]} ({counted(row['n'], 'such cells')})",
            remedy="keep one of the two: leave the other out, "
            f"`ignore: [{yaml_word(row['other'])}]` in the card; if they are two places, give their codes",
            code="repeated_region",
        )
    if pairs.height > PROBLEMS:
        yield Problem(
            file=file,
            where="",
            expected="each series, region and year once",
            found=f"{counted(pairs.height - PROBLEMS, 'more pairs')} of spellings",
            remedy="keep one of each",
            code="repeated_region",
        )
