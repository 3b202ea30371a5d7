"""The within transformation: columns minus what unit and period effects explain of them.

Exact for unbalanced panels, by solving the normal equations of the smaller set of effects
after the larger one is averaged out; no iteration, no tolerance. Estimation is elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nqpf_assets.estimators.linear.errors import EstimationError

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]
EFFECTS = ("unit", "period")


def group_sums(columns: Floats, codes: Codes, n_groups: int) -> Floats:
    """Sums of (n, m) columns by group, shape (n_groups, m)."""
    sums = [np.bincount(codes, weights=column, minlength=n_groups) for column in columns.T]
    return np.column_stack(sums) if sums else np.empty((n_groups, 0))


@dataclass(frozen=True)
class FixedEffects:
    """A set of effects on n rows: unit, period, both, or only a constant.

    Attributes:
        effects: ``"unit"``, ``"period"``, both, or neither.
        unit_codes, period_codes: (n,) codes from 0 without gaps.
        n_units, n_periods: how many there are.
        n_components: parts of the panel that no unit or period connects; levels of effects
            can be compared within one of them only. One unless both effects are present.
    """

    effects: tuple[str, ...]
    unit_codes: Codes
    period_codes: Codes
    n_units: int
    n_periods: int
    n_components: int
    _pinned: Codes  # one level of the carried effect per component, set to zero

    @property
    def rank(self) -> int:
        """Number of parameters of the effects, the constant included."""
        if len(self.effects) == 2:
            return self.n_units + self.n_periods - self.n_components
        return {(): 1, ("unit",): self.n_units, ("period",): self.n_periods}[self.effects]

    def demean(self, columns: Floats) -> Floats:
        """Residuals of (n, m) columns from a regression on the effects."""
        # Twice: the second pass removes what rounding left of large level differences.
        centred = columns - columns.mean(axis=0)
        return self._residual(self._residual(centred))

    def solve(self, columns: Floats) -> tuple[Floats, Floats]:
        """Unit (N, m) and period (T, m) effects of columns; zeros for an absent effect.

        One carried level per component is zero; callers centre them as they need.
        """
        m = columns.shape[1]
        unit, period = np.zeros((self.n_units, m)), np.zeros((self.n_periods, m))
        if self.effects == ("unit",):
            unit = _means(columns, self.unit_codes, self.n_units)
        elif self.effects == ("period",):
            period = _means(columns, self.period_codes, self.n_periods)
        elif len(self.effects) == 2:
            absorbed, n_absorbed, carried, _ = self._roles()
            carry = self._carried_effects(columns)
            absorb = _means(columns - carry[carried], absorbed, n_absorbed)
            unit, period = (absorb, carry) if self.n_units >= self.n_periods else (carry, absorb)
        return unit, period

    def carried_dummies(self) -> Floats:
        """Identified period dummies minus their unit means, (n, T - components), for CR2."""
        first = np.unique(_components(self)[self.n_units :], return_index=True)[1]
        free = np.setdiff1d(np.arange(self.n_periods), first)
        dummies = (self.period_codes[:, None] == free).astype(np.float64)
        means = _means(dummies, self.unit_codes, self.n_units)
        return np.asarray(dummies - means[self.unit_codes], dtype=np.float64)

    def _residual(self, columns: Floats) -> Floats:
        if not self.effects:
            return np.asarray(columns - columns.mean(axis=0), dtype=np.float64)
        unit, period = self.solve(columns)
        return np.asarray(columns - unit[self.unit_codes] - period[self.period_codes])

    def _roles(self) -> tuple[Codes, int, Codes, int]:
        """The larger set of effects is averaged out, the smaller one is solved for."""
        unit, period = (self.unit_codes, self.n_units), (self.period_codes, self.n_periods)
        return (*unit, *period) if self.n_units >= self.n_periods else (*period, *unit)

    def _carried_effects(self, columns: Floats) -> Floats:
        from scipy.linalg import cho_factor, cho_solve
        from scipy.sparse import csr_array

        absorbed, n_absorbed, carried, n_carried = self._roles()
        effects = np.zeros((n_carried, columns.shape[1]))
        free = np.setdiff1d(np.arange(n_carried), self._pinned)
        if not free.size:
            return effects
        ones = np.ones(len(absorbed))
        incidence = csr_array((ones, (absorbed, carried)), shape=(n_absorbed, n_carried))
        per_absorbed = np.bincount(absorbed, minlength=n_absorbed)
        averaged = csr_array(incidence / per_absorbed[:, None])
        gram = -csr_array(incidence.T @ averaged).toarray()
        gram[np.diag_indices(n_carried)] += np.bincount(carried, minlength=n_carried)
        within = columns - _means(columns, absorbed, n_absorbed)[absorbed]
        right = group_sums(within, carried, n_carried)
        effects[free] = cho_solve(cho_factor(gram[np.ix_(free, free)]), right[free])
        return effects


def fixed_effects(effects: Sequence[str], unit_codes: Codes, period_codes: Codes) -> FixedEffects:
    """Prepare the effects of a panel; codes run from 0 without gaps."""
    if len(set(effects)) != len(effects) or not set(effects) <= set(EFFECTS):
        raise EstimationError(
            f"effects are 'unit', 'period' or both; found {', '.join(effects) or 'none'}"
        )
    chosen = tuple(e for e in EFFECTS if e in effects)
    n_units, n_periods = int(unit_codes.max()) + 1, int(period_codes.max()) + 1
    none = np.zeros(0, dtype=np.intp)
    bare = FixedEffects(chosen, unit_codes, period_codes, n_units, n_periods, 1, none)
    if len(chosen) < 2:
        return bare
    parts = _components(bare)
    carried = parts[n_units:] if n_units >= n_periods else parts[:n_units]
    pinned = np.unique(carried, return_index=True)[1].astype(np.intp)
    return FixedEffects(chosen, unit_codes, period_codes, n_units, n_periods, len(pinned), pinned)


def _components(fe: FixedEffects) -> Codes:
    """Component of each unit, then of each period."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    size = fe.n_units + fe.n_periods
    links = (np.ones(len(fe.unit_codes)), (fe.unit_codes, fe.n_units + fe.period_codes))
    graph = csr_array(links, shape=(size, size))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.intp)


def _means(columns: Floats, codes: Codes, n_groups: int) -> Floats:
    counts = np.bincount(codes, minlength=n_groups)
    return np.asarray(group_sums(columns, codes, n_groups) / counts[:, None], dtype=np.float64)
