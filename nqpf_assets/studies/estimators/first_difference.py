"""Least squares of first differences."""

from __future__ import annotations

from nqpf_assets.studies.estimator import EQUATION, Estimator
from nqpf_assets.studies.least_squares_covariances import LEAST_SQUARES

ESTIMATOR = Estimator(
    "first_difference",
    purpose="changes from one year to the next, which know no unit effects",
    documentation="docs/estimators.md#First differences",
    covariances=LEAST_SQUARES,
    function="nqpf_assets.estimation.first_difference:fit_first_difference",
    influence="nqpf_assets.estimation.first_difference:moving",
    order=3,
    elsewhere=("fd", "first_differences", "firstdifferenceols", "d"),
    effects=frozenset({(), ("period",)}),
    effects_words="first_difference takes unit effects out by itself",
    of_differences=True,
    has_own_terms=False,
    within=EQUATION,
)
