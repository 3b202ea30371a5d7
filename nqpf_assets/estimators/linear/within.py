"""The within transformation: columns minus what unit and period effects explain of them.

Exact for unbalanced panels, by solving the normal equations of the smaller set of effects
after the larger one is averaged out; no iteration, no tolerance. Estimation is elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nqpf_assets.estimators.linear.connected_levels import ConnectedLevels, connected_levels
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.lengths import ROWS_AT_ONCE, means, row_blocks

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]
EFFECTS = ("unit", "period")
_ROWS_SUMMED = 65_536  # at once


def group_sums(columns: Floats, codes: Codes, n_groups: int) -> Floats:
    """Sums of (n, m) columns by group, shape (n_groups, m)."""
    sums = np.zeros((n_groups, columns.shape[1]))
    if len(codes) < ROWS_AT_ONCE:
        for j, column in enumerate(columns.T):
            sums[:, j] = np.bincount(codes, weights=column, minlength=n_groups)
        return sums
    for start in range(0, len(codes), _ROWS_SUMMED):
        rows = slice(start, start + _ROWS_SUMMED)
        add_sums(sums, codes[rows], columns[rows])
    return sums


def add_sums(sums: Floats, codes: Codes, columns: Floats, weights: Floats | None = None) -> None:
    """Add (n, m) columns, in place, to the sums (n_groups, m) of their groups; times (n,) where given."""
    from scipy.sparse import csc_array

    n, low, high = len(codes), int(codes.min()), int(codes.max()) + 1
    of_rows = np.ones(n) if weights is None else weights
    # Row after row into its group, all columns at once: a single reading of the columns. Places of 32 bits,
    # enough for two thousand million groups, are taken as they are; longer ones SciPy looks through first.
    groups, rows = (codes - low).astype(np.int32), np.arange(n + 1, dtype=np.int32)
    into = csc_array((of_rows, groups, rows), shape=(high - low, n))
    sums[low:high] += np.asarray(into @ columns)


def weighed(columns: Floats, weights: Floats | None) -> Floats:
    """(n, m) columns times weights (n,), or as they are where there are none."""
    return columns if weights is None else columns * weights[:, None]


def take_away(columns: Floats, levels: Floats, codes: Codes) -> None:
    """Subtract from each row of (n, m) columns, in place, the (n_groups, m) level of its group."""
    for rows in row_blocks(len(columns)):
        columns[rows] -= levels[codes[rows]]


@dataclass(frozen=True)
class FixedEffects:
    """A set of effects on n rows: unit, period, both, or only a constant.

    Attributes:
        effects: ``"unit"``, ``"period"``, both, or neither.
        unit_codes, period_codes: (n,) codes from 0 without gaps.
        n_units, n_periods: how many there are.
        levels: how units and periods meet, where both have effects.
        weights: (n,) of the rows, whose weighted sum of squares the effects make least; None for all alike.
    """

    effects: tuple[str, ...]
    unit_codes: Codes
    period_codes: Codes
    n_units: int
    n_periods: int
    levels: ConnectedLevels | None
    weights: Floats | None = None

    @property
    def n_components(self) -> int:
        """Parts of the panel that no unit or period connects: levels of effects can be compared
        within one of them only. One unless both effects are present."""
        return len(self.levels.pinned) if self.levels else 1

    @property
    def rank(self) -> int:
        """Number of parameters of the effects, the constant included."""
        if len(self.effects) == 2:
            return self.n_units + self.n_periods - self.n_components
        return {(): 1, ("unit",): self.n_units, ("period",): self.n_periods}[self.effects]

    def demean(self, columns: Floats) -> Floats:
        """Residuals of (n, m) columns from a regression on the effects."""
        left: Floats = np.array(columns, dtype=np.float64, order="C")
        self.demean_in_place(left)
        return left

    def demean_in_place(self, columns: Floats) -> None:
        """Turn (n, m) columns, row after row in memory, into these residuals."""
        columns -= means(columns, self.weights)
        # Twice: the second pass removes what rounding left of large level differences.
        for _ in range(2):
            if self.effects:
                self._take_effects(columns)
            else:
                columns -= means(columns, self.weights)

    def solve(self, columns: Floats) -> tuple[Floats, Floats]:
        """Unit (N, m) and period (T, m) effects of columns; zeros for an absent effect.

        One carried level per component is zero; callers centre them as they need.
        """
        return self._take_effects(np.array(columns, order="C"))

    def of_sums(self, of_units: Floats, of_periods: Floats) -> tuple[Floats, Floats]:
        """The same of columns whose (weighted) sums are known, (N, m) by unit and (T, m) by period."""
        unit, period = np.zeros_like(of_units), np.zeros_like(of_periods)
        if self.levels:
            is_unit_larger = self.n_units >= self.n_periods
            larger, smaller = (of_units, of_periods) if is_unit_larger else (of_periods, of_units)
            absorb, carry = self.levels.of_sums(larger, smaller)
            unit, period = (absorb, carry) if is_unit_larger else (carry, absorb)
        elif self.effects == ("unit",):
            unit = of_units / self._counts(self.unit_codes, self.n_units)
        elif self.effects == ("period",):
            period = of_periods / self._counts(self.period_codes, self.n_periods)
        return unit, period

    def carried_dummies(self) -> Floats:
        """Identified period dummies minus their unit means, (n, T - components), for CR2."""
        levels = connected_levels(self.unit_codes, self.n_units, self.period_codes, self.n_periods)
        free = np.setdiff1d(np.arange(self.n_periods), levels.pinned)
        dummies: Floats = (self.period_codes[:, None] == free).astype(np.float64)
        of_units = group_means(dummies, self.unit_codes, self.n_units, self.weights)
        take_away(dummies, of_units, self.unit_codes)
        return dummies

    def _take_effects(self, columns: Floats) -> tuple[Floats, Floats]:
        """Take the effects out of (n, m) columns, in place, and say what they were, as `solve`."""
        m = columns.shape[1]
        unit, period = np.zeros((self.n_units, m)), np.zeros((self.n_periods, m))
        if self.levels:
            absorbed, n_absorbed, carried, n_carried = self._roles()
            absorb = group_means(columns, absorbed, n_absorbed, self.weights)
            take_away(columns, absorb, absorbed)
            sums = group_sums(weighed(columns, self.weights), carried, n_carried)
            carry = self.levels.solved(sums)
            take_away(columns, carry, carried)
            rest = self.levels.means_of(-carry)
            take_away(columns, rest, absorbed)
            absorb += rest
            unit, period = (absorb, carry) if self.n_units >= self.n_periods else (carry, absorb)
        elif self.effects == ("unit",):
            unit = group_means(columns, self.unit_codes, self.n_units, self.weights)
            take_away(columns, unit, self.unit_codes)
        elif self.effects == ("period",):
            period = group_means(columns, self.period_codes, self.n_periods, self.weights)
            take_away(columns, period, self.period_codes)
        return unit, period

    def _counts(self, codes: Codes, n_groups: int) -> Floats:
        counts = np.bincount(codes, weights=self.weights, minlength=n_groups)
        return np.asarray(counts[:, None], dtype=np.float64)

    def _roles(self) -> tuple[Codes, int, Codes, int]:
        """The larger set of effects is averaged out, the smaller one is solved for."""
        unit, period = (self.unit_codes, self.n_units), (self.period_codes, self.n_periods)
        return (*unit, *period) if self.n_units >= self.n_periods else (*period, *unit)


def fixed_effects(
    effects: Sequence[str],
    unit_codes: Codes,
    period_codes: Codes,
    weights: Floats | None = None,
) -> FixedEffects:
    """Prepare the effects of a panel; codes run from 0 without gaps, weights (n,) are positive."""
    if len(set(effects)) != len(effects) or not set(effects) <= set(EFFECTS):
        raise EstimationError(
            f"effects are 'unit', 'period' or both; found {', '.join(effects) or 'none'}"
        )
    chosen = tuple(e for e in EFFECTS if e in effects)
    n_units, n_periods = int(unit_codes.max()) + 1, int(period_codes.max()) + 1
    fe = FixedEffects(chosen, unit_codes, period_codes, n_units, n_periods, None, weights)
    if len(chosen) < 2:
        return fe
    return replace(fe, levels=connected_levels(*fe._roles(), weights))


def tss_of_units(y: Floats, fe: FixedEffects) -> float:
    """(Weighted) sum of squares of (n,) outcomes less their means by unit."""
    column = (y - means(y[:, None]))[:, None]  # of large numbers, means by unit have few digits
    inside = column - group_means(column, fe.unit_codes, fe.n_units, fe.weights)[fe.unit_codes]
    return float((weighed(inside, fe.weights) * inside).sum())


def is_nested(effect: Codes, cluster: Codes) -> bool:
    """Whether no level of the effect occurs in two clusters."""
    if effect is cluster:
        return True
    one_of_each = np.empty(int(effect.max()) + 1, dtype=cluster.dtype)
    one_of_each[effect] = cluster
    return bool((one_of_each[effect] == cluster).all())


def group_means(
    columns: Floats, codes: Codes, n_groups: int, weights: Floats | None = None
) -> Floats:
    """Means of (n, m) columns by group, shape (n_groups, m); weighted by (n,) where given."""
    counts = np.bincount(codes, weights=weights, minlength=n_groups)
    sums = group_sums(weighed(columns, weights), codes, n_groups)
    return np.asarray(sums / counts[:, None], dtype=np.float64)
