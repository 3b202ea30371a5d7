"""The rows that an estimator is given, under their names, and parts of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nqpf_assets.estimators.influence.moving import Floats

Labels = NDArray[Any]
Arrays = tuple[Floats, Floats, Labels, Labels]
"""Outcome, regressors, units and periods, as estimators take them."""


@dataclass(frozen=True)
class GivenRows:
    """n rows of K regressors.

    Attributes:
        outcome: (n,); regressors: (n, K); units, periods: (n,).
        names: of the regressors; outcome_name: of the outcome.
    """

    outcome: Floats
    regressors: Floats
    units: Labels
    periods: Labels
    names: Sequence[str]
    outcome_name: str

    def __len__(self) -> int:
        return len(self.outcome)

    @property
    def variables(self) -> tuple[str, ...]:
        return (self.outcome_name, *self.names)

    @property
    def every(self) -> NDArray[np.bool_]:
        """(n,) that leaves none out."""
        return np.ones(len(self), dtype=np.bool_)

    def left(self, left: NDArray[np.bool_]) -> Arrays:
        """Those rows that are left."""
        return self.outcome[left], self.regressors[left], self.units[left], self.periods[left]
