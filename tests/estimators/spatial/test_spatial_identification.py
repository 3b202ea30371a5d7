"""What can be known of ρ: from the weights alone, near its bound, and by the likelihood itself.

31 provinces in 11 years with two-way effects, as the sample has them.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from nqpf_assets.catalog.geography import load_geography
from nqpf_assets.estimation.weights import weights_of
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.spatial.comparison import lr_test, wald_test_sem
from nqpf_assets.estimators.spatial.effects import spatial_effects
from nqpf_assets.estimators.spatial.model import spatial_panel
from nqpf_assets.estimators.spatial.weights import SpatialWeights, weights_from_matrix
from nqpf_assets.studies.spatial_weights import WeightOptions
from tests.estimators.spatial.spatial_panels import NAMES, draw, ring

REPLICATIONS = 400
FOUR_ERRORS = 0.044  # of a share near .95 in 400 replications
GUANGDONG, HAINAN = "440000", "460000"


@cache
def provinces(weights: Any, power: float = 1.0, cutoff_km: float | None = None) -> SpatialWeights:
    geography = load_geography()[0]
    codes = geography.coordinates["region_code"].to_list()
    units = [code for code in codes if code.endswith("0000") and code[:2] not in ("71", "81", "82")]
    assert len(units) == 31
    options: dict[str, Any] = {"weights": weights}
    options |= (
        {"join": [(GUANGDONG, HAINAN)]}
        if weights == "contiguity"
        else {"power": power, "cutoff_km": cutoff_km}
    )
    labels, years = np.array(units), np.full(len(units), 2019)
    made = weights_of(labels, years, geography, WeightOptions(**options), lambda name: np.zeros(1))
    return weights_from_matrix(made.matrix, range(31))


def fit(weights: SpatialWeights, seed: Any, rho: float, **options: Any) -> Any:
    args = draw(weights, 11, np.random.default_rng(seed), rho=rho)
    return spatial_panel(*args, weights, names=NAMES, **options)


@pytest.mark.parametrize(
    ("weights", "expected"),
    [
        (("contiguity",), 0.086),
        (("inverse_distance", 1.0, 2000.0), 0.234),
        (("inverse_distance",), 0.303),
        (("inverse_distance", 2.0), 0.116),
    ],
)
def test_the_error_that_weights_alone_allow(weights: Any, expected: float) -> None:
    """Against the formula with an explicit F, an orthonormal basis of the maps that add up to zero."""
    made = provinces(*weights)
    found = fit(made, 0, 0.2).parameter.weights_std_error
    assert found == pytest.approx(expected, abs=5e-4)
    basis = np.linalg.svd(np.eye(31) - 1 / 31)[0][:, :30]
    g = basis.T @ made.matrix.toarray() @ basis
    by_hand = 10 * (np.trace(g @ g) + np.trace(g.T @ g)) - 20 * np.trace(g) ** 2 / 30
    assert found == pytest.approx(by_hand**-0.5, rel=1e-12)


def test_traces_without_the_unit_root_keep_their_digits_at_the_bound() -> None:
    """Against an explicit F, where 1/(1 − ρ)² is 10¹⁸ and would leave none."""
    from nqpf_assets.estimators.spatial.information import counted_traces
    from nqpf_assets.estimators.spatial.likelihood import Counts

    made = provinces("inverse_distance")
    basis = np.linalg.svd(np.eye(31) - 1 / 31)[0][:, :30]
    w = basis.T @ made.matrix.toarray() @ basis
    for rho in (0.4, 1 - 1e-9):
        g = w @ np.linalg.inv(np.eye(30) - rho * w)
        t = counted_traces(made.matrix, rho, Counts(300, 10, drops_unit_root=True))
        expected = (np.trace(g), np.trace(g @ g), np.trace(g.T @ g))
        assert (t.g, t.gg, t.g_g) == pytest.approx(expected, rel=1e-9)


def test_weights_that_tell_nothing_are_refused_with_the_cause() -> None:
    alike = weights_from_matrix(1 - np.eye(8), range(8))
    with pytest.raises(EstimationError, match=r"every unit weighs every other alike.*slx"):
        fit(alike, 1, 0.0)
    assert fit(alike, 1, 0.0, effects=("unit",)).parameter.std_error > 0


@cache
def at_bound() -> Any:
    made = provinces("inverse_distance")
    fits = (fit(made, [3, k], 0.8) for k in range(60))
    return next(one for one in fits if one.parameter.is_at_bound)


def test_rho_at_its_bound_has_an_open_interval_and_no_error() -> None:
    model = at_bound()
    p = model.parameter
    interval = p.profile.interval(p.estimate, 0.95)
    assert interval.is_open_above
    assert not interval.is_open_below
    assert (p.estimate, p.conf_high, p.bound) == pytest.approx((1, 1, 1), abs=1e-8)
    assert (p.conf_low, p.p_value) == (interval.low, interval.p_value)
    assert np.isnan([p.std_error, p.z_stat]).all()
    assert np.isfinite(model.std_errors).all()
    # Conditional on rho the coefficients are those of least squares on y − ρWy: nothing blew up.
    assert np.abs(model.params[:2] - [1, -0.5]).max() < 0.3
    with pytest.raises(EstimationError, match="rho is at its bound 1, where a change goes round"):
        spatial_effects(model)
    for test in (lambda: wald_test_sem(model), lambda: lr_test(model, model)):
        with pytest.raises(EstimationError):
            test()


def test_a_bias_correction_beyond_the_bound_is_set_there_and_excludes_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Samples in which it goes so far are rare; here it is made to."""
    shift = np.array([0, 0, 0, 0, 2.0, 0])
    monkeypatch.setattr(
        "nqpf_assets.estimators.spatial.model.bias_corrected",
        lambda point, data, pattern: point.vector + shift,
    )
    p = fit(provinces("contiguity"), 1, 0.4, lee_yu="bias_correction").parameter
    assert p.is_at_bound
    assert p.estimate == pytest.approx(1, abs=1e-8)
    assert np.isnan([p.std_error, p.z_stat, p.p_value]).all()
    assert (p.conf_low, p.conf_high) == (p.lower_bound, p.upper_bound)


def test_a_model_near_its_bound_is_the_limit_of_models_before_it() -> None:
    """The error of β at the bound continues what it is at .99 and .999."""
    from nqpf_assets.estimators.linear.least_squares import least_squares
    from nqpf_assets.estimators.spatial.design import demean
    from nqpf_assets.estimators.spatial.period_matrices import lag

    model = at_bound()
    made = model.weights
    args = next(
        args
        for args in (draw(made, 11, np.random.default_rng([3, k]), rho=0.8) for k in range(60))
        if spatial_panel(*args, made, names=NAMES).parameter.is_at_bound
    )
    y, x = args[0].reshape(11, 31), args[1].reshape(11, 31, 2)
    z = demean(np.concatenate([x, lag(made.matrix, x)], axis=2), ("unit", "period"))
    filtered = demean(y - lag(made.matrix, y), ("unit", "period"))
    by_hand = least_squares(filtered.ravel(), z.reshape(-1, 4)).params
    np.testing.assert_allclose(model.params, by_hand, rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("model", ["sar", "sdm", "sem"])
def test_profile_interval_is_where_the_likelihood_falls_by_the_quantile(model: Any) -> None:
    found = fit(ring(20, 20, seed=2), 4, 0.3, model=model)
    p = found.parameter
    interval = p.profile.interval(p.estimate, 0.95)
    for end in (interval.low, interval.high):
        drop = 2 * (found.log_likelihood - p.profile.value(end))
        assert drop == pytest.approx(3.841458820694124, rel=1e-6)
    assert interval.low < p.estimate < interval.high
    # Where much is known the likelihood is a parabola and the two intervals are near each other.
    assert (interval.low, interval.high) == pytest.approx((p.conf_low, p.conf_high), abs=0.05)
    assert (interval.p_value < 0.05) == (interval.low > 0 or interval.high < 0)
    if model != "sem":
        less = fit(ring(20, 20, seed=2), 4, 0.3, model="slx")
        if model == "sdm":
            assert interval.statistic == pytest.approx(lr_test(found, less).statistic, rel=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("weights", "rho", "most_at_bound"),
    [(("contiguity",), 0.4, 0), (("inverse_distance",), 0.0, 4), (("inverse_distance",), 0.8, 120)],
)
def test_profile_intervals_cover_where_rho_is_weakly_identified(
    weights: Any, rho: float, most_at_bound: int
) -> None:
    """At ρ = .8 and 1/d about 70 of 400 samples have no maximum inside; none is refused."""
    made = provinces(*weights)
    hits, agree, bound, estimates = [], [], 0, []
    for k in range(REPLICATIONS):
        p = fit(made, [5, k], rho).parameter
        interval = p.profile.interval(p.estimate, 0.95)
        hits.append(interval.low < rho < interval.high)
        agree.append((interval.p_value < 0.05) == (interval.low > 0 or interval.high < 0))
        bound += p.is_at_bound
        estimates.append(p.estimate)
    assert np.mean(hits) == pytest.approx(0.95, abs=FOUR_ERRORS)
    assert all(agree)
    assert bound <= most_at_bound
    if not bound:
        # From W alone, at ρ = 0; what ρ and the regressors add makes it smaller.
        assert np.std(estimates) < 1.17 * p.weights_std_error
