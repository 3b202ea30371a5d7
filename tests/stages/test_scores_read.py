"""Scores of indices as variables: numbers by hand, and columns that read a score by another name."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from nqpf_assets.expressions.compile import STATUS_ORDER
from nqpf_assets.projects.opened import open_project
from nqpf_assets.stages.derivation import derivation_step
from tests.command import nqpf
from tests.stages.influence_case import write_case
from tests.stages.mini import STUDY as MINI
from tests.stages.mini import Walk, walk, walked, write_mini

pytestmark = pytest.mark.slow  # a whole walk

HEAD = """\
study: mini
title: A study of ten provinces
units: {level: province, only: [北京, 天津, 河北, 山西, 内蒙古, 辽宁, 吉林, 黑龙江, 上海, 江苏]}
periods: {first: 2014, last: 2021}
interpolation: {method: linear, ends: none}
sources: {series: {urban_population: {ends: nearest}, energy_consumption: {ends: trend}}}
influence: none
"""
STUDY = f"""{HEAD}
variables:
  output: {{expression: log(gdp / population)}}
  size: {{expression: log(population)}}
  wealth_before: {{expression: "lag(wealth, 1)"}}
  log_wealth: {{expression: log(wealth)}}
  squared: {{expression: wealth ** 2}}
  standard: {{expression: standardize(wealth)}}
  moderated: {{expression: "standard * standardize(output)"}}
  grown: {{expression: diff(wealth)}}
  coupling: {{expression: "sqrt(2 * sqrt(wealth * towns) / (wealth + towns) * (wealth + towns) / 2)"}}
  capped: {{expression: wealth + towns, winsorize: {{share: 0.1}}}}
  capital: {{expression: "wealth / of_region(wealth, 北京) + at(towns, 2016)"}}
  same_wealth: {{expression: wealth}}
  same_both: {{expression: both}}
indices:
  both:
    title: Of an index and of what is made of one
    method: entropy
    dimensions:
      all: [{{indicator: of_wealth, expression: wealth}}, {{indicator: of_grown, expression: capped + size}}]
  wealth:
    title: Wealth
    method: entropy
    winsorize: {{share: 0.1}}
    dimensions:
      all:
        - {{indicator: per_person, expression: gdp / population}}
        - {{indicator: energy, expression: energy_consumption / gdp, direction: negative}}
  towns:
    title: Towns, weighed year by year
    method: entropy
    weights: by_period
    dimensions:
      all:
        - {{indicator: urban, expression: urban_population / population}}
        - {{indicator: users, expression: internet_users / population}}
tables:
  table_1:
    title: Scores under other names
    model: {{outcome: output, regressors: [wealth], controls: [size]}}
    columns:
      - {{label: a, controls: [both]}}
      - {{label: a again, regressors: [same_wealth], controls: [same_both]}}
      - {{label: b, outcome: wealth, regressors: [size], controls: []}}
      - {{label: b again, outcome: same_wealth, regressors: [size], controls: []}}
      - {{label: c, estimator: threshold, regressors: [size], controls: [], effects: [unit],
          threshold: {{variable: wealth, regime: [size], draws: 0}}}}
      - {{label: c again, estimator: threshold, regressors: [size], controls: [], effects: [unit],
          threshold: {{variable: same_wealth, regime: [size], draws: 0}}}}
      - {{label: d, estimator: spatial_slx, regressors: [size], controls: [],
          space: {{weights: economic, economic_variable: wealth}}}}
      - {{label: d again, estimator: spatial_slx, regressors: [size], controls: [],
          space: {{weights: economic, economic_variable: same_wealth}}}}
      - label: instrument
        estimator: fe_2sls
        iv: {{endogenous: [wealth], instruments: [wealth_before]}}
"""


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Walk:
    return walk(write_case(tmp_path_factory.mktemp("scores"), STUDY))


def table(done: Walk, name: str) -> pl.DataFrame:
    return done.opened.store.scan(("mini", name)).collect()


def scores(done: Walk, index: str) -> np.ndarray:
    """(units, years) of an index."""
    rows = table(done, "index_score").filter(index_name=index).sort("unit", "period")
    return rows["score"].to_numpy().reshape(10, 8)


def values(done: Walk, variable: str, column: str = "value") -> np.ndarray:
    """(units, years) of a variable, with NaN where it has none."""
    rows = table(done, "variable_cell").filter(variable=variable).sort("unit", "period")
    return rows[column].fill_null(np.nan).to_numpy().reshape(10, 8)


def before(of: np.ndarray) -> np.ndarray:
    return np.hstack([np.full((10, 1), np.nan), of[:, :-1]])


def standard(of: np.ndarray) -> np.ndarray:
    return (of - np.nanmean(of)) / np.nanstd(of, ddof=1)


def test_a_score_is_read_as_a_series_of_the_study_s_years(done: Walk) -> None:
    wealth, towns, output = scores(done, "wealth"), scores(done, "towns"), values(done, "output")
    by_hand = {
        "same_wealth": wealth,
        "wealth_before": before(wealth),
        "log_wealth": np.log(wealth),
        "squared": wealth**2,
        "standard": standard(wealth),
        "moderated": standard(wealth) * standard(output),
        "grown": wealth - before(wealth),
        # C = 2 sqrt(U1 U2) / (U1 + U2), T = (U1 + U2) / 2, D = sqrt(C T)
        "coupling": np.sqrt(np.sqrt(wealth * towns)),
        "capital": wealth / wealth[:1] + towns[:, [2]],
        "of_wealth": wealth,
    }
    for name, expected in by_hand.items():
        np.testing.assert_allclose(
            values(done, name), expected, rtol=1e-12, atol=1e-14, err_msg=name
        )
    np.testing.assert_allclose(values(done, "capped", "reported_value"), wealth + towns, rtol=1e-13)
    low, high = np.quantile(wealth + towns, [0.1, 0.9])
    np.testing.assert_allclose(
        values(done, "capped"), np.clip(wealth + towns, low, high), rtol=1e-12
    )


def test_scores_that_are_read_are_those_that_are_published(done: Walk) -> None:
    """To the last bit: an index is computed for formulas and once more for its tables."""
    assert (values(done, "same_wealth") == scores(done, "wealth")).all()
    assert (values(done, "same_both") == scores(done, "both")).all()


def test_an_index_of_an_index_is_what_entropy_weights_give(done: Walk) -> None:
    columns = [values(done, "of_wealth").ravel(), values(done, "of_grown").ravel()]
    z = np.column_stack([(x - x.min()) / (x.max() - x.min()) + 0.0001 for x in columns])
    p = z / z.sum(axis=0)
    divergence = 1 + (p * np.log(p)).sum(axis=0) / np.log(len(p))
    score = z @ (divergence / divergence.sum())
    np.testing.assert_allclose(scores(done, "both").ravel(), score, rtol=1e-10)


def test_a_score_is_as_weak_as_its_weakest_indicator(done: Walk) -> None:
    cells = table(done, "variable_cell")
    status = pl.col("status").replace_strict(
        {name: place for place, name in enumerate(STATUS_ORDER)}, return_dtype=pl.Int32
    )
    weakest = (
        cells.filter(pl.col("variable").is_in(["per_person", "energy"]))
        .group_by("unit", "period")
        .agg(status.max().alias("rank"))
    )
    read = cells.filter(variable="same_wealth").join(weakest, on=["unit", "period"])
    assert read.filter(status != pl.col("rank")).is_empty()
    assert {"reported", "interpolated", "winsorized_low"} <= set(read["status"])


@pytest.mark.parametrize("label", ["a", "b", "c", "d"])
def test_a_column_is_the_same_by_either_name_of_a_score(done: Walk, label: str) -> None:
    """As regressor, outcome, threshold variable and economic distance."""
    numbers = ["estimate", "std_error"]
    for name in ("estimate", "effect"):
        of = [
            table(done, name).filter(column_label=one).select(numbers).sort(numbers)
            for one in (label, f"{label} again")
        ]
        assert of[0].equals(of[1])
        assert name == "effect" or len(of[0])


def test_a_lagged_score_as_instrument_is_two_stage_least_squares_by_hand(done: Walk) -> None:
    wealth, output, size = scores(done, "wealth"), values(done, "output"), values(done, "size")
    at = slice(1, None)  # the first year has no score before it
    units, years = np.divmod(np.arange(70), 7)
    dummies = np.hstack([np.eye(10)[units], np.eye(7)[years][:, 1:]])

    def within(x: np.ndarray) -> np.ndarray:
        return x - dummies @ np.linalg.lstsq(dummies, x, rcond=None)[0]

    y, x, w = (within(one[:, at].ravel()) for one in (output, wealth, size))
    z = within(before(wealth)[:, at].ravel())
    design, instruments = np.column_stack([x, w]), np.column_stack([z, w])
    by_hand = np.linalg.solve(instruments.T @ design, instruments.T @ y)
    found = table(done, "estimate").filter(column_label="instrument")
    told = dict(zip(found["term"], found["estimate"], strict=True))
    assert [told["wealth"], told["size"]] == pytest.approx(by_hand.tolist(), rel=1e-8)


def test_a_study_whose_formulas_read_no_score_computes_as_before(tmp_path: Path) -> None:
    """No other table, parameter or code enters its step, and the query stays one over the cells of series."""
    opened = open_project(write_mini(tmp_path))
    compiled = opened.compiled["mini"]
    assert len(compiled.rounds) == 1
    step = derivation_step(compiled, opened.catalogue)
    assert [read.key[1] for read in step.reads] == ["filled_cell", "series"]
    assert set(step.parameters) == {"study file", "catalogue", "program"}
    assert not [key for key in step.parameters["study file"] if "ind" in key]


ABROAD = """\
  read: {expression: wealth}
  relative: {expression: "gdp - mean(gdp, by=period)"}
  abroad: {expression: "gdp / of_region(gdp, 山西) + population / of_region(population, 山西)"}
"""


def test_a_region_that_another_formula_names_has_no_say_in_scores_and_pools(tmp_path: Path) -> None:
    """What explains a formula computes it apart from the others, and so does what reads a score."""
    study = MINI.replace("[北京, 天津, 河北, 山西], expect: 4", "[北京, 天津, 河北], expect: 3")
    study = study.replace("variables:\n", f"variables:\n{ABROAD}").replace(", exclude: [山西]", "")
    done = walked(tmp_path, study.replace("n: 16", "n: 12"), is_published=True)
    pairs = done.query(
        "SELECT s.score, v.value FROM index.score AS s INNER JOIN panel.cell AS v"
        " ON v.variable = 'read' AND v.unit = s.unit AND v.period = s.period"
    )
    assert len(pairs) == 12
    assert all(score == read for score, read in pairs)
    for name in ("read", "relative"):
        ran = nqpf("explain", f"mini.{name}", "北京", "2017", project=done.project.root)
        assert ran.status == 0, ran.err
