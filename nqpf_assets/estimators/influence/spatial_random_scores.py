"""Scores of a spatial lag with random unit effects: unit means count by φ, which has a score of its own.

With r = y − ρWy − Zδ, fixed effects taken out, e is r less (1 − φ) of its unit means. Where the likelihood
is highest, n φ² B = U e'e, with B the squares of these means and U the units it counts. A φ of one, where
units differ by no more than their errors do, is a bound, and stays.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from nqpf_assets.estimators.influence.moving import Floats
from nqpf_assets.estimators.influence.spatial_lag_scores import LagScores
from nqpf_assets.estimators.spatial.design import demean
from nqpf_assets.estimators.spatial.period_matrices import lag
from nqpf_assets.estimators.spatial.random_likelihood import units_of


@dataclass(frozen=True, eq=False)
class RandomScores(LagScores):
    """Those of a spatial lag, and U e'e − n φ²B; `theta` is (P + 2,), φ the last."""

    @property
    def phi(self) -> float:
        return float(self.theta[-1])

    def reduced(self, maps: Floats) -> Floats:
        left = demean(maps, self.data.effects)
        return np.asarray(left - (1 - self.phi) * left.mean(axis=0))

    def _by_parameters(self) -> Floats:
        """(P + 2, P + 2)."""
        own, p, n = super()._by_parameters(), len(self.params), self.counts.n_rows
        found = np.zeros((p + 2, p + 2))
        found[:-1, :-1] = own
        # e'e and the other products move by 2φ of the products of unit means.
        means = self._means
        z = self._unit_means(self.columns).reshape(-1, p)
        wy = self._unit_means(lag(self.data.matrix, self.data.outcome)).ravel()
        by_phi = 2 * self.phi * self.data.n_periods
        found[:p, -1] = by_phi * (z.T @ means)
        between = self.data.n_periods * float(means @ means)
        found[p, -1] = by_phi * (self.slope / n * (means @ means) + wy @ means)
        turned = self._by_rest
        columns = demean(self.columns, self.data.effects).reshape(-1, p)
        found[-1, :p] = -(columns.T @ turned.ravel())
        lagged = demean(lag(self.data.matrix, self.data.outcome), self.data.effects)
        found[-1, p] = -(lagged.ravel() @ turned.ravel())
        found[-1, -1] = 2 * self.phi * (self._n_units - n) * between
        return found

    def _back(self, weights: Floats) -> tuple[Floats, Floats, Floats]:
        of_y, of_lag, of_columns = super()._back(weights)
        more = weights[-1] * self._by_rest
        of_columns = of_columns - more[:, :, None] * self.params
        return of_y + more, of_lag - self.parameter * more, of_columns

    @property
    def _n_units(self) -> int:
        return units_of(self.counts)

    @cached_property
    def _rest(self) -> Floats:
        """r (T, N)."""
        structure = self.data.outcome - self.parameter * lag(self.data.matrix, self.data.outcome)
        return demean(structure - self.columns @ self.params, self.data.effects)

    @cached_property
    def _means(self) -> Floats:
        return np.asarray(self._rest.mean(axis=0))

    @cached_property
    def _by_rest(self) -> Floats:
        """(T, N) change of the last score per change of r: U r'r within units, (U − n) φ² between them."""
        within = self._rest - self._means
        between = (self._n_units - self.counts.n_rows) * self.phi**2 * self._means
        return np.asarray(2 * (self._n_units * within + between))

    def _unit_means(self, maps: Floats) -> Floats:
        return np.asarray(demean(maps, self.data.effects).mean(axis=0))
