"""Mean and standard deviation of a variable, at which a column tells effects: they move with its values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from nqpf_assets.estimators.linear.within import Codes, Floats


@dataclass(frozen=True)
class Spread:
    """A variable as part of a column; its two moments are its mean and its standard deviation (n − 1).

    Attributes:
        variable: of the design; given: (n,) its values.
        rows: (n,) places of these among the rows of the design.
    """

    variable: str
    given: Floats
    rows: Codes

    @property
    def columns(self) -> tuple[tuple[str, Floats | None], ...]:
        return ((self.variable, None),)

    @cached_property
    def values(self) -> Floats:
        """(2,)."""
        return np.array([self.given.mean(), self.given.std(ddof=1)])

    def derivatives(self, weights: Floats, n_rows: int) -> Mapping[str, Floats]:
        """As `Moments.derivatives`; weights: (2,)."""
        mean, deviation = self.values
        n, told = len(self.given), np.zeros(n_rows)
        told[self.rows] = weights[0] / n + weights[1] * (self.given - mean) / ((n - 1) * deviation)
        return {self.variable: told}

    def without(self, codes: Codes, n_groups: int, n_rows: int) -> Floats:
        """(G, 2), as `Moments.without`; `n_rows` decides nothing here."""
        del n_rows
        mean, n = self.values[0], len(self.given)
        left, first, second = (
            whole - np.bincount(codes, one, minlength=n_groups)
            for whole, one in (
                (n, np.ones(n)),
                (0.0, self.given - mean),
                (((self.given - mean) ** 2).sum(), (self.given - mean) ** 2),
            )
        )
        with np.errstate(invalid="ignore", divide="ignore"):
            deviations = np.sqrt((second - first**2 / left) / (left - 1))
            return np.column_stack([mean + first / left, deviations])
