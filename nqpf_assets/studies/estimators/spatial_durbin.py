"""Spillovers of outcome and regressors between neighbours."""

from __future__ import annotations

from nqpf_assets.studies.estimator import Estimator
from nqpf_assets.studies.spatial_options import COVARIANCES, OPTIONS, PRINTING

ESTIMATOR = Estimator(
    "spatial_durbin",
    purpose="spillovers of outcome and regressors between neighbours",
    documentation="docs/estimators.md#Spatial panels",
    covariances=COVARIANCES,
    function="nqpf_assets.estimation.space:fit_durbin",
    order=9,
    options=OPTIONS,
    printing=PRINTING,
)
