"""What a column says of its clusters: how many of each key, and what so few of them cannot tell."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from scipy.stats import t as t_distribution

from nqpf_assets.studies.estimator_registry import ESTIMATORS
from tests.estimation.panels import UNITS, complete, fitted, panel
from tests.estimation.test_refusals import OPTIONS as GIVEN

OPTIONS = {
    name: {key: value for key, value in own.items() if key != "vcov"} for name, own in GIVEN.items()
} | {
    "first_difference": {"effects": ["period"]},
    "between_units": {"effects": []},
    "random_effects": {"effects": []},
    "fe_poisson": {"outcome": "gdp"},
    "fractional": {"outcome": "q", "effects": []},
    **{f"re_spatial_{one}": {"effects": [], "space": {"draws": 100}} for one in ("durbin", "lag")},
}
BELTS = {code: f"b{place // 3}" for place, code in enumerate(UNITS)}
"""Four groups of units that lie across the areas."""

TWO_WAY = [
    (name, vcov)
    for name, one in ESTIMATORS.items()
    for vcov, covariance in one.covariances.items()
    if covariance.most_keys > 1
]
"""Every estimator with every covariance that clusters by several keys."""


@pytest.mark.parametrize(("estimator", "vcov"), TWO_WAY)
def test_both_numbers_of_clusters_are_kept(estimator, vcov):
    if ESTIMATORS[estimator].covariances[vcov].keys == "units":
        _both_numbers_of_groups_of_units(estimator, vcov)
        return
    column = complete(
        estimator=estimator, vcov={"type": vcov, "by": ["period", "unit"]}, **OPTIONS[estimator]
    )
    fit = fitted(column).fitted
    counts = {one.test: one.statistic for one in fit.tests if one.test.startswith("n_clusters")}
    n_years = 7 if estimator == "first_difference" else 8  # the first has no year before it
    assert counts == {"n_clusters: period": n_years, "n_clusters: unit": 12}
    assert fit.model.n_clusters == n_years
    one_way = complete(
        estimator=estimator, vcov={"type": vcov, "by": ["unit"]}, **OPTIONS[estimator]
    )
    assert not any(one.test.startswith("n_clusters") for one in fitted(one_way).fitted.tests)


def _both_numbers_of_groups_of_units(estimator, vcov):
    frame = panel().with_columns(belt=pl.col("unit").replace_strict(BELTS))
    column = complete(
        estimator=estimator, vcov={"type": vcov, "by": ["belt", "unit"]}, **OPTIONS[estimator]
    )
    fit = fitted(column, frame).fitted
    counts = {one.test: one.statistic for one in fit.tests if one.test.startswith("n_clusters")}
    assert counts == {"n_clusters: belt": 4, "n_clusters: unit": 12}
    assert fit.model.n_clusters == 4


def moving() -> pl.DataFrame:
    """The panel with a grouping that a unit leaves: the half it was in, year by year."""
    return panel().with_columns(half=(pl.col("q") > 0.5).replace_strict({True: "h", False: "l"}))


@pytest.mark.parametrize("estimator", ["spatial_durbin", "spatial_error", "spatial_slx"])
def test_spatial_models_cluster_by_what_moves_in_time(estimator):
    column = complete(estimator=estimator, vcov={"by": ["half", "period"]}, **OPTIONS[estimator])
    fit = fitted(column, moving()).fitted
    assert fit.model.vcov.startswith("clustered by half and period")
    assert (fit.model.n_clusters, fit.model.df_test) == (2, 1.0)


@pytest.mark.parametrize("estimator", ["group_difference", "spatial_slx"])
@pytest.mark.parametrize("vcov", ["cr2", "cr3"])
def test_degrees_of_freedom_are_those_of_what_is_reported(estimator, vcov):
    """The fewest of any difference or coefficient: below those of clusters, and behind all p-values."""
    column = complete(estimator=estimator, vcov={"type": vcov}, **OPTIONS[estimator])
    fit = fitted(column).fitted
    assert fit.model.vcov == f"{vcov} by unit"
    assert fit.model.n_clusters == len(UNITS)
    assert 1 < fit.model.df_test < len(UNITS) - 1
    for one in fit.terms:
        least = 2 * t_distribution.sf(abs(one.statistic), len(UNITS) - 1)
        most = 2 * t_distribution.sf(abs(one.statistic), fit.model.df_test)
        assert least < one.p_value <= most * (1 + 1e-9)


NOT_POSITIVE = [
    name
    for name, vcov in TWO_WAY
    if vcov == "clustered" and ESTIMATORS[name].covariances[vcov].keys == "any"
]
"""Those that cluster by years, too, of which there are few."""


@pytest.mark.parametrize("estimator", NOT_POSITIVE)
def test_a_two_way_covariance_that_was_not_positive_says_what_was_done(estimator):
    """Four years, and so many regressors that the covariance of years has no full rank."""
    frame = panel().sort("unit", "period").filter(pl.col("period") < 2016)
    noise = np.random.default_rng(0).normal(size=(len(frame), 4))
    frame = frame.with_columns(pl.Series(f"n{k}", noise[:, k]) for k in range(4))
    controls = ["z", "n0", "n1", "n2", "n3"]
    column = {"estimator": estimator, "controls": controls} | OPTIONS[estimator]
    words = fitted(complete(**column, vcov={"by": ["unit", "period"]}), frame).fitted.model.vcov
    assert words == "clustered by unit and period, negative eigenvalues set to zero"
    assert fitted(complete(**column), frame).fitted.model.vcov == "clustered by unit"


def instrumented(n_clusters, instruments):
    """Tests and notes of a column whose twelve units are in so many clusters."""
    groups = {code: f"g{place % n_clusters}" for place, code in enumerate(UNITS)}
    frame = panel().with_columns(g=pl.col("unit").replace_strict(groups))
    iv = {"endogenous": ["x"], "instruments": instruments}
    fit = fitted(complete(estimator="fe_2sls", iv=iv, vcov={"by": ["g"]}), frame).fitted
    return {one.test: one for one in fit.tests}, "\n".join(fit.notes)


@pytest.mark.parametrize(
    ("n_clusters", "instruments", "bounded"),
    [
        (2, ["i1"], {"underidentification", "endogeneity"}),
        (3, ["i1", "i2"], {"underidentification", "overidentification", "endogeneity"}),
        (4, ["i1", "i2"], {"underidentification"}),
        (4, ["i1"], set()),
        (6, ["i1", "i2"], set()),
    ],
)
def test_score_tests_that_so_few_clusters_bound_have_no_p_value(n_clusters, instruments, bounded):
    """Scores of G clusters give at most G, which is below the 5 % value of chi-squared."""
    tests, notes = instrumented(n_clusters, instruments)
    for name in ("underidentification", "overidentification", "endogeneity"):
        assert tests[name].statistic <= n_clusters + 1e-9
        if name in bounded:
            assert tests[name].p_value is None
            assert f"at most {n_clusters} with {n_clusters} clusters" in tests[name].detail
        elif tests[name].df:
            assert 0 <= tests[name].p_value <= 1
    assert ("clusters bound" in notes) == bool(bounded)
    assert "not rejected (p" not in notes or "underidentification" not in bounded


def test_strong_instruments_reach_the_bound_whatever_they_are():
    """Two clusters: a statistic near 2 says nothing of an instrument that moves x by itself."""
    frame = panel()
    for name in ("i1", "i2"):
        strong = frame.with_columns(x=pl.col("x") * 0.01 + pl.col(name) * 3)
        iv = {"endogenous": ["x"], "instruments": [name]}
        fit = fitted(complete(estimator="fe_2sls", iv=iv, vcov={"by": ["area"]}), strong).fitted
        (one,) = (test for test in fit.tests if test.test == "underidentification")
        assert 1.5 < one.statistic <= 2
        assert one.p_value is None
