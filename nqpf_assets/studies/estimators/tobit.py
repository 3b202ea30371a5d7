"""Censored regression with effects as dummies."""

from __future__ import annotations

from nqpf_assets.studies.estimator import ALONE, Estimator
from nqpf_assets.studies.likelihood_covariances import LIKELIHOOD
from nqpf_assets.studies.tobit_options import OPTIONS, PRINTING

ESTIMATOR = Estimator(
    "tobit",
    purpose="an outcome with limits, effects as dummies",
    documentation="docs/estimators.md#Tobit",
    covariances=LIKELIHOOD,
    function="nqpf_assets.estimation.tobit:fit_tobit",
    influence="nqpf_assets.estimation.censored_influence:dummies",
    order=3,
    options=OPTIONS,
    takes_one_unit=True,
    switches=ALONE,
    printing=PRINTING,
    example="""\
- label: "(3)"
  estimator: tobit
  tobit: {lower: 0, upper: 1}
""",
)
