"""A column reports what the estimator itself gives on the same rows, whatever their order.

Both sides run the same numerical functions, so that numbers agree to the last digits; the relative
tolerance of 1e-12 allows for another order of additions.
"""

from __future__ import annotations

import math
from dataclasses import fields

import numpy as np
import polars as pl
import pytest
from pydantic import ValidationError

from nqpf_assets.catalog.columns import table_info
from nqpf_assets.catalog.geography import load_geography
from nqpf_assets.estimation.design import design_of
from nqpf_assets.estimation.result_rows import ModelRow
from nqpf_assets.estimators.censored.re_tobit import re_tobit
from nqpf_assets.estimators.censored.tobit import tobit
from nqpf_assets.estimators.group_differences.group_difference import group_difference
from nqpf_assets.estimators.group_differences.permutation import permutation_test
from nqpf_assets.estimators.instruments.fe_2sls import fe_2sls
from nqpf_assets.estimators.linear.hausman import hausman
from nqpf_assets.estimators.linear.two_way_fe import two_way_fe
from nqpf_assets.estimators.mediation.mediation import mediation
from nqpf_assets.estimators.spatial.comparison import lr_test, wald_test_sar
from nqpf_assets.estimators.spatial.effects import spatial_effects
from nqpf_assets.estimators.spatial.lm import lm_tests
from nqpf_assets.estimators.spatial.model import spatial_panel
from nqpf_assets.estimators.spatial.weights import contiguity_weights
from nqpf_assets.estimators.thresholds.threshold import panel_threshold
from tests.estimation.panels import STUDY, UNITS, Rows, complete, fitted, numbers, of_model, panel

SAME = {"rel": 1e-12, "nan_ok": True}
NAMES = ["x", "z"]


def same(found: dict, expected: dict) -> None:
    assert list(found) == list(expected)
    for name, values in expected.items():
        assert found[name] == pytest.approx(values, **SAME), name


def generator(column, purpose):
    design = design_of(STUDY, f"t {column.label}", column, panel(), load_geography()[0])
    return design.generator(purpose)


def reported(fit):
    return {one.test: one for one in fit.fitted.tests}


def effects_of(fit):
    kinds = dict.fromkeys(one.effect for one in fit.fitted.effects)
    return {kind: numbers(o for o in fit.fitted.effects if o.effect == kind) for kind in kinds}


@pytest.mark.parametrize(
    ("options", "direct", "words", "n_clusters"),
    [
        ({}, {"vcov": "clustered", "cluster": "unit"}, "clustered by unit", 12),
        ({"effects": ["unit"]}, {"effects": ("unit",)}, "clustered by unit", 12),
        ({"estimator": "ols"}, {"effects": ()}, "clustered by unit", 12),
        ({"vcov": {"type": "robust"}}, {"vcov": "robust"}, "robust", None),
        ({"vcov": {"by": ["unit", "period"]}}, {"cluster": ("unit", "period")},
         "clustered by unit and period", 8),
        ({"vcov": {"by": ["area"]}}, {"cluster": Rows().area}, "clustered by area", 2),
        ({"vcov": {"type": "driscoll_kraay"}}, {"vcov": "driscoll_kraay"}, "driscoll_kraay, lags 1", 8),
        ({"vcov": {"type": "newey_west"}}, {"vcov": "newey_west"}, "newey_west, lags 1", None),
        ({"vcov": {"type": "cr2"}}, {"vcov": "cr2"}, "cr2 by unit", 12),
    ],
)  # fmt: skip
def test_linear(options, direct, words, n_clusters):
    fit, rows = fitted(complete(**options)), Rows()
    result = two_way_fe(rows["y"], rows["x z"], rows.unit, rows.period, names=NAMES, **direct)
    same(numbers(fit.fitted.terms), of_model(result))
    model = fit.fitted.model
    assert (model.n_obs, model.n_units, model.n_periods) == (96, 12, 8)
    assert model.vcov == words
    assert model.small_sample == result.small_sample
    assert model.small_sample
    assert model.n_clusters == n_clusters
    assert model.df_resid == result.df_resid
    assert model.r2_within == result.r2_within
    assert model.r2_unit_within == result.r2_unit_within
    assert model.r2 == result.r2
    assert fit.sample.rows() == sorted(panel().select("unit", "period").rows())


def test_standardized_coefficients_are_in_standard_deviations():
    fit, rows = fitted(complete(standardize=True)), Rows()
    result = two_way_fe(rows["y"], rows["x z"], rows.unit, rows.period, names=NAMES)
    scale = rows["x z"].std(axis=0, ddof=1) / rows["y"].std(ddof=1)
    found = numbers(fit.fitted.terms)
    assert list(found) == NAMES  # a constant has no standard deviation
    assert "Coefficients in standard deviations" in fit.fitted.notes[0]
    assert not fitted(complete()).fitted.notes
    for k, name in enumerate(NAMES):
        plain = of_model(result)[name]
        scaled = [
            plain[0] * scale[k], plain[1] * scale[k], *plain[2:4],
            plain[4] * scale[k], plain[5] * scale[k],
        ]  # fmt: skip
        assert found[name] == pytest.approx(scaled, **SAME)


def test_hausman():
    fit, rows = fitted(complete(hausman=True)), Rows()
    test = hausman(rows["y"], rows["x z"], rows.unit, rows.period, names=NAMES, period_effects=True)
    (found,) = fit.fitted.tests
    assert (found.test, found.df) == ("hausman", test.df)
    assert (found.statistic, found.p_value) == pytest.approx((test.statistic, test.p_value), **SAME)


def test_hausman_without_a_distribution_says_so():
    """Units' effects that are their means of x: random effects take them for the slope of x."""
    means = 10 * pl.col("x").mean().over("unit")
    frame = panel().with_columns((pl.col("x") + means + pl.col("z")).alias("y"))
    own = fitted(complete(controls=[], hausman=True), frame)
    (test,) = own.fitted.tests
    assert math.isnan(test.p_value)
    assert "not positive definite" in test.detail
    assert any("`hausman: sigmamore`" in note for note in own.fitted.notes)
    statistics = {}
    for sigma in ("sigmamore", "sigmaless"):
        fit = fitted(complete(controls=[], hausman=sigma), frame)
        (test,) = fit.fitted.tests
        assert sigma in test.detail
        assert fit.fitted.notes == ()
        assert test.p_value < 0.01
        statistics[sigma] = test.statistic
    assert statistics["sigmaless"] > statistics["sigmamore"] > 0


def test_weak_instruments_are_told():
    column = complete(
        estimator="fe_2sls", iv={"endogenous": ["x"], "instruments": ["q"]}, vcov={"type": "robust"}
    )  # fmt: skip
    told, weak = fitted(column).fitted.notes[1:]
    assert "84 observations less units (dofminus" in told
    assert "Weak instruments: Kleibergen-Paap F = " in weak
    assert "that they do not identify at all is not rejected" in weak
    strong = complete(estimator="fe_2sls", iv={"endogenous": ["x"], "instruments": ["i1"]})
    assert len(fitted(strong).fitted.notes) == 1


def test_chi2_statistics_count_what_is_asked():
    iv = {"endogenous": ["x"], "instruments": ["i1", "i2"]}
    by_count = {}
    for count in ("dofminus", "all"):
        options = iv | {"chi2_observations": count}
        fit = fitted(complete(estimator="fe_2sls", iv=options, vcov={"type": "robust"}))
        by_count[count] = reported(fit)
        assert f"χ² statistics count {84 if count == 'dofminus' else 96} " in fit.fitted.notes[1]
    for name in ("underidentification", "anderson_rubin_chi2", "overidentification", "endogeneity"):
        less, every = by_count["dofminus"][name], by_count["all"][name]
        assert every.statistic == pytest.approx(less.statistic * 96 / 84, **SAME)
        assert every.p_value < less.p_value
        assert "of 96 observations" in every.detail
    same = [by_count[count]["kleibergen_paap_f"].statistic for count in by_count]
    assert same[0] == same[1]
    with pytest.raises(ValidationError, match="changes nothing where errors are clustered"):
        complete(estimator="fe_2sls", iv=iv | {"chi2_observations": "all"})


def test_tobit():
    column = complete(estimator="tobit", outcome="scores", tobit={"lower": 0})
    fit, rows = fitted(column), Rows()
    result = tobit(
        rows["scores"], rows["x z"], rows.unit, rows.period, names=NAMES, lower=0.0,
        effects=("unit", "period"), vcov="clustered", cluster="unit",
    )  # fmt: skip
    assert result.n_left_censored > 5
    same(numbers(fit.fitted.terms), of_model(result))
    assert fit.fitted.model.log_likelihood == pytest.approx(result.log_likelihood, **SAME)
    assert fit.fitted.model.vcov == "clustered by unit"
    assert fit.fitted.model.df_resid == result.n_obs - result.n_parameters
    effects = effects_of(fit)
    assert set(effects) == {f"marginal on {one.of}, {one.at}" for one in result.margins}
    for margin in result.margins:
        shown = effects[f"marginal on {margin.of}, {margin.at}"]
        assert [shown[name][0] for name in NAMES] == pytest.approx(list(margin.estimates), **SAME)
    tests = reported(fit)
    assert (tests["sigma"].statistic, tests["sigma"].std_error) == pytest.approx(
        (result.sigma, result.sigma_std_error), **SAME
    )
    assert tests["log_likelihood"].statistic == pytest.approx(result.log_likelihood, **SAME)
    counts = [
        tests[f"n_{side}"].statistic for side in ("left_censored", "right_censored", "uncensored")
    ]
    assert counts == [result.n_left_censored, 0, result.n_uncensored]
    assert fit.fitted.notes == ()


def test_re_tobit():
    column = complete(
        estimator="re_tobit", outcome="scores", tobit={"lower": 0, "nodes": 12},
        effects=["period"], vcov={"type": "unadjusted"},
    )  # fmt: skip
    fit, rows = fitted(column), Rows()
    result = re_tobit(
        rows["scores"], rows["x z"], rows.unit, rows.period, names=NAMES, lower=0.0,
        period_effects=True, nodes=12, vcov="unadjusted",
    )  # fmt: skip
    same(numbers(fit.fitted.terms), of_model(result))
    tests = reported(fit)
    assert tests["sigma_u"].statistic == pytest.approx(result.sigma_u.estimate, **SAME)
    assert tests["rho"].statistic == pytest.approx(result.rho.estimate, **SAME)
    assert tests["sigma_e"].std_error == pytest.approx(result.sigma_e.std_error, **SAME)
    assert tests["n_left_censored"].statistic == result.n_left_censored
    assert tests["sigma_u_is_zero"].p_value == pytest.approx(result.lr_p_value, **SAME)
    assert fit.fitted.model.effects == "random unit, period"


def test_fe_2sls():
    column = complete(
        estimator="fe_2sls", iv={"endogenous": ["x"], "instruments": ["i1", "i2"]}
    )  # fmt: skip
    fit, rows = fitted(column), Rows()
    result = fe_2sls(
        rows["y"], rows["x"][:, None], rows["i1 i2"], rows.unit, rows.period,
        endogenous_names=["x"], instrument_names=["i1", "i2"], exogenous=rows["z"][:, None],
        exogenous_names=["z"], vcov="clustered", cluster="unit",
    )  # fmt: skip
    same(numbers(fit.fitted.terms), of_model(result))
    tests = reported(fit)
    for name in ("underidentification", "anderson_rubin_f", "overidentification", "endogeneity"):
        one = getattr(result, name)
        assert tests[name].statistic == pytest.approx(one.statistic, **SAME), name
        assert tests[name].p_value == pytest.approx(one.p_value, **SAME), name
    assert tests["kleibergen_paap_f"].statistic == pytest.approx(result.kleibergen_paap_f, **SAME)
    assert tests["cragg_donald_f"].statistic == pytest.approx(result.cragg_donald_f, **SAME)
    stage = result.first_stages[0]
    assert tests["first_stage_f: x"].statistic == pytest.approx(stage.f.statistic, **SAME)
    shown = effects_of(fit)["first stage of x"]
    assert [shown[name][0] for name in stage.coefficients.names] == pytest.approx(
        list(stage.coefficients.params), **SAME
    )
    ends = [shown[name][4:] for name in stage.coefficients.names]
    assert np.array(ends) == pytest.approx(stage.coefficients.conf_int, **SAME)
    assert tests["stock_yogo_size_10"].statistic == 19.93  # two instruments, Stock and Yogo (2005)
    assert "Stock-Yogo values do not hold" in tests["kleibergen_paap_f"].detail
    assert fit.fitted.model.r2_unit_within == pytest.approx(result.r2_unit_within, **SAME)
    assert fit.roles == {
        "y": "outcome", "x": "endogenous", "z": "control", "i1": "instrument", "i2": "instrument",
    }  # fmt: skip


def test_mediation():
    column = complete(estimator="mediation", mediation={"mediator": "m", "draws": 50})
    fit, rows = fitted(column), Rows()
    result = mediation(
        rows["y"], rows["x"], rows["m"][:, None], rows["z"][:, None], rows.unit, rows.period,
        treatment_name="x", mediator_names=["m"], control_names=["z"], cluster="unit",
        draws=50, seed=generator(column, "mediation"),
    )  # fmt: skip
    path = result.paths[0]
    same(numbers(fit.fitted.terms), of_model(path.outcome_equation))
    effects = effects_of(fit)
    for one in path.bootstrap:
        estimate, error, _, p, low, high = effects[one.effect]["x"]
        assert (estimate, error, p) == pytest.approx(
            (one.estimate, one.std_error, one.p_value), **SAME
        )
        assert (low, high) == pytest.approx(one.percentile, **SAME)
    assert {"indirect", "direct", "total"} <= set(effects)
    indirect, direct, total = (effects[kind]["x"][0] for kind in ("indirect", "direct", "total"))
    assert indirect + direct == pytest.approx(total, rel=1e-10)
    tests = reported(fit)
    assert tests["sobel"].statistic == pytest.approx(path.tests.sobel.z_stat, **SAME)
    assert tests["mediation"].statistic == pytest.approx(path.share, **SAME)
    assert tests["bootstrap"].df == 50
    assert fit.roles["m"] == "mediator"


def test_mediation_without_draws_reports_sobel():
    fit = fitted(complete(estimator="mediation", mediation={"mediator": "m", "draws": 0}))
    estimate, error, z, _, low, high = effects_of(fit)["indirect"]["x"]
    assert z == pytest.approx(estimate / error)
    assert z == pytest.approx(reported(fit)["sobel"].statistic)
    assert (low + high) / 2 == pytest.approx(estimate)


def test_group_difference():
    options = {"grouping": "area", "groups": ["north", "south"], "draws": 60}
    column = complete(estimator="group_difference", difference=options)
    fit, rows = fitted(column), Rows()
    shared = {"names": NAMES, "compare": ("north", "south"), "tested": ["x"]}
    result = group_difference(
        rows["y"], rows["x z"], rows.unit, rows.period, rows.area, cluster="unit", **shared
    )
    drawn = permutation_test(
        rows["y"], rows["x z"], rows.unit, rows.period, rows.area, draws=60,
        seed=generator(column, "permutation"), **shared,
    )  # fmt: skip
    (x,) = numbers(fit.fitted.terms).values()
    assert x[0] == pytest.approx(result.differences[0], **SAME)
    assert x[1] == pytest.approx(result.interaction.std_errors[0], **SAME)
    by_group = effects_of(fit)
    alone = {
        area: two_way_fe(
            rows["y"][rows.area == area], rows["x z"][rows.area == area],
            rows.unit[rows.area == area], rows.period[rows.area == area], names=NAMES,
        )
        for area in ("north", "south")
    }  # fmt: skip
    for area, model in alone.items():
        assert by_group[area]["x"][0] == pytest.approx(model.params[0], rel=1e-9)
    assert x[0] == pytest.approx(alone["north"].params[0] - alone["south"].params[0], rel=1e-9)
    tests = reported(fit)
    assert tests["chow"].statistic == pytest.approx(result.chow.statistic, **SAME)
    assert tests["interaction"].p_value == pytest.approx(result.joint.p_value, **SAME)
    assert tests["permutation: x"].p_value == pytest.approx(drawn.p_two_sided[0], **SAME)


def test_threshold():
    options = {"variable": "q", "regime": ["x"], "draws": 30, "trim": 0.1}
    column = complete(estimator="threshold", threshold=options)
    fit, rows = fitted(column), Rows()
    result = panel_threshold(
        rows["y"], rows["z"][:, None], rows["x"][:, None], rows["q"], rows.unit, rows.period,
        names=["z"], regime_names=["x"], threshold_name="q", effects=("unit", "period"),
        n_thresholds=1, trim=0.1, draws=30, generator=generator(column, "threshold"),
        vcov="clustered", cluster="unit",
    )  # fmt: skip
    same(numbers(fit.fitted.terms), of_model(result.fit))
    q = effects_of(fit)["threshold_1"]["q"]
    one = result.thresholds[0]
    assert (q[0], *q[4:]) == pytest.approx((one.estimate, one.conf_low, one.conf_high), **SAME)
    test = reported(fit)["threshold_1"]
    assert (test.statistic, test.p_value) == pytest.approx(
        (result.tests[0].f_statistic, result.tests[0].p_value), **SAME
    )
    assert fit.roles == {
        "y": "outcome", "x": "regressor", "z": "control", "q": "threshold variable",
    }  # fmt: skip


def test_threshold_as_hansens_program():
    options = {
        "variable": "q", "regime": ["x"], "draws": 20, "grid": 20, "grid_of": "distinct",
        "residuals_from": None, "demeaned_periods": "drop_last",
    }  # fmt: skip
    column = complete(estimator="threshold", threshold=options, effects=["unit"])
    fit, rows = fitted(column), Rows()
    result = panel_threshold(
        rows["y"], rows["z"][:, None], rows["x"][:, None], rows["q"], rows.unit, rows.period,
        names=["z"], regime_names=["x"], threshold_name="q", effects=("unit",), draws=20,
        generator=generator(column, "threshold"), grid=20, grid_of="distinct",
        residuals_from="null", demeaned_periods="drop_last",
    )  # fmt: skip
    same(numbers(fit.fitted.terms), of_model(result.fit))
    assert reported(fit)["threshold_1"].p_value == pytest.approx(result.tests[0].p_value, **SAME)
    notes = " ".join(fit.fitted.notes)
    for words in (
        "Last period left out after demeaning (drop_last",
        "on 20 quantiles of the distinct values",
        "residuals of the null model",
    ):
        assert words in notes
    model = fit.fitted.model
    assert (model.r2, model.r2_adjusted, model.log_likelihood) == (None, None, None)
    assert model.rss == pytest.approx(result.ssr[1], **SAME)


@pytest.mark.parametrize(
    ("estimator", "model"),
    [("spatial_durbin", "sdm"), ("spatial_lag", "sar"), ("spatial_error", "sem"),
     ("spatial_slx", "slx")],
)  # fmt: skip
def test_spatial(estimator, model):
    column = complete(
        estimator=estimator, vcov={"type": "unadjusted"},
        space={"weights": "contiguity"} | ({"draws": 200} if model in ("sdm", "sar") else {}),
    )  # fmt: skip
    fit, rows = fitted(column), Rows()
    pairs = [p for p in load_geography()[0].neighbours.iter_rows() if {*p} <= {*UNITS}]
    weights = contiguity_weights(list(UNITS), pairs)

    def direct(name):
        return spatial_panel(
            rows["y"], rows["x z"], rows.unit, rows.period, weights, names=NAMES, model=name,
            effects=("unit", "period"), lee_yu="transformation", vcov="information",
        )  # fmt: skip

    result = direct(model)
    expected = {
        f"{name[2:]}:lag" if name.startswith("W*") else name: values
        for name, values in of_model(result).items()
    }
    if result.parameter is not None:
        one = result.parameter
        expected[one.name] = [
            one.estimate, one.std_error, one.z_stat, one.p_value, one.conf_low, one.conf_high
        ]  # fmt: skip
    same(numbers(fit.fitted.terms), expected)
    design = design_of(STUDY, "t (1)", column, panel(), load_geography()[0])
    effects = spatial_effects(result, draws=200, seed=design.seed("effects"))
    shown = effects_of(fit)
    # A model of spatial errors has no spillovers.
    kinds = ("direct", "total") if model == "sem" else ("direct", "indirect", "total")
    how = "Least squares, transform" if model == "slx" else "Likelihood by eigenvalues, transform"
    assert any(note.startswith(how) for note in fit.fitted.notes)
    profile = () if model == "slx" else ("profile likelihood",)
    assert tuple(shown) == (*kinds, *profile)
    for kind in kinds:
        one = getattr(effects, kind)
        assert [shown[kind][name][0] for name in NAMES] == pytest.approx(
            list(one.estimates), **SAME
        )
        assert [shown[kind][name][1] for name in NAMES] == pytest.approx(
            list(one.std_errors), **SAME
        )
    tests = reported(fit)
    lm = lm_tests(
        rows["y"], rows["x z"], rows.unit, rows.period, weights, names=NAMES,
        effects=("unit", "period"), lee_yu="transformation",
    )  # fmt: skip
    assert tests["sigma2"].statistic == pytest.approx(result.sigma2, **SAME)
    assert tests["sigma2"].std_error == pytest.approx(result.sigma2_std_error, **SAME)
    assert tests["log_likelihood"].statistic == pytest.approx(result.log_likelihood, **SAME)
    if result.parameter is not None:
        name = result.parameter.name
        can = result.parameter.weights_std_error
        assert tests["weights_std_error"].statistic == pytest.approx(can, **SAME)
        without = spatial_panel(
            rows["y"], rows["x z"], rows.unit, rows.period, weights, names=NAMES, model=model,
            effects=("unit", "period"), lee_yu="none",
        ).parameter  # fmt: skip
        assert tests[f"{name}_uncorrected"].statistic == pytest.approx(without.estimate, **SAME)
        assert np.isnan(shown["profile likelihood"][name][1])
        interval = result.parameter.profile.interval(result.parameter.estimate, 0.95)
        assert shown["profile likelihood"][name][4:] == pytest.approx(
            [interval.low, interval.high], **SAME
        )
    assert tests["lm_robust_lag"].statistic == pytest.approx(lm.robust_lag.statistic, **SAME)
    assert {f"moran_{year}" for year in range(2012, 2020)} <= set(tests)
    if model == "sdm":
        against = {name: one for name, one in tests.items() if name.startswith(("lr", "wald"))}
        assert len(against) == 4
        assert against["lr_sar"].statistic == pytest.approx(
            lr_test(result, direct("sar")).statistic, **SAME
        )
        assert against["wald_sar"].statistic == pytest.approx(
            wald_test_sar(result).statistic, **SAME
        )
    assert fit.fitted.model.log_likelihood == pytest.approx(result.log_likelihood, **SAME)
    assert fit.fitted.model.small_sample == "Lee-Yu: transformation"


def test_weights_are_those_that_the_options_name():
    fits = {
        weights: fitted(
            complete(
                estimator="spatial_lag", vcov={"type": "unadjusted"},
                space={"weights": weights, "draws": 100}
                | ({"economic_variable": "gdp"} if weights in ("economic", "nested") else {}),
            )
        )
        for weights in ("contiguity", "inverse_distance", "economic", "nested")
    }  # fmt: skip
    rho = [numbers(fit.fitted.terms)["rho"][0] for fit in fits.values()]
    assert len(np.unique(np.round(rho, 6))) == 4
    assert fits["nested"].roles["gdp"] == "economic distance"
    assert "gdp" not in fits["contiguity"].roles


def test_a_row_of_model_has_the_columns_of_the_catalogue() -> None:
    info = table_info("study", "model")
    assert info is not None
    assert {field.name for field in fields(ModelRow)} < set(info.names)


@pytest.mark.parametrize("lee_yu", ["transformation", "none"])
def test_neighbours_of_regressors_alone_need_no_neighbour_for_every_unit(lee_yu):
    """Hainan has no land neighbour: its lags are zero, and the model is least squares all the same."""
    frame = panel().with_columns(
        pl.col("unit").replace({"620000": "460000"}), pl.col("unit_name").replace({"甘肃": "海南"})
    )
    space = {"weights": "contiguity", "lee_yu": lee_yu}
    fit = fitted(complete(estimator="spatial_slx", space=space, vcov={"type": "unadjusted"}), frame)
    rows, pairs = Rows(frame), set(load_geography()[0].neighbours.iter_rows())
    units = np.unique(rows.unit)
    w = np.array([[float((a, b) in pairs or (b, a) in pairs) for b in units] for a in units])
    assert not w[list(units).index("460000")].any()
    w /= np.maximum(w.sum(axis=1, keepdims=True), 1)
    x = rows["x z"].reshape(len(units), -1, 2)
    lags = np.einsum("ij,jtk->itk", w, x).reshape(-1, 2)
    names = ["x", "z", "x:lag", "z:lag"]
    direct = two_way_fe(
        rows["y"], np.column_stack([rows["x z"], lags]), rows.unit, rows.period, names=names,
        vcov="unadjusted", small_sample="none",
    )  # fmt: skip
    found = numbers(fit.fitted.terms)
    assert [found[name][0] for name in names] == pytest.approx(direct.params, rel=1e-9)
    assert any("Without neighbours: 海南" in note for note in fit.fitted.notes)
    if lee_yu == "transformation":  # σ² over (N − 1)(T − 1) rows, and no parameters taken off
        ratio = np.sqrt(direct.df_resid / (11 * 7))
        errors = two_way_fe(
            rows["y"], np.column_stack([rows["x z"], lags]), rows.unit, rows.period, names=names,
            vcov="unadjusted",
        ).std_errors  # fmt: skip
        assert [found[name][1] for name in names] == pytest.approx(errors * ratio, rel=1e-9)


def test_units_too_few_for_a_spatial_correlation_do_not_stop_the_model():
    three = panel().filter(pl.col("unit").is_in(["110000", "120000", "130000"]))
    column = complete(estimator="spatial_slx", effects=["unit"], vcov={"type": "unadjusted"},
                      space={"weights": "inverse_distance"})  # fmt: skip
    fit = fitted(column, three).fitted
    (one,) = (test for test in fit.tests if test.test.startswith("moran"))
    assert (one.statistic, one.p_value) == (None, None)
    assert "four or more units" in one.detail
