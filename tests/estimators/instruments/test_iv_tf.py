"""tF against what defines it: the truth is rejected in 5 % of samples, however strong the instrument.

With F = f², f ~ N(m, 1), and t of Anderson and Rubin u ~ N(0, 1) of correlation r with it, t of 2SLS at the
truth is u / √(1 − 2ru/f + u²/f²) in large samples (Lee and others 2022). Rates are integrals, not draws.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.stats import norm

from nqpf_assets.estimators.instruments.tf_critical_values import tf_critical_value
from tests.estimators.instruments.test_iv_reference import EXACT, fit

MEANS = (0.01, 0.3, 1.0, 3.0, 5.0, 8.0, 10.0, 25.0)
STEP = 0.005
VALUES = np.array([tf_critical_value((at * STEP) ** 2) for at in range(8000)])


def critical_values(f: Any) -> Any:
    """Of each f, rounded up to a step, where the value is a little smaller than it should be."""
    return VALUES[np.ceil(np.abs(f) / STEP).astype(int)]


@pytest.mark.parametrize("mean", MEANS)
def test_the_truth_is_rejected_in_5_percent_of_samples_at_most(mean: float) -> None:
    f = np.linspace(mean - 9, mean + 9, 18_000)
    f = f[np.abs(f) > 1e-9]
    share = norm.pdf(f - mean) * (f[1] - f[0])
    t = np.abs(f * (f - mean)) / mean  # errors perfectly related: u is f less its mean
    rate = float(share[t > critical_values(f)].sum())
    assert 0.045 < rate <= 0.0503
    assert float(share[t > 1.96].sum()) >= rate - 0.0005, "1.96 never rejects less"


@pytest.mark.parametrize("correlation", [0.0, 0.5, 0.9])
def test_errors_less_related_reject_less(correlation: float) -> None:
    u, own = np.meshgrid(np.linspace(-6, 6, 121), np.linspace(-6, 6, 121) + 1e-4)
    share = norm.pdf(u) * norm.pdf(own) * 0.1**2
    for mean in (1.0, 3.0, 8.0):
        f = mean + correlation * u + np.sqrt(1 - correlation**2) * own
        t = np.abs(u) / np.sqrt(1 - 2 * correlation * u / f + u**2 / f**2)
        assert float(share[t > critical_values(f)].sum()) < 0.0505


def test_values_that_the_paper_names() -> None:
    assert tf_critical_value(10.0) == pytest.approx(3.43, abs=0.01)
    assert tf_critical_value(104.7) == pytest.approx(1.96, abs=0.01)
    assert tf_critical_value(1000.0) == pytest.approx(norm.ppf(0.975), abs=1e-12)
    assert tf_critical_value(3.9) == np.inf
    assert np.isnan(tf_critical_value(np.nan))


@pytest.mark.parametrize("vcov", ["clustered", "robust", "unadjusted"])
def test_a_fit_widens_its_own_interval_by_its_own_f(vcov: str) -> None:
    model = fit(endo=("d2",), inst=("z3",), vcov=vcov)
    factor = tf_critical_value(model.first_stages[0].f.statistic) / norm.ppf(0.975)
    assert 1.01 < factor < 2, "an instrument of middling strength"
    assert model.tf.std_error == pytest.approx(factor * model.std_errors[0], rel=EXACT)
    ends = model.params[0] + np.array([-1, 1]) * norm.ppf(0.975) * factor * model.std_errors[0]
    assert model.tf.conf_int == pytest.approx(ends, rel=EXACT)


def test_an_instrument_that_says_nothing_has_the_whole_line() -> None:
    assert fit(endo=("d1",), inst=("z4",)).tf.conf_int == (-np.inf, np.inf)


def test_several_instruments_have_none() -> None:
    assert fit(endo=("d1",), inst=("z1", "z2")).tf is None
