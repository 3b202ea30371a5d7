"""Least squares without effects."""

from __future__ import annotations

from nqpf_assets.studies.estimator import Estimator
from nqpf_assets.studies.least_squares_covariances import WITH_WILD_BOOTSTRAP
from nqpf_assets.studies.printing import YEAR_TESTS, Printing

ESTIMATOR = Estimator(
    "ols",
    purpose="the same rows without effects",
    documentation="docs/estimators.md#Pooled least squares",
    covariances=WITH_WILD_BOOTSTRAP,
    function="nqpf_assets.estimation.linear:fit_ols",
    linear_model="nqpf_assets.estimation.linear_models:pooled_least_squares",
    order=2,
    elsewhere=("reg", "regress", "lm", "pooled", "pols", "rlm"),
    effects=frozenset({()}),
    effects_words="ols has no effects",
    takes_weights=True,
    takes_years=True,
    switches=frozenset({"standardize"}),
    reports_exact=True,
    has_own_terms=False,
    printing=Printing(tests=YEAR_TESTS),
)
