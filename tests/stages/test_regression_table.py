"""What a table of regressions says under its numbers, and how it prints them."""

from __future__ import annotations

from typing import Any

import pytest

from nqpf_assets.stages.printed_regression_results import Printed
from nqpf_assets.stages.printed_regression_table import table_rows
from nqpf_assets.stages.requested_columns import written
from nqpf_assets.studies.spec import Column, Model, RegressionTable

MODEL = {
    "estimator": "two_way_fe", "effects": "unit, period", "n_obs": 341, "n_units": 31,
    "n_clusters": 31, "df_test": 30.0, "vcov": "clustered by unit", "small_sample": "xtreg",
    "r2": 0.9, "r2_within": 0.2, "r2_unit_within": 0.2, "sample": "2012–2022", "dropped": None, "note": None,
    "data_status": "reported", "n_imputed_cells": 0, "n_corrected_cells": 0,
}  # fmt: skip

YEARS = range(2012, 2023)


def printed(
    columns: dict[str, dict[str, Any]],
    models: dict[str, dict[str, Any]],
    numbers: tuple[float, float] = (0.5, 0.1),
    tests: tuple[dict[str, Any], ...] = (),
    **table: Any,
) -> list[dict[str, str]]:
    """Rows of a table with these columns, and these differences of their rows of `model`."""
    own = tuple(Column.model_validate({"label": label} | one) for label, one in columns.items())
    base = Model.model_validate({"outcome": "y", "regressors": ["x"]})
    whole = RegressionTable(title="T", model=base, columns=own, **table)
    estimates = [
        {"column_label": label, "term": "x", "estimate": numbers[0], "std_error": numbers[1],
         "statistic": numbers[0] / numbers[1], "p_value": 0.2}
        for label in columns
    ]  # fmt: skip
    rows = {label: MODEL | models.get(label, {}) for label in columns}
    made = [whole.completed(column, YEARS) for column in own]
    return list(table_rows(Printed(whole, made, rows, estimates, [], tests, [], [], {})))


def cells(rows: list[dict[str, str]], label: str) -> dict[str, str]:
    return next(row for row in rows if row["row_label"] == label)


def notes(rows: list[dict[str, str]]) -> str:
    return "\n".join(row["row_label"] for row in rows if row["row_kind"] == "note")


def test_small_numbers_keep_their_digits_and_a_table_may_set_them():
    rows = printed({"a": {}}, {}, (-0.000519, 0.000212))
    assert cells(rows, "x")["a"] == "-0.000519"
    assert rows[2]["a"] == "(0.000212)"
    rows = printed({"a": {}}, {}, (-0.00041, 0.04), digits=3)
    assert (cells(rows, "x")["a"], rows[2]["a"]) == ("0.000", "(0.040)")


def test_random_effects_are_not_called_fixed():
    models = {"a": {"effects": "random unit, period"}, "b": {"effects": ""}}
    rows = printed({"a": {}, "b": {}, "c": {}}, models)
    unit, period = cells(rows, "Unit fixed effects"), cells(rows, "Period fixed effects")
    assert [unit[key] for key in "abc"] == ["Random", "No", "Yes"]
    assert [period[key] for key in "abc"] == ["Yes", "No", "Yes"]


def test_which_column_has_which_errors_and_sample_is_said():
    rows = printed({"a": {}, "b": {}}, {})
    assert "in parentheses, clustered by unit, correction xtreg." in notes(rows)
    assert "Samples" not in notes(rows)
    other = {"vcov": "robust", "n_clusters": None, "sample": "2012–2022, areas: east"}
    rows = printed({"a": {}, "b": {}}, {"b": other})
    assert "a: clustered by unit, correction xtreg; b: robust, correction xtreg." in notes(rows)
    assert "Samples: a: 2012–2022; b: 2012–2022, areas: east." in notes(rows)
    assert [cells(rows, "Clusters")[key] for key in "ab"] == ["31", "-"]


def test_few_clusters_are_told_with_what_there_is_instead():
    columns: dict[str, dict[str, Any]] = {
        "a": {"vcov": {"by": ["areas"]}},
        "b": {"vcov": {"type": "driscoll_kraay"}},
        "c": {"vcov": {"type": "cr2", "by": ["areas"]}},
        "d": {"vcov": {"by": ["period"]}},
        "e": {},
    }
    four = {"n_clusters": 4}
    models = {
        "a": four,
        "b": {"n_clusters": 11, "vcov": "driscoll_kraay, lags 1"},
        "c": four | {"df_test": 2.33},
        "d": {"n_clusters": 11},
    }
    rows = printed(columns, models)
    said = notes(rows).splitlines()
    assert "a: 4 clusters are few" in notes(rows)
    assert "`vcov: {type: cr2, by: [areas]}`" in next(one for one in said if one.startswith("a: 4"))
    assert "b: Driscoll–Kraay errors rest on many periods, and there are 11" in notes(rows)
    assert "c: 4 clusters leave cr2 2.3 degrees of freedom" in notes(rows)
    by_period = next(one for one in said if one.startswith("d: "))
    assert "`vcov: {by: [unit]}` (31 units)" in by_period
    assert "or take `vcov: {type: wild_bootstrap, by: [period]}`" in by_period
    assert "or take `vcov: {type: wild_bootstrap, by: [areas], multipliers: webb}`" in next(
        one for one in said if one.startswith("c: 4")
    )
    assert not any(one.startswith("e: ") for one in said)
    assert cells(rows, "Clusters")["b"] == "11 periods"


def test_two_way_clusters_are_both_printed_and_the_fewer_named():
    tests = tuple(
        {
            "column_label": "b",
            "test": f"n_clusters: {key}",
            "statistic": number,
            "p_value": None,
            "df": None,
        }
        for key, number in (("unit", 31.0), ("period", 11.0))
    )
    columns: dict[str, dict[str, Any]] = {"a": {}, "b": {"vcov": {"by": ["unit", "period"]}}}
    words = "clustered by unit and period, negative eigenvalues set to zero"
    rows = printed(columns, {"b": {"n_clusters": 11, "vcov": words}}, tests=tests)
    assert [cells(rows, "Clusters")[key] for key in "ab"] == ["31", "31 units, 11 periods"]
    assert "b: 11 clusters of period are few" in notes(rows)
    assert f"b: {words}, correction xtreg" in notes(rows)


def test_long_lists_are_cut_with_a_count():
    dropped = "; ".join(f"unit {code}: alone" for code in range(20))
    (note,) = [one for one in notes(printed({"a": {}}, {"a": {"dropped": dropped}})).splitlines()
               if "alone" in one]  # fmt: skip
    assert note == (
        "a: " + "; ".join(f"unit {code}: alone" for code in range(8))
        + "; and 12 more, see result.model."
    )  # fmt: skip


def test_each_estimator_prints_what_it_declares_and_under_its_own_words():
    """``rho`` of one is a share of variances, which the other does not print."""
    columns = {
        "SAR": {"estimator": "spatial_lag", "space": {}},
        "RE": {"estimator": "re_tobit", "effects": [], "vcov": {"type": "unadjusted"}, "tobit": {}},
        "FE": {},
    }
    tests = [("SAR", "rho", 9.0), ("SAR", "sigma2", 0.25), ("SAR", "log_likelihood", -7.0),
             ("RE", "rho", 0.5), ("RE", "log_likelihood", -8.0), ("RE", "n_left_censored", 12.0),
             ("FE", "log_likelihood", -9.0), ("FE", "hausman", 3.0)]  # fmt: skip
    rows = printed(
        columns,
        {"SAR": {"estimator": "spatial_lag"}, "RE": {"estimator": "re_tobit"}},
        tests=tuple(
            {"column_label": label, "test": name, "statistic": value, "p_value": None, "df": None}
            for label, name, value in tests
        ),
    )
    said = {row["row_label"]: row for row in rows if row["row_kind"] == "fact"}
    assert "FE" not in said["Log-likelihood"], "least squares has it in `model`, and prints none"
    assert (said["Log-likelihood"]["SAR"], said["Log-likelihood"]["RE"]) == ("-7.00", "-8.00")
    assert "SAR" not in said["Share of unit effects in the variance"]
    assert said["Share of unit effects in the variance"]["RE"] == "0.50"
    assert (said["σ²"]["SAR"], said["Left-censored observations"]["RE"]) == ("0.25", "12")
    assert said["Hausman χ²"]["FE"] == "3.00"


def test_what_is_said_of_a_column_names_no_option_that_it_leaves_out() -> None:
    """Else the blocks of whatever estimator is installed would stand in all of them."""
    table = RegressionTable(
        title="T",
        model=Model.model_validate({"outcome": "y", "regressors": ["x"]}),
        columns=(Column.model_validate({"label": "(1)", "vcov": {"type": "robust"}}),),
    )
    said = written(table.completed(table.columns[0], YEARS))
    assert '"robust"' in said
    assert "null" not in said + written(table)


def test_clipping_is_told_where_all_columns_clip_alike():
    rule = {"winsorize": {"share": 0.05, "quantile": "stata"}}
    clipped = {"sample": "2012–2022, winsorized at 0.05 (stata)"}
    rows = printed({"a": rule, "b": rule}, {"a": clipped, "b": clipped})
    assert "Samples: 2012–2022, winsorized at 0.05 (stata)." in notes(rows)
    assert "Samples" not in notes(printed({"a": {}, "b": {}}, {}))


def test_a_measure_of_fit_that_no_column_has_has_no_row() -> None:
    none = {"r2": None, "r2_within": None, "r2_unit_within": None}
    labels = {row["row_label"] for row in printed({"a": {}, "b": {}}, {"a": none, "b": none})}
    assert not labels & {"R²", "R² within"}
    rows = printed({"a": {}, "b": {}}, {"a": none})
    assert (cells(rows, "R²")["a"], cells(rows, "R²")["b"]) == ("-", "0.900")


@pytest.mark.parametrize("estimator", ["fractional", "random_effects"])
def test_unit_means_stand_behind_the_controls_in_their_order(estimator: str) -> None:
    terms = ["x", "b", "a", "x:mean", "b:mean", "a:mean", "constant"]
    column = Column.model_validate({"label": "1", "estimator": estimator, "effects": []})
    model = Model.model_validate({"outcome": "y", "regressors": ["x"], "controls": ["b", "a"]})
    table = RegressionTable(title="T", model=model, columns=(column,))
    estimates = [
        {"column_label": "1", "term": term, "estimate": 1.0, "std_error": 1.0, "statistic": 1.0,
         "p_value": 0.5}
        for term in sorted(terms)
    ]  # fmt: skip
    made = [table.completed(column, YEARS)]
    rows = table_rows(Printed(table, made, {"1": MODEL}, estimates, [], (), [], [], {}))
    labels = [row["row_label"] for row in rows if row["row_kind"] == "estimate"]
    means = [f"{term}, mean of the unit" for term in "xba"]
    assert labels == ["x", "b", "a", *means, "Constant"]


def test_neighbours_stand_behind_the_controls_and_rho_behind_them() -> None:
    """Not in the order of the alphabet between the regressors: the table reads as the model is written."""
    columns = tuple(
        Column.model_validate({"label": one, "estimator": f"spatial_{one}", "space": {}})
        for one in ("durbin", "error")
    )
    model = Model.model_validate({"outcome": "y", "regressors": ["x"], "controls": ["b", "a"]})
    table = RegressionTable(title="T", model=model, columns=columns)
    there = {
        "durbin": ["a", "a:lag", "b", "b:lag", "rho", "x", "x:lag"],
        "error": ["a", "b", "lambda", "x"],
    }
    estimates = [
        {"column_label": label, "term": term, "estimate": 1.0, "std_error": 1.0, "statistic": 1.0,
         "p_value": 0.5}
        for label, terms in there.items()
        for term in terms
    ]  # fmt: skip
    made = [table.completed(column, YEARS) for column in columns]
    models = dict.fromkeys(there, MODEL)
    rows = table_rows(Printed(table, made, models, estimates, [], (), [], [], {}))
    labels = [row["row_label"] for row in rows if row["row_kind"] == "estimate"]
    neighbours = [f"Neighbours: {term}" for term in "xba"]
    own = ["Spatial lag of the outcome (ρ)", "Spatial error (λ)"]
    assert labels == ["x", "b", "a", *neighbours, *own]
