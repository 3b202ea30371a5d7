"""A project in which numbers come about in every way that there is: for the walks from a number to its cells.

The four provinces of `tests.stages.mini`, with a vintage that was revised, a correction, a gap, and a study
whose variables are of every kind.
"""

from __future__ import annotations

from pathlib import Path

from nqpf_assets.user_input.project import Project
from tests.stages.mini import CARD, locator, output, page, walk, write_mini

CORRECTED = (2, 2017)
"""Region and year of the cell that is corrected."""

HOSTILE = "misprint \\e[31m[bold]red[/bold] \\t=HYPERLINK(1)"
"""What a user may write as a reason: signs that a terminal would obey."""

STUDY = """\
study: trap
title: Every way in which a number comes about
units: {level: province, only: [北京, 天津, 河北, 山西]}
periods: {first: 2015, last: 2018}
interpolation: {method: linear, ends: none}
sources:
  series:
    population: {ends: nearest}
variables:
  output: {series: gdp, title: Output}
  population: {expression: population, title: 人口}
  per_person: {expression: gdp / population, unit: 元/人}
  before: {expression: "lag(per_person, 1)"}
  twice_before: {expression: "lag(before, 1)"}
  grown: {expression: "growth(gdp)"}
  ahead: {expression: "lead(population, 1)"}
  since: {expression: "gdp - at(gdp, 2015)"}
  capital: {expression: "gdp / of_region(gdp, 北京)"}
  nearby: {expression: "W(gdp / population) - lag(W(gdp), 1) / population"}
  stock: {expression: "accumulate(gdp, depreciation=0.1, growth=0.1)"}
  stock_of_average: {expression: "accumulate(gdp, depreciation=0.1, growth=average)"}
  stock_given: {expression: "accumulate(gdp, depreciation=0.1, initial=3 * gdp)"}
  score: {expression: "standardize(gdp / population)"}
  clipped: {series: gdp, winsorize: {share: 0.1}}
  clipped_by_year: {series: gdp, winsorize: {share: 0.2, quantile: stata, by: period}}
  of_clipped: {expression: "2 * clipped"}
  clipped_before: {expression: "log(clipped_by_year) - lag(log(clipped_by_year), 1)"}
  dummy: {expression: "is_group(sides, coast) * is_period(2017, 2018)"}
  lowest: {expression: "min(gdp, 300) ** 0.5 + abs(-2) - exp(0 * population / population)"}
  richer: {expression: "gdp > lag(gdp, 1) and not population > 500"}
  taken: {expression: "if(gdp > 300, log(gdp), coalesce(log(lag(gdp, 9)), log(population)))"}
  of_many: {expression: "gdp / mean(gdp, by=period) + (population > median(population)) + rank(gdp, by=unit)"}
  of_all: {expression: "quantile(gdp, 0.3) - mean(gdp) + 0 * gdp"}
  beyond: {expression: "residual(log(gdp), year, effects=unit) - fitted(gdp, population, by=unit) / gdp"}
  expected: {expression: "lag(fitted(gdp, population, year), 1) * residual(gdp, population, effects=period)"}
  later: {expression: "(year - 2014) * is_missing(lag(gdp, 1))"}
  wealth_before: {expression: "lag(wealth, 1)"}
  coupled: {expression: "sqrt(wealth * yearly) + at(schooling, 2016) + standardize(components)"}
groups:
  sides: {coast: [天津, 河北], land: [北京, 山西]}
indices:
  wealth:
    title: Wealth
    method: entropy
    dimensions:
      first:
        - {indicator: wealth_a, expression: gdp / population, winsorize: {share: 0.1}}
      second:
        - {indicator: wealth_b, expression: population, direction: negative}
        - {indicator: wealth_c, expression: "lag(gdp, 1)"}
  yearly:
    title: Wealth, year by year
    method: entropy
    weights: by_period
    shift: limit
    dimensions:
      all:
        - {indicator: yearly_a, expression: gdp / population}
        - {indicator: yearly_b, expression: population}
  components:
    title: Components
    method: principal_components
    rescale: true
    dimensions:
      all:
        - {indicator: part_a, expression: gdp / population}
        - {indicator: part_b, expression: log(gdp), direction: negative}
  schooling:
    title: Schooling
    method: education_gini
    levels:
      - {level: low, share: population / (population + 2 * population), years: 6}
      - {level: high, share: 2 * population / (population + 2 * population), years: 12}
tables:
  kinds:
    title: Kinds
    model: {outcome: output, effects: [unit], vcov: {type: robust}}
    columns:
      - {label: "(1)", regressors: [population], controls: [before, grown]}
      - {label: "a, b — 甲", regressors: [wealth], sample: {first: 2016, exclude: [山西]}}
      - {label: "(3)", regressors: [score], controls: [stock], effects: []}
      - {label: "winsor", regressors: [per_person], controls: [components], winsorize: {share: 0.1}}
      - {label: "yearly winsor", regressors: [per_person], effects: [], winsorize: {share: 0.3, by: period}}
      - {label: "far", regressors: [twice_before], controls: [of_clipped]}
      - {label: "neighbours", regressors: [nearby], controls: [population]}
      - {label: "ends", regressors: [ahead], controls: [clipped_before, capital, yearly]}
"""

RIGHT = round((output(*CORRECTED) or 0.0) * 1.01, 2)
"""What should have been printed there."""

CORRECTIONS = f"""\
corrections:
  - name: misprint_of_2017
    series: gdp
    region: 河北
    period: 2017
    vintage: "2019"
    expect: {output(*CORRECTED)}
    value: {RIGHT}
    reason: "{HOSTILE}"
    source: the printed yearbook
    date: 2020-01-01
"""


def older(region: int, year: int) -> float | None:
    """Output as it was published before it was revised."""
    value = output(region, year)
    return None if value is None or year > 2016 else round(value * 0.97, 2)


def write_trap(root: Path, study: str = STUDY) -> Project:
    """The project in a folder."""
    card = CARD.format(publisher="Bureau", status="official", published="2017-10", unit="万元",
                       series="gdp", label="output")  # fmt: skip

    def in_ten_thousands(region: int, year: int) -> float | None:
        value = older(region, year)
        return None if value is None else round(value * 10_000)

    files = {
        "raw/bureau/2017/output.csv": page("output", in_ten_thousands),
        "raw/bureau/2017/output.csv.card.yaml": card,
        "studies/mini.yaml": study.replace("study: trap", "study: mini"),
        "corrections.yaml": CORRECTIONS,
    }
    return write_mini(root, files=files)


def published_trap(root: Path) -> Project:
    """The project, built and published."""
    project = write_trap(root)
    walk(project).publish()
    return project


__all__ = ["CORRECTED", "locator", "published_trap", "write_trap"]
