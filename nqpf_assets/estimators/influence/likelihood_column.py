"""Numbers of a column whose parameters are at the maximum of a likelihood.

At the maximum the scores are zero, and stay so while data move: dθ = I⁻¹ ∂s/∂data, with I minus the Hessian
(implicit function theorem). What is told of one number is so one vector b = I⁻¹ ∂q/∂θ, and the derivative of
b's by the data.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nqpf_assets.estimators.influence.moving import Codes, Floats
from nqpf_assets.estimators.influence.number import Number
from nqpf_assets.estimators.influence.raw_weights import OfRawWeights

ANOTHER_MAXIMUM = (
    "without a row the likelihood has another maximum: `nqpf influence --without units` (or years, or one "
    "of them) estimates the column again"
)


@dataclass(frozen=True)
class LikelihoodColumn:
    """K numbers of a likelihood.

    Attributes:
        numbers, estimates, variables, is_in_sample: as in `moving.Moving`.
        changes: from a number's place to variable → (rows in the sample,) change per change of its entry.
        raw_weights: None where no raw file gives its weights.
    """

    numbers: tuple[Number, ...]
    estimates: Floats
    variables: tuple[str, ...]
    is_in_sample: NDArray[np.bool_]
    changes: Callable[[int], Mapping[str, Floats]]
    why_no_rows: str = ANOTHER_MAXIMUM
    raw_weights: OfRawWeights | None = None

    def without_numbers(self, told: Collection[Number]) -> LikelihoodColumn:
        """The numbers that are not told elsewhere."""
        places = [place for place, number in enumerate(self.numbers) if number not in told]
        return replace(
            self,
            numbers=tuple(self.numbers[place] for place in places),
            estimates=self.estimates[places],
            changes=lambda number: self.changes(places[number]),
        )

    def derivatives(self, number: int) -> Mapping[str, Floats]:
        found = {}
        for name, own in self.changes(number).items():
            found[name] = np.zeros(len(self.is_in_sample))
            found[name][self.is_in_sample] = own
        return found

    def without(self, codes: Codes) -> Floats:
        raise NotImplementedError(self.why_no_rows)
