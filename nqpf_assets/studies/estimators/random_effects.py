"""Least squares with random effects of units."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from nqpf_assets.studies.estimator import SLOPES, Covariance, Estimator, OptionBlock
from nqpf_assets.studies.least_squares_covariances import WITH_OWN_DF_OF_UNITS
from nqpf_assets.studies.printing import PrintedTest, Printing
from nqpf_assets.user_input.strict import Strict


class RandomOptions(Strict):
    """Options of `random_effects`."""

    components: Literal["xtreg", "baltagi_chang"] = Field(
        "xtreg",
        description="variance of unit effects where units have different numbers of rows: as `xtreg, re`, by "
        "the harmonic mean of these; or as `xtreg, re sa` and plm. The same in balanced panels",
    )
    mundlak: bool = Field(
        False,
        description="put the unit means of all regressors that vary within units into the equation, and test "
        "them: Hausman's test, robust where errors are clustered",
    )


ESTIMATOR = Estimator(
    "random_effects",
    purpose="random effects of units, with Mundlak's means and the robust Hausman test",
    documentation="docs/estimators.md#Random effects",
    covariances={
        "clustered": Covariance(3, "units", corrections=("stata", "none")),
        **WITH_OWN_DF_OF_UNITS,
        "unadjusted": Covariance(),
    },
    function="nqpf_assets.estimation.random_effects:fit_random_effects",
    influence="nqpf_assets.estimation.random_effects:moving",
    order=3,
    elsewhere=("re", "random", "xtreg_re", "gls", "mundlak", "cre"),
    options=OptionBlock("random", RandomOptions, is_optional=True),
    effects=frozenset({(), ("period",)}),
    effects_words="random_effects has random unit effects",
    fits_within=True,
    with_few_clusters="unadjusted",
    printing=Printing(
        tests={
            "mundlak": PrintedTest("Unit means are zero, χ²"),
            "sigma_u": PrintedTest("σ of unit effects", "three_digits"),
            "sigma_e": PrintedTest("σ of other errors", "three_digits"),
            "rho": PrintedTest("Share of unit effects in the variance", "three_digits"),
            "theta": PrintedTest("θ", "three_digits"),
            "r2_between": PrintedTest("R² between units", "three_digits"),
            "r2_overall": PrintedTest("R² overall", "three_digits"),
        },
        parts={"mean": "{}, mean of the unit"},
        behind=("mean",),
    ),
    example="""\
- label: random effects
  estimator: random_effects
  effects: [period]
  random: {mundlak: true}
""",
    within=SLOPES,
    has_base_period=True,
)
