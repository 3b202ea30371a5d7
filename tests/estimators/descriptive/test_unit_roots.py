"""Panel unit root tests and Pesaran's CD, against R's plm and statsmodels."""

from __future__ import annotations

import numpy as np
import pytest

from nqpf_assets.estimators.descriptive.unit_root_periods import Terms
from nqpf_assets.estimators.descriptive.unit_roots import (
    cross_section_dependence,
    least_periods,
    unit_roots,
)
from tests.estimators.descriptive.grunfeld import expected, panel

TESTS = {"levin_lin_chu": "levinlin", "im_pesaran_shin": "ips", "fisher": "madwu"}

FISHER = 5e-4
"""plm writes MacKinnon's polynomials with fewer digits than statsmodels."""


def wide(name: str) -> np.ndarray:
    return panel().pivot_table(name, index="firm", columns="year").to_numpy()


@pytest.mark.parametrize("terms", ["intercept", "trend"])
@pytest.mark.parametrize("lags", [0, 1, 2])
@pytest.mark.parametrize("test", TESTS)
def test_statistics_are_those_of_plm(test: str, lags: int, terms: Terms) -> None:
    found = getattr(unit_roots(wide("value"), lags, terms), test)
    theirs = expected()["unit_roots"][f"{TESTS[test]} {terms} {lags}"]
    rel = FISHER if test == "fisher" else 1e-9
    assert found.statistic == pytest.approx(theirs["statistic"], rel=rel)
    assert found.p_value == pytest.approx(theirs["p_value"], rel=10 * rel)


@pytest.mark.parametrize("terms", ["intercept", "trend"])
@pytest.mark.parametrize("lags", [0, 3])
def test_fisher_combines_the_p_values_of_statsmodels(lags: int, terms: Terms) -> None:
    from statsmodels.tsa.stattools import adfuller

    regression = "c" if terms == "intercept" else "ct"
    p_values = [
        adfuller(y, lags, regression, autolag=None, result_object=False)[1] for y in wide("capital")
    ]
    found = unit_roots(wide("capital"), lags, terms).fisher
    assert found.statistic == pytest.approx(-2 * np.log(p_values).sum(), rel=1e-8)


def test_cross_section_dependence_is_that_of_plm() -> None:
    found, theirs = cross_section_dependence(wide("invest")), expected()["cross_section_dependence"]
    assert found.statistic == pytest.approx(theirs["statistic"], rel=1e-12)
    assert found.p_value == pytest.approx(theirs["p_value"], rel=1e-10)


def test_neither_scale_nor_level_matters() -> None:
    y = wide("invest")
    scales = np.linspace(1, 1e4, len(y))[:, None]
    ours, theirs = unit_roots(y), unit_roots(y * scales + scales)
    for test in TESTS:
        assert getattr(theirs, test).statistic == pytest.approx(
            getattr(ours, test).statistic, rel=1e-7
        )


@pytest.mark.parametrize("terms", ["intercept", "trend"])
@pytest.mark.parametrize("lags", [0, 2])
def test_the_fewest_periods_leave_a_degree_of_freedom(lags: int, terms: Terms) -> None:
    y = np.random.default_rng(3).normal(size=(4, least_periods(lags, terms))).cumsum(axis=1)
    assert np.isfinite(unit_roots(y, lags, terms).im_pesaran_shin.statistic)
    with pytest.raises(ValueError, match="it takes 2 with"):
        unit_roots(y[:, 1:], lags, terms)


def test_values_without_news_are_refused() -> None:
    y = np.tile(np.arange(20.0), (3, 1))
    with pytest.raises(ValueError, match="lie on its terms"):
        unit_roots(y, 1, "trend")
    with pytest.raises(ValueError, match="do not change"):
        cross_section_dependence(np.ones((3, 5)))


@pytest.mark.slow
def test_size_under_the_null_of_independent_walks() -> None:
    """500 panels of 30 walks over 50 periods; the Monte Carlo error of a share of 5 % is a point."""
    draws = np.random.default_rng(11).normal(size=(500, 30, 50)).cumsum(axis=2)
    found = [unit_roots(y, 1, "intercept") for y in draws]
    share = {test: np.mean([getattr(one, test).p_value < 0.05 for one in found]) for test in TESTS}
    assert 0.02 < share["im_pesaran_shin"] < 0.08
    assert 0.02 < share["fisher"] < 0.12
    # As its authors define it, and as plm has it to nine digits: the reference page says so.
    assert 0.25 < share["levin_lin_chu"] < 0.4
