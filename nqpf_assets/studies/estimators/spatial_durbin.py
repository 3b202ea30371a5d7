"""Spillovers of outcome and regressors between neighbours."""

from __future__ import annotations

from nqpf_assets.studies.estimator import SLOPES, Estimator
from nqpf_assets.studies.spatial_block import COVARIANCES, OPTIONS, PRINTING

ESTIMATOR = Estimator(
    "spatial_durbin",
    purpose="spillovers of outcome and regressors between neighbours",
    documentation="docs/estimators.md#Spatial panels",
    covariances=COVARIANCES,
    function="nqpf_assets.estimation.spatial:fit_durbin",
    influence="nqpf_assets.estimation.spatial_influence:durbin",
    order=9,
    elsewhere=("sdm", "xsmle", "spxtregress", "spml", "sperrorlag", "spregress"),
    options=OPTIONS,
    printing=PRINTING,
    example="""\
- label: spatial Durbin
  estimator: spatial_durbin
  space: {weights: contiguity, join: [[广东, 海南]], standardize: row, lee_yu: transformation,
    inference: simulated, draws: 1000, durbin: [log_gdp_per_capita]}
- label: nested distance
  estimator: spatial_durbin
  vcov: {type: unadjusted}
  space: {weights: nested, power: 1, cutoff_km: 2000, economic_variable: log_gdp_per_capita,
    information: observed}
""",
    within=SLOPES,
)
