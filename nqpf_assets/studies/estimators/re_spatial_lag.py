"""Spillovers of the outcome between neighbours whose unit effects are random."""

from __future__ import annotations

from nqpf_assets.studies.estimator import SLOPES, Estimator
from nqpf_assets.studies.spatial_block import OF_RANDOM_UNITS, OPTIONS, PRINTING

ESTIMATOR = Estimator(
    "re_spatial_lag",
    purpose="spillovers of the outcome, random unit effects",
    documentation="docs/estimators.md#Spatial panels with random effects",
    function="nqpf_assets.estimation.spatial_random:fit_lag",
    influence="nqpf_assets.estimation.spatial_influence:random_lag",
    order=14,
    elsewhere=("sar_re", "spxtregress_re", "panel_re_lag"),
    effects_words="re_spatial_lag has random unit effects",
    options=OPTIONS,
    printing=PRINTING,
    **OF_RANDOM_UNITS,
    within=SLOPES,
)
