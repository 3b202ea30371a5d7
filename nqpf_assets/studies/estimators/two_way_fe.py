"""Least squares with fixed effects of units and periods."""

from __future__ import annotations

from nqpf_assets.studies.estimator import ALONE, Estimator
from nqpf_assets.studies.least_squares_covariances import WITH_WILD_BOOTSTRAP
from nqpf_assets.studies.printing import YEAR_TESTS, PrintedTest, Printing

ESTIMATOR = Estimator(
    "two_way_fe",
    purpose="fixed effects of units and periods",
    documentation="docs/estimators.md#Two-way fixed effects",
    covariances=WITH_WILD_BOOTSTRAP,
    function="nqpf_assets.estimation.linear:fit_two_way_fe",
    linear_model="nqpf_assets.estimation.linear_models:least_squares",
    order=1,
    elsewhere=(
        "xtreg",
        "reghdfe",
        "areg",
        "fe",
        "feols",
        "plm",
        "panelols",
        "felm",
        "fixest",
        "within",
        "twfe",
    ),
    takes_further_effects=True,
    takes_weights=True,
    takes_years=True,
    switches=ALONE | {"standardize", "hausman"},
    reports_exact=True,
    has_own_terms=False,
    printing=Printing(tests={**YEAR_TESTS, "hausman": PrintedTest("Hausman χ²")}),
)
