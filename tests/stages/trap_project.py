"""A small project that sets traps for provenance: every format, every rule, every way to read a cell.

Twelve provinces, 2008 to 2022; numbers are drawn from a fixed seed, and the cards say that they are made up.
All series have decimals: of whole numbers, one that is no more changes which gaps are filled.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from nqpf_assets.user_input.project import Project
from sample.files import Folder, RawFile, card_text, synthetic_folder
from sample.pages import Page, page
from sample.write_eps import eps_xlsx
from sample.write_nbs import long_csv, new_csv, old_csv, old_json, xls, xlsx
from sample.write_tidy import stata, tidy_card, tidy_csv
from sample.write_yearbook import yearbook_xls

UNITS = tuple(f"{number}0000" for number in (11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34))
YEARS = tuple(range(2008, 2023))

GAPS = {
    "roads": [("130000", 2011), ("130000", 2012), ("210000", 2016), ("330000", 2022)],
    "goods_trade": [("140000", 2021), ("140000", 2022), ("220000", 2008), ("220000", 2012)],
    "population": [("150000", 2015)],
    "energy_consumption": [("230000", 2014), ("230000", 2015), ("310000", 2012)],
    "fiscal_expenditure": [("120000", year) for year in range(2008, 2011)],
}
"""Cells that were never published, in the years of the study and before."""

HEAD = """\
units: {level: province, only: [北京, 天津, 河北, 山西, 内蒙古, 辽宁, 吉林, 黑龙江, 上海, 江苏, 浙江, 安徽]}
periods: {first: 2012, last: 2022}
groups:
  coast:
    sea: [天津, 河北, 辽宁, 上海, 江苏, 浙江]
    land: [北京, 山西, 内蒙古, 吉林, 黑龙江, 安徽]
sources:
  vintage: latest
  series:
    goods_trade: {ends: trend}
    energy_consumption: {ends: growth}
    population: {ends: nearest}
interpolation: {method: linear, ends: none}
"""
"""What studies over these files begin with, their names apart."""

STUDY = f"study: trap\ntitle: Traps for provenance\n{HEAD}"
STUDY += """\
variables:
  ln_gdp: {expression: log(gdp)}
  road_length: {series: roads}
  trade: {series: goods_trade}
  energy: {series: energy_consumption}
  index_w: {series: marketization_index, winsorize: {share: 0.05}}
  index_stata: {series: marketization_index, winsorize: {share: 0.05, quantile: stata}}
  index_yearly: {expression: log(marketization_index), winsorize: {share: 0.1, by: period}}
  reads_clipped: {expression: "index_w + lag(index_w, 1) / 2"}
  spend: {series: fiscal_expenditure}
  spend_lag4: {expression: "lag(secondary_value_added, 4)"}
  stock: {expression: "accumulate(industrial_value_added, depreciation=0.1, growth=0.1)"}
  real_spend: {expression: "deflate(fiscal_expenditure, agriculture_output_index, base=2014)"}
  real_stock: {expression: "accumulate(real_spend, depreciation=0.1, growth=average)"}
  spend_each: {expression: fiscal_expenditure / population}
  begun_stock:
    expression: "accumulate(spend_each, depreciation=0.1, initial=industrial_value_added / population)"
  step2: {expression: "tertiary_value_added - lag(tertiary_value_added, 2)"}
  z: {expression: standardize(population)}
  z_ratio: {expression: "standardize(lag(primary_value_added, 1) / population)"}
  larger: {expression: "max(primary_value_added, industrial_value_added / 3)"}
  sea_trees: {expression: "lag(village_green_coverage, 1) * is_group(coast, sea) * is_period(2015, 2018)"}
  real_output: {expression: "deflate(gdp, agriculture_output_index, base=2016)"}
  of_old: {expression: "at(urban_population, 2010) * of_region(goods_trade, 310000)"}
  ahead: {expression: "lead(rural_disposable_income, 1)"}
  tfp: {series: agricultural_tfp}
  trees: {expression: "village_green_coverage / 100"}
indices:
  living:
    title: Living
    method: entropy
    dimensions:
      home:
        - {indicator: water, expression: rural_tap_water_rate}
        - {indicator: toilets, expression: "lag(rural_sanitary_toilet_rate, 1)"}
      money:
        - {indicator: poor, expression: rural_food_consumption / rural_consumption, direction: negative}
  yearly:
    title: Weighed anew every year
    method: entropy
    weights: by_period
    dimensions:
      all:
        - {indicator: y_water, expression: planned_village_rate}
        - {indicator: y_toilets, expression: renovated_village_rate, direction: negative}
  parts:
    title: Parts
    method: principal_components
    winsorize: {share: 0.05}
    dimensions:
      all:
        - {indicator: p_water, expression: planned_village_rate}
        - {indicator: p_toilets, expression: rural_sanitary_toilet_rate}
        - {indicator: p_trees, expression: village_green_coverage}
tables:
  t:
    title: Traps
    model: {outcome: ln_gdp}
    columns:
      - {label: gap, regressors: [road_length]}
      - {label: trend, regressors: [trade]}
      - {label: growth, regressors: [energy], sample: {first: 2013}}
      - {label: winsor variable, regressors: [index_w], sample: {first: 2018}}
      - {label: winsor stata, regressors: [index_stata], sample: {within: {coast: sea}}}
      - {label: winsor yearly, regressors: [index_yearly], sample: {within: {coast: land}}}
      - {label: reads clipped, regressors: [reads_clipped], sample: {first: 2016, last: 2019}}
      - {label: winsor column, regressors: [spend], controls: [spend_lag4], winsorize: {share: 0.05}}
      - {label: winsor column yearly, regressors: [tfp], winsorize: {share: 0.1, by: period, quantile: stata}}
      - {label: stock, regressors: [stock], sample: {first: 2015, last: 2018}}
      - {label: real stock, regressors: [real_stock], sample: {last: 2017}}
      - {label: begun stock, regressors: [begun_stock], sample: {first: 2014, last: 2016}}
      - label: step
        regressors: [step2]
        effects: []
        vcov: {type: robust}
        sample: {first: 2018, last: 2018}
      - {label: z, regressors: [z], sample: {first: 2018}}
      - {label: z ratio, regressors: [z_ratio], sample: {within: {coast: sea}}}
      - {label: larger, regressors: [larger], sample: {last: 2016}}
      - {label: real, outcome: real_output, regressors: [tfp], sample: {last: 2018}}
      - {label: of old, regressors: [of_old], effects: [period], sample: {first: 2019}}
      - {label: ahead, regressors: [ahead], sample: {last: 2015}}
      - {label: trees, regressors: [trees], sample: {exclude: [北京]}}
      - {label: sea trees, regressors: [sea_trees, trees], sample: {first: 2014}}
      - {label: living, regressors: [living], sample: {within: {coast: sea}, first: 2017}}
      - {label: yearly, regressors: [yearly], sample: {within: {coast: sea}, first: 2020}}
      - {label: parts, regressors: [parts], sample: {within: {coast: land}}}
      - label: iv
        estimator: fe_2sls
        regressors: [road_length]
        iv: {endogenous: [road_length], instruments: [spend_lag4]}
        sample: {first: 2014}
      - label: threshold
        estimator: threshold
        regressors: [tfp]
        threshold: {variable: energy, regime: [tfp], draws: 0, grid: 10}
      - label: space
        estimator: spatial_durbin
        regressors: [tfp]
        space: {weights: economic, economic_variable: spend}
      - label: space of itself
        estimator: spatial_slx
        regressors: [trees]
        space: {weights: economic, economic_variable: trees}
      - label: groups
        estimator: group_difference
        regressors: [tfp]
        difference: {grouping: coast, groups: [sea, land], draws: 0}
        sample: {last: 2016}
"""

CORRECTION = """\
  - name: {series}_corrected
    series: {series}
    region: "{region}"
    period: {year}
    expect: {printed}
    value: {right}
    reason: made up
    source: made up
    date: 2026-11-24
"""

CORRECTED = (
    ("roads", "130000", 2010),
    ("population", "120000", 2012),
    ("rural_tap_water_rate", "110000", 2013),
    ("village_green_coverage", "340000", 2014),
)
"""Under a filled cell, in a standard score, in the scale of an index, and of one that is clipped."""


def trap_project(root: Path, study: str = STUDY) -> Project:
    """Write the project: raw files, cards, corrections, study."""
    made = _pages()
    for folder, files in _folders(made):
        place = root / "raw" / folder.path
        place.mkdir(parents=True)
        for file in files:
            (place / file.name).write_bytes(file.content)
        (place / "card.yaml").write_bytes(card_text(folder, files))
    (root / "studies").mkdir()
    (root / "studies/trap.yaml").write_text(study, "utf-8")
    entries = ["corrections:\n"]
    for series, region, year in CORRECTED:
        printed = made[series].text(UNITS.index(region), YEARS.index(year))
        right = round(float(printed) * 1.1, 2)
        entries.append(
            CORRECTION.format(series=series, region=region, year=year, printed=printed, right=right)
        )
    (root / "corrections.yaml").write_text("".join(entries), "utf-8")
    return Project.at(root)


def _pages() -> dict[str, Page]:
    """A page of each series; levels and growth differ from region to region."""
    draw = np.random.default_rng(20261127)
    found = {}
    for series, level, spread in LEVELS:
        start = level * np.exp(draw.normal(0, spread, (len(UNITS), 1)))
        growth = np.exp(draw.normal(0.02, 0.03, (len(UNITS), 1)) * np.arange(len(YEARS)))
        values = np.round(
            start * growth * np.exp(draw.normal(0, 0.04, (len(UNITS), len(YEARS)))), 2
        )
        if series.endswith(("_rate", "_coverage")):
            values[values > 99.9] = 99.9
        for unit, year in GAPS.get(series, ()):
            values[UNITS.index(unit), YEARS.index(year)] = np.nan
        found[series] = page(series, values, UNITS, YEARS)
    return found


LEVELS = (
    ("gdp", 12000.0, 0.8),
    ("population", 4000.0, 0.5),
    ("roads", 90000.0, 0.4),
    ("goods_trade", 3000.0, 0.6),
    ("marketization_index", 7.0, 0.25),
    ("fiscal_expenditure", 2500.0, 0.4),
    ("primary_value_added", 1200.0, 0.5),
    ("secondary_value_added", 5000.0, 0.5),
    ("tertiary_value_added", 6000.0, 0.5),
    ("industrial_value_added", 4000.0, 0.5),
    ("agriculture_output_index", 103.0, 0.01),
    ("energy_consumption", 9000.0, 0.4),
    ("urban_population", 2200.0, 0.5),
    ("rural_disposable_income", 9000.0, 0.3),
    ("agricultural_tfp", 1.3, 0.2),
    ("village_green_coverage", 20.0, 0.3),
    ("rural_tap_water_rate", 60.0, 0.2),
    ("rural_sanitary_toilet_rate", 55.0, 0.2),
    ("planned_village_rate", 50.0, 0.2),
    ("renovated_village_rate", 30.0, 0.3),
    ("rural_food_consumption", 3000.0, 0.2),
    ("rural_consumption", 9000.0, 0.2),
)
"""Series, level and how far the logarithms of regions lie apart."""

Content = tuple[bytes, dict[str, Any]]
"""Bytes of a file, and what the card says of it."""

VILLAGES = ("rural_tap_water_rate", "rural_sanitary_toilet_rate", "village_green_coverage")


def _folders(made: dict[str, Page]) -> list[tuple[Folder, list[RawFile]]]:
    """Every format once, and the bureau's numbers of an earlier vintage, which nobody takes."""

    def folder(
        path: str, files: dict[str, Content], **card: object
    ) -> tuple[Folder, list[RawFile]]:
        written = [RawFile(path, name, content, said) for name, (content, said) in files.items()]
        return synthetic_folder(path, path.split("/")[0], "Made up.", **card), written

    def named(series: str) -> dict[str, Any]:
        return {"title": made[series].label, "series": series, "unit": made[series].unit}

    older = page("gdp", np.round(made["gdp"].values * 0.98, 2), UNITS, YEARS)
    villages = [made[one] for one in VILLAGES]
    columns = {one.series: one.label for one in villages}
    tidy = [
        made[one]
        for one in ("marketization_index", "planned_village_rate", "renovated_village_rate")
    ]
    added = [
        made[f"{one}_value_added"] for one in ("primary", "secondary", "tertiary", "industrial")
    ]
    eaten = [made[one] for one in ("rural_food_consumption", "rural_consumption")]
    return [
        folder(
            "nbs/2023-11", {"old.csv": (old_csv(older), {"title": "gdp"})}, accessed="2023-11-06"
        ),
        folder(
            "nbs/2026-05",
            {
                "gdp.csv": (old_csv(made["gdp"]), {"title": "gdp"}),
                "people.xlsx": (xlsx(made["population"]), {"title": "people"}),
                "energy.xls": (xls(made["energy_consumption"]), {"title": "energy"}),
                "roads.csv": (new_csv(made["roads"]), named("roads")),
                "trade.csv": (new_csv(made["goods_trade"]), named("goods_trade")),
                "income.xlsx": (xlsx(made["rural_disposable_income"]), {"title": "income"}),
            },
            accessed="2026-05-12",
        ),
        folder(
            "api/2026-05",
            {
                "A01.json": (old_json(made["urban_population"], "A01"), {"title": "towns"}),
                "long.csv": (long_csv("value added", added), {"title": "value added"}),
                "A02.json": (
                    old_json(made["agriculture_output_index"], "A02"),
                    {"title": "prices", "unit": "上年=100"},
                ),
            },
            accessed="2026-05-14",
        ),
        folder(
            "eps/2025-08",
            {
                "eps.xlsx": (
                    eps_xlsx("宏观", [made["fiscal_expenditure"], *eaten]),
                    {"title": "eps"},
                )
            },
            accessed="2025-08-30",
        ),
        folder(
            "yearbook/2024",
            {
                f"villages_{year}.xls": (
                    yearbook_xls("3-1", "村庄建设情况", year, villages),
                    {"title": f"村庄建设情况（{year}）", "edition": str(year + 1)},
                )
                for year in YEARS
            },
            published="2024-12",
            layout={"title": "村庄建设情况", "columns": columns},
        ),
        folder(
            "own/2025",
            {
                "tidy.csv": (tidy_csv("own", tidy), tidy_card("own", tidy)),
                "survey.dta": (
                    stata("survey", [made["agricultural_tfp"]]),
                    tidy_card("survey", [made["agricultural_tfp"]], region="code"),
                ),
            },
            published="2025-06",
        ),
    ]
