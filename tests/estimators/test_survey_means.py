"""Survey means against statsmodels' robust covariances, a sum written out, and known values of alpha."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm

from nqpf_assets.estimators.descriptive.survey_means import cronbach_alpha, survey_means

TOLERANCE = 1e-10
"""Relative; two ways to the same closed form."""


def drawn(n: int = 240) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(8)
    strata = rng.integers(0, 4, n)
    return {
        "y": np.where(rng.random(n) < 0.1, np.nan, rng.integers(1, 6, n).astype(float)),
        "w": rng.uniform(0.5, 3, n),
        "d": rng.integers(0, 3, n),
        "h": strata,
        "p": strata * 10 + rng.integers(0, 8, n),
    }


def test_one_domain_is_a_weighted_regression_on_a_constant() -> None:
    x = drawn()
    is_in = ~np.isnan(x["y"])
    y, w, p = x["y"][is_in], x["w"][is_in], x["p"][is_in]
    zeros, one = np.zeros(len(y), int), np.ones((len(y), 1))
    found = survey_means(y, zeros, 1, weights=w, strata=zeros, units=np.arange(len(y)))
    wls = sm.WLS(y, one, weights=w).fit(cov_type="HC0")
    n = len(y)
    assert found.means[0] == pytest.approx(wls.params[0], rel=TOLERANCE)
    assert found.std_errors[0] == pytest.approx(wls.bse[0] * np.sqrt(n / (n - 1)), rel=TOLERANCE)
    clustered = survey_means(y, zeros, 1, weights=w, strata=zeros, units=p)
    groups = sm.WLS(y, one, weights=w).fit(
        cov_type="cluster", cov_kwds={"groups": p, "use_correction": True}
    )
    assert clustered.std_errors[0] == pytest.approx(groups.bse[0], rel=TOLERANCE)
    assert found.n_respondents[0] == n


def test_domains_of_a_stratified_sample_are_the_sum_written_out() -> None:
    x = drawn()
    found = survey_means(x["y"], x["d"], 4, weights=x["w"], strata=x["h"], units=x["p"])
    for domain in range(3):
        is_in = (x["d"] == domain) & ~np.isnan(x["y"])
        mean = np.average(x["y"][is_in], weights=x["w"][is_in])
        u = np.where(is_in, x["w"] * (np.nan_to_num(x["y"]) - mean) / x["w"][is_in].sum(), 0.0)
        variance = 0.0
        for stratum in np.unique(x["h"]):
            units = np.unique(x["p"][x["h"] == stratum])
            t = np.array([u[x["p"] == unit].sum() for unit in units])
            variance += len(t) / (len(t) - 1) * ((t - t.mean()) ** 2).sum()
        assert found.means[domain] == pytest.approx(mean, rel=TOLERANCE)
        assert found.std_errors[domain] == pytest.approx(np.sqrt(variance), rel=TOLERANCE)
    assert np.isnan(found.means[3])
    assert np.isnan(found.std_errors[3])


def test_a_stratum_with_one_unit_gives_no_error() -> None:
    found = survey_means(
        [1, 2, 3, 4], [0, 0, 1, 1], 2, weights=np.ones(4), strata=[0, 0, 0, 1], units=[0, 1, 2, 3]
    )
    assert found.std_errors[0] > 0
    assert np.isnan(found.std_errors[1])
    assert found.means[1] == 3.5


def test_a_domain_in_one_unit_has_no_error() -> None:
    """The formula gives 0 there, or what rounding leaves of it, and a county with one village none."""
    x = drawn()
    whole = survey_means(x["y"], x["d"], 3, weights=x["w"], strata=x["h"], units=x["p"])
    assert (whole.std_errors > 0).all()
    alone = survey_means(x["y"], x["p"], 40, weights=x["w"], strata=x["h"], units=x["p"])
    there = alone.n_respondents > 0
    assert np.isfinite(alone.means[there]).all()
    assert np.isnan(alone.std_errors).all()


@pytest.mark.parametrize(
    ("weights", "strata"),
    [([1, 0], [0, 0]), ([1, -1], [0, 0]), ([1, np.nan], [0, 0]), ([1, 1], [0, 1])],
)
def test_what_no_sample_has_is_refused(weights: list[float], strata: list[int]) -> None:
    with pytest.raises(ValueError, match=r"weights|unit"):
        survey_means([1, 2], [0, 0], 1, weights=weights, strata=strata, units=[0, 0])


@pytest.mark.slow
def test_errors_cover_in_repeated_samples() -> None:
    rng = np.random.default_rng(3)
    replications, hits = 1000, 0
    for _ in range(replications):
        effect = rng.normal(0, 1, 40)  # 40 clusters of 10
        y = np.repeat(effect, 10) + rng.normal(0, 1, 400)
        zeros = np.zeros(400, int)
        found = survey_means(
            y, zeros, 1, weights=np.ones(400), strata=zeros, units=np.repeat(np.arange(40), 10)
        )
        hits += abs(found.means[0]) < 2.0227 * found.std_errors[0]  # t of 39 degrees of freedom
    # Monte Carlo error of a share of 0.95 in 1000: 0.007; three of them.
    assert abs(hits / replications - 0.95) < 0.021


def test_alpha_of_known_items() -> None:
    same = np.array([1.0, 2, 3, 4, 5])
    assert cronbach_alpha(np.column_stack([same, same, same])) == (pytest.approx(1.0), 5)
    # By hand: variances 2.5 and 2.5, of the sum 9, and 2 (1 - 5/9).
    other = np.array([2.0, 1, 4, 3, 5])
    assert cronbach_alpha(np.column_stack([same, other]))[0] == pytest.approx(2 * (1 - 5 / 9))
    with_gap = np.column_stack([np.append(same, np.nan), np.append(other, 3)])
    assert cronbach_alpha(with_gap) == (pytest.approx(2 * (1 - 5 / 9)), 5)
    with pytest.raises(ValueError, match="two items"):
        cronbach_alpha(np.ones((3, 1)))
