"""Fractional logit and probit."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from nqpf_assets.studies.estimator import SLOPES, Estimator, OptionBlock
from nqpf_assets.studies.likelihood_covariances import LIKELIHOOD
from nqpf_assets.studies.printing import PrintedEffect, PrintedTest, Printing
from nqpf_assets.user_input.strict import Strict


class FractionalOptions(Strict):
    """Options of `fractional`."""

    link: Literal["logit", "probit"] = Field(
        "logit", description="how the expected outcome follows from the regressors"
    )
    mundlak: bool = Field(
        False,
        description="put the unit means of all regressors that vary within units into the equation, in place "
        "of unit effects, and test them",
    )


ESTIMATOR = Estimator(
    "fractional",
    purpose="shares from 0 to 1, both included: fractional logit and probit, with unit means",
    documentation="docs/estimators.md#Fractional outcomes",
    # Bernoulli's variance does not hold for shares, so that unadjusted errors would be wrong.
    covariances={kind: LIKELIHOOD[kind] for kind in ("clustered", "robust")},
    function="nqpf_assets.estimation.fractional:fit_fractional",
    influence="nqpf_assets.estimation.fractional:moving",
    order=4,
    elsewhere=("fracreg", "fracglm", "flogit", "fracreg_logit", "fracreg_probit", "quasibinomial"),
    options=OptionBlock("fractional", FractionalOptions, is_optional=True),
    effects=frozenset({(), ("period",)}),
    effects_words="effects of units, whose dummies bias all coefficients of a fractional regression on a "
    "short panel; in their place `fractional: {mundlak: true}` puts unit means",
    printing=Printing(
        tests={
            "mundlak": PrintedTest("Unit means are zero, χ²"),
            "pseudo_r2": PrintedTest("Pseudo R²", "three_digits"),
        },
        effects=(PrintedEffect("marginal on outcome, average", "Average marginal effect: "),),
        parts={"mean": "{}, mean of the unit"},
        behind=("mean",),
    ),
    example="""\
- label: fractional
  estimator: fractional
  effects: [period]
  fractional: {link: probit, mundlak: true}
""",
    within=SLOPES,
    has_base_period=True,
)
