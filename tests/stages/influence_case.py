"""A study with every way from a cell to a coefficient, and its coefficients when a cell is another.

Ten provinces, 2013 to 2021, numbers drawn from a fixed seed: gaps inside series and beyond their ends, lags,
a stock, a price index, a fixed year, a region read by name, standard scores, residuals of which the last year
has a single row, clipping before and after other formulas, two indices; least squares with clipping, in
standard deviations, instruments, a mediator, limits, neighbours, weights.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from nqpf_assets.sources.raw_state import RawState
from nqpf_assets.steps.step import Inputs
from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse.duckdb_engine import Query, write_query
from tests.pages import CARD, page, write_files
from tests.stages.mini import Walk
from tests.stages.uncounted import uncounted

NAMES = ("北京市", "天津市", "河北省", "山西省", "内蒙古自治区", "辽宁省", "吉林省", "黑龙江省", "上海市",
         "江苏省")  # fmt: skip
YEARS = range(2013, 2022)
SERIES = {
    "gdp": "亿元",
    "population": "万人",
    "urban_population": "万人",
    "goods_trade": "亿元",
    "energy_consumption": "万吨标准煤",
    "fixed_telephones": "部",
    "internet_users": "万户",
    "patents_granted": "件",
}
GAPS = {
    ("gdp", 0, 2016),
    ("gdp", 3, 2017),
    ("gdp", 3, 2018),
    ("urban_population", 1, 2021),
    ("goods_trade", 2, 2013),
    ("goods_trade", 2, 2014),
    ("energy_consumption", 4, 2020),
    ("energy_consumption", 4, 2021),
}
"""Cells that were never published: series, place of the province, year."""

STUDY = """\
study: mini
title: A study of ten provinces
units: {level: province, only: [北京, 天津, 河北, 山西, 内蒙古, 辽宁, 吉林, 黑龙江, 上海, 江苏]}
periods: {first: 2014, last: 2021}
interpolation: {method: linear, ends: none}
sources:
  series:
    urban_population: {ends: nearest}
    goods_trade: {ends: growth}
    energy_consumption: {ends: trend}
variables:
  output: {expression: log(gdp / population)}
  size: {expression: log(population)}
  people_before: {expression: "log(lag(population, 1)) + diff(log(urban_population))"}
  urban: {expression: urban_population / population, winsorize: {share: 0.1, quantile: stata}}
  urban_squared: {expression: "urban ** 2 + lag(urban, 1)"}
  openness: {expression: goods_trade / gdp, winsorize: {share: 0.15, by: period}}
  open_log: {expression: log(openness)}
  stock: {expression: "log(accumulate(goods_trade, depreciation=0.1, growth=average))"}
  score: {expression: "standardize(log(energy_consumption)) + lag(standardize(urban), 1)"}
  to_capital: {expression: "gdp / of_region(gdp, 110000)"}
  wires: {expression: "at(fixed_telephones, 2013) * of_region(internet_users, 310000)"}
  in_one: {expression: "size / (year < 2021 or is_group(single, one))"}
  beyond: {expression: "standardize(residual(log(gdp), in_one, log(fixed_telephones), effects=period))"}
  expected: {expression: "lag(fitted(log(gdp), log(patents_granted), by=unit), 1)", winsorize: {share: 0.1}}
  nearby: {expression: "log(W(gdp / population)) + lag(W(size), 1)"}
  chosen: {expression: "if(openness > lag(openness, 1), log(patents_granted), size * 2)"}
  patched: {expression: "coalesce(lag(log(patents_granted), 2), -score) + urban * (gdp > 2 * goods_trade)"}
  wealth_before: {expression: "lag(wealth, 1)"}
  growing: {expression: "log(yearly / lag(yearly, 1)) + parts ** 2"}
  coupled: {expression: "(wealth * both) ** 0.5", winsorize: {share: 0.1}}
  moderated: {expression: "standardize(wealth) * standardize(coupled)"}
  ahead_of: {expression: "log(patents_granted) - mean(log(patents_granted), by=period)"}
  above: {expression: "ahead_of + size * (openness > median(openness))"}
  from_own: {expression: "size / mean(lag(size), by=unit) - quantile(score, 0.3, by=period)"}
  used: {expression: energy_consumption / 1000}
  parted: {expression: "from_own + 0.1 * cut(openness, 3) + quantile(size, 0.6, by=unit)"}
indices:
  wealth:
    title: Wealth
    method: entropy
    dimensions:
      all:
        - {indicator: per_person, expression: gdp / population}
        - {indicator: energy, expression: energy_consumption / gdp, direction: negative}
        - {indicator: patents, series: patents_granted, winsorize: {share: 0.05}}
  yearly:
    title: Wealth, weighed year by year
    method: entropy
    weights: by_period
    dimensions:
      all:
        - {indicator: users, expression: internet_users / population}
        - {indicator: trade, expression: goods_trade / population}
  parts:
    title: Components
    method: principal_components
    rescale: true
    dimensions:
      all:
        - {indicator: phones, expression: fixed_telephones / population}
        - {indicator: web, expression: internet_users / urban_population}
        - {indicator: ideas, expression: patents_granted / population}
  both:
    title: An index of indices
    method: entropy
    dimensions:
      all:
        - {indicator: of_wealth, expression: wealth}
        - {indicator: of_growth, expression: yearly + parts, winsorize: {share: 0.1}}
  contrasts:
    title: Weights by contrast and conflict, from one year's range
    method: critic
    base_year: 2016
    dimensions:
      all:
        - {indicator: of_people, expression: urban_population / population}
        - {indicator: of_phones, expression: fixed_telephones / population}
        - {indicator: of_energy, expression: energy_consumption / gdp, direction: negative}
  ranked:
    title: Distances from best and worst
    method: combined_weights
    of: [coefficient_of_variation, critic]
    normalise: vector
    aggregate: topsis
    dimensions:
      all:
        - {indicator: of_ideas, expression: patents_granted / population}
        - {indicator: of_wires, expression: internet_users / population}
groups:
  single: {one: [北京], rest: [天津, 河北, 山西, 内蒙古, 辽宁, 吉林, 黑龙江, 上海, 江苏]}
  halves: {north: [北京, 天津, 河北, 山西, 内蒙古], south: [辽宁, 吉林, 黑龙江, 上海, 江苏]}
tables:
  table_1:
    title: Every way
    model: {outcome: output, regressors: [wealth]}
    columns:
      - {label: lags, regressors: [people_before, stock]}
      - {label: regressed before, regressors: [beyond, expected]}
      - {label: clipped, regressors: [urban, urban_squared, openness]}
      - {label: clipped twice, regressors: [urban, size], winsorize: {share: 0.08, quantile: stata}}
      - {label: clipped by year, regressors: [open_log, size], winsorize: {share: 0.2, by: period}}
      - {label: scores, regressors: [score, size]}
      - {label: choices, regressors: [chosen, patched]}
      - {label: choices of many, regressors: [above, parted], effects: []}
      - {label: capital, regressors: [to_capital, size], effects: [unit]}
      - {label: of neighbours, regressors: [nearby, size], effects: [unit]}
      - {label: entropy, regressors: [wealth, yearly]}
      - {label: index on index, outcome: wealth, regressors: [parts], controls: [size]}
      - {label: scores as variables, regressors: [growing, coupled], controls: [both]}
      - {label: moderation, regressors: [moderated, size]}
      - label: instrument of a score
        regressors: [wealth]
        controls: [size]
        estimator: fe_2sls
        iv: {endogenous: [wealth], instruments: [wealth_before]}
        vcov: {type: robust}
      - {label: pooled, estimator: ols, regressors: [parts, size], standardize: true, effects: []}
      - {label: deviations, regressors: [size, stock], standardize: true}
      - {label: some years, regressors: [size], sample: {first: 2016, exclude: [天津]}}
      - label: instruments
        regressors: [parts]
        controls: [size]
        estimator: fe_2sls
        iv: {endogenous: [parts], instruments: [wires, yearly]}
        vcov: {type: robust}
      - {label: mediator, regressors: [parts], estimator: mediation, mediation: {mediator: score, draws: 0}}
      - label: chain
        regressors: [parts]
        estimator: chain_mediation
        chain: {mediators: [score, size], draws: 0}
      - label: mediator by level
        regressors: [parts]
        estimator: moderated_mediation
        moderated: {mediator: score, moderator: size, moderates: [first, second, direct], draws: 0}
      - {label: limits, estimator: tobit, tobit: {lower: 0}, regressors: [size], outcome: wealth}
      - {label: censored, estimator: tobit, tobit: {lower: 0.3}, regressors: [size], outcome: wealth}
      - label: censored twice
        estimator: tobit
        tobit: {lower: 0.2, upper: 0.6}
        regressors: [parts]
        outcome: wealth
        effects: []
      - label: regimes
        estimator: threshold
        regressors: [size, stock]
        effects: [unit]
        threshold: {variable: urban, regime: [size], count: 2, draws: 0}
      - label: regimes but the last year
        estimator: threshold
        regressors: [size, parts]
        effects: [unit]
        threshold: {variable: size, regime: [parts], draws: 0, demeaned_periods: drop_last}
      - label: random units
        estimator: re_tobit
        tobit: {lower: 0.3}
        regressors: [size]
        outcome: wealth
        effects: [period]
      - label: neighbours
        estimator: spatial_durbin
        regressors: [size, parts]
        outcome: wealth
        space: {weights: contiguity, draws: 100}
      - label: rich neighbours
        estimator: spatial_durbin
        regressors: [size]
        outcome: wealth
        space: {weights: nested, economic_variable: yearly, draws: 100}
      - label: errors of neighbours
        estimator: spatial_error
        regressors: [size]
        outcome: wealth
        winsorize: {share: 0.1}
        space: {weights: inverse_distance, lee_yu: bias_correction}
      - label: lag
        estimator: spatial_lag
        regressors: [parts]
        outcome: wealth
        effects: [unit]
        space: {weights: inverse_distance, standardize: spectral, draws: 100}
      - label: lags of regressors
        estimator: spatial_slx
        regressors: [size]
        outcome: wealth
        space: {weights: inverse_distance}
      - {label: random effects, estimator: random_effects, regressors: [size, stock], effects: [period]}
      - label: random effects and means
        estimator: random_effects
        regressors: [people_before, urban]
        effects: []
        winsorize: {share: 0.08}
        random: {components: baltagi_chang, mundlak: true}
      - label: means of units
        estimator: between_units
        regressors: [size, parts]
        effects: []
        vcov: {type: unadjusted}
      - {label: differences, estimator: first_difference, regressors: [urban, size], effects: [period]}
      - {label: Poisson, estimator: fe_poisson, outcome: wealth, regressors: [size, stock]}
      - {label: halves by year, regressors: [size, stock], effects: [unit, halves * period]}
      - {label: trends, regressors: [size, contrasts], effects: [unit, period, unit * trend]}
      - {label: one part, regressors: [size, ranked], sample: {where: gdp > 1.5 * goods_trade}}
      - {label: weighted, regressors: [size, stock], weights: {variable: used}}
      - label: weighted deviations
        regressors: [stock, urban]
        standardize: true
        winsorize: {share: 0.1}
        weights: {variable: urban, type: population}
      - label: weighted instruments
        regressors: [parts]
        controls: [size]
        estimator: fe_2sls
        iv: {endogenous: [parts], instruments: [wires, yearly]}
        vcov: {type: robust}
        weights: {variable: used}
      - {label: shares, estimator: fractional, outcome: urban, regressors: [size], effects: [period]}
      - label: shares and means
        estimator: fractional
        outcome: urban
        regressors: [stock]
        effects: []
        fractional: {link: probit, mundlak: true}
      - {label: "{group} alone", regressors: [size, contrasts], within_each: {halves: [north, south]}}
      - {label: events, regressors: [stock], by_year: {of: size, base: 2016}}
      - label: halves
        estimator: group_difference
        regressors: [size, stock]
        difference: {grouping: halves, groups: [north, south], draws: 0}
"""

STEPS = (
    "filled_cell",
    "derived_cell",
    "winsor_bound",
    "variable_cell",
    "index_weight",
    "panel",
    "model",
)
"""First tables of the steps between published cells and coefficients, in order."""


def drawn() -> dict[str, np.ndarray]:
    """Series → (provinces, years) values."""
    draw = np.random.default_rng(8)
    shape = (len(NAMES), len(YEARS))
    found = {}
    for place, series in enumerate(SERIES):
        level = draw.uniform(500, 5000, (shape[0], 1)) * (10 if series == "gdp" else 1)
        growth = np.cumsum(draw.normal(0.04, 0.07, shape), axis=1)
        found[series] = np.round(level * np.exp(growth), 2)
        if place == 2:
            found[series] = np.round(found["population"] * draw.uniform(0.3, 0.8, shape), 2)
    return found


def write_case(root: Path, study: str = STUDY) -> Project:
    """The project in a folder."""
    files = {"studies/mini.yaml": study}
    for series, values in drawn().items():

        def cell(
            place: int, year: int, series: str = series, values: np.ndarray = values
        ) -> float | None:
            is_gap = (series, place, year) in GAPS
            return None if is_gap else values[place, year - YEARS[0]]

        path = f"raw/bureau/2022/{series}.csv"
        files[path] = page(series, NAMES, YEARS, cell)
        files[f"{path}.card.yaml"] = CARD.format(
            publisher="Bureau",
            status="synthetic",
            published="2022-10",
            unit=SERIES[series],
            series=series,
            label=series,
        )
    return write_files(root, files)


def named(term: str, effect: str | None) -> str:
    """A coefficient by its term, an effect with its name before it."""
    return term if effect is None else f"{effect}: {term}"


def numbers(store: Any, column: str) -> dict[tuple, float]:
    """Column and number → its estimate or standard error, coefficients and effects."""
    found = {}
    for table in ("estimate", "effect"):
        rows = pl.read_parquet(store.path(("mini", table)))
        if table == "estimate":
            rows = rows.with_columns(effect=pl.lit(None))
        for label, term, effect, value in rows.select(
            "column_label", "term", "effect", column
        ).rows():
            found[label, named(term, effect)] = value
    return found


def reestimated(
    done: Walk, factor: float, series: str, unit: str, period: int
) -> dict[tuple, float]:
    """Column and term → coefficient, with one published cell so many times as large, by the steps."""
    opened, raw = done.opened, RawState.of(done.project)
    store, steps = opened.store, {one.outputs[0][1]: one for one in opened.graph.steps if one.study}
    path = store.path(("mini", "reported_cell"))
    kept = {one: one.read_bytes() for one in path.parent.iterdir() if one.is_file()}
    is_cell = (
        (pl.col("variable") == series) & (pl.col("unit") == unit) & (pl.col("period") == period)
    )
    cells = pl.read_parquet(path)
    assert cells.filter(is_cell).height == 1
    cells.with_columns(
        value=pl.when(is_cell).then(pl.col("value") * factor).otherwise("value")
    ).write_parquet(path)
    try:
        with uncounted():
            for name in STEPS:
                inputs = Inputs(done.project, store, steps[name].reads, raw)
                for key, made in steps[name].run(inputs).items():
                    if isinstance(made, Query):
                        with inputs.connect() as connection:
                            write_query(connection, made, store.path(key))
                    else:
                        made.write_parquet(store.path(key))
        return numbers(store, "estimate")
    finally:
        for one, content in kept.items():
            one.write_bytes(content)
