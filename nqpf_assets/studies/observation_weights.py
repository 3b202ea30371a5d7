"""`weights` of a column: how much each unit and year counts in a regression.

What the numbers become is `estimators.linear.observation_weights`'; what does not go with them,
`weights_rules`'.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from nqpf_assets.user_input.strict import Name, Strict


class ObservationWeights(Strict):
    """How much each row counts."""

    variable: Name = Field(
        description="the variable or index that says it; rows in which it is zero are left out, a negative "
        "one is refused"
    )
    type: Literal["analytic", "frequency", "population"] = Field(
        "analytic",
        description="analytic: a row is a mean over so many, its variance σ²/w (aweight); population: it "
        "stands for so many (pweight), with errors that are robust or clustered; frequency: it is so many "
        "rows that are alike (fweight), and n is their sum",
    )
