"""A small project in which numbers of every kind rest on cells in every way, and what stands in it.

Six provinces, one of them an island, 2013 to 2018; three series, one with a gap, one that begins late, one in
two editions. Numbers are drawn, and the cards say so.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from nqpf_assets.catalog.table_frames import schema_of
from nqpf_assets.studies.table_kinds.growth import GrowthTable
from nqpf_assets.studies.table_kinds.spatial_autocorrelation import CLUSTERS
from nqpf_assets.user_input.project import Project
from tests.pages import CARD, write_files
from tests.stages.mini import Walk

# The last is no unit of the study.
REGIONS = {"110000": "北京市", "120000": "天津市", "130000": "河北省", "140000": "山西省",
           "370000": "山东省", "460000": "海南省", "310000": "上海市"}  # fmt: skip
YEARS = range(2013, 2019)
SERIES = {"gdp": "亿元", "population": "万人", "workers": "万人"}

STUDY = """\
study: trap
title: Everything that can be read
units: {level: province, only: [北京, 天津, 河北, 山西, 山东, 海南]}
periods: {first: 2015, last: 2018}
interpolation: {method: linear, ends: none}
sources:
  vintage: latest
  series:
    workers: {ends: trend}
groups:
  areas: {north: [北京, 天津, 山西], south: [河北, 山东, 海南]}
variables:
  output: {series: gdp}
  people: {expression: "population + lag(population, 2)"}
  score: {expression: "standardize(workers)"}
  to_other: {expression: "gdp / of_region(gdp, 上海) + workers / of_region(workers, 上海)"}
  score_there: {expression: "1 - 2 * lag(score, 1) / 3"}
  nearby: {expression: "W(gdp) / lag(W(workers), 1)"}
  capped: {expression: gdp / workers, winsorize: {share: 0.1}}
  capped_yearly: {expression: population, winsorize: {share: 0.2, by: period, quantile: stata}}
  reads_capped: {expression: "capped * lag(capped_yearly, 1)"}
  scored_capped: {expression: "standardize(capped) * capped"}
  stock: {expression: "accumulate(workers, depreciation=0.1, growth=average)"}
  capped_stock: {expression: "accumulate(workers, depreciation=0.1, growth=average)", winsorize: {share: 0.1}}
  capped_larger: {expression: "max(population, 2 * workers)", winsorize: {share: 0.1}}
  larger: {expression: "max(population, 2 * workers)"}
  southern: {expression: "min(population, 2 * lag(workers, 1)) * is_group(areas, south) + workers"}
  northern: {expression: "workers * is_group(areas, north) + population"}
  wealth_before: {expression: "lag(wealth, 1)"}
  yearly_before: {expression: "lag(yearly, 1) * people"}
  coupled: {expression: "(wealth * clipped) ** 0.5 + yearly"}
  capped_score: {expression: "clipped + yearly", winsorize: {share: 0.1}}
indices:
  of_indices:
    title: Of indices
    method: entropy
    dimensions:
      all: [{indicator: i1, expression: "wealth + yearly"}, {indicator: i2, expression: workers}]
  wealth:
    title: Wealth
    method: entropy
    dimensions:
      money: [{indicator: per_person, expression: gdp / population}]
      work:
        - {indicator: at_work, expression: workers, direction: negative}
        - {indicator: workers_before, expression: "lag(workers, 1)"}
  yearly:
    title: Weights by year
    method: entropy
    weights: by_period
    dimensions:
      all:
        - {indicator: richness, expression: gdp / population}
        - {indicator: idle, expression: "population - workers", direction: negative}
  factors:
    title: Factors
    method: principal_components
    retain: 0.7
    dimensions:
      all: [{indicator: f1, expression: gdp}, {indicator: f2, expression: population},
            {indicator: f3, expression: workers}]
  clipped:
    title: Clipped
    method: entropy
    winsorize: {share: 0.1}
    dimensions:
      all: [{indicator: c1, expression: gdp}, {indicator: c2, expression: population}]
  said:
    title: Weights of the study
    method: equal_weights
    dimensions:
      all: [{indicator: e1, expression: gdp / population}, {indicator: e2, series: workers}]
  comparable:
    title: Comparable over time
    method: given_weights
    base_year: 2016
    weights: {g1: 0.7, g2: 0.3}
    dimensions:
      all: [{indicator: g1, expression: gdp}, {indicator: g2, expression: population, direction: negative}]
  schooling:
    title: Schooling
    method: education_gini
    tolerance: 0.9
    levels:
      - {level: none, share: "1 - workers / population", years: 0}
      - {level: some, share: "0.9 * workers / population", years: 9}
tables:
  regional: {kind: regional_differences, title: Differences, variable: output, grouping: areas}
  of_index: {kind: regional_differences, title: Late, variable: wealth, grouping: areas, first: 2017}
  of_yearly: {kind: trend, title: Weights of a year, x: people, y: yearly, grouping: areas, first: 2017}
  figure: {kind: trend, title: Lines, x: people, y: score, grouping: areas}
  map: {kind: spatial_autocorrelation, title: Map, variable: to_other, local: true, permutations: 199,
        space: {join: [[海南, 山东]]}}
  map_of_score: {kind: spatial_autocorrelation, title: Map, variable: score, local: true, permutations: 199}
  near: {kind: spatial_autocorrelation, title: Near, variable: output, permutations: 199,
         space: {weights: economic, economic_variable: people}}
  map_of_index: {kind: spatial_autocorrelation, title: Map, variable: wealth, local: true, permutations: 199}
  of_nearby: {kind: trend, title: Nearby, x: nearby, y: output, grouping: areas, first: 2017}
  of_capped: {kind: trend, title: Clipped, x: reads_capped, y: stock, grouping: areas}
  of_bounds: {kind: trend, title: Clipped stocks, x: capped_stock, y: capped_larger, grouping: areas}
  of_larger: {kind: regional_differences, title: Greater, variable: larger, grouping: areas, first: 2017}
  of_northern: {kind: trend, title: Northern, x: northern, y: scored_capped, grouping: areas, last: 2016}
  of_southern: {kind: regional_differences, title: Southern, variable: southern, grouping: areas, first: 2017}
  of_clipped: {kind: regional_differences, title: Clipped, variable: clipped, grouping: areas, last: 2016}
  of_scores: {kind: trend, title: Scores, x: wealth_before, y: yearly_before, grouping: areas, first: 2017}
  of_coupled: {kind: regional_differences, title: Coupled, variable: coupled, grouping: areas, first: 2017}
  of_capped_score: {kind: trend, title: Capped, x: capped_score, y: of_indices, grouping: areas, first: 2017}
  described: {kind: descriptive, title: Described, describe: [people, wealth], statistics: [mean, sd, minimum,
              p25, median, p75, maximum, sd_between, sd_within, periods_per_unit]}
  by_area: {kind: descriptive, title: By area, describe: [output, to_other], grouping: areas, listwise: true,
            statistics: [mean, median, maximum, sd_within], first: 2016}
  together: {kind: correlation, title: Together, correlate: [output, people, wealth, score_there],
             vif: [people, wealth, score_there]}
  apart: {kind: group_means, title: Apart, compare: [people, wealth, score_there], grouping: areas,
          groups: [south, north]}
  obstacles: {kind: obstacle_degree, title: Obstacles, index: wealth, first: 2016}
  obstacles_yearly: {kind: obstacle_degree, title: Obstacles, index: yearly}
  stable: {kind: rank_stability, title: Places, index: wealth}
  roots: {kind: unit_roots, title: Roots, examine: [people, score], lags: 0}
  levels: {kind: growth, title: Levels, region: 天津, first: 2013, last: 2016,
           rows: [{series: gdp, title: Output}, {series: population, title: People}]}
"""

Cell = tuple[str, str, int]
"""Series, unit, year."""
Values = dict[Cell, float]
Number = tuple[object, ...]
"""Table, name of the index or table, number, and what its row is of."""


def drawn() -> Values:
    """Published values of the newer edition; some are lacking."""
    values = _every()
    for unit in REGIONS:
        del values["gdp", unit, 2013]  # taken from the edition before
    del values["gdp", "140000", 2016]  # on a line between its neighbours
    del values["workers", "110000", 2018]  # on the trend of the years before
    return values


def older() -> Values:
    """An edition before, of a year that the newer one lacks and of one that it has."""
    years = (2013, 2014)
    return {
        key: round(1.02 * value, 3)
        for key, value in _every().items()
        if key[0] == "gdp" and key[2] in years
    }


def _every() -> Values:
    draw = np.random.default_rng(20261127)
    levels = {"gdp": (900, 4000), "population": (900, 1600), "workers": (300, 700)}
    return {
        (series, unit, year): round(float(draw.uniform(*levels[series])), 3)
        for series in SERIES
        for unit in REGIONS
        for year in YEARS
    }


def write_trap(
    root: Path, values: Values, old: Values | None = None, study: str = STUDY
) -> Project:
    """The project with these published values."""
    files = {"studies/trap.yaml": study}
    for publisher, published, content in (
        ("bureau", "2019-10-01", values),
        ("almanac", "2016-10-01", older() if old is None else old),
    ):
        for series in sorted({key[0] for key in content}):
            path = f"raw/{publisher}/{published}/{series}.csv"
            files[f"{path}.card.yaml"] = CARD.format(
                publisher=publisher,
                status="synthetic",
                published=published,
                unit=SERIES[series],
                series=series,
                label="value",
            )
            rows = [
                f"{REGIONS[unit]},{year},{value!r}"
                for (one, unit, year), value in content.items()
                if one == series
            ]
            files[path] = "\n".join(["地区,年份,value", *rows]) + "\n"
    return write_files(root, files)


KEYS = {
    "index": ("index_name", "number_table", "number", "term", "unit", "period"),
    "result": ("table_name", "number_table", "number", "period", "group_name", "other_group", "unit",
               "row_position"),
    "panel": ("variable", "unit", "period"),
}  # fmt: skip
"""By what a number is found in the view of its schema."""
VIEWS = {
    "index": "index.provenance",
    "result": "result.table_provenance",
    "panel": "panel.provenance",
}


def numbers(done: Walk, study: str = "trap") -> dict[Number, list[float]]:
    """Every number of a study that is none of a regression; points of a curve stand under one name."""
    found: dict[Number, list[float]] = {}
    for schema, number, value in (*_of_indices(done, study), *_of_tables(done, study)):
        if value is not None:
            key = (schema, *(number.get(name) for name in KEYS[schema]))
            found.setdefault(key, []).append(float(value))
    return found


OF_INDICES = ("index_score", "index_dimension_score", "index_weight", "index_component", "index_test",
              "variable_cell")  # fmt: skip


def tables_of_numbers(done: Walk, study: str = "trap") -> tuple[str, ...]:
    """Tables of the study that `numbers` reads; to build these alone is a quarter less of work."""
    return (*OF_INDICES, "inequality", *LONG, *done.opened.compiled[study].study.tables)


def _rows(done: Walk, study: str, table: str) -> list[dict[str, Any]]:
    return done.opened.store.scan((study, table)).collect().to_dicts()


def _of_indices(done: Walk, study: str) -> Iterator[tuple[str, dict[str, Any], Any]]:
    for row in _rows(done, study, "index_score"):
        yield "index", row | {"number_table": "score", "number": "score"}, row["score"]
    for row in _rows(done, study, "index_dimension_score"):
        number = {"number_table": "dimension_score", "number": "score", "term": row["dimension"]}
        yield "index", row | number, row["score"]
    for row in _rows(done, study, "index_weight"):
        of = row | {
            "number_table": "weight",
            "term": row["indicator"],
            "period": row["weight_period"],
        }
        for name in ("weight", "entropy", "divergence"):
            yield "index", of | {"number": name}, row[name]
    for row in _rows(done, study, "index_component"):
        for name in ("loading", "eigenvalue", "share"):
            of = {"index_name": row["index_name"], "number_table": "component", "number": name}
            yield "index", of, row[name]
    for row in _rows(done, study, "index_test"):
        yield "index", row | {"number_table": "test", "number": row["test"]}, row["statistic"]
    for row in _rows(done, study, "variable_cell"):
        yield "panel", row, row["value"]


def _of_tables(done: Walk, study: str) -> Iterator[tuple[str, dict[str, Any], Any]]:
    for row in _rows(done, study, "inequality"):
        yield "result", row | {"number_table": "inequality", "number": row["measure"]}, row["value"]
    for table, keys in LONG.items():
        numbers = [name for name, dtype in schema_of(table).items() if dtype.is_numeric()]
        for row in _rows(done, study, table):
            of = {"table_name": row["table_name"], "number_table": table} | {
                k: row[k] for k in keys
            }
            for name in numbers:
                if name not in (*keys, *COUNTS):
                    own = {"unit": row["unit"]} if (table, name) == ("local_moran", "value") else {}
                    yield "result", of | own | {"number": name}, row[name]
    for name, asked in done.opened.compiled[study].study.tables.items():
        for row in _rows(done, study, name):
            of = {"table_name": name, "number_table": name}
            if row.get("row_kind") == "note":
                continue
            if isinstance(asked, GrowthTable):
                of |= {"row_position": row["row_position"]}
            elif row["row_kind"] == "period":
                of |= {"period": int(row["row_label"])}
            else:
                of |= {"group_name": row["row_label"]}
            for number, value in row.items():
                if isinstance(value, float) or number in CLUSTERS.values():
                    yield "result", of | {"number": number}, value


LONG = {
    "convergence": (),
    "density": ("period",),
    "trend": ("group_name",),
    "local_moran": ("period",),
}
"""Long forms, and what their rows are of as far as it says what they rest on."""
COUNTS = {"n_obs", "n_units", "n_periods", "n_clusters"}


CLIPPED = "clipped"
"""Stands for the role of a cell under a value that is clipped, which hides a little change."""
UNDER_CLIPPED = """
    SELECT DISTINCT o.variable, r.input, coalesce(r.cell_unit, c.unit), c.period + r.first_lag
    FROM panel.clipped_cell AS c
    INNER JOIN panel.clipped_input AS o ON o.study = c.study AND o.input = c.variable
    INNER JOIN panel.read_way AS r
        ON r.study = c.study AND r.variable = c.variable AND coalesce(r.unit, c.unit) = c.unit AND r.is_series
    UNION
    SELECT DISTINCT o.variable, s.series_id, s.cell_unit, s.cell_period
    FROM panel.clipped_input AS o
    INNER JOIN panel.clipped_cell AS c ON c.study = o.study AND c.variable = o.input
    INNER JOIN panel.provenance AS s
        ON s.study = c.study AND s.variable = c.variable AND s.unit = c.unit AND s.period = c.period
    WHERE s.role IN ('scale', 'filled_from') AND c.variable IN (
        SELECT variable FROM panel.rests_on WHERE is_pooled AND role = 'scale')
"""
"""Variable, and series cell under a value that it reads clipped."""


def listed(done: Walk) -> dict[Number, dict[Cell, set[str]]]:
    """Number → the cells it is said to rest on, each with its roles; a cell is listed once in a role."""
    hidden = set(done.query(UNDER_CLIPPED))
    found: dict[Number, dict[Cell, set[str]]] = {}
    for schema, view in VIEWS.items():
        keys = KEYS[schema]
        entry = "" if schema == "panel" else "variable, "
        columns = f"{', '.join(keys)}, {entry}series_id, cell_unit, cell_period, role"
        rows = done.query(f"SELECT {columns} FROM {view}")
        assert len(set(rows)) == len(rows), f"{view} lists a cell twice in a role"
        for row in rows:
            *cell, role = row[-4:]
            series, unit, year = cell
            variable = row[0] if schema == "panel" else row[len(keys)]
            if (variable, *cell) in hidden and role != "clip_bound":
                role = CLIPPED
            cells = found.setdefault((schema, *row[: len(keys)]), {})
            cells.setdefault((series, unit, year), set()).add(role)
    return found
