"""Least squares of unit means."""

from __future__ import annotations

from nqpf_assets.studies.estimator import Covariance, Estimator
from nqpf_assets.studies.least_squares_covariances import PLAIN_CORRECTIONS, WITH_OWN_DF_OF_UNITS
from nqpf_assets.studies.printing import PrintedTest, Printing

ESTIMATOR = Estimator(
    "between_units",
    purpose="means of units over their years: what differs between them",
    documentation="docs/estimators.md#Between units",
    covariances={
        "clustered": Covariance(3, "units", corrections=PLAIN_CORRECTIONS),
        **WITH_OWN_DF_OF_UNITS,
        "unadjusted": Covariance(corrections=PLAIN_CORRECTIONS),
        "robust": Covariance(corrections=PLAIN_CORRECTIONS),
    },
    function="nqpf_assets.estimation.between:fit_between",
    influence="nqpf_assets.estimation.between:moving",
    order=3,
    elsewhere=("between", "be", "xtreg_be", "betweenols"),
    effects=frozenset({()}),
    effects_words="between_units has no effects: each unit is one row",
    printing=Printing(tests={"r2_between": PrintedTest("R² between units", "three_digits")}),
    of_unit_means=True,
    has_own_terms=False,
)
