"""Tables that describe the panel, made again in base R and written as a do-file: every kind, every option."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from nqpf_assets.explanations.published import PublishedStudy
from nqpf_assets.replication.crosscheck.tables import compared_tables
from nqpf_assets.replication.crosscheck.verdicts import DIFFERS, LEFT_OUT, MISSING, SAME
from nqpf_assets.replication.r.run import is_there
from nqpf_assets.replication.r.table_calls import CALLS, translated_tables, translations
from nqpf_assets.replication.stata import table_commands
from nqpf_assets.studies.tables import TABLE_KINDS
from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse.duckdb_file import open_closed
from tests import command
from tests.once import once
from tests.replication.test_do_file import columns_left_out

needs_r = pytest.mark.skipif(not is_there(), reason="R (Rscript) is not installed")
OTHERS = {"regression", "growth"}
"""Regressions have columns, and levels are no rows of the panel: both have calls of their own."""

INDICES = {
    "vector": "method: entropy, normalise: vector",
    "topsis": "method: entropy, aggregate: topsis",
    "geometric": "method: critic, aggregate: geometric, shift: 0.01",
    "spread": "method: coefficient_of_variation, normalise: z_score",
    "spread_scaled": "method: coefficient_of_variation, variation_of: normalised, normalise: vector",
    "said": "method: given_weights, base_year: 2015, weights: {said_a: 0.5, said_b: 0.2, said_c: 0.3}",
    "by_dimension": "method: equal_weights, by: dimensions",
    "split": "method: principal_components, retain: 0.9, component_scale: unit, anchor: split_c",
    "judged": "method: ahp, comparisons: {judged_a: {judged_b: 2}}, dimension_comparisons: {x: {y: 3}}",
}
"""Indices of the same three indicators, by every other method and way of putting together."""
OF_INDICES = "".join(
    f"""\
  {name}:
    {{title: T, {said}, dimensions: {{x: [
      {{indicator: {name}_a, expression: gdp / population}}, {{indicator: {name}_b, expression: urban}}],
      y: [{{indicator: {name}_c, expression: energy, direction: negative}}]}}}}
"""
    for name, said in INDICES.items()
)

STUDY = """\
study: described
title: Every table that describes a panel
units: {level: province, expect: 31}
periods: {first: 2012, last: 2022}
interpolation: {method: linear, ends: none}
variables:
  income: {title: Income, expression: log(gdp / population)}
  urban: {title: Share, expression: urban_population / population}
  energy: {title: Share, expression: energy_consumption / gdp}
  beyond: {title: Beyond, expression: "max(urban - 0.55, 0)"}
  some: {title: Some, expression: "log(rank(urban, by=period) - 5)"}
  late: {title: Late, expression: "lag(urban, 2)"}
groups: {four: four_regions}
indices:
  whole:
    title: Whole
    method: entropy
    dimensions:
      rich: [{indicator: per_head, expression: gdp / population}, {indicator: towns, expression: urban}]
      clean: [{indicator: intensity, expression: energy, direction: negative}]
  yearly:
    title: Yearly
    method: entropy
    weights: by_period
    shift: limit
    dimensions:
      rich: [{indicator: y_head, expression: gdp / population}, {indicator: y_towns, expression: urban}]
      clean: [{indicator: y_intensity, expression: energy, direction: negative}]
  plain:
    title: Plain
    method: equal_weights
    dimensions:
      rich: [{indicator: p_head, expression: gdp / population}, {indicator: p_towns, expression: urban}]
  first_year:
    title: First year
    method: equal_weights
    base_year: 2012
    dimensions:
      rich: [{indicator: f_head, expression: gdp / population}, {indicator: f_towns, expression: urban}]
OF_INDICES
tables:
  statistics:
    kind: descriptive
    title: T
    describe: [income, urban, energy, late, whole]
    statistics: [n_obs, mean, sd, minimum, p25, median, p75, maximum, sd_between, sd_within, n_units,
      periods_per_unit]
  by_group: {kind: descriptive, title: T, describe: [income, late], grouping: four, listwise: true}
  within: {kind: descriptive, title: T, describe: [income], statistics: [sd_within], grouping: four}
  pearson: {kind: correlation, title: T, correlate: [income, urban, energy, late], vif: [income, urban, late]}
  ranks: {kind: correlation, title: T, correlate: [income, urban, late], method: spearman, listwise: true}
  means: {kind: group_means, title: T, compare: [income, late], grouping: four, groups: [east, west]}
  equal:
    {kind: group_means, title: T, compare: [urban], grouping: four, groups: [west, east], variances: equal}
  roots: {kind: unit_roots, title: T, examine: [income, urban], lags: 0}
  trends: {kind: unit_roots, title: T, examine: [income], lags: 1, trend: true, first: 2013}
  dependence: {kind: unit_roots, title: T, examine: [urban], tests: [cross_section_dependence]}
  parts: {kind: shapley, title: T, outcome: income, regressors: [urban, energy, late]}
  pooled: {kind: shapley, title: T, outcome: income, regressors: [urban, energy], effects: [], last: 2018}
  obstacles: {kind: obstacle_degree, title: T, index: whole, first: 2014}
  dimensions: {kind: obstacle_degree, title: T, index: yearly, rows: dimensions}
  places: {kind: rank_stability, title: T, index: whole, last: 2020}
  yearly_places: {kind: rank_stability, title: T, index: yearly}
  plain_places: {kind: rank_stability, title: T, index: plain}
  first_places: {kind: rank_stability, title: T, index: first_year}
  places_by_critic: {kind: rank_stability, title: T, index: geometric}
  places_by_dimensions: {kind: rank_stability, title: T, index: by_dimension}
  places_said: {kind: rank_stability, title: T, index: said}
  judged_places: {kind: rank_stability, title: T, index: judged}
  gini: {kind: regional_differences, title: T, variable: urban, grouping: four}
  gini_of_a_year:
    {kind: regional_differences, title: T, variable: energy, grouping: four, first: 2015, last: 2015}
  gini_of_two: {kind: regional_differences, title: T, variable: energy, grouping: four, first: 2021}
  gini_with_zeros: {kind: regional_differences, title: T, variable: beyond, grouping: four, first: 2020}
  levels:
    kind: growth
    title: T
    region: 北京
    first: 2013
    last: 2022
    rows:
      - {series: gdp, title: GDP, published: {2013: 5.0}, published_growth: 7.2}
      - {series: population, title: People}
  map: {kind: spatial_autocorrelation, title: T, variable: urban, local: true, permutations: 99}
  map_of_mainland:
    kind: spatial_autocorrelation
    title: T
    variable: income
    islands: not_counted
    permutations: 99
    last: 2016
  map_of_some:
    kind: spatial_autocorrelation
    title: T
    variable: some
    local: true
    false_discovery_rate: 0.9
    permutations: 99
    space: {weights: inverse_distance, cutoff_km: 1500, standardize: spectral}
  map_by_income:
    kind: spatial_autocorrelation
    title: T
    variable: some
    local: true
    false_discovery_rate: 0.9
    permutations: 99
    space: {weights: nested, economic_variable: energy}
  map_by_income_of_each_year:
    kind: spatial_autocorrelation
    title: T
    variable: some
    permutations: 99
    space: {weights: economic, economic_variable: energy, by_period: true}
  lines: {kind: trend, title: T, x: income, y: late, grouping: four}
""".replace("OF_INDICES\n", OF_INDICES)


@pytest.fixture(scope="module")
def described(built_small: Project) -> Project:
    """The small project with a study of all these tables; made once, for reading only."""

    def build(folder: Path) -> None:
        shutil.copytree(built_small.root, folder, symlinks=True, dirs_exist_ok=True)
        (folder / "studies" / "described.yaml").write_text(STUDY, "utf-8")
        ran = command.nqpf("refresh", project=folder)
        assert ran.status == 0, ran.out + ran.err

    return Project.at(once("described", build))


def test_every_kind_is_made_or_named_here() -> None:
    assert {*CALLS} == {*table_commands.CALLS}
    assert {*CALLS} | OTHERS == {*TABLE_KINDS.own}


@needs_r
@pytest.mark.slow
def test_every_number_of_every_kind_is_the_same_in_r(described: Project) -> None:
    """By other ways: factors from an inverted matrix, parts by `qr`, t tests of R's own."""
    ran = command.nqpf("crosscheck", "described", project=described.root)
    assert ran.status == 0, ran.out + ran.err
    lines = [line for line in ran.out.splitlines() if "R" in line]
    with open_closed(described.database) as connection:
        tables = translations(PublishedStudy(connection, "described"))
        numbers = {
            one.table.name: len(one.table.numbers()) + len(one.table.curves()) for one in tables
        }
    assert len(numbers) == 33 + 4 + len(INDICES)
    assert min(numbers.values()) >= 1
    for table, n in numbers.items():
        told = [one for one in lines if one.startswith(f"{table} ")]
        is_drawn = table.startswith("map")
        left_out = [one for one in told if f": {LEFT_OUT}" in one]
        assert left_out == [
            one for one in told if "judged" in table or (is_drawn and " p_value " in one)
        ]
        assert len([one for one in told if one.endswith(f": {SAME}")]) + len(left_out) == n
    n_left_out = len([one for one in lines if f": {LEFT_OUT}" in one])
    assert "the index method `ahp`" in ran.out
    assert f"{sum(numbers.values()) - n_left_out} of {sum(numbers.values())} the same" in ran.out
    for start, points in {
        "obstacles obstacle_degree indicator intensity": 9 * 31,
        "dimensions obstacle_degree dimension rich": 11 * 31,
        "yearly_places rank_without without y_head": 11 * 31,
        "index yearly score score": 11 * 31,
        "index said score dimension x": 11 * 31,
    }.items():
        assert [one for one in lines if one.startswith(f"{start}, {points} points: ")], start


@pytest.mark.slow
def test_a_curve_is_as_good_as_its_worst_point(described: Project) -> None:
    with open_closed(described.database) as connection:
        tables = translated_tables(PublishedStudy(connection, "described"))
        (table,) = [one for one in tables if one.table.name == "gini_of_a_year"]
        of = table.table
        others = {
            (of.name, column, "", label): repr(value) for label, column, value in of.numbers()
        }
        for (label, column), values in of.curves().items():
            for point, value in values.items():
                others[of.name, column, "", f"{label}, {point}"] = repr(value)

        def failed() -> list[tuple[str, str, str]]:
            rows = compared_tables([table], {key: {"estimate": one} for key, one in others.items()})
            return [(row.key[3], row.verdict, row.why) for row in rows if row.is_failure]

        assert failed() == []
        other = ("gini_of_a_year", "x", "", "density 2015, point 7")
        others[other] = repr(float(others[other]) + 1e-3)
        assert [(term, verdict) for term, verdict, _ in failed()] == [
            ("density 2015, 200 points", DIFFERS)
        ]
        assert "density 2015, point 7: R has" in failed()[0][2]
        del others["gini_of_a_year", "x", "", "density 2015, point 200"]
        assert failed() == [
            ("density 2015, 200 points", MISSING, "density 2015, point 200: R has no such number")
        ]


@pytest.mark.slow
def test_a_number_that_r_lacks_or_has_otherwise_is_a_failure(described: Project) -> None:
    with open_closed(described.database) as connection:
        (table,) = [
            one
            for one in translated_tables(PublishedStudy(connection, "described"))
            if one.table.name == "within"
        ]
        numbers = table.table.numbers()
        others = {
            ("within", column, "", label): {"estimate": repr(value)}
            for label, column, value in numbers[1:]
        }
        label, column, value = numbers[1]
        others["within", column, "", label] = {"estimate": repr(value * (1 + 2e-6))}
        verdicts = [row.verdict for row in compared_tables([table], others)]
        failures = [row.is_failure for row in compared_tables([table], others)]
    assert verdicts == [MISSING, DIFFERS, SAME, SAME]
    assert failures == [True, True, False, False]


@pytest.mark.slow
def test_do_file_of_every_kind(described: Project) -> None:
    left_out = columns_left_out(described, "described")
    assert {key for key, why in left_out.items() if "Stata's own" in why} == {
        "parts", "pooled", "obstacles", "dimensions", "places", "yearly_places", "plain_places",
        "first_places", "places_by_critic", "places_by_dimensions", "places_said", "judged_places",
        "map", "map_of_mainland", "map_by_income", "map_of_some",
        "map_by_income_of_each_year",
    }  # fmt: skip
    assert {*left_out} - {"statistics"} >= {"parts"}
