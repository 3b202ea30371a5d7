"""Beta convergence against statsmodels with dummies, and against a law of motion that is known.

Tolerance 1e-9 relative: least squares on 300 rows on both sides.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.differentiate import derivative
from statsmodels.regression.linear_model import OLS
from statsmodels.tools.tools import add_constant

from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.regional_differences.beta_convergence import beta_convergence
from nqpf_assets.estimators.regional_differences.errors import DifferenceError

RTOL = 1e-9


def regions(seed: int = 1, speed: float = 0.05, noise: float = 0.02) -> tuple[Any, ...]:
    """31 regions in 12 years that close a share 1 - exp(-speed) of their gap each year."""
    rng = np.random.default_rng(seed)
    control = rng.normal(size=(31, 12))
    logs = np.empty((31, 12))
    logs[:, 0] = rng.normal(2, 0.8, size=31)
    for t in range(1, 12):
        gap = 3 + 0.5 * control[:, t - 1] - logs[:, t - 1]
        logs[:, t] = logs[:, t - 1] + (1 - np.exp(-speed)) * gap + noise * rng.normal(size=31)
    unit, year = (part.ravel() for part in np.indices((31, 12)))
    return np.exp(logs.ravel()), unit, 2010 + year, control.reshape(-1, 1)


def test_absolute_convergence_against_statsmodels() -> None:
    y, unit, year, _ = regions()
    keep = np.random.default_rng(2).uniform(size=len(y)) > 0.1
    y, unit, year = y[keep], unit[keep], year[keep]
    found = beta_convergence(y, unit, year, span=3)
    table = {(u, t): v for u, t, v in zip(unit, year, np.log(y), strict=True)}
    rows = [(u, t) for u, t in table if (u, t + 3) in table]
    start = np.array([table[row] for row in rows])
    growth = np.array([table[u, t + 3] - table[u, t] for u, t in rows]) / 3
    fit = OLS(growth, add_constant(start)).fit(
        cov_type="cluster", cov_kwds={"groups": np.array([u for u, _ in rows])}, use_t=True
    )
    assert found.n_without_growth == len(y) - len(rows)
    assert found.fit.n_obs == len(rows)
    assert found.beta == pytest.approx(fit.params[1], rel=RTOL)
    assert found.beta_std_error == pytest.approx(fit.bse[1], rel=RTOL)
    assert found.beta_p_value == pytest.approx(fit.pvalues[1], rel=1e-6)
    assert found.fit.constant.estimate == pytest.approx(fit.params[0], rel=RTOL)


def test_conditional_convergence_against_dummies() -> None:
    y, unit, year, control = regions()
    found = beta_convergence(
        y, unit, year, controls=control, names=("openness",), effects=("unit", "period"),
        vcov="unadjusted",
    )  # fmt: skip
    first = year < 2021
    logs = np.log(y).reshape(31, 12)
    growth = np.diff(logs, axis=1).ravel()
    dummies = [unit[first, None] == np.arange(31), year[first, None] == np.arange(2011, 2021)]
    x = np.column_stack([np.log(y[first]), control[first], *dummies]).astype(float)
    fit = OLS(growth, x).fit()
    assert found.fit.names == ("log_initial", "openness")
    np.testing.assert_allclose(found.fit.params, fit.params[:2], rtol=RTOL)
    assert found.beta_std_error == pytest.approx(fit.bse[0], rel=RTOL)


@pytest.mark.parametrize("span", [1, 4, 11])
def test_known_speed_is_recovered_whatever_the_span(span: int) -> None:
    """Without noise the speed is 0.05 whether growth is measured over one year or eleven."""
    y, unit, year, _ = regions(speed=0.05, noise=0.0)
    rng = np.random.default_rng(1)
    logs = 3 + (rng.normal(size=31)[unit]) * np.exp(-0.05 * (year - 2010))
    found = beta_convergence(np.exp(logs + 1e-6 * rng.normal(size=len(y))), unit, year, span=span)
    assert found.speed == pytest.approx(0.05, abs=1e-5)
    assert found.half_life == pytest.approx(np.log(2) / 0.05, rel=1e-3)


def test_conditional_speed_is_recovered() -> None:
    y, unit, year, control = regions(noise=0.01)
    found = beta_convergence(y, unit, year, controls=control, names=("x",))
    assert abs(found.speed - 0.05) < 3 * found.speed_std_error
    assert found.speed_std_error < 0.005


def test_standard_errors_by_the_delta_method() -> None:
    y, unit, year, _ = regions()
    for span in (1, 2):
        found = beta_convergence(y, unit, year, span=span)

        def speed(beta: Any, span: int = span) -> Any:
            return -np.log(1 + span * beta) / span

        slope = derivative(speed, found.beta, initial_step=0.01).df
        assert found.speed == pytest.approx(speed(found.beta))
        assert found.speed_std_error == pytest.approx(abs(slope) * found.beta_std_error, rel=1e-6)
        slope = derivative(lambda b: np.log(2) / speed(b), found.beta, initial_step=0.001).df
        expected = abs(slope) * found.beta_std_error
        assert found.half_life_std_error == pytest.approx(expected, rel=1e-6)


def test_divergence_has_no_half_life() -> None:
    y, unit, year, _ = regions(speed=-0.05)
    found = beta_convergence(y, unit, year)
    assert found.beta > 0
    assert found.speed < 0
    assert np.isnan(found.half_life)
    over = np.where(year % 2, 1.0, -1.0) * (1 + np.random.default_rng(1).uniform(size=31)[unit])
    noise = 0.01 * np.random.default_rng(2).normal(size=len(y))
    jumping = beta_convergence(np.exp(over + noise), unit, year)
    assert jumping.beta < -1
    assert np.isnan(jumping.speed)


def test_order_and_unit_of_measurement_do_not_matter() -> None:
    y, unit, year, control = regions()
    order = np.random.default_rng(5).permutation(len(y))
    options: dict[str, Any] = {"names": ("x",), "effects": ("unit",)}
    first = beta_convergence(y, unit, year, controls=control, **options)
    second = beta_convergence(
        y[order] * 1e4, unit[order], year[order], controls=control[order], **options
    )
    for name in ("beta", "beta_std_error", "speed", "half_life_std_error"):
        assert getattr(second, name) == pytest.approx(getattr(first, name), rel=1e-7)


def test_a_missing_year_is_missing_growth() -> None:
    years = np.tile([2010, 2011, 2013, 2014], 5)
    y = np.exp(np.random.default_rng(1).normal(size=20))
    found = beta_convergence(y, np.repeat(np.arange(5), 4), years)
    assert found.fit.n_obs == 10
    with pytest.raises(DifferenceError, match="no region has values 6 periods apart"):
        beta_convergence(y, np.repeat(np.arange(5), 4), years, span=6)


def test_missing_controls_matter_only_where_growth_is_explained() -> None:
    y, unit, year, control = regions()
    control[year == 2021] = np.nan
    found = beta_convergence(y, unit, year, controls=control, names=("x",))
    assert found.fit.n_obs == 31 * 11
    control[3] = np.nan
    with pytest.raises(EstimationError, match=r"missing or infinite values in x \(1 row\)"):
        beta_convergence(y, unit, year, controls=control, names=("x",))


def test_clusters_follow_their_rows() -> None:
    y, unit, year, _ = regions()
    by_array = beta_convergence(y, unit, year, cluster=unit // 3)
    assert by_array.fit.n_clusters == (11,)
    same = beta_convergence(y, unit, year, cluster=unit)
    assert same.beta_std_error == pytest.approx(beta_convergence(y, unit, year).beta_std_error)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"values": np.zeros(4)}, "defined for positive values"),
        ({"periods": ["a", "b", "a", "b"]}, "whole numbers"),
        ({"periods": [2010.5, 2011, 2010, 2011]}, "whole numbers"),
        ({"periods": [2010, 2010, 2010, 2011]}, "more than once in a period"),
        ({"periods": [2010, 2011]}, "shape"),
        ({"span": 0}, "span is the number of periods"),
        ({"names": ("x",)}, "controls of shape"),
        ({"controls": np.ones((4, 1)), "names": ("log_initial",)}, "cannot be called"),
    ],
)
def test_input_that_cannot_be_used(change: dict[str, Any], message: str) -> None:
    good: dict[str, Any] = {
        "values": [1.0, 2.0, 3.0, 4.0], "units": [1, 1, 2, 2], "periods": [2010, 2011] * 2,
    }  # fmt: skip
    with pytest.raises(DifferenceError, match=message):
        beta_convergence(**good | change)
