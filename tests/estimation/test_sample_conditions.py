"""Rows that a condition takes into a sample, rows with filled values that leave it: against plain arrays."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from nqpf_assets.estimators.linear.two_way_fe import two_way_fe
from nqpf_assets.studies.equation import Sample
from nqpf_assets.studies.sample_conditions import filled_name, where_name
from tests.estimation.panels import Rows, complete, fitted, numbers, panel

WHERE = str(where_name(Sample(where="q > 0.5")))
FILLED = ("y", "x", "z")


def with_conditions() -> pl.DataFrame:
    """The panel with what a refresh computes of conditions: one cannot be told, three values are filled."""
    frame = panel().sort("unit", "period")
    place = pl.int_range(pl.len())
    return frame.with_columns(
        pl.when(place == 3).then(None).otherwise((pl.col("q") > 0.5).cast(pl.Float64)).alias(WHERE),
        *((place == at).cast(pl.Float64).alias(filled_name(name))
          for name, at in zip(FILLED, (7, 8, 8), strict=True)),
    )  # fmt: skip


def held(fit, inside: np.ndarray) -> None:
    rows = Rows()
    direct = two_way_fe(
        rows["y"][inside], rows["x z"][inside], rows.unit[inside], rows.period[inside],
        names=["x", "z"],
    )  # fmt: skip
    assert numbers(fit.fitted.terms)["x"][0] == pytest.approx(direct.params[0], rel=1e-12)
    assert fit.fitted.model.n_obs == direct.n_obs


def test_a_condition_takes_its_rows_and_those_that_cannot_be_told_are_missing() -> None:
    fit = fitted(complete(sample={"where": "q > 0.5"}), with_conditions())
    rows = Rows()
    is_above, place = rows["q"] > 0.5, np.arange(len(rows.unit))
    held(fit, is_above & (place != 3))
    assert fit.n_asked == (is_above | (place == 3)).sum()
    assert fit.n_missing_rows == 1
    assert fit.sample_words == "2012–2019, where q > 0.5"
    assert fit.roles[WHERE] == "sample condition"
    assert "1 row left out in which `q > 0.5` cannot be told" in fit.fitted.notes


def test_rows_with_filled_values_leave_and_are_counted_once() -> None:
    fit = fitted(complete(sample={"reported_only": True}), with_conditions())
    place = np.arange(len(Rows().unit))
    held(fit, ~np.isin(place, (7, 8)))
    assert fit.n_missing_rows == 0
    assert (
        "2 rows left out in which a value was filled in: y in 1, x in 1, z in 1" in fit.fitted.notes
    )


def test_what_was_filled_of_another_variable_counts_for_no_row() -> None:
    frame = with_conditions()
    fit = fitted(complete(controls=[], sample={"reported_only": True}), frame)
    assert fit.fitted.model.n_obs == len(frame) - 2
    column = complete(outcome="z", controls=[], sample={"reported_only": True})
    alone = fitted(column, frame)
    assert alone.fitted.model.n_obs == len(frame) - 1


def test_all_parts_of_a_sample_hold_together() -> None:
    sample = {"where": "q > 0.5", "reported_only": True, "first": 2013, "exclude": ["110000"]}
    fit = fitted(complete(sample=sample), with_conditions())
    rows = Rows()
    place = np.arange(len(rows.unit))
    inside = (rows["q"] > 0.5) & (rows.period >= 2013) & (rows.unit != "110000")
    held(fit, inside & ~np.isin(place, (3, 7, 8)))


def test_bounds_of_clipping_are_those_of_the_rows_that_are_left() -> None:
    fit = fitted(complete(sample={"where": "q > 0.5"}, winsorize={"share": 0.1}), with_conditions())
    inside = np.isin(np.arange(len(Rows().unit)), 3, invert=True) & (Rows()["q"] > 0.5)
    low = next(one.statistic for one in fit.fitted.tests if one.test == "winsor_low: x")
    assert low == pytest.approx(np.quantile(Rows()["x"][inside], 0.1), rel=1e-12)
