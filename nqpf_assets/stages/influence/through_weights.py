"""Which effects take a regressor out where its neighbours' values enter as well.

A spatial lag of what is the same for all units of a year is that times the sum of each unit's weights: it is
taken out by effects of years only where these are one, and not where weights are scaled by their spectrum or
a unit has no neighbour. What is the same in all years of a unit has a lag that is so too, unless weights
differ by year. Some models have lags of regressors; where the outcome has one, what they predict travels.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property
from typing import TYPE_CHECKING

from nqpf_assets.stages.requested_columns import weights_of
from nqpf_assets.studies.spatial_options import WITH_LAGS, WITH_MULTIPLIERS, lags_of

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.catalog.geography import Geography
    from nqpf_assets.studies.spec import CompleteColumn


class NeighboursOfColumn:
    """The weights of a column, if it has any, and what they leave of its effects."""

    def __init__(
        self, column: CompleteColumn, rows: pl.DataFrame, geography: Geography | None
    ) -> None:
        """Of a column.

        Args:
            rows: the panel in the column's sample.
            geography: None where no column has weights.
        """
        self.column, self.rows, self.geography = column, rows, geography

    def leave(self, variable: str, effects: Collection[str]) -> frozenset[str]:
        """Effects, of those given, that take out what the variable does by way of neighbours as well."""
        return frozenset(effects) - (self._lost if self._travels(variable) else frozenset())

    def _travels(self, variable: str) -> bool:
        if weights_of(self.column) is None:
            return False
        if self.column.estimator in WITH_MULTIPLIERS:
            return True
        lags = lags_of(self.column)
        return self.column.estimator in WITH_LAGS and (lags is None or variable in lags)

    @cached_property
    def _lost(self) -> frozenset[str]:
        from nqpf_assets.estimation import weights
        from nqpf_assets.estimators.spatial.period_weights import PeriodWeights

        options, rows = weights_of(self.column), self.rows
        if options is None or self.geography is None:
            return frozenset()
        found = weights.weights_of(
            rows.get_column("unit").to_numpy().astype(str),
            rows.get_column("period").to_numpy(),
            self.geography,
            options,
            lambda name: rows.get_column(name).to_numpy(),
        )
        by_year = {"unit"} if isinstance(found, PeriodWeights) else set()
        return frozenset(by_year if found.has_unit_row_sums else by_year | {"period"})
