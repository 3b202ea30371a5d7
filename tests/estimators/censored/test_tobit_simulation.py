"""What dummies do to a Tobit in short panels, and coverage with random effects.

40 units, a third of the rows censored at zero, one regressor that is correlated with the unit
effects where these are dummies. 500 replications: the Monte Carlo error of 95 % coverage is
1.0 points. The bands are two and a half of these, and more below, for the biases that theory expects.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from nqpf_assets.estimators.censored.re_tobit import re_tobit
from nqpf_assets.estimators.censored.tobit import tobit

REPLICATIONS = 500


def draw(rng: np.random.Generator, periods: int, related: float) -> tuple[Any, ...]:
    unit, period = np.repeat(np.arange(40), periods), np.tile(np.arange(periods), 40)
    effects = rng.normal(size=40)
    x = rng.normal(size=len(unit)) + related * effects[unit]
    latent = 0.5 + x + effects[unit] + rng.normal(size=len(unit))
    return np.maximum(latent, 0.0), x[:, None], unit, period


@pytest.mark.slow
@pytest.mark.parametrize("periods", [5, 15])
def test_dummies(periods: int) -> None:
    """The coefficient is nearly unbiased; sigma is too small by the share of parameters.

    With p parameters least squares would give sqrt(1 - p/n). Censored rows carry less than a
    row's information, so that sigma lies between that with n rows and with uncensored ones.
    """
    rng = np.random.default_rng(7)
    found = np.zeros((REPLICATIONS, 5))
    for r in range(REPLICATIONS):
        model = tobit(*draw(rng, periods, 0.5), names=("x",))
        low, high = model.conf_int[0]
        share = (model.n_parameters - 1) / np.array([model.n_uncensored, model.n_obs])
        found[r] = (model.params[0], model.sigma, low <= 1.0 <= high, *np.sqrt(1 - share))
    slope, sigma, coverage, least, most = found.mean(axis=0)
    error = found[:, 0].std() / np.sqrt(REPLICATIONS)
    print(f"\nT = {periods}: slope {slope:.4f} ({error:.4f}), sigma {sigma:.4f}, {coverage:.3f}")
    assert abs(slope - 1) < 0.03
    assert least < sigma < most
    assert 0.90 < coverage < 0.97


@pytest.mark.slow
def test_random_effects() -> None:
    rng = np.random.default_rng(8)
    found = np.zeros((REPLICATIONS, 4))
    for r in range(REPLICATIONS):
        model = re_tobit(*draw(rng, 6, 0.0), names=("x",))
        low, high = model.conf_int[0]
        found[r] = (
            model.params[0],
            model.sigma_u.estimate,
            model.sigma_e.estimate,
            low <= 1 <= high,
        )
        assert model.node_check.is_stable
    slope, sigma_u, sigma_e, coverage = found.mean(axis=0)
    error = found[:, 0].std() / np.sqrt(REPLICATIONS)
    print(
        f"\nslope {slope:.4f} ({error:.4f}), sigma_u {sigma_u:.4f}, sigma_e {sigma_e:.4f}, "
        f"coverage {coverage:.3f}"
    )
    assert abs(slope - 1) < 4 * error + 0.005
    assert 0.95 < sigma_u < 1.0  # maximum likelihood divides by N, not by N - 1
    assert 0.98 < sigma_e < 1.005
    assert 0.92 < coverage < 0.975


@pytest.mark.slow
def test_bound_is_met_half_of_the_time() -> None:
    """Without unit effects, chi-bar-squared puts half of its mass on zero."""
    rng = np.random.default_rng(9)
    at_bound, rejected = 0, 0
    for _ in range(REPLICATIONS):
        unit, period = np.repeat(np.arange(40), 6), np.tile(np.arange(6), 40)
        x = rng.normal(size=240)
        y = np.maximum(0.5 + x + rng.normal(size=240), 0.0)
        model = re_tobit(y, x[:, None], unit, period, names=("x",))
        at_bound += model.is_at_bound
        rejected += model.lr_p_value < 0.05
    print(f"\nat the bound {at_bound / REPLICATIONS:.3f}, rejects {rejected / REPLICATIONS:.3f}")
    assert 0.45 < at_bound / REPLICATIONS < 0.65
    assert 0.02 < rejected / REPLICATIONS < 0.08
