"""Regions of a file that are not where the file says they are.

江北区 is a district of 重庆 and of 宁波. A table that prints 浙江省 in a column beside it tells which,
though the card names the column of districts only, and 吉林 in a list of cities is the city.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from nqpf_assets.catalog.names import key_of
from nqpf_assets.catalog.region_match import RegionMatches, match_regions
from nqpf_assets.catalog.regions import SHIPPED_LEVELS, Regions
from nqpf_assets.formats.limits import PROBLEMS
from nqpf_assets.messages.problems import Problem
from nqpf_assets.warehouse.frame_parts import first_of_each

_CITIES_TOO = ("吉林",)
"""Short names of provinces that are names of cities as well."""


def elsewhere(
    match: RegionMatches,
    cells: pl.DataFrame,
    regions: Regions,
    provinces: pl.DataFrame | None,
    file: str,
    *,
    whole: str | None,
) -> Iterator[Problem]:
    """Regions that another column of the file puts elsewhere, and provinces among cities.

    Args:
        match: the regions of the labels.
        cells: ``label, region_label, period, locator`` of each cell, and ``beside`` where provinces are.
        regions: the catalogue's regions.
        provinces: ``region_label, beside, province`` as the file prints them, of `Reading.provinces`.
        file: path as the user knows it.
        whole: the region that the card gives the file.
    """
    beside = ["beside"] if "beside" in cells.columns else []
    taken = cells.select("label", "region_label", "period", "locator", *beside).with_columns(
        region_code=match.codes, level=match.levels
    )
    one = ["region_label", "region_code", *beside]
    first = first_of_each(taken, one, ["label", "period", "locator", "level"])
    first = first.drop_nulls("region_code")
    if provinces is not None and not provinces.is_empty():
        yield from _contradicted(first, provinces, regions, file)
    levels = set(first["level"])
    for row in first.iter_rows(named=True):
        is_city = row["level"] == "province" and key_of(row["label"] or "") in _CITIES_TOO
        if is_city and "prefecture" in levels and row["region_code"] != whole:
            yield Problem(
                file=file,
                where=row["locator"],
                expected="a name that is a city's or a province's, among cities",
                found=f"`{row['label']}`, which is both, taken for the province",
                remedy=f"write {row['label']}市 or {row['label']}省, or its code; a city that the "
                "catalogue does not know is added to catalog/regions.csv",
                code="ambiguous_region",
            )


def _contradicted(
    taken: pl.DataFrame, provinces: pl.DataFrame, regions: Regions, file: str
) -> Iterator[Problem]:
    printed = provinces["province"].unique(maintain_order=True)
    years = pl.repeat(taken["period"].max(), len(printed), dtype=pl.Int32, eager=True)
    found = match_regions(printed, years, regions)
    known = pl.DataFrame({"province": printed, "said": found.codes}).filter(
        found.levels == "province"
    )
    beside = taken.filter(pl.col("level").is_in(list(SHIPPED_LEVELS))).join(
        provinces.join(known, on="province"), on=["region_label", "beside"], maintain_order="left"
    )
    is_province = pl.col("level") == "province"
    provinces_known = set(regions.frame.filter(is_province)["region_code"])
    provincial = {
        code: _province_of(code, regions.parents, provinces_known)
        for code in beside["region_code"].unique()
    }
    wrong = [
        row
        for row in beside.iter_rows(named=True)
        if (own := provincial[row["region_code"]]) is not None and own != row["said"]
    ]
    names = dict(regions.frame.select("region_code", "name").iter_rows())
    for n, row in enumerate(wrong[:PROBLEMS]):
        more = f" and {len(wrong) - PROBLEMS} more" if n == PROBLEMS - 1 < len(wrong) - 1 else ""
        own = names[provincial[row["region_code"]]]
        yield Problem(
            file=file,
            where=row["locator"],
            expected=f"a region of {row['province']}, which the file prints beside it",
            found=f"`{row['label']}`{more}, taken for {names[row['region_code']]} of {own}",
            remedy="name a column with codes as `region`; add the region to catalog/regions.csv if the "
            "catalogue does not know it",
            code="other_province",
        )


def _province_of(code: str, parents: Mapping[str, str | None], provinces: set[str]) -> str | None:
    """The province that a region lies in, or is; None where it lies in none."""
    at: str | None = code
    for _ in range(len(provinces)):
        if at is None or at in provinces:
            return at
        at = parents.get(at)
    return None
