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
from nqpf_assets.estimators.linear.within import Codes, Floats


@dataclass(frozen=True)
class Moments:
    """A linear model as part of a column.

    Its 2 + 2K moments are the constant, the K coefficients, and the standard deviations of the outcome and
    the K regressors.

    Attributes:
        rows: (n,) places of its rows among those of the design.
        columns: of each of the model's variables, the design's, and by what (n,) it is multiplied, if it is.
    """

    model: LinearModel
    rows: Codes
    columns: tuple[tuple[str, Floats | None], ...]

    @cached_property
    def values(self) -> Floats:
        """(2 + 2K,)."""
        levels, params = self._levels, self.model.params
        means = levels.mean(axis=0)
        constant = means[0] - means[1:] @ params
        return np.concatenate([[constant], params, levels.std(axis=0, ddof=1)])

    def derivatives(self, weights: Floats, n_rows: int) -> Mapping[str, Floats]:
        """Variable of the design → (rows of the design,) change of a sum of the moments per change of it.

        Args:
            weights: (2 + 2K,) of the moments in the sum.
            n_rows: of the design.
        """
        levels, k = self._levels, len(self.model.params)
        n, means = len(levels), levels.mean(axis=0)
        of_constant, of_params, of_spread = weights[0], weights[1 : 1 + k], weights[1 + k :]
        found = self.model.derivatives(of_params - of_constant * means[1:])
        # The constant is the mean of y less what the means of x explain.
        found[:, : 1 + k] += of_constant * np.append(1.0, -self.model.params) / n
        if of_spread.any():
            found[:, : 1 + k] += (
                of_spread * (levels - means) / ((n - 1) * levels.std(axis=0, ddof=1))
            )
        told: dict[str, Floats] = {}
        for column, (name, factor) in zip(found.T, self.columns, strict=True):
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
        means = levels.mean(axis=0)
        centred = levels - means
        left = len(codes) - np.bincount(local)[:, None]
        first, second = (
            power.sum(axis=0) - np.column_stack([np.bincount(local, c) for c in power.T])
            for power in (centred, centred**2)
        )
        with np.errstate(invalid="ignore", divide="ignore"):
            deviations = np.sqrt((second - first**2 / left) / (left - 1))
            averages = means + first / left
        constants = averages[:, 0] - (averages[:, 1:] * params).sum(axis=1)
        found = np.tile(self.values, (n_groups, 1))
        found[own] = np.column_stack([constants, params, deviations])
        return found

    @property
    def _levels(self) -> Floats:
        """(n, 1 + K) outcome and regressors as given."""
        return self.model.levels[:, : 1 + len(self.model.params)]
