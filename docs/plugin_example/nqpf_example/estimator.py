"""What a study writes of a regression of means. Read with every study, so nothing heavy is imported."""

from __future__ import annotations

from pydantic import Field

from nqpf_assets.studies.estimator import Covariance, Estimator, OptionBlock
from nqpf_assets.user_input.strict import Strict

INTERFACE = 1


class BetweenOptions(Strict):
    """Which units are compared."""

    least: int = Field(2, ge=1, description="years that a unit must have")


ESTIMATOR = Estimator(
    "between",
    purpose="means of units over their years",
    documentation="README.md#A regression of means",
    covariances={"unadjusted": Covariance()},
    function="nqpf_example.between:between",
    options=OptionBlock("between", BetweenOptions),
    effects=frozenset({()}),
    effects_words="between compares units, and has no effects",
)
