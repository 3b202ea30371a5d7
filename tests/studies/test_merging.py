"""A column lies over its table's `model` key by key, in blocks too."""

from __future__ import annotations

from typing import Any

from tests.estimation.panels import complete


def column(table: dict[str, Any], **own: Any) -> dict[str, Any]:
    return complete(table=table, **own).model_dump(exclude_unset=True)


def test_keys_of_blocks_merge():
    table = {"sample": {"first": 2014, "within": {"area": "north"}}, "expect": {"reason": "r"}}
    whole = column(table, sample={"within": {"size": "big"}}, expect={"n": 3})
    assert whole["sample"] == {"first": 2014, "within": {"area": "north", "size": "big"}}
    assert whole["expect"] == {"n": 3, "reason": "r"}
    table = {"winsorize": {"share": 0.05, "quantile": "stata"}}
    assert column(table, winsorize={"share": 0.1})["winsorize"] == {
        "share": 0.1,
        "quantile": "stata",
    }


def test_null_and_an_empty_mapping_undo():
    table = {"sample": {"first": 2014, "within": {"area": "north"}}, "winsorize": {"share": 0.05}}
    whole = column(table, sample={"first": None, "within": {}}, winsorize=None)
    assert (whole["sample"], whole["winsorize"]) == ({"first": None, "within": {}}, None)


def test_a_block_may_be_written_in_two_parts():
    for group, estimator, given, own in (
        ("mediation", "mediation", {"draws": 100}, {"mediator": "m"}),
        ("iv", "fe_2sls", {"endogenous": ["x"]}, {"instruments": ["i1"]}),
        ("threshold", "threshold", {"regime": ["x"], "count": 2}, {"variable": "q"}),
        ("difference", "group_difference", {"grouping": "area"}, {"groups": ["north", "south"]}),
        (
            "space",
            "spatial_lag",
            {"weights": "economic", "economic_variable": "gdp"},
            {"draws": 200},
        ),
        ("tobit", "tobit", {"upper": 1.0}, {"lower": None}),
    ):
        whole = column({"estimator": estimator, group: given}, **{group: own})
        assert {**given, **own}.items() <= {
            key: list(value) if isinstance(value, tuple) else value
            for key, value in whole[group].items()
        }.items()


def test_what_belongs_to_another_choice_is_left_behind():
    table = {"vcov": {"type": "driscoll_kraay", "lags": 2}}
    assert column(table, vcov={"by": ["unit"]})["vcov"] == {"by": ("unit",)}
    assert column(table, vcov={"small_sample": "none"})["vcov"] == {
        "type": "driscoll_kraay", "lags": 2, "small_sample": "none",
    }  # fmt: skip
    table = {"vcov": {"by": ["area"], "small_sample": "plm"}}
    assert column(table, vcov={"type": "robust"})["vcov"] == {"type": "robust"}
    table = {
        "estimator": "spatial_lag",
        "space": {"weights": "inverse_distance", "cutoff_km": 900.0},
    }
    space = column(table, space={"weights": "contiguity"})["space"]
    assert space == {"weights": "contiguity"}
    table = {"estimator": "re_tobit", "effects": [], "tobit": {"lower": 0.0, "nodes": 12}}
    assert column(table, estimator="tobit")["tobit"] == {"lower": 0.0}


def test_a_printed_number_is_not_put_together_from_two():
    table = {"published": {"x": {"estimate": 1.0, "std_error": 0.1}}}
    whole = column(table, published={"x": {"estimate": 2.0}, "z": {"estimate": 3.0}})
    assert whole["published"] == {"x": {"estimate": 2.0}, "z": {"estimate": 3.0}}
