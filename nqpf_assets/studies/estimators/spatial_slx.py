"""Spillovers of regressors between neighbours."""

from __future__ import annotations

from nqpf_assets.studies.estimator import SLOPES, Estimator
from nqpf_assets.studies.least_squares_covariances import WITH_OWN_DF
from nqpf_assets.studies.spatial_block import COVARIANCES, OPTIONS, PRINTING

ESTIMATOR = Estimator(
    "spatial_slx",
    purpose="spillovers of regressors between neighbours",
    documentation="docs/estimators.md#Spatial panels",
    covariances={**COVARIANCES, **WITH_OWN_DF},
    function="nqpf_assets.estimation.spatial:fit_slx",
    influence="nqpf_assets.estimation.spatial_influence:lagged_regressors",
    order=12,
    elsewhere=("slx",),
    options=OPTIONS,
    printing=PRINTING,
    example="""\
- label: neighbours by year
  estimator: spatial_slx
  space: {weights: economic, economic_variable: log_gdp_per_capita, by_period: true}
""",
    within=SLOPES,
)
