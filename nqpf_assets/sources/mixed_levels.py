"""Ids of a user's own units that are also codes or names of shipped regions.

A panel of firms with the id 430100 in it would lose that firm to Changsha, whose code it is, without a word,
and so would one of a firm that is named 长沙. Where a project has units of its own, codes of shipped
regions in one of its files, and names beside such units that lie in no such region, are told until the
catalogue says that they are units, or the card that they are regions.
"""

from __future__ import annotations

from typing import Literal

import polars as pl

from nqpf_assets.catalog.names import key_of
from nqpf_assets.catalog.region_match import RegionMatches
from nqpf_assets.catalog.regions import SHIPPED_LEVELS, Regions
from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.pasted_yaml import yaml_word
from nqpf_assets.messages.problems import Problem
from nqpf_assets.sources.card import OriginCard
from nqpf_assets.sources.region_problems import at_region
from nqpf_assets.sources.resolution import accepts

MOST_ROWS = 5
"""Rows to paste that a message shows."""
CODE = "unit_taken_for_region"


def taken_for_regions(
    match: RegionMatches,
    cells: pl.DataFrame,
    regions: Regions,
    card: OriginCard,
    file: str,
    region_at: str | None,
) -> tuple[Problem, ...]:
    """One problem for a file whose labels may be own units and are, by their digits, shipped regions.

    An error where units of the project are in the same file or have ids like these; a warning where its
    units look different, or where the card accepts the level.

    Args:
        match: the regions of the labels.
        cells: ``label, period, locator`` of each cell.
        regions: the catalogue's regions.
        card: which may say `accept: {level: prefecture}`.
        file: path as the user knows it.
        region_at: where regions stand, as its reading says.
    """
    if not set(regions.frame["level"]) - SHIPPED_LEVELS:
        return ()
    labels = cells.select("label", "period", "locator").with_columns(
        region_code=match.codes, level=match.levels
    )
    is_code = pl.col("label").str.contains(r"^\d+$") | pl.col("label").is_in(
        _names_beside_own(labels, regions, card)
    )
    shipped = pl.col("level").is_in(list(SHIPPED_LEVELS))
    taken = (
        labels.filter(shipped & is_code)
        .group_by("label", maintain_order=True)
        .agg(
            pl.col("region_code", "level", "locator").first(),
            pl.col("period").min(),
            pl.len().alias("n"),
        )
    )
    own, is_sure = _own_levels(labels, taken, regions)
    if taken.is_empty() or not own:
        return ()
    first = at_region(taken["locator"][0], region_at)
    return (_told(taken, own, regions, card, file, first, is_sure=is_sure),)


def _names_beside_own(labels: pl.DataFrame, regions: Regions, card: OriginCard) -> list[str]:
    """Names of shipped regions that stand beside own units and are no totals of them.

    Totals name the whole country, the region of the card, or one in which such units lie.
    """
    found = labels.select("label", "region_code", "level").drop_nulls().unique(maintain_order=True)
    is_own = ~pl.col("level").is_in(list(SHIPPED_LEVELS))
    own = found.filter(is_own)["region_code"].to_list()
    if not own:
        return []
    around = {at for code in own for at in _around(code, regions)}
    spelled = set(regions.spellings["key"])
    whole = key_of(card.region or "")
    return [
        label
        for label, code, level in found.filter(~is_own & (pl.col("level") != "country")).iter_rows()
        if code not in around and key_of(label) in spelled - {whole}
    ]


def _around(code: str, regions: Regions) -> list[str]:
    """The regions in which a unit lies, from the nearest."""
    found: list[str] = []
    while (parent := regions.parents.get(code)) is not None and parent not in found:
        found.append(parent)
        code = parent
    return found


def _own_levels(
    labels: pl.DataFrame, taken: pl.DataFrame, regions: Regions
) -> tuple[list[str], bool]:
    """Levels of the project's own that the codes may be of, and whether they look like its ids."""
    levels = labels["level"].drop_nulls().unique().to_list()
    if beside := sorted(set(levels) - SHIPPED_LEVELS):
        return beside, True
    if labels["label"].n_unique() > taken.height:
        return [], False  # names of regions stand among them
    units = regions.frame.filter(~pl.col("level").is_in(list(SHIPPED_LEVELS)))
    lengths = taken["label"].str.len_chars().unique().to_list()
    id_ = pl.col("region_code")
    alike = units.filter(id_.str.contains(r"^\d+$") & id_.str.len_chars().is_in(lengths))
    return sorted(set((units if alike.is_empty() else alike)["level"])), not alike.is_empty()


def _told(
    taken: pl.DataFrame,
    own: list[str],
    regions: Regions,
    card: OriginCard,
    file: str,
    where: str,
    *,
    is_sure: bool,
) -> Problem:
    first = taken.row(0, named=True)
    names = dict(regions.frame.select("region_code", "name").iter_rows())
    more = f" and {len(taken) - 1} more" if len(taken) > 1 else ""
    rows = "\n".join(
        f"    {label},NAME,{own[0]},{period}"
        for label, period in taken.select("label", "period").head(MOST_ROWS).iter_rows()
    )
    what = "code" if first["label"].isdigit() else "name"
    level = ", ".join(sorted(set(taken["level"])))
    is_accepted = accepts(card, "level", level)
    severity: Literal["error", "warning"] = "error" if is_sure and not is_accepted else "warning"
    remedy = (
        f"if they are regions, write `accept: {{level: {yaml_word(level)}}}` in the card; "
        "if they are units of your own, say so in catalog/regions.csv, with the columns "
        f"region_code,name,level,valid_from:\n{rows}"
    )
    return Problem(
        file=file,
        where=where,
        expected=f"units of the level {', '.join(own)}, which the project's catalogue has",
        found=f"`{first['label']}`{more} in {counted(int(taken['n'].sum()), 'cells')}: taken for "
        f"{names[first['region_code']]} ({first['level']}), which has this {what} in the shipped catalogue",
        remedy="nothing: the card accepts it" if is_accepted else remedy,
        severity=severity,
        code=CODE,
    )
