"""The tails and quantiles equal those of scipy.stats to the last digit, at the edges too."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from nqpf_assets.estimators.linear import distributions as ours

X = np.concatenate([np.linspace(-40, 40, 161), [0.0, 1e-300, 1e300, np.inf, -np.inf, np.nan]])
P = np.concatenate([np.linspace(0, 1, 101), [1e-300, 1 - 1e-15, np.nan]])
INSIDE = P[(P > 0) & (P < 1)]
DF = [0.5, 1, 2, 7.3, 30, 293, 1e6]


def equal(found: object, expected: object) -> None:
    np.testing.assert_array_equal(np.asarray(found), np.asarray(expected))


def test_normal() -> None:
    equal(ours.normal_cdf(X), stats.norm.cdf(X))
    equal(ours.normal_sf(X), stats.norm.sf(X))
    equal(ours.normal_ppf(P), stats.norm.ppf(P))
    equal(ours.normal_logpdf(X), stats.norm.logpdf(X))


@pytest.mark.parametrize("df", DF)
def test_t_and_chi2(df: float) -> None:
    equal(ours.t_sf(X, df), stats.t.sf(X, df))
    equal(ours.chi2_sf(X, df), stats.chi2.sf(X, df))
    for p in INSIDE:
        equal(ours.t_ppf(p, df), stats.t.ppf(p, df))


@pytest.mark.parametrize("df_numerator", DF)
@pytest.mark.parametrize("df_denominator", DF)
def test_f(df_numerator: float, df_denominator: float) -> None:
    equal(ours.f_sf(X, df_numerator, df_denominator), stats.f.sf(X, df_numerator, df_denominator))
    for p in INSIDE:
        equal(
            ours.f_ppf(p, df_numerator, df_denominator),
            stats.f.ppf(p, df_numerator, df_denominator),
        )
