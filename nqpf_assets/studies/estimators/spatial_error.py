"""Errors that neighbours share."""

from __future__ import annotations

from nqpf_assets.studies.estimator import SLOPES, Estimator
from nqpf_assets.studies.spatial_block import COVARIANCES, OPTIONS, PRINTING

ESTIMATOR = Estimator(
    "spatial_error",
    purpose="errors that neighbours share",
    documentation="docs/estimators.md#Spatial panels",
    covariances=COVARIANCES,
    function="nqpf_assets.estimation.spatial:fit_error",
    influence="nqpf_assets.estimation.spatial_influence:spatial_error",
    order=11,
    elsewhere=("sem", "errorsarlm"),
    options=OPTIONS,
    printing=PRINTING,
    within=SLOPES,
)
