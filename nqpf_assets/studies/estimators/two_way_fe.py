"""Least squares with fixed effects of units and periods."""

from __future__ import annotations

from nqpf_assets.studies.estimator import Estimator
from nqpf_assets.studies.printing import PrintedTest, Printing
from nqpf_assets.studies.usual_options import ALONE, LEAST_SQUARES

ESTIMATOR = Estimator(
    "two_way_fe",
    purpose="fixed effects of units and periods",
    documentation="docs/estimators.md#Two-way fixed effects",
    covariances=LEAST_SQUARES,
    function="nqpf_assets.estimation.linear:fit_two_way_fe",
    order=1,
    switches=ALONE | {"standardize", "hausman"},
    reports_exact=True,
    has_own_terms=False,
    printing=Printing(tests={"hausman": PrintedTest("Hausman χ²")}),
)
