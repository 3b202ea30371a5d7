"""Coefficients, constant and standard deviations of a linear model, and how they move with its entries.

Numbers that tables print are functions of these: coefficients in standard deviations, products of two
coefficients, differences between two regressions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from nqpf_assets.estimators.influence.left_out import without_groups, without_rows
from nqpf_assets.estimators.influence.linear_model import LinearModel
from nqpf_assets.estimators.linear.lengths import means
from nqpf_assets.estimators.linear.within import Codes, Floats


@dataclass(frozen=True)
class Moments:
    """A linear model as part of a column.

    Its 2 + 2K moments are the constant, the K coefficients, and the standard deviations of the outcome and
    the K regressors; weighted, where the rows have weights.

    Attributes:
        rows: (n,) places of its rows among those of the design.
        columns: of each of the model's variables, the design's, and by what (n,) it is multiplied, if it is.
        factors: of variables that are products, the place, the other of the two factors, and the first (n,).
    """

    model: LinearModel
    rows: Codes
    columns: tuple[tuple[str, Floats | None], ...]
    factors: tuple[tuple[int, str, Floats], ...] = ()

    @cached_property
    def values(self) -> Floats:
        """(2 + 2K,)."""
        params, centre = self.model.params, self._means
        return np.concatenate([[centre[0] - centre[1:] @ params], params, self._deviations])

    def derivatives(self, weights: Floats, n_rows: int) -> Mapping[str, Floats]:
        """Variable of the design → (rows of the design,) change of a sum of the moments per change of it.

        Args:
            weights: (2 + 2K,) of the moments in the sum.
            n_rows: of the design.
        """
        levels, params, k = self._levels, self.model.params, len(self.model.params)
        centred, shares = levels - self._means, self.model.shares
        of_constant, of_params, of_spread = weights[0], weights[1 : 1 + k], weights[1 + k :]
        found = self.model.derivatives(of_params - of_constant * self._means[1:])
        # The constant is the mean of y less what the means of x explain.
        found[:, : 1 + k] += of_constant * np.outer(shares, np.append(1.0, -params))
        by_spread = of_spread / self._deviations * (len(levels) / (len(levels) - 1))
        if of_spread.any():
            found[:, : 1 + k] += by_spread * centred * shares[:, None]
        if self.model.weights is not None:
            total = self.model.weights.given.sum()
            found[:, -1] += of_constant * (centred[:, 0] - centred[:, 1:] @ params) / total
            found[:, -1] += (centred**2 - shares @ centred**2) @ by_spread / (2 * total)
        told: dict[str, Floats] = {}
        moved = [*zip(found.T, self.columns, strict=True)]
        moved += [(found[:, place], (name, factor)) for place, name, factor in self.factors]
        for column, (name, factor) in moved:
            own = told.setdefault(name, np.zeros(n_rows))
            own[self.rows] += column if factor is None else column * factor
        return told

    def without(self, codes: Codes, n_groups: int, n_rows: int) -> Floats:
        """(G, 2 + 2K) moments without the rows of each group.

        Args:
            codes: (n,) group of each of its rows; a group that has none here leaves the moments as they are.
            n_groups: G; n_rows: rows of all groups, of which a group has one where they are as many.
        """
        own, local = np.unique(codes, return_inverse=True)
        levels = self._levels
        if n_groups == n_rows:
            # Each row is a group of its own, in their order.
            params = without_rows(self.model)[np.argsort(codes)]
        else:
            params = without_groups(self.model, local.astype(np.intp))
        centred, of_rows = levels - self._means, self.model.shares * len(codes)
        counts, left = (
            whole - np.bincount(local, one)[:, None]
            for whole, one in ((len(codes), None), (len(codes), of_rows))
        )
        first, second = (
            power.sum(axis=0) - np.column_stack([np.bincount(local, c) for c in power.T])
            for power in (of_rows[:, None] * centred, of_rows[:, None] * centred**2)
        )
        with np.errstate(invalid="ignore", divide="ignore"):
            variances = second / left - (first / left) ** 2
            deviations = np.sqrt(variances * counts / (counts - 1))
            averages = self._means + first / left
        constants = averages[:, 0] - (averages[:, 1:] * params).sum(axis=1)
        found = np.tile(self.values, (n_groups, 1))
        found[own] = np.column_stack([constants, params, deviations])
        return found

    @property
    def _levels(self) -> Floats:
        """(n, 1 + K) outcome and regressors as given."""
        return self.model.levels[:, : 1 + len(self.model.params)]

    @cached_property
    def _means(self) -> Floats:
        """(1 + K,)."""
        weights = self.model.weights
        return means(self._levels, None if weights is None else weights.given)

    @cached_property
    def _deviations(self) -> Floats:
        """(1 + K,) standard deviations."""
        n = len(self._levels)
        squares = self.model.shares @ (self._levels - self._means) ** 2
        return np.asarray(np.sqrt(squares * n / (n - 1)))
