"""Which rows a column uses, what is done to them, and what is said about it."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import polars as pl
import pytest

from nqpf_assets.estimation.clipping import clip_bounds
from nqpf_assets.estimation.column import check_expected
from nqpf_assets.estimators.linear.hausman import hausman
from nqpf_assets.estimators.linear.two_way_fe import two_way_fe
from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.problems import CheckFailed
from nqpf_assets.studies.spec import Winsorize
from tests.estimation.panels import NORTH, STUDY, UNITS, Rows, complete, fitted, numbers, panel

RULES = {"linear": "linear", "stata": "averaged_inverted_cdf"}


def x_of(fit) -> float:
    return numbers(fit.fitted.terms)["x"][0]


@pytest.mark.parametrize(
    ("sample", "units", "years", "words"),
    [
        ({"first": 2014}, tuple(UNITS), range(2014, 2020), "2014–2019"),
        ({"last": 2015}, tuple(UNITS), range(2012, 2016), "2012–2015"),
        ({"first": 2013, "last": 2016}, tuple(UNITS), range(2013, 2017), "2013–2016"),
        ({"only": NORTH}, NORTH, range(2012, 2020), f"2012–2019, only {', '.join(NORTH)}"),
        ({"exclude": ["110000"]}, tuple(UNITS)[1:], range(2012, 2020), "2012–2019, without 110000"),
        ({"within": {"area": "north"}}, NORTH, range(2012, 2020), "2012–2019, area: north"),
    ],
)  # fmt: skip
def test_sample_options_take_the_rows_they_name(sample, units, years, words):
    fit, rows = fitted(complete(sample=sample)), Rows()
    inside = np.isin(rows.unit, units) & np.isin(rows.period, list(years))
    direct = two_way_fe(
        rows["y"][inside], rows["x z"][inside], rows.unit[inside], rows.period[inside],
        names=["x", "z"],
    )  # fmt: skip
    assert x_of(fit) == pytest.approx(direct.params[0], rel=1e-12)
    assert fit.sample.rows() == [(unit, year) for unit in units for year in years]
    assert fit.n_asked == len(fit.sample) == fit.fitted.model.n_obs == direct.n_obs
    assert fit.sample_words == words


def test_the_same_rows_have_the_same_id_and_others_another():
    whole, again = fitted(complete()), fitted(complete(regressors=["m"]))
    cut = fitted(complete(sample={"exclude": ["110000"]}))
    assert whole.sample_id == again.sample_id != cut.sample_id


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("by", ["pooled", "period"])
def test_winsorize_is_numpys_quantile_on_the_sample(rule, by):
    share = 0.1
    options = {"share": share, "quantile": rule, "by": by}
    column = complete(winsorize=options, sample={"first": 2014})
    fit, rows = fitted(column), Rows()
    inside = rows.period >= 2014
    values, period = rows["y x z"][inside], rows.period[inside]
    pools = [period == year for year in np.unique(period)] if by == "period" else [period > 0]
    clipped, bounds = values.copy(), {}
    for pool in pools:
        for k in range(3):
            low, high = np.quantile(values[pool, k], [share, 1 - share], method=RULES[rule])
            clipped[pool, k] = np.clip(values[pool, k], low, high)
            of = f"{'yxz'[k]} {period[pool][0]}" if by == "period" else "yxz"[k]
            n_low, n_high = (values[pool, k] < low).sum(), (values[pool, k] > high).sum()
            bounds[f"winsor_low: {of}"] = (low, f"{counted(n_low, 'values')} raised to it")
            bounds[f"winsor_high: {of}"] = (high, f"{counted(n_high, 'values')} lowered to it")
    assert (clipped != values).any()
    direct = two_way_fe(
        clipped[:, 0], clipped[:, 1:], rows.unit[inside], period, names=["x", "z"]
    )  # fmt: skip
    assert x_of(fit) == pytest.approx(direct.params[0], rel=1e-12)
    told = {one.test: (one.statistic, one.detail) for one in fit.fitted.tests}
    assert set(told) == set(bounds)
    for name, (bound, words) in bounds.items():
        assert told[name][0] == pytest.approx(bound, rel=1e-12), name
        assert told[name][1] == words
    yearly = ", by year" if by == "period" else ""
    assert fit.sample_words == f"2014–2019, winsorized at 0.1 ({rule}{yearly})"


def test_the_two_quantile_rules_differ():
    found = {x_of(fitted(complete(winsorize={"share": 0.07, "quantile": rule}))) for rule in RULES}
    assert len(found) == 2


@pytest.mark.parametrize("share", [0.01, 0.05, 0.07, 0.29, 0.333])
@pytest.mark.parametrize("n", [1, 2, 7, 100, 341])
def test_the_rule_of_stata_is_type_2_whatever_binary_makes_of_the_share(n, share):
    """By whole numbers: 100 times 0.07 is 7, and 7.000000000000001 in binary."""
    values, exact = np.random.default_rng(n).normal(size=n), Fraction(str(share))
    ordered, wanted = sorted(values), []
    for part in (exact, 1 - exact):
        place = n * part
        below = max(int(place), 1) if place.denominator == 1 else math.ceil(place)
        above = min(int(place) + 1, n) if place.denominator == 1 else below
        wanted.append((ordered[below - 1] + ordered[above - 1]) / 2)
    rule = Winsorize(share=share, quantile="stata")
    assert clip_bounds(values, rule) == pytest.approx(tuple(wanted), rel=1e-12)


def test_the_quantiles_are_those_of_complete_rows_only():
    frame = panel()
    lost = (pl.int_range(pl.len()) % 3 == 0) & (pl.col("y") > pl.col("y").median())
    holes = frame.with_columns(pl.when(~lost).then("z").alias("z"))
    left = holes.drop_nulls("z")
    column = complete(winsorize={"share": 0.1})
    assert x_of(fitted(column, holes)) == x_of(fitted(column, left))


def test_the_quantiles_of_a_difference_are_those_of_the_two_groups():
    frame = panel().with_columns(
        area=pl.when(pl.col("unit").is_in(NORTH[:2])).then(pl.lit("far")).otherwise("area")
    )
    wild = frame.with_columns(
        pl.when(pl.col("area") == "far").then(1e3 * pl.col("x")).otherwise("x").alias("x")
    )
    column = complete(
        estimator="group_difference", winsorize={"share": 0.1},
        difference={"grouping": "area", "groups": ["north", "south"], "draws": 0},
    )  # fmt: skip
    alone = fitted(column, wild.filter(pl.col("area") != "far"))
    assert x_of(fitted(column, wild)) == pytest.approx(x_of(alone), rel=1e-12)


@pytest.mark.parametrize(
    "own",
    [
        {},
        {"effects": ["unit"]},
        {"estimator": "mediation", "mediation": {"mediator": "m", "draws": 0}},
        {"estimator": "fe_2sls", "iv": {"endogenous": ["x"], "instruments": ["i1"]}},
        {"estimator": "threshold", "threshold": {"variable": "q", "regime": ["x"], "draws": 0}},
        {"estimator": "tobit", "outcome": "scores", "tobit": {"lower": 0}},
        {"estimator": "group_difference",
         "difference": {"grouping": "area", "groups": ["north", "south"], "draws": 0}},
    ],
    ids=lambda own: own.get("estimator", str(own)),
)  # fmt: skip
@pytest.mark.parametrize("by", ["pooled", "period"])
def test_the_quantiles_are_those_of_the_rows_that_are_estimated(own, by):
    """Two units with one year each, far out: they are dropped as alone, and move no bound."""
    single = pl.col("unit").is_in(["620000", "110000"])
    frame = panel().filter(~single | (pl.col("period") == pl.when(pl.col("unit") == "620000").then(2014)
                                      .otherwise(2017)))  # fmt: skip
    wild = [pl.when(single).then(pl.col(one) * 0 + 1e4).otherwise(one).alias(one)
            for one in ("x", "z", "m", "y", "scores")]  # fmt: skip
    column = complete(winsorize={"share": 0.1, "by": by}, **own)
    fit, alone = fitted(column, frame.with_columns(wild)), fitted(column, frame.filter(~single))
    assert len(fit.sample) == len(alone.sample) == 80
    assert repr(fit.fitted.terms) == repr(alone.fitted.terms)
    assert repr(fit.fitted.tests) == repr(alone.fitted.tests)


def test_a_test_that_takes_singletons_takes_them_clipped():
    """Random effects keep units of one year, as Stata's xtreg does; their values are not the raw ones."""
    single = pl.col("unit") == "620000"
    frame = panel().filter(~single | (pl.col("period") == 2014))
    wild = frame.with_columns(pl.when(single).then(1e4).otherwise("x").alias("x"))
    column = complete(winsorize={"share": 0.1}, hausman="sigmamore", effects=["unit"])
    fit, rows = fitted(column, wild), Rows(wild)
    columns = {}
    for name in ("y", "x", "z"):
        low, high = np.quantile(rows[name][rows.unit != "620000"], [0.1, 0.9])
        columns[name] = np.clip(rows[name], low, high)
    direct = hausman(
        columns["y"], np.column_stack([columns["x"], columns["z"]]), rows.unit, rows.period,
        names=["x", "z"], sigma="sigmamore",
    )  # fmt: skip
    (one,) = (test for test in fit.fitted.tests if test.test == "hausman")
    assert one.statistic == pytest.approx(direct.statistic, rel=1e-9)
    assert "of 89 observations, those among them that are alone" in one.detail


def test_rows_that_are_not_dropped_count_in_the_quantiles():
    frame = panel().filter((pl.col("unit") != "620000") | (pl.col("period") == 2013))
    column = complete(winsorize={"share": 0.1}, drop_singletons=False)
    rows = Rows(frame)
    low = np.quantile(rows["x"], 0.1)
    told = {one.test: one.statistic for one in fitted(column, frame).fitted.tests}
    assert told["winsor_low: x"] == pytest.approx(low, rel=1e-12)


def test_units_that_are_censored_throughout_move_no_bound_of_a_tobit():
    lost = pl.col("unit").is_in(["620000", "110000"])
    frame = panel().with_columns(
        scores=pl.when(lost).then(0.0).otherwise("scores"),
        x=pl.when(lost).then(900.0).otherwise("x"),
    )
    column = complete(
        estimator="tobit", outcome="scores", tobit={"lower": 0}, winsorize={"share": 0.1}
    )
    fit, without = fitted(column, frame), fitted(column, frame.filter(~lost))
    assert len(fit.sample) == len(without.sample) == 80
    assert repr(fit.fitted.terms) == repr(without.fitted.terms)


def test_values_that_clipping_moves_inside_a_limit_are_told():
    frame = panel()
    share = (frame.get_column("scores") <= 0).mean() + 0.05
    for estimator, effects in (("tobit", ["unit"]), ("re_tobit", [])):
        column = complete(
            estimator=estimator, outcome="scores", effects=effects, tobit={"lower": 0},
            winsorize={"share": round(share, 2)},
        )  # fmt: skip
        fit = fitted(column, frame)
        assert [one.statistic for one in fit.fitted.tests if one.test == "n_left_censored"] == [0]
        assert any("count as observed, not as censored" in note for note in fit.fitted.notes)
        fewer = fitted(complete(estimator=estimator, outcome="scores", effects=effects,
                                tobit={"lower": 0}, winsorize={"share": 0.01}), frame)  # fmt: skip
        assert not any("as censored" in note for note in fewer.fitted.notes)


def test_winsorize_clips_mediator_and_regime_but_not_instrument_and_threshold():
    frame = panel()
    top = frame.get_column("m").arg_max()
    wild = frame.with_columns(
        pl.when(pl.int_range(pl.len()) == top).then(1e6).otherwise("m").alias("m")
    )
    clip = {"share": 0.02}
    mediated = complete(
        estimator="mediation", mediation={"mediator": "m", "draws": 0}, winsorize=clip
    )
    assert abs(numbers(fitted(mediated, wild).fitted.terms)["m"][0]) > 0.1
    regime = complete(
        estimator="threshold", regressors=[], winsorize=clip,
        threshold={"variable": "q", "regime": ["m"], "draws": 0},
    )  # fmt: skip
    terms = numbers(fitted(regime, wild).fitted.terms)
    assert min(abs(row[0]) for name, row in terms.items() if name.startswith("m")) > 0.01
    instrumented = complete(
        estimator="fe_2sls", iv={"endogenous": ["x"], "instruments": ["m"]}, winsorize=clip
    )
    (first,) = (one for one in fitted(instrumented, wild).fitted.effects if one.term == "m")
    assert abs(first.estimate) < 1e-4


@pytest.mark.parametrize("values", [(0.0, 1.0), (1.0, 2.0), (-1.0, 1.0)])
def test_a_variable_of_two_values_is_not_clipped_and_told(values):
    rare = pl.int_range(pl.len()) % 17 == 0
    frame = panel().with_columns(z=pl.when(rare).then(values[0]).otherwise(values[1]))
    fit = fitted(complete(winsorize={"share": 0.1}), frame)
    assert "z" in numbers(fit.fitted.terms)
    assert not [one.test for one in fit.fitted.tests if one.test.endswith(": z")]
    assert not fit.fitted.dropped
    assert "Not clipped, for two values have no tails: z" in fit.fitted.notes


def test_a_variable_of_which_clipping_leaves_one_number_is_refused_with_the_cause():
    rare = pl.int_range(pl.len()) % 17 == 0
    frame = panel().with_columns(z=pl.when(rare).then(pl.col("q")).otherwise(0.0))
    with pytest.raises(CheckFailed) as caught:
        fitted(complete(winsorize={"share": 0.1}), frame)
    assert caught.value.problems[0].found == "one number left of z"
    assert "z" in numbers(fitted(complete(winsorize={"share": 0.01}), frame).fitted.terms)


@pytest.mark.parametrize("hole", [None, float("nan")])
def test_missing_values_leave_their_rows_and_are_counted(hole):
    rows_out = [("110000", 2014), ("230000", 2019), ("230000", 2018)]
    is_out = pl.any_horizontal(
        (pl.col("unit") == unit) & (pl.col("period") == year) for unit, year in rows_out
    )
    frame = panel().with_columns(pl.when(is_out).then(pl.lit(hole)).otherwise("z").alias("z"))
    fit = fitted(complete(), frame)
    assert (fit.n_asked, fit.n_missing_rows, fit.fitted.model.n_obs) == (96, 3, 93)
    assert not set(fit.sample.rows()) & set(rows_out)
    # What the column does not use may be missing.
    assert fitted(complete(controls=[]), frame).n_missing_rows == 0


def test_a_row_without_a_group_is_no_group_of_its_own():
    frame = panel().with_columns(
        pl.when(pl.col("unit") == "620000").then(None).otherwise("area").alias("area")
    )
    with pytest.raises(CheckFailed, match="area has no group for 甘肃"):
        fitted(complete(vcov={"by": ["area"]}), frame)
    assert fitted(complete(), frame).n_missing_rows == 0


def test_integers_are_estimated_as_the_numbers_they_are():
    large = pl.col("gdp").mul(2e9).round(0)
    whole = panel().with_columns(large.cast(pl.Int64).alias("x"))
    same = panel().with_columns(large.alias("x"))
    assert x_of(fitted(complete(), whole)) == x_of(fitted(complete(), same))


def test_singletons_are_named_and_leave_the_sample():
    frame = panel().filter((pl.col("unit") != "620000") | (pl.col("period") == 2013))
    fit = fitted(complete(), frame)
    assert fit.fitted.dropped == ("unit 620000: alone",)
    assert (len(fit.sample), fit.fitted.model.n_obs, fit.n_missing_rows) == (88, 88, 0)


def test_another_n_than_expected_is_told_with_where_the_rows_went():
    frame = panel().filter((pl.col("unit") != "620000") | (pl.col("period") == 2013))
    hole = pl.when((pl.col("unit") == "110000") & (pl.col("period") == 2014))
    column = complete("(2)", expect={"n": 96})
    fit = fitted(column, frame.with_columns(hole.then(None).otherwise("y").alias("y")))
    with pytest.raises(CheckFailed) as caught:
        check_expected(STUDY, "t", column, fit)
    (problem,) = caught.value.problems
    assert (problem.where, problem.expected) == ("t (2)", "n = 96")
    assert problem.found == (
        "n = 87 (89 rows in the sample, 1 with a missing value: y in 1; unit 620000: alone)"
    )
    check_expected(STUDY, "t", complete(expect={"n": 87}), fit)


def test_the_order_of_rows_changes_nothing():
    column = complete(estimator="mediation", mediation={"mediator": "m", "draws": 40})
    first = fitted(column).fitted
    second = fitted(column, panel().sample(fraction=1.0, shuffle=True, seed=99)).fitted
    # Compared as text, because a missing p-value (NaN) does not equal itself.
    for part in ("terms", "effects", "tests", "model"):
        assert repr(getattr(first, part)) == repr(getattr(second, part))


def test_an_outcome_that_is_made_of_the_regressor_has_its_coefficient_and_no_errors():
    fit = fitted(complete(outcome="twice", controls=[]))
    estimate, *inference = numbers(fit.fitted.terms)["x"]
    assert estimate == pytest.approx(2, abs=1e-12)
    assert np.isnan(inference).all()
    assert any("reproduce the outcome exactly" in note for note in fit.fitted.notes)
    assert len(fit.fitted.notes) == 1, "and no advice on clusters"
    assert fit.fitted.model.log_likelihood is None
