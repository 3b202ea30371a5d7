"""Effects beside those of units and periods: of groupings, of products with periods, and trends of units.

The largest set of levels is averaged out, and the others are solved for, which is exact for any panel. Levels
that say nothing of their own are found by the rank of what is left of them, so that degrees of freedom are
those of a regression with all dummies.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from nqpf_assets.estimators.counted import counted
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.lengths import means
from nqpf_assets.estimators.linear.within import (
    Codes,
    FixedEffects,
    Floats,
    group_means,
    is_nested,
    take_away,
    weighed,
)

MOST_LEVELS = 6_000
"""Levels beside the largest set: their products are a matrix that is held whole."""
NOTHING = 1e-10
"""Share of a level's own rows below which what the others leave of it is rounding."""


@dataclass(frozen=True)
class Absorbed:
    """One further set of effects.

    Attributes:
        name: as a study writes it.
        codes: (n,) codes from 0 without gaps.
        slope: (n,) number of which each level has a coefficient; None for a level of its own.
    """

    name: str
    codes: Codes
    slope: Floats | None = None

    @property
    def n_levels(self) -> int:
        return int(self.codes.max()) + 1

    def of_rows(self, keep: NDArray[np.bool_]) -> Absorbed:
        """The same on some rows; levels that are gone are not counted."""
        codes = np.unique(self.codes[keep], return_inverse=True)[1].astype(np.intp)
        return Absorbed(self.name, codes, None if self.slope is None else self.slope[keep])


@dataclass(frozen=True)
class ManyEffects(FixedEffects):
    """Effects of units, periods, and further ones.

    Attributes:
        further: those beside units and periods; `effects` names them too.
    """

    further: tuple[Absorbed, ...] = ()

    @cached_property
    def _solver(self) -> _Solver:
        own = {"unit": self.unit_codes, "period": self.period_codes}
        named = [Absorbed(name, own[name]) for name in self.effects if name in own]
        return _Solver.of((*named, *self.further), self.weights)

    @property
    def n_components(self) -> int:
        """Not told: levels of many effects are connected in many ways."""
        return 1

    @property
    def rank(self) -> int:
        return self._solver.rank

    def rank_of_nested(self, clusters: Sequence[Codes]) -> int:
        """Parameters of the effects each of whose levels lies in one cluster of a key; trends are counted."""
        inside = tuple(
            one
            for one in self._solver.sets
            if one.slope is None and any(is_nested(one.codes, key) for key in clusters)
        )
        return _Solver.of(inside, self.weights).rank if inside else 0

    def demean_in_place(self, columns: Floats) -> None:
        columns -= means(columns, self.weights)
        for _ in range(2):  # once more against rounding
            self._solver.take_away(columns)

    def solve(self, columns: Floats) -> tuple[Floats, Floats]:
        raise NotImplementedError("levels of many effects are not told one by one")

    def carried_dummies(self) -> Floats:
        raise NotImplementedError("CR2 knows effects of units and periods alone")

    def beside_units(self) -> Floats:
        """(n, m) orthonormal columns of the effects that unit means, where they are effects, do not span.

        With weights, of the columns multiplied by their roots.
        """
        from scipy.linalg import qr

        has_units = "unit" in self.effects
        others = [one for one in self._solver.sets if not has_units or one.name != "unit"]
        columns = np.column_stack(
            [
                (one.codes[:, None] == np.arange(one.n_levels))
                * (1.0 if one.slope is None else one.slope[:, None])
                for one in others
            ]
        )
        if has_units:
            means_of = group_means(columns, self.unit_codes, self.n_units, self.weights)
            take_away(columns, means_of, self.unit_codes)
        if self.weights is not None:
            columns *= np.sqrt(self.weights)[:, None]
        length = np.linalg.norm(columns, axis=0)
        columns = columns[:, length > 0] / length[length > 0]
        basis, triangle, _ = qr(columns, mode="economic", pivoting=True)
        return np.asarray(basis[:, np.abs(np.diag(triangle)) > 1e-9], dtype=np.float64)


@dataclass(frozen=True)
class _Solver:
    """Sets of effects, the largest of which is averaged out.

    Attributes:
        sets: all of them; largest: that one, at its place.
        dummies: (n, M) sparse, a column for each level of the others.
        free: (F,) columns that say something of their own; factor: (F, F) Cholesky factor of their products
            once the largest set is averaged out.
        weights: (n,) of the rows; None for all alike.
    """

    sets: tuple[Absorbed, ...]
    largest: Absorbed
    dummies: object
    free: Codes
    factor: Floats
    weights: Floats | None

    @classmethod
    def of(cls, sets: tuple[Absorbed, ...], weights: Floats | None) -> _Solver:
        from scipy.linalg import cholesky
        from scipy.linalg.lapack import dpstrf
        from scipy.sparse import csr_array, hstack

        levels = [one for one in sets if one.slope is None]
        if not levels:
            raise EstimationError("trends go with effects of the levels that have them")
        largest = max(levels, key=lambda one: one.n_levels)
        n = len(largest.codes)
        others = [one for one in sets if one is not largest]
        n_columns = sum(one.n_levels for one in others)
        if n_columns > MOST_LEVELS:
            raise EstimationError(
                f"effects with {counted(n_columns, 'levels')} beside the {largest.n_levels} of "
                f"{largest.name}: at most {MOST_LEVELS} are estimated"
            )
        none, factor = np.zeros(0, dtype=np.intp), np.zeros((0, 0))
        if not others:
            return cls(sets, largest, csr_array((n, 0)), none, factor, weights)
        columns = [
            csr_array(
                (np.ones(n) if one.slope is None else one.slope, (np.arange(n), one.codes)),
                shape=(n, one.n_levels),
            )
            for one in others
        ]
        dummies = csr_array(hstack(columns))
        counts = np.bincount(largest.codes, weights=weights)
        of_rows = np.ones(n) if weights is None else weights
        into = csr_array((of_rows, (largest.codes, np.arange(n))), shape=(len(counts), n))
        sums = into @ dummies
        products = csr_array(dummies.T @ (dummies * of_rows[:, None])).toarray()
        own = np.sqrt(np.diag(products))
        products -= csr_array(sums.T @ csr_array(sums / counts[:, None])).toarray()
        scaled = products / np.outer(own, own)
        _, order, rank, _ = dpstrf(scaled, tol=NOTHING)
        free = np.sort(order[:rank] - 1).astype(np.intp)
        factor = cholesky(products[np.ix_(free, free)], lower=True) if rank else factor
        return cls(sets, largest, dummies, free, factor, weights)

    @property
    def rank(self) -> int:
        return self.largest.n_levels + len(self.free)

    def take_away(self, columns: Floats) -> None:
        """Take the effects out of (n, m) columns, in place."""
        codes, n_levels = self.largest.codes, self.largest.n_levels
        take_away(columns, group_means(columns, codes, n_levels, self.weights), codes)
        if not len(self.free):
            return
        from scipy.linalg import cho_solve

        dummies = self.dummies[:, self.free]  # type: ignore[index]
        columns -= dummies @ cho_solve(
            (self.factor, True), dummies.T @ weighed(columns, self.weights)
        )
        take_away(columns, group_means(columns, codes, n_levels, self.weights), codes)


def many_effects(fe: FixedEffects, further: Sequence[Absorbed]) -> FixedEffects:
    """Effects of units and periods with others beside them; those alone where there are no others."""
    if not further:
        return fe
    effects = (*fe.effects, *(one.name for one in further))
    return ManyEffects(
        effects,
        fe.unit_codes,
        fe.period_codes,
        fe.n_units,
        fe.n_periods,
        None,
        fe.weights,
        tuple(further),
    )
