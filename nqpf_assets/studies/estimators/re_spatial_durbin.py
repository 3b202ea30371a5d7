"""Spillovers of outcome and regressors between neighbours whose unit effects are random."""

from __future__ import annotations

from nqpf_assets.studies.estimator import SLOPES, Estimator
from nqpf_assets.studies.spatial_block import OF_RANDOM_UNITS, OPTIONS, PRINTING

ESTIMATOR = Estimator(
    "re_spatial_durbin",
    purpose="spillovers of outcome and regressors, random unit effects",
    documentation="docs/estimators.md#Spatial panels with random effects",
    function="nqpf_assets.estimation.spatial_random:fit_durbin",
    influence="nqpf_assets.estimation.spatial_influence:random_durbin",
    order=13,
    elsewhere=("sdm_re", "xsmle_re", "spml_random"),
    effects_words="re_spatial_durbin has random unit effects",
    options=OPTIONS,
    printing=PRINTING,
    **OF_RANDOM_UNITS,
    example="""\
- label: random unit effects
  estimator: re_spatial_durbin
  effects: [period]
  vcov: {type: unadjusted}
  space: {weights: contiguity, join: [[广东, 海南]], inference: delta}
""",
    within=SLOPES,
)
