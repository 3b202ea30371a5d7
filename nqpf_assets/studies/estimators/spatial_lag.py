"""Spillovers of the outcome between neighbours."""

from __future__ import annotations

from nqpf_assets.studies.estimator import SLOPES, Estimator
from nqpf_assets.studies.spatial_block import COVARIANCES, OPTIONS, PRINTING

ESTIMATOR = Estimator(
    "spatial_lag",
    purpose="spillovers of the outcome between neighbours",
    documentation="docs/estimators.md#Spatial panels",
    covariances=COVARIANCES,
    function="nqpf_assets.estimation.spatial:fit_lag",
    influence="nqpf_assets.estimation.spatial_influence:spatial_lag",
    order=10,
    elsewhere=("sar", "slm", "lagsarlm"),
    options=OPTIONS,
    printing=PRINTING,
    within=SLOPES,
)
