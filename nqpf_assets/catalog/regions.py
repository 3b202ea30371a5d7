"""Regions and the years in which they existed: provinces, prefectures, counties, areas.

Facts stand in ``regions.csv``, ``regions_of_china.csv``, which
``tests/catalog/make_regions_of_china.py`` makes of published lists, and ``region_groups.csv``. A row of
the first two is one region with its spellings; `region_code` is unique for ever, `gb_code` is the code of
GB/T 2260, which has been given to two different regions in turn (500110 was 万盛区 until 2010). A region
that only changed its name or rank (开县 became 开州区) names its successor, and the two are one unit.
`region_files` reads them; how a printed label finds its region belongs to `region_match`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from nqpf_assets.catalog.names import simplified
from nqpf_assets.catalog.region_spellings import spellings_of

REGION_SCHEMA: Mapping[str, type[pl.DataType]] = {
    "region_code": pl.String,
    "gb_code": pl.String,  # null for areas
    "name": pl.String,
    "short": pl.String,
    "english": pl.String,
    "level": pl.String,  # country, province, outside, prefecture, county, area, or a project's
    "parent": pl.String,
    "valid_from": pl.Int32,  # first year at whose end it existed
    "valid_to": pl.Int32,  # last such year; null while it exists
    "successor": pl.String,  # the same unit under its next name
    "spellings": pl.String,  # further spellings, joined by |
}
NESTED_LEVELS = ("country", "province", "prefecture", "county")
"""Shipped levels of which each divides the one before it."""
AREA = "area"
"""The level of parts of a province that are no division of it: 主城都市区."""
OUTSIDE = "outside"
"""The level of 台湾, 香港 and 澳门, which tables of the mainland leave out of its total."""
WIDEST = ("country", "province", OUTSIDE)
"""Levels whose names are theirs, though a city or county bears them as well: 吉林, 海南."""
SHIPPED_LEVELS = frozenset({*NESTED_LEVELS, OUTSIDE, AREA})
"""Levels of the regions that ship with the package; a project may add levels of its own."""
_DEEPEST = 9
"""Levels above one another; a project's own may stand below those of China."""


@dataclass(frozen=True)
class Regions:
    """All regions of a project.

    Attributes:
        frame: one row per region, columns of `REGION_SCHEMA`.
        groups: one row per scheme, group and member: ``scheme, group, label, region_code``.
        listed: codes of the regions that are known from the list of China alone.
        own: codes of the project's own, whose names are not looked for in that list.
    """

    frame: pl.DataFrame
    groups: pl.DataFrame
    listed: frozenset[str] = frozenset()
    own: frozenset[str] = frozenset()

    @cached_property
    def fingerprint(self) -> str:
        text = self.frame.write_csv() + self.groups.write_csv()
        return hashlib.sha256(text.encode()).hexdigest()

    @cached_property
    def parents(self) -> Mapping[str, str | None]:
        """Region code to the code of the region it belongs to."""
        return dict(self.frame.select("region_code", "parent").iter_rows())

    @cached_property
    def continuing(self) -> pl.DataFrame:
        """For each region the unit it continues as, and the years the unit spans.

        Columns ``region_code, unit_code, unit_from, unit_to``.
        """
        successor = dict(self.frame.select("region_code", "successor").iter_rows())
        last = {}
        for code in successor:
            unit, seen = code, {code}
            while (following := successor.get(unit)) is not None and following not in seen:
                unit = following
                seen.add(unit)
            last[code] = unit
        unit = pl.DataFrame({"region_code": list(last), "unit_code": list(last.values())})
        return self.frame.join(unit, on="region_code").select(
            "region_code",
            "unit_code",
            unit_from=pl.col("valid_from").min().over("unit_code"),
            unit_to=pl.col("valid_to").fill_null(9999).max().over("unit_code"),
        )

    @cached_property
    def unit_codes(self) -> Mapping[str, str]:
        """Code, name or short name to the code of the unit, under which all its years are kept.

        A name that more than one unit bears is not in it, but that 海南 is the province.
        """
        rows = self.frame.join(self.continuing, on="region_code").select(
            "unit_code",
            is_below=~pl.col("level").is_in(WIDEST),
            written=pl.concat_list("region_code", "name", "short"),
        )
        named = rows.explode("written").drop_nulls().unique().sort("written")
        named = named.filter(pl.col("is_below") == pl.col("is_below").min().over("written"))
        return dict(
            named.filter(~pl.col("written").is_duplicated()).select("written", "unit_code").rows()
        )

    @cached_property
    def above(self) -> pl.DataFrame:
        """Every region and each that it lies in, itself among them: ``region_code, above``.

        A region above stands there by its own code and by that of the unit it continues as.
        """
        parent = self.frame.select(above="region_code", parent="parent")
        at = self.frame.select("region_code", above="region_code")
        found = [at]
        for _ in range(_DEEPEST):
            at = at.join(parent, on="above").select("region_code", above="parent").drop_nulls()
            if at.is_empty():
                break
            found.append(at)
        codes = pl.concat(found)
        unit = self.continuing.select(above="region_code", unit="unit_code")
        units = codes.join(unit, on="above").select("region_code", above="unit")
        return pl.concat([codes, units]).unique(maintain_order=True)

    @cached_property
    def provinces(self) -> pl.DataFrame:
        """The province that a region lies in, or is: ``region_code, province``."""
        is_one = pl.col("level").is_in(["province", OUTSIDE])
        codes = self.frame.filter(is_one).select(province="region_code")
        return self.above.join(codes, left_on="above", right_on="province").select(
            "region_code", province="above"
        )

    @cached_property
    def spellings(self) -> pl.DataFrame:
        """Every spelling of every region, for comparison: ``key, region_code``."""
        return spellings_of(self.frame, listed=self.listed, own=self.own)

    @cached_property
    def keys(self) -> frozenset[str]:
        """Every spelling of `spellings`."""
        return frozenset(self.spellings["key"])

    @cached_property
    def folded(self) -> Mapping[str, tuple[str, ...]]:
        """Every spelling in simplified characters to those that it stands for."""
        found: dict[str, tuple[str, ...]] = {}
        for key in sorted(self.keys):
            folded = simplified(key)
            found[folded] = (*found.get(folded, ()), key)
        return found

    @cached_property
    def bearers(self) -> Mapping[str, tuple[str, ...]]:
        """Every spelling of `spellings` to the regions that bear it."""
        found: dict[str, tuple[str, ...]] = {}
        for key, code in self.spellings.select("key", "region_code").iter_rows():
            found[key] = (*found.get(key, ()), code)
        return found

    @cached_property
    def english(self) -> Mapping[str, str | None]:
        """Region code to its English name."""
        return dict(self.frame.select("region_code", "english").iter_rows())

    @cached_property
    def name_of(self) -> Mapping[str, str]:
        """Region code to its Chinese name."""
        return dict(self.frame.select("region_code", "name").iter_rows())

    @cached_property
    def names(self) -> pl.Series:
        """Names and short names, those of the larger regions first."""
        return pl.concat([self.frame["name"], self.frame["short"].drop_nulls()]).unique(
            maintain_order=True
        )

    @cached_property
    def written(self) -> frozenset[str]:
        """Codes, names and short names, as study files name regions."""
        columns = self.frame.select("region_code", "name", "short").iter_columns()
        return frozenset(pl.concat([one.drop_nulls() for one in columns]).unique().to_list())

    @cached_property
    def levels(self) -> tuple[str, ...]:
        """The levels that there are, by name."""
        return tuple(self.frame["level"].unique().sort())

    @cached_property
    def known(self) -> pl.DataFrame:
        """Every spelling with what tells regions of one name apart.

        Columns ``key, region_code, unit_code, unit_from, unit_to, name, level, province, valid_from,
        valid_to``; the province is that of the unit: districts of Chongqing in 1990 are Chongqing's.
        """
        province = self.provinces.rename({"region_code": "unit_code"})
        return (
            self.spellings.join(self.continuing, on="region_code", maintain_order="left")
            .join(
                self.frame.select("region_code", "name", "level", "valid_from", "valid_to"),
                on="region_code",
                maintain_order="left",
            )
            .join(province, on="unit_code", how="left", maintain_order="left")
            .with_columns(pl.col("valid_to").fill_null(9999))
        )

    def units(self, level: str, *, parent: str | None = None, year: int) -> pl.DataFrame:
        """The regions of a level that exist at the end of a year, in the order of their codes.

        Name and rank are those of that year; `region_code` is the unit's, under which all its
        years are kept (开县 of 2010 is 500154, as 开州区 is). `parent` is any region above them: the counties
        of a province are those of its prefectures too.
        """
        asked = (level, parent, year)
        if asked not in self._units:
            self._units[asked] = self._units_of(level, parent, year)
        return self._units[asked]

    @cached_property
    def _units(self) -> dict[tuple[str, str | None, int], pl.DataFrame]:
        """What `units` has found: a check of a study asks for its units once per column."""
        return {}

    def _units_of(self, level: str, parent: str | None, year: int) -> pl.DataFrame:
        rows = self.frame.filter(
            pl.col("level") == level,
            pl.col("valid_from") <= year,
            pl.col("valid_to").fill_null(9999) >= year,
        )
        if parent is not None:
            inside = self.above.filter(pl.col("above") == parent).select("region_code")
            rows = rows.filter(pl.col("region_code") != parent).join(
                inside, on="region_code", how="semi"
            )
        unit = self.continuing.select("region_code", "unit_code")
        rows = rows.join(unit, on="region_code").with_columns(region_code=pl.col("unit_code"))
        return rows.drop("unit_code").sort("region_code")

    @cached_property
    def schemes(self) -> dict[str, list[str]]:
        """The groups of every scheme, in the order of the file."""
        groups = pl.col("group").unique(maintain_order=True)
        return dict(self.groups.group_by("scheme", maintain_order=True).agg(groups).rows())

    def group(self, scheme: str) -> dict[str, str]:
        """Region code to group in one scheme, e.g. ``four_regions``; empty if not known."""
        rows = self.groups.filter(pl.col("scheme") == scheme)
        return dict(rows.select("region_code", "group").iter_rows())
