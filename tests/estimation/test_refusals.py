"""What cannot be estimated is one clear problem, never a traceback and never a number."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest
from pydantic import ValidationError

from nqpf_assets.catalog.geography import COORDINATE_SCHEMA, NEIGHBOUR_SCHEMA, Geography
from nqpf_assets.messages.problems import CheckFailed
from nqpf_assets.studies import column_rules
from nqpf_assets.studies.estimator import Covariance
from nqpf_assets.studies.estimator_registry import ESTIMATORS
from tests.estimation.panels import complete, fitted, panel

PLAIN = {"type": "unadjusted"}
MODERATED = {"mediator": "m", "moderator": "q", "moderates": ["first"]}
OPTIONS: dict[str, dict[str, Any]] = {
    "two_way_fe": {},
    "ols": {},
    "tobit": {"outcome": "scores", "tobit": {"lower": 0}},
    "re_tobit": {"outcome": "scores", "tobit": {"lower": 0, "nodes": 8}, "effects": ["period"]},
    "fe_2sls": {"iv": {"endogenous": ["x"], "instruments": ["i1"]}},
    "mediation": {"mediation": {"mediator": "m", "draws": 20}},
    "chain_mediation": {"chain": {"mediators": ["m", "q"], "draws": 20}},
    "moderated_mediation": {
        "moderated": {"mediator": "m", "moderator": "q", "moderates": ["first"], "draws": 20}
    },
    "group_difference": {
        "difference": {"grouping": "area", "groups": ["north", "south"], "draws": 20}
    },
    "threshold": {"threshold": {"variable": "q", "regime": ["x"], "draws": 10}},
    **{
        f"spatial_{name}": {"vcov": PLAIN, "space": options}
        for name, options in (
            ("durbin", {"draws": 100}),
            ("lag", {"draws": 100}),
            ("error", {}),
            ("slx", {}),
        )
    },
}


def refusal(frame=None, geography=None, **own) -> str:
    """What is said to be found, of the one problem that there is."""
    with pytest.raises(CheckFailed) as caught:
        fitted(complete(**own), frame, geography)
    (problem,) = caught.value.problems
    assert (problem.file, problem.where) == ("study demo", "t (1)")
    assert problem.expected
    assert problem.remedy
    return problem.found


@pytest.mark.parametrize("estimator", OPTIONS)
def test_every_estimator_fits_what_the_edge_cases_then_break(estimator):
    fit = fitted(complete(estimator=estimator, **OPTIONS[estimator]))
    assert fit.fitted.model.n_obs == 96
    assert all(np.isfinite(one.estimate) for one in fit.fitted.terms)


BROKEN = {
    "no rows in the sample": panel().filter(pl.col("period") > 2030),
    "no values": panel().with_columns(pl.lit(None, dtype=pl.Float64).alias("x")),
    "one unit": panel().filter(pl.col("unit") == "110000"),
    "one row": panel().filter((pl.col("unit") == "110000") & (pl.col("period") == 2014)),
    "fewer rows than regressors": panel()
    .filter(pl.col("unit").is_in(["110000", "210000"]) & (pl.col("period") < 2014))
    .with_columns(area=pl.when(pl.col("unit") == "110000").then(pl.lit("north"))
                  .otherwise(pl.lit("south"))),
    "outcome does not vary": panel().with_columns(y=pl.lit(2.0), scores=pl.lit(2.0)),
    "infinite value": panel().with_columns(
        x=pl.when(pl.col("period") == 2014).then(float("inf")).otherwise("x")
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("estimator", "broken"),
    [
        (estimator, broken)
        for estimator in OPTIONS
        for broken in BROKEN
        # Four rows are enough for a line without effects.
        if (estimator, broken) != ("ols", "fewer rows than regressors")
    ],
)
def test_data_from_which_nothing_can_be_estimated(estimator, broken):
    assert refusal(BROKEN[broken], estimator=estimator, **OPTIONS[estimator])


@pytest.mark.parametrize("estimator", [name for name in OPTIONS if name not in ("ols", "re_tobit")])
def test_one_period_leaves_nothing_within_units(estimator):
    one = panel().filter(pl.col("period") == 2014)
    assert refusal(one, estimator=estimator, **OPTIONS[estimator])


def test_one_unit_or_one_period_is_told_with_what_is_there():
    alone = "every unit or period occurs only once"
    found = refusal(BROKEN["one unit"])
    assert found == f"{alone}; no row is left to estimate (1 unit, 8 periods, 8 rows)"
    found = refusal(panel().filter(pl.col("period") == 2014))
    assert found == f"{alone}; no row is left to estimate (12 units, 1 period, 12 rows)"


@pytest.mark.parametrize("estimator", OPTIONS)
def test_collinear_controls_are_named(estimator):
    options = {"estimator": estimator, "controls": ["z", "twice"]} | OPTIONS[estimator]
    try:
        dropped = " ".join(fitted(complete(**options)).fitted.dropped)
    except CheckFailed as failed:
        dropped = failed.problems[0].found
    assert "twice" in dropped


def test_a_control_that_the_effects_absorb_is_named():
    fit = fitted(complete(controls=["fixed"]))
    (words,) = fit.fitted.dropped
    assert words.startswith("fixed: ")
    assert [one.term for one in fit.fitted.terms] == ["x", "constant"]


def test_an_instrument_that_does_not_vary_in_time_is_refused_with_its_way_out():
    options = {"endogenous": ["x"], "instruments": ["fixed"]}
    found = refusal(estimator="fe_2sls", iv=options)
    assert "instrument fixed does not vary within units" in found
    assert "interaction with a series that varies by period" in found


def test_more_instruments_than_clusters():
    frame = panel().filter(pl.col("unit").is_in(["110000", "210000", "410000"]))
    noise = np.random.default_rng(3).normal(size=(len(frame), 4))
    frame = frame.with_columns(pl.Series(f"n{k}", noise[:, k]) for k in range(4))
    options = {"endogenous": ["x"], "instruments": [f"n{k}" for k in range(4)]}
    column = {"estimator": "fe_2sls", "iv": options, "controls": []}
    found = refusal(frame, **column)
    assert "4 instruments (n0, n1, n2, n3) need more clusters than 3" in found


def test_a_group_smaller_than_its_regressors():
    small = (pl.col("unit") == "110000") & (pl.col("period") < 2014)
    frame = panel().filter((pl.col("area") == "south") | small)
    options = {"estimator": "group_difference"} | OPTIONS["group_difference"]
    assert refusal(frame, **options).startswith("group north (2 rows): ")
    four = pl.col("unit").is_in(["110000", "120000"]) & (pl.col("period") < 2014)
    frame = panel().filter((pl.col("area") == "south") | four)
    assert refusal(frame, **options).startswith("group north (4 rows): 4 rows for 4 parameters")


def test_a_group_that_is_not_there():
    options = {"grouping": "area", "groups": ["north", "west"]}
    assert "west" in refusal(estimator="group_difference", difference=options)


def test_a_sample_of_a_group_that_is_not_there_says_so():
    with pytest.raises(CheckFailed) as caught:
        fitted(complete(sample={"within": {"area": "west"}}))
    assert "area: west" in str(caught.value)
    assert "correct the `sample`" in str(caught.value)


def test_no_variation_in_the_threshold_variable():
    frame = panel().with_columns(q=pl.lit(0.5))
    assert refusal(frame, estimator="threshold", **OPTIONS["threshold"]) == (
        "the threshold variable q does not vary: it is 0.5"
    )


def test_the_dropped_period_needs_unit_effects_and_a_balanced_panel():
    options = {"threshold": OPTIONS["threshold"]["threshold"] | {"demeaned_periods": "drop_last"}}
    with pytest.raises(ValidationError, match="drop_last goes with unit effects alone"):
        complete(estimator="threshold", **options)
    found = refusal(panel()[1:], estimator="threshold", effects=["unit"], **options)
    assert "drop_last needs a balanced panel" in found
    assert "95 rows where 12 units in 8 periods would be 96" in found


def test_perfectly_censored_data():
    frame = panel().with_columns(scores=pl.lit(0.0))
    assert "censored" in refusal(frame, estimator="tobit", **OPTIONS["tobit"])
    assert "censored" in refusal(frame, estimator="re_tobit", **OPTIONS["re_tobit"])


def test_weights_that_do_not_cover_the_sample():
    nothing = Geography(
        pl.DataFrame(schema=NEIGHBOUR_SCHEMA), pl.DataFrame(schema=COORDINATE_SCHEMA)
    )
    contiguity = {"estimator": "spatial_lag", "vcov": PLAIN, "space": {}}
    assert "catalog/neighbours.csv" in refusal(geography=nothing, **contiguity)
    distance = contiguity | {"space": {"weights": "inverse_distance"}}
    found = refusal(geography=nothing, **distance)
    assert "no coordinates for 110000" in found
    assert "catalog/coordinates.csv" in found


def test_a_spatial_panel_with_a_hole():
    frame = panel().filter((pl.col("unit") != "110000") | (pl.col("period") != 2014))
    found = refusal(frame, estimator="spatial_lag", vcov=PLAIN, space={"draws": 100})
    assert "there is no row for 北京 in 2014" in found


def test_a_covariance_that_an_estimator_does_not_have():
    for estimator in ("tobit", "fe_2sls", "spatial_lag"):
        own = OPTIONS[estimator] | {"vcov": {"type": "driscoll_kraay"}}
        with pytest.raises(ValidationError, match="driscoll_kraay"):
            complete(estimator=estimator, **own)
    two = {"vcov": {"by": ["unit", "period"]}}
    of_units = {"re_tobit": OPTIONS["re_tobit"], "re_spatial_lag": {"effects": ["period"]}}
    for estimator, own in of_units.items():
        with pytest.raises(ValidationError, match=r"by: \[unit, period\]"):
            complete(estimator=estimator, **own | two)


def test_an_estimator_of_a_package_may_cluster_by_unit_alone(monkeypatch):
    column = complete(vcov={"by": ["area"]})
    one = replace(ESTIMATORS["two_way_fe"], covariances={"clustered": Covariance(1, "unit")})
    monkeypatch.setattr(column_rules, "ESTIMATORS", {**ESTIMATORS, "two_way_fe": one})
    (found,) = column_rules.refusals(column)
    assert (found.at, found.found) == (("vcov", "by"), "`by: [area]`")
    assert found.expected == "`by: [unit]` for `clustered` of two_way_fe"
    assert not [*column_rules.refusals(complete(vcov={"by": ["unit"]}))]


@pytest.mark.parametrize(
    ("own", "words"),
    [
        ({"tobit": {}}, "`tobit:` is for tobit and re_tobit, not two_way_fe"),
        ({"space": {}}, "`space:` is for spatial_durbin"),
        *(
            ({"estimator": name}, f"{name} needs its options")
            for name in OPTIONS
            if name not in ("two_way_fe", "ols")
        ),
        ({"estimator": "fe_2sls", "iv": {"endogenous": ["q"], "instruments": ["i1"]}}, "add q"),
        ({"estimator": "ols", "hausman": True, "effects": []}, "is for two_way_fe"),
        ({"effects": ["period"], "hausman": True}, "effects of units"),
        ({"estimator": "tobit", "tobit": {}, "standardize": True}, "two_way_fe and ols"),
        ({"estimator": "ols", "effects": ["unit"]}, "ols has no effects"),
        ({"estimator": "re_tobit", "tobit": {}}, "random unit effects"),
        ({"estimator": "mediation", "regressors": [], "mediation": {"mediator": "m"}},
         "about `regressors`"),
        ({"estimator": "mediation", "controls": ["m"], "mediation": {"mediator": "m"}},
         "mediator m is added"),
        ({"estimator": "chain_mediation", "chain": {"mediators": ["m"]}}, "Field required"),
        ({"estimator": "chain_mediation", "chain": {"mediators": ["m", "m"]}}, "`m` twice"),
        ({"estimator": "chain_mediation", "chain": {"mediators": ["m", "z"]}}, "mediator z is added"),
        *(
            ({"estimator": "moderated_mediation", "moderated": MODERATED | changed}, words)
            for changed, words in (
                ({"moderates": ["direct"]}, "`direct` alone"),
                ({"moderates": []}, "at least 1"),
                ({"moderates": ["first", "first"]}, "`first` twice"),
                ({"moderator": "m"}, "`m`, the mediator"),
                ({"moderator": "z"}, "moderator z is added"),
                ({"moderator": "y"}, "`y`, the outcome"),
                ({"draws": 0, "resample": "unit"}, "draws nothing"),
            )
        ),
        ({"estimator": "fractional", "effects": ["unit"]}, "in their place `fractional: {mundlak: true}`"),
        ({"estimator": "fractional", "effects": [], "vcov": {"type": "unadjusted"}}, "unadjusted"),
        ({"vcov": {"by": []}}, "at least 1"),
        ({"vcov": {"by": ["unit", "period", "area", "part"]}}, "at most 3"),
        ({"estimator": "tobit", "tobit": {"lower": None}}, "a lower or an upper limit"),
        ({"estimator": "tobit", "tobit": {"lower": 1, "upper": 0}}, "above the lower"),
        ({"estimator": "spatial_lag", "space": {"weights": "economic"}}, "`economic_variable`"),
        ({"estimator": "spatial_lag", "space": {"economic_variable": "gdp"}}, "only with them"),
        ({"estimator": "spatial_lag", "space": {"cutoff_km": 9}}, "`cutoff_km` goes with"),
        (
            {"estimator": "spatial_lag",
             "space": {"weights": "inverse_distance", "join": [["110000", "120000"]]}},
            "`join` goes with",
        ),
    ],
)  # fmt: skip
def test_options_that_make_no_model_are_refused(own, words):
    with pytest.raises(ValidationError) as caught:
        complete(**own)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("own", "at"),
    [
        ({"estimator": "fe_2sls", "iv": {"endogenous": ["x"], "instruments": ["y"]}},
         ("iv", "instruments", 0)),
        ({"estimator": "fe_2sls", "iv": {"endogenous": ["x"], "instruments": ["i1", "z"]}},
         ("iv", "instruments", 1)),
        ({"estimator": "threshold", "threshold": {"variable": "y", "regime": ["x"]}},
         ("threshold", "variable")),
        ({"estimator": "threshold", "threshold": {"variable": "q", "regime": ["y"]}},
         ("threshold", "regime")),
        ({"estimator": "mediation", "mediation": {"mediator": "y"}}, ("mediation", "mediator")),
        ({"estimator": "chain_mediation", "chain": {"mediators": ["m", "y"]}}, ("chain", "mediators", 1)),
    ],
)  # fmt: skip
def test_the_outcome_explains_nothing_and_what_explains_instruments_nothing(own, at):
    with pytest.raises(ValidationError) as caught:
        complete(**own)
    (detail,) = caught.value.errors()
    assert at in [one.at for one in detail["ctx"]["error"].refusals]


def test_one_draw_is_told_as_one_draw():
    for group, options in (("mediation", {"mediator": "m"}), ("threshold", {"variable": "q"})):
        with pytest.raises(ValidationError, match="one draw has no spread"):
            complete(**{group: options | {"draws": 1}})


def test_a_cross_section_is_told_how_to_be_one():
    one = panel().filter(pl.col("period") == 2014)
    with pytest.raises(CheckFailed) as caught:
        fitted(complete(), one)
    assert "write `effects: []`" in caught.value.problems[0].remedy
    assert fitted(complete(effects=[]), one).fitted.model.n_obs == 12


def test_a_bootstrap_draws_what_is_clustered_by():
    frame = panel().with_columns(belt=pl.col("unit").str.slice(0, 2))
    columns = {
        "unit": complete(estimator="mediation", mediation={"mediator": "m", "draws": 20}),
        "belt": complete(
            estimator="mediation", vcov={"by": ["belt"]}, mediation={"mediator": "m", "draws": 20}
        ),
        "named": complete(
            estimator="mediation", mediation={"mediator": "m", "draws": 20, "resample": "belt"}
        ),
    }
    said = {
        key: next(t.detail for t in fitted(one, frame).fitted.tests if t.test == "bootstrap")
        for key, one in columns.items()
    }
    assert said == {
        "unit": "20 draws of 12 whole units, 0 failed",
        "belt": "20 draws of 12 whole groups of belt, 0 failed",
        "named": "20 draws of 12 whole groups of belt, 0 failed",
    }


def test_options_of_the_table_go_to_the_estimator_that_they_belong_to():
    table = {"tobit": {"lower": 0.0}, "mediation": {"mediator": "m"}, "space": {"lee_yu": False}}
    assert complete(table=table).tobit is None
    tobit = complete(table=table, estimator="tobit")
    assert tobit.tobit is not None
    assert tobit.tobit.lower == 0.0
    assert (tobit.mediation, tobit.space) == (None, None)
    spatial = complete(table=table, estimator="spatial_lag")
    assert spatial.space is not None
    assert (spatial.space.lee_yu, spatial.tobit) == ("none", None)
    own = complete(table=table, estimator="tobit", tobit={"lower": None, "upper": 3})
    assert own.tobit is not None
    assert (own.tobit.lower, own.tobit.upper) == (None, 3)


@pytest.mark.parametrize(
    "made", [2 * pl.col("y") + 1, pl.col("y") - pl.col("z"), pl.col("x") - pl.col("y")]
)
def test_an_instrument_made_of_the_outcome_is_refused_whatever_its_name(made):
    frame = panel().with_columns(made=made)
    options = {"endogenous": ["x"], "instruments": ["i1", "made"]}
    assert refusal(frame, estimator="fe_2sls", iv=options).startswith(
        "i1, made and the regressors give the outcome exactly"
    )
    given = panel().with_columns(x=2 * pl.col("y"))
    alone = {"endogenous": ["x"], "instruments": ["i1"]}
    found = refusal(given, estimator="fe_2sls", iv=alone)
    assert found == "regressors and effects reproduce the outcome exactly"


def test_a_threshold_variable_that_is_the_outcome_is_refused_whatever_its_name():
    frame = panel().with_columns(q=3 - 1e6 * pl.col("y"))
    assert refusal(frame, estimator="threshold", **OPTIONS["threshold"]) == (
        "the threshold variable q is the outcome, but for its scale"
    )


def test_so_few_rows_that_any_columns_give_the_outcome_are_no_instrument_made_of_it():
    """Two units and four years: five effects, and as many columns as rows are left."""
    frame = panel().filter(pl.col("unit").is_in(["110000", "210000"]) & (pl.col("period") < 2016))
    options = {"endogenous": ["x"], "instruments": ["i1", "i2"]}
    column = {"estimator": "fe_2sls", "controls": [], "iv": options, "vcov": {"type": "unadjusted"}}
    fit = fitted(complete(**column), frame)
    assert fit.fitted.model.n_obs == 8


def test_a_row_that_is_no_share_is_named_as_regions_are():
    frame = panel().with_columns(y=pl.col("q") * 100)
    with pytest.raises(CheckFailed) as caught:
        fitted(complete(estimator="fractional", effects=["period"]), frame)
    (problem,) = caught.value.problems
    assert " of 北京 in 2012" in problem.found
    assert problem.remedy.startswith("divide a percentage by 100")


@pytest.mark.parametrize(
    ("own", "remedy"),
    [
        ({"estimator": "fractional", "effects": ["unit", "period"]}, "write `effects: [period]`"),
        ({"estimator": "fractional", "effects": ["unit"]}, "write `effects: []`"),
        ({"estimator": "ols", "effects": ["unit", "period"]}, "write `effects: []`"),
        ({"estimator": "fe_poisson", "effects": []}, "write `effects: [unit]`"),
        ({"estimator": "fe_poisson", "effects": ["period"]}, "write `effects: [unit, period]`"),
    ],
)
def test_of_effects_that_cannot_be_had_together_those_that_can_are_kept(own, remedy):
    with pytest.raises(ValidationError) as caught:
        complete(**own)
    (detail,) = caught.value.errors()
    told = [one.remedy for one in detail["ctx"]["error"].refusals if one.at == ("effects",)]
    assert told == [f"{remedy}, or take another estimator"]
