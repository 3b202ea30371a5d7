"""A small project in which every step of the walk has something to do.

Eight provinces, 2011 to 2018: gaps and a correction, two vintages of one series, winsorising, indices by two
methods, groups, most estimators, and a table of every kind. Numbers are made up, and the cards say so.
"""

from __future__ import annotations

import random
from functools import partial
from pathlib import Path

from nqpf_assets.user_input.project import Project
from tests.pages import CARD, page, write_files

PROVINCES = ("北京市", "天津市", "河北省", "山西省", "内蒙古自治区", "辽宁省", "吉林省", "山东省")
YEARS = range(2011, 2019)

SERIES = {
    "gdp": ("Bureau", "official", "亿元", 900.0),
    "population": ("Survey", "synthetic", "万人", 3000.0),
    "urban_population": ("Survey", "survey", "万人", 1500.0),
    "energy_consumption": ("Bureau", "official", "万吨标准煤", 7000.0),
    "local_income": ("Survey", "survey", "万元", 500.0),  # of no catalogue
    "local_area": ("Survey", "survey", "平方公里", 80.0),  # that no study reads
}
GAPS = {
    ("gdp", 0, 2012),
    ("population", 1, 2011),
    ("population", 2, 2018),
    ("energy_consumption", 3, 2015),
}

STUDY = """\
study: rich
title: A study of eight provinces
units: {level: province, only: [北京, 天津, 河北, 山西, 内蒙古, 辽宁, 吉林, 山东]}
periods: {first: 2012, last: 2018}
interpolation: {method: linear, ends: trend}
sources: {series: {energy_consumption: {ends: nearest}}}
groups:
  areas: {north: [北京, 天津, 河北, 山西], east: [内蒙古, 辽宁, 吉林, 山东]}
  halves: {a: [北京, 天津, 吉林, 山东], b: [河北, 山西, 内蒙古, 辽宁]}
  pace: {expression: "log(gdp / population) > median(log(gdp / population), by=period)", names: [low, high]}
  unused: {x: [北京], y: [天津, 河北, 山西, 内蒙古, 辽宁, 吉林, 山东]}
variables:
  output: {expression: log(gdp / population), title: Output, winsorize: {share: 0.05}}
  output_before: {expression: "lag(output, 1)"}
  towns: {series: urban_population, per: population, unit: 比例, minimum: 0}
  energy: {expression: energy_consumption / gdp, winsorize: {share: 0.05, by: period}}
  north_output: {expression: "output * is_group(areas, north)"}
  idle: {expression: local_income * 2}
indices:
  wealth:
    title: Wealth
    method: entropy
    weights: by_period
    dimensions:
      all:
        - {indicator: per_person, expression: gdp / population}
        - {indicator: clean, expression: energy_consumption / gdp, direction: negative}
      towns:
        - {indicator: town_share, expression: urban_population / population}
  parts:
    title: Parts
    method: principal_components
    dimensions:
      all:
        - {indicator: part_output, expression: gdp / population}
        - {indicator: part_towns, expression: urban_population / population}
        - {indicator: part_energy, expression: energy_consumption / population}
tables:
  table_1:
    title: Output
    model: {outcome: output, regressors: [towns]}
    hide: [energy]
    columns:
      - label: (1)
        controls: [energy]
        published: {towns: {estimate: 1.5, statistic: 2.5}}
      - label: (2)
        regressors: [wealth]
        controls: [parts]
        vcov: {by: [halves]}
        effects: [period]
        note: A note
      - {label: (3), sample: {within: {areas: north}}, winsorize: {share: 0.05}, effects: [unit]}
      - label: (4)
        controls: [wealth, parts]
        estimator: mediation
        mediation: {mediator: energy, draws: 20}
      - label: (5)
        estimator: group_difference
        difference: {grouping: areas, groups: [north, east], draws: 0}
      - label: (6)
        estimator: threshold
        effects: [unit]
        threshold: {variable: energy, regime: [towns], draws: 0}
      - label: (7)
        estimator: group_difference
        effects: [period]
        difference: {grouping: pace, groups: [low, high], draws: 0}
  space:
    title: Neighbours
    model: {outcome: output, regressors: [towns]}
    columns:
      - {label: contiguous, estimator: spatial_slx, space: {weights: contiguity}}
      - {label: near, estimator: spatial_durbin, space: {weights: inverse_distance, draws: 100}}
      - {label: alike, estimator: spatial_slx, space: {weights: economic, economic_variable: energy}}
  levels:
    title: Levels
    kind: growth
    region: 北京
    first: 2013
    last: 2018
    rows:
      - {title: Output, series: gdp, published_growth: 7.5, published: {2018: 1000.0}}
      - {title: People, series: population}
  differences: {title: Differences, kind: regional_differences, variable: energy, grouping: areas}
  paces: {title: Paces, kind: descriptive, describe: [towns], statistics: [mean, median], grouping: pace}
  lines: {title: Lines, kind: trend, x: towns, y: output, grouping: halves}
  map:
    title: Map
    kind: spatial_autocorrelation
    variable: towns
    local: true
    permutations: 99
    false_discovery_rate: 0.9
  map_of_alike:
    title: Alike
    kind: spatial_autocorrelation
    variable: output
    local: true
    space: {weights: economic, economic_variable: energy}
    permutations: 99
"""

CORRECTIONS = """\
corrections:
  - name: one_cell
    series: gdp
    region: 北京
    period: 2011
    expect: {expect}
    value: 1234.5
    reason: a digit was lost
    source: the next edition
    date: 2020-01-01
"""


def value(series: str, place: int, year: int, vintage: str = "2019") -> float | None:
    """A cell of a page; None where nothing was published."""
    if (series, place, year) in GAPS:
        return None
    draw = random.Random(f"{series} {place} {year} {vintage}")
    level = SERIES[series][3] * (1 + place / 3)
    in_unit = 10_000 if (series, vintage) == ("gdp", "2018") else 1
    return round(level * (1.04 ** (year - 2011)) * draw.uniform(0.85, 1.15) * in_unit, 2)


def write_rich(root: Path, study: str = STUDY) -> Project:
    """The project in a folder."""
    content = {
        "studies/rich.yaml": study,
        "corrections.yaml": CORRECTIONS.format(expect=value("gdp", 0, 2011)),
    }
    for series, (publisher, status, unit, _) in SERIES.items():
        for vintage in ("2019", "2018") if series == "gdp" else ("2019",):
            folder = f"raw/{publisher.lower()}/{vintage}"
            content[f"{folder}/{series}.csv"] = page(
                series, PROVINCES, YEARS, partial(value, series, vintage=vintage)
            )
            content[f"{folder}/{series}.csv.card.yaml"] = CARD.format(
                publisher=publisher,
                status=status,
                published=f"{vintage}-10",
                unit="万元" if (series, vintage) == ("gdp", "2018") else unit,
                series=series,
                label=series,
            )
    return write_files(root, content)
