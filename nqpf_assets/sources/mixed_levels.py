"""Ids of a user's own units that are also codes of shipped regions.

A panel of firms with the id 430100 in it would lose that firm to Changsha, whose code it is, without a word:
in a file of a project's own units, a code of a shipped region is an error until the project says what it is.
"""

from __future__ import annotations

import polars as pl

from nqpf_assets.catalog.region_match import RegionMatches
from nqpf_assets.catalog.regions import SHIPPED_LEVELS, Regions
from nqpf_assets.messages.problems import Problem

MOST_ROWS = 5
"""Rows to paste that a message shows."""


def taken_for_regions(
    match: RegionMatches, cells: pl.DataFrame, regions: Regions, file: str
) -> tuple[Problem, ...]:
    """One problem for a file whose labels are own units and, by their digits, shipped regions.

    Args:
        match: the regions of the labels.
        cells: ``label, period, locator`` of each cell.
        regions: the catalogue's regions.
        file: path as the user knows it.
    """
    levels = match.levels.drop_nulls().unique().to_list()
    own = sorted(set(levels) - SHIPPED_LEVELS)
    if not own or len(own) == len(levels):
        return ()
    labels = cells.select("label", "period", "locator").with_columns(
        region_code=match.codes, level=match.levels
    )
    taken = (
        labels.filter(
            pl.col("level").is_in(list(SHIPPED_LEVELS)) & pl.col("label").str.contains(r"^\d+$")
        )
        .group_by("label", maintain_order=True)
        .agg(
            pl.col("region_code", "level", "locator").first(),
            pl.col("period").min(),
            pl.len().alias("n"),
        )
    )
    if taken.is_empty():
        return ()
    first = taken.row(0, named=True)
    names = dict(regions.frame.select("region_code", "name").iter_rows())
    more = f" and {len(taken) - 1} more" if len(taken) > 1 else ""
    rows = "\n".join(
        f"    {label},NAME,{own[0]},{period}"
        for label, period in taken.select("label", "period").head(MOST_ROWS).iter_rows()
    )
    return (
        Problem(
            file=file,
            where=first["locator"],
            expected=f"units of the level {', '.join(own)}, as the others of this file",
            found=f"`{first['label']}`{more} in {taken['n'].sum()} cells: taken for "
            f"{names[first['region_code']]} ({first['level']}), which has this code in the shipped catalogue",
            remedy="if they are units of your own, say so in catalog/regions.csv, with the columns "
            "region_code,name,level,valid_from:\n"
            f"{rows}\n"
            "else give shipped regions by their names, or in a file of their own",
            code="unit_taken_for_region",
        ),
    )
