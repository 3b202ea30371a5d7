"""An index whose indicators are not there in every unit and year: scores where they are, and it is said."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from nqpf_assets.indices.methods import entropy
from nqpf_assets.messages.problems import CheckFailed
from nqpf_assets.stages.indicator_matrix import indicator_matrix
from nqpf_assets.stages.indices import build_index
from nqpf_assets.studies.reader import read_study_file

STUDY = """\
study: s
title: S
units: {level: province}
periods: {first: 2015, last: 2018}
indices:
  i:
    title: I
    method: entropy
    weights: WEIGHTS
    dimensions:
      all:
        - {indicator: a, series: gdp}
        - {indicator: b, series: population, direction: negative}
"""
UNITS, YEARS = ("110000", "120000", "130000"), (2015, 2016, 2017, 2018)
GAPS = {("a", "110000", 2016), ("b", "110000", 2016), ("b", "130000", 2018)}
RNG = np.random.default_rng(3)
CELLS = pl.DataFrame(
    [
        (variable, unit, year, RNG.uniform(1, 9), None)
        for variable in ("a", "b")
        for unit in UNITS
        for year in YEARS
    ],
    schema={"variable": str, "unit": str, "period": pl.Int32, "value": float, "reason": str},
    orient="row",
)
GAPPY = CELLS.with_columns(
    value=pl.when(
        pl.struct("variable", "unit", "period").map_elements(
            lambda one: tuple(one.values()) in GAPS, return_dtype=bool
        )
    )
    .then(None)
    .otherwise("value")
)


def study(weights: str):
    return read_study_file("s.yaml", STUDY.replace("WEIGHTS", weights)).study


@pytest.mark.parametrize("weights", ["pooled", "by_period"])
def test_rows_that_lack_an_indicator_have_no_score_and_set_no_scale(weights: str) -> None:
    built = build_index(study(weights), "i", GAPPY.lazy())
    scores = built["index_score"].select("unit", "period", "score")
    kept = [
        (u, y) for u in UNITS for y in YEARS if (u, y) not in {("110000", 2016), ("130000", 2018)}
    ]
    assert scores.select("unit", "period").rows() == kept
    # As if those rows had never been asked for, by the arithmetic alone.
    whole, _ = indicator_matrix(study(weights), "i", CELLS.lazy())
    rows = [
        place for place, at in enumerate(zip(whole.units, whole.periods, strict=True)) if at in kept
    ]
    alone = replace(
        whole, values=whole.values[rows], units=whole.units[rows], periods=whole.periods[rows]
    )
    expected = entropy.index(alone, **study(weights).indices["i"].arguments())
    np.testing.assert_array_equal(scores.get_column("score").to_numpy(), expected.scores)


def test_it_is_told_which_rows_lack_what() -> None:
    (told,) = build_index(study("pooled"), "i", GAPPY.lazy())["index_test"].rows(named=True)
    assert told["test"] == "left_out"
    assert told["statistic"] == 2
    assert told["detail"] == (
        "2 of 12 rows lack an indicator and have no score: 110000 2016 (a, b), 130000 2018 (b)"
    )
    whole = build_index(study("pooled"), "i", CELLS.lazy())
    assert "index_test" not in whole


@pytest.mark.parametrize("weights", ["pooled", "by_period"])
def test_a_row_without_a_score_is_read_by_no_other(weights: str) -> None:
    reads = build_index(study(weights), "i", GAPPY.lazy())["index_read"]
    pooled = reads.filter(pl.col("first_period").is_not_null())
    years = pl.int_ranges("first_period", pl.col("last_period") + 1).alias("year")
    read = set(
        pooled.with_columns(years).explode("year").select("from_unit", "year").unique().rows()
    )
    assert ("110000", 2016) not in read
    assert ("130000", 2018) not in read
    everywhere = {year for unit, year in read if unit is None}
    assert not everywhere & {2016, 2018}
    missing = {("110000", 2016), ("130000", 2018)}
    wanted = {(unit, year) for unit in UNITS for year in YEARS} - missing
    assert {one for one in wanted if one in read or one[1] in everywhere} == wanted


def test_an_indicator_that_is_nowhere_is_refused() -> None:
    nowhere = CELLS.with_columns(value=pl.when(pl.col("variable") != "b").then("value"))
    with pytest.raises(CheckFailed) as failed:
        build_index(study("pooled"), "i", nowhere.lazy())
    (problem,) = failed.value.problems
    assert problem.where == "index i, indicator b"
    assert problem.found.startswith("12 missing: 110000 2015, ")


def test_no_row_with_all_of_them_is_refused() -> None:
    apart = CELLS.with_columns(
        value=pl.when((pl.col("variable") == "a") == (pl.col("period") < 2017)).then("value")
    )
    with pytest.raises(CheckFailed) as failed:
        build_index(study("pooled"), "i", apart.lazy())
    assert [one.where for one in failed.value.problems] == [
        "index i, indicator a",
        "index i, indicator b",
    ]
