"""Weights of a model's rows, where they are values of a variable: this moves coefficients as others do."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nqpf_assets.estimators.influence.moving import Floats
from nqpf_assets.estimators.linear.observation_weights import Kind, ObservationWeights, weights_of


@dataclass(frozen=True)
class RowWeights:
    """Weights of the rows that a model is given.

    Attributes:
        variable: whose values they are.
        given: (rows,) before they are brought to a mean of one.
        kind: what they say of the rows. Coefficients are the same function of all kinds.
    """

    variable: str
    given: Floats
    kind: Kind

    @property
    def checked(self) -> ObservationWeights | None:
        return weights_of(self.given, self.kind, len(self.given))

    def of_rows(self, keep: NDArray[np.bool_]) -> RowWeights:
        return RowWeights(self.variable, self.given[keep], self.kind)
