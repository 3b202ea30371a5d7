"""Spatial weights that differ by period: one matrix for each, among the same units.

Stacked by period they are one block-diagonal W. Averages over its blocks take the place of the numbers of
a single matrix, counted once per period as before: with all blocks alike nothing changes. How a single
matrix is checked and standardised is in `weights`.

Source: Lee and Yu (2012), Spatial Economic Analysis 7(1).
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from nqpf_assets.estimators.counted import counted
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.spatial.period_matrices import PeriodMatrices
from nqpf_assets.estimators.spatial.weights import (
    Pair,
    SpatialWeights,
    Standardization,
    restrict_weights,
)

if TYPE_CHECKING:
    from nqpf_assets.estimators.spatial.period_matrices import Matrix


@dataclass(frozen=True, eq=False)
class PeriodWeights:
    """Weights of each of T periods.

    Attributes:
        periods: the T labels, sorted.
        of_periods: the weights of each; the same units, in the same order, once they are cut to a sample
            (`weights_among`).
    """

    periods: tuple[Any, ...]
    of_periods: tuple[SpatialWeights, ...]

    @property
    def units(self) -> tuple[Any, ...]:
        """Units that some period knows, sorted."""
        return tuple(sorted({unit for one in self.of_periods for unit in one.units}))

    @property
    def kind(self) -> str:
        """How they were made, in words."""
        return f"{self.of_periods[0].kind}, of each period"

    @property
    def standardization(self) -> Standardization:
        """How each matrix is scaled."""
        return self.of_periods[0].standardization

    @property
    def joins(self) -> tuple[Pair, ...]:
        """Pairs that were declared neighbours."""
        return self.of_periods[0].joins

    @property
    def islands(self) -> tuple[Any, ...]:
        """Units without a neighbour in some period, sorted."""
        return tuple(sorted({unit for one in self.of_periods for unit in one.islands}))

    @property
    def has_unit_row_sums(self) -> bool:
        """Whether every row of every period adds up to one."""
        return all(one.has_unit_row_sums for one in self.of_periods)

    @cached_property
    def matrix(self) -> PeriodMatrices:
        """The T matrices, once all are of the same units."""
        return PeriodMatrices(self.periods, tuple(one.matrix for one in self.of_periods))

    def at(self, period: Any) -> SpatialWeights:
        """The weights of one period.

        Raises:
            EstimationError: a period without weights, by name.
        """
        if period not in self.periods:
            known = ", ".join(str(one) for one in self.periods)
            raise EstimationError(f"there are no weights of {period}; there are those of {known}")
        return self.of_periods[self.periods.index(period)]


AnyWeights = SpatialWeights | PeriodWeights


def weights_in(weights: AnyWeights, period: Any) -> SpatialWeights:
    """The weights of one period, which may be those of all."""
    return weights if isinstance(weights, SpatialWeights) else weights.at(period)


def period_weights(weights: Mapping[Any, SpatialWeights]) -> PeriodWeights:
    """Weights of several periods as one, by period.

    Raises:
        EstimationError: none at all, or differently standardised ones.
    """
    if not weights:
        raise EstimationError("weights by period need one period or more; found none")
    scales = {one.standardization for one in weights.values()}
    if len(scales) > 1:
        raise EstimationError(
            f"weights of all periods are standardised alike; found {', '.join(sorted(scales))}"
        )
    periods = tuple(sorted(weights))
    return PeriodWeights(periods, tuple(weights[period] for period in periods))


def weights_among(
    weights: AnyWeights, units: Sequence[Hashable], periods: Sequence[Any]
) -> AnyWeights:
    """Weights among these units alone, standardised again, and of these periods where they differ.

    Raises:
        EstimationError: units or periods that the weights do not know, by name.
    """
    if isinstance(weights, SpatialWeights):
        return restrict_weights(weights, units)
    unknown = [period for period in periods if period not in weights.periods]
    if unknown:
        known = ", ".join(str(one) for one in weights.periods)
        raise EstimationError(
            f"there are no weights of {', '.join(str(one) for one in unknown)}; there are those of {known}"
        )
    found = []
    for period in periods:
        try:
            found.append(restrict_weights(weights.at(period), units))
        except EstimationError as error:
            raise in_period(error, period) from error
    return PeriodWeights(tuple(periods), tuple(found))


def in_period(error: EstimationError, period: Any) -> EstimationError:
    """What is wrong with the weights of one period, with its name."""
    return EstimationError(f"weights of {period}: {error}", units=error.units, remedy=error.remedy)


def require_constant(weights: AnyWeights, what: str) -> SpatialWeights:
    """Weights that are the same in all periods.

    Raises:
        EstimationError: they differ by period; `what` is what cannot have that.
    """
    if isinstance(weights, PeriodWeights):
        raise EstimationError(
            f"{what} weights that are the same in all periods; these are of "
            f"{counted(len(weights.periods), 'periods')}"
        )
    return weights


def are_same(first: AnyWeights, second: AnyWeights) -> bool:
    """Whether two weights of the same units are the same, number by number."""
    one, other = _blocks(first.matrix), _blocks(second.matrix)
    return len(one) == len(other) and all(
        abs(a - b).max() == 0 for a, b in zip(one, other, strict=True)
    )


def dense_blocks(matrix: Matrix) -> NDArray[np.float64]:
    """The matrices of all periods, (T, N, N); of one for all, (1, N, N)."""
    return np.array([one.toarray() for one in _blocks(matrix)])


def _blocks(matrix: Matrix) -> tuple[Any, ...]:
    return matrix.of_periods if isinstance(matrix, PeriodMatrices) else (matrix,)
