"""Columns that are estimated again without rows: where no closed form tells what leaving these out does.

How their numbers move with single entries is told in closed form all the same, by each estimator's module.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nqpf_assets.estimators.influence.moving import Codes, Floats
from nqpf_assets.estimators.influence.number import Number
from nqpf_assets.estimators.linear.errors import EstimationError

MOST_ROWS = 1_000
"""Rows up to which a column is estimated again without each of them."""
TOO_MANY = (
    f"of more than {MOST_ROWS:,} rows none is left out: `nqpf influence --without units` (or years, or one "
    "of them) estimates the column again"
)
CONSTANT = "constant"


@dataclass(frozen=True)
class EstimatedWithout:
    """K numbers of a column.

    Attributes:
        numbers, estimates, variables, is_in_sample: as in `moving.Moving`.
        changes: from a number's place to variable → (rows,) change per change of its entry.
        estimate: from (rows,) which are left to number → its value; raises EstimationError where they tell
            none.
    """

    numbers: tuple[Number, ...]
    estimates: Floats
    variables: tuple[str, ...]
    is_in_sample: NDArray[np.bool_]
    changes: Callable[[int], Mapping[str, Floats]]
    estimate: Callable[[NDArray[np.bool_]], Mapping[Number, float]]

    @property
    def why_no_rows(self) -> str:
        return TOO_MANY if int(self.is_in_sample.sum()) > MOST_ROWS else ""

    def derivatives(self, number: int) -> Mapping[str, Floats]:
        return self.changes(number)

    def without(self, codes: Codes) -> Floats:
        rows = np.flatnonzero(self.is_in_sample)
        found = np.full((int(codes.max()) + 1, len(self.numbers)), np.nan)
        for group, numbers in enumerate(found):
            left = self.is_in_sample.copy()
            left[rows[codes == group]] = False
            try:
                told = self.estimate(left)
            except EstimationError:
                continue
            # With a term dropped the others are those of another model.
            if all(one in told for one in self.numbers):
                numbers[:] = [told[one] for one in self.numbers]
        return found


def by_number(
    names: Iterable[str], params: Floats, effect: str | None = None
) -> dict[Number, float]:
    """Number → its value, of terms or of one effect."""
    return {Number(name, effect): value for name, value in zip(names, params.tolist(), strict=True)}
