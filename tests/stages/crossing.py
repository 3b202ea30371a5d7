"""A project of three prefectures whose numbers are published for their counties alone, of which one moved.

寿县 went from 六安 to 淮南 in 2015. Numbers are made up, and the cards say so.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from nqpf_assets.catalog.catalogue import load_catalogue
from nqpf_assets.user_input.project import Project
from tests.pages import CARD, write_files

YEARS = range(2012, 2019)
PREFECTURES = ("340100", "340400", "341500")
MOVED, BEFORE, AFTER, YEAR = "340422", "341500", "340400", 2015

REGIONS = load_catalogue(Path("/nonexistent")).regions

STUDY = """\
study: cities
title: Prefectures put together from counties
units: {level: prefecture, only: ["340100", "340400", "341500"], expect: 3}
periods: {first: 2013, last: 2018}
sources:
  series:
    gdp: {from_level: {level: county, rule: sum}}
    land: {from_level: {level: county, rule: mean}}
    urban_share: {from_level: {level: county, rule: weighted_mean, weight: population}}
variables:
  output: {series: gdp, title: Output}
  urban: {series: urban_share, unit: "%"}
  land_each: {series: land}
  output_before: {expression: "lag(gdp, 1)"}
indices:
  wealth:
    title: Wealth
    method: entropy
    dimensions:
      all:
        - {indicator: rich, expression: gdp / land}
        - {indicator: towns, expression: urban_share}
tables:
  table_1:
    title: Output
    model: {outcome: output, regressors: [urban], effects: [unit]}
    columns:
      - label: (1)
      - {label: (2), regressors: [output_before]}
      - {label: (3), regressors: [wealth]}
      - {label: filled, interpolation: {method: linear}}
"""


@cache
def counties(year: int) -> Mapping[str, str]:
    """Codes of that year → the prefecture that their first four digits say, whatever the catalogue does."""
    found = {}
    for code, level, begin, end in REGIONS.frame.select(
        "region_code", "level", "valid_from", "valid_to"
    ).iter_rows():
        if level == "county" and begin <= year <= (end or 9999) and "~" not in code:
            found[code] = f"{code[:4]}00"
    return found


def number(series: str, code: str, year: int) -> float:
    """A made-up number of a county, by the code that it has for good."""
    seed = (int(code) * 37 + year * 11 + len(series) * 101) % 97
    return {
        "gdp": 100.25 + 3 * seed + 2 * (year - 2012),
        "population": 20.0 + seed % 13 + 0.5 * (year - 2012),
        "urban_share": 30.0 + seed / 4,
        "land": 900.0 + seed,
    }[series]


UNITS = {"gdp": "万元", "population": "万人", "urban_share": "'%'", "land": "公顷"}


def unit_of(code: str) -> str:
    """The code that a county of that code has for good."""
    return MOVED if code == "341521" else code


def cells(series: str, changed: Mapping[tuple[str, int], float] | None = None) -> str:
    """A file of a series: region, year, value, by the codes of each year; some values may be others."""
    lines = [f"地区,年份,{series}"]
    for year in YEARS:
        for code, prefecture in sorted(counties(year).items()):
            unit = unit_of(code)
            if prefecture in PREFECTURES and (series, unit, year) != ("gdp", *GAP):
                value = (changed or {}).get((unit, year), number(series, unit, year))
                lines.append(f"{code},{year},{value}")
    return "\n".join(lines) + "\n"


GAP = ("340402", 2016)
"""A county whose output of one year was never published."""


def write_crossing(
    root: Path, study: str = STUDY, files: Mapping[str, str] | None = None
) -> Project:
    """The project in a folder; `files` adds or replaces."""
    content = {"studies/cities.yaml": study}
    for series, unit in UNITS.items():
        card = CARD.format(publisher="Bureau", status="official", published="2020-10", unit=unit,
                           series=series, label=series)  # fmt: skip
        content[f"raw/bureau/2020/{series}.csv"] = cells(series)
        content[f"raw/bureau/2020/{series}.csv.card.yaml"] = card
    content["catalog/series.yaml"] = SERIES
    return write_files(root, content | dict(files or {}))


SERIES = """\
land: {names: [土地面积某], unit: 公顷, kind: stock, english: Land}
"""
