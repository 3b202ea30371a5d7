"""Poisson regression with fixed effects."""

from __future__ import annotations

from nqpf_assets.studies.estimator import SLOPES, Estimator
from nqpf_assets.studies.likelihood_covariances import LIKELIHOOD
from nqpf_assets.studies.printing import PrintedTest, Printing

ESTIMATOR = Estimator(
    "fe_poisson",
    purpose="counts, and outcomes that are zero or more, with fixed effects (PPML)",
    documentation="docs/estimators.md#Poisson with fixed effects",
    covariances=LIKELIHOOD,
    function="nqpf_assets.estimation.poisson:fit_fe_poisson",
    influence="nqpf_assets.estimation.poisson:moving",
    order=4,
    elsewhere=("poisson", "xtpoisson", "ppmlhdfe", "ppml", "fepois", "pseudo_poisson"),
    effects=frozenset({("unit",), ("period", "unit")}),
    effects_words="fe_poisson has effects of units, and of periods beside them",
    printing=Printing(tests={"pseudo_r2": PrintedTest("Pseudo R²", "three_digits")}),
    has_own_terms=False,
    example="""\
- label: Poisson
  estimator: fe_poisson
  effects: [unit, period]
""",
    within=SLOPES,
)
