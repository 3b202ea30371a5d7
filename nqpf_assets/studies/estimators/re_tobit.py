"""Censored regression with random effects of units."""

from __future__ import annotations

from nqpf_assets.studies.estimator import Covariance, Estimator
from nqpf_assets.studies.likelihood_covariances import CORRECTIONS
from nqpf_assets.studies.tobit_options import OPTIONS, PRINTING

ESTIMATOR = Estimator(
    "re_tobit",
    purpose="an outcome with limits, random unit effects",
    documentation="docs/estimators.md#Random-effects Tobit",
    covariances={
        "clustered": Covariance(3, "units", corrections=CORRECTIONS),
        "unadjusted": Covariance(),
        "robust": Covariance(corrections=CORRECTIONS),
    },
    function="nqpf_assets.estimation.tobit:fit_re_tobit",
    influence="nqpf_assets.estimation.censored_influence:random_effects",
    order=4,
    elsewhere=("xttobit",),
    options=OPTIONS,
    effects=frozenset({(), ("period",)}),
    effects_words="re_tobit has random unit effects",
    with_few_clusters="unadjusted",
    printing=PRINTING,
    example="""\
- label: random effects Tobit
  estimator: re_tobit
  effects: [period]
  tobit: {lower: 0, upper: null, nodes: 12}
""",
)
