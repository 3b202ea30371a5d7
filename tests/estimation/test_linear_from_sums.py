"""Columns of a study from sums of products: all that `fit_column` reports, and which columns go that way."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

import duckdb
import polars as pl
import pytest

from nqpf_assets.estimation.column import FittedColumn
from nqpf_assets.estimation.linear_from_sums import fit_from_sums, is_from_sums
from tests.estimation.panels import STUDY, complete, fitted, panel

NOTE = "By sums"


def gaps() -> pl.DataFrame:
    """The panel with missing values: null and NaN, and a unit that has one year left."""
    rows = pl.int_range(pl.len())
    frame = panel().sort("unit", "period")
    return frame.with_columns(
        y=pl.when(rows % 11 == 3).then(None).otherwise(pl.col("y")),
        x=pl.when(rows % 13 == 5).then(float("nan")).otherwise(pl.col("x")),
        z=pl.when((pl.col("unit") == "110000") & (pl.col("period") != 2013))
        .then(None)
        .otherwise(pl.col("z")),
        condition=pl.when(rows % 17 == 4).then(None).otherwise((rows % 9 != 2).cast(pl.Float64)),
    ).sample(fraction=1.0, shuffle=True, seed=2)


def from_sums(column: Any, frame: pl.DataFrame) -> FittedColumn | None:
    connection = duckdb.connect()
    connection.register("panel", frame)
    return fit_from_sums(STUDY, column, "panel", lambda sql: connection.sql(sql).pl(), NOTE)


def told(fit: FittedColumn) -> dict[str, Any]:
    """All that becomes rows, numbers apart."""
    said = asdict(replace(fit, sample=None, bound_rows=None, fitted=None)) | {
        "sample": fit.sample.rows(),
        "bound_rows": fit.bound_rows.rows(),
        "dropped": fit.fitted.dropped,
        "terms": [(one.term, one.effect) for one in fit.fitted.terms],
        "tests": fit.fitted.tests,
    }
    words = {
        name: one for name, one in asdict(fit.fitted.model).items() if not isinstance(one, float)
    }
    return said | words


def numbers(fit: FittedColumn) -> dict[str, float]:
    found = {name: one for name, one in asdict(fit.fitted.model).items() if isinstance(one, float)}
    for term in fit.fitted.terms:
        found |= {
            f"{term.term} {name}": one
            for name, one in asdict(term).items()
            if name[:4] not in ("term", "effe")
        }
    return found


COLUMNS: tuple[dict[str, Any], ...] = (
    {},
    {"effects": ["unit"], "vcov": {"type": "clustered", "by": ["area"]}},
    {"effects": ["period"], "vcov": {"type": "robust"}, "standardize": True},
    {"vcov": {"type": "unadjusted"}, "controls": ["z", "m", "twice", "fixed"]},
    {"estimator": "ols", "vcov": {"type": "clustered", "by": ["period"], "small_sample": "none"}},
    {"drop_singletons": False, "vcov": {"type": "clustered", "large_sample": True}},
    {"sample": {"first": 2013, "last": 2018, "exclude": ["620000"]}},
    {"sample": {"within": {"area": "north"}}, "effects": ["unit"]},
    {"sample": {"only": ["110000", "120000", "130000", "140000"]}},
)


@pytest.mark.parametrize("said", COLUMNS, ids=str)
def test_a_column_reports_the_same(said: dict[str, Any]) -> None:
    column, frame = complete(**said), gaps()
    assert is_from_sums(column, {})
    found, expected = from_sums(column, frame), fitted(column, frame)
    assert found is not None
    assert told(found) == told(expected)
    assert numbers(found) == pytest.approx(numbers(expected), rel=1e-10, nan_ok=True)
    notes = [one for one in found.fitted.notes if one != NOTE]
    assert (NOTE in found.fitted.notes, notes) == (True, list(expected.fitted.notes))


def test_a_condition_on_rows() -> None:
    """Rows in which it cannot be told are asked for, and lack a value."""
    from nqpf_assets.studies.sample_conditions import where_name

    column = complete(sample={"where": "q > 0"})
    name = where_name(column.sample)
    assert name is not None
    frame = gaps().rename({"condition": name})
    found, expected = from_sums(column, frame), fitted(column, frame)
    assert found is not None
    assert found.lacking["`q > 0`"] > 0
    assert told(found) == told(expected)


@pytest.mark.parametrize(
    "said",
    [
        {"estimator": "first_difference", "effects": []},
        {"vcov": {"type": "cr2"}},
        {"vcov": {"type": "driscoll_kraay"}},
        {"vcov": {"type": "wild_bootstrap"}},
        {"vcov": {"type": "clustered", "by": ["unit", "period"]}},
        {"weights": {"variable": "people"}},
        {"winsorize": {"share": 0.05}},
        {"hausman": True},
        {"effects": ["unit", "area * period"]},
        {"sample": {"reported_only": True}},
    ],
    ids=str,
)
def test_columns_that_need_their_rows(said: dict[str, Any]) -> None:
    assert not is_from_sums(complete(**said), {})


def test_a_column_with_units_without_neighbours_needs_its_rows() -> None:
    assert not is_from_sums(complete(), {"x": {"contiguity": ["110000"]}})


def test_rows_outside_of_all_groups_are_left_to_who_names_them() -> None:
    column = complete(vcov={"type": "clustered", "by": ["area"]})
    frame = panel().with_columns(
        area=pl.when(pl.col("unit") == "110000").then(None).otherwise(pl.col("area"))
    )
    assert from_sums(column, frame) is None
