"""The regression columns that a study asks for, each with its table's defaults under it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from nqpf_assets.studies.columns import OF_THE_PRINT
from nqpf_assets.studies.estimator_registry import block_of, covariance_of
from nqpf_assets.studies.sample_conditions import conditions_of, variables_in
from nqpf_assets.studies.spatial_weights import WeightOptions
from nqpf_assets.studies.spec import CompleteColumn, RegressionTable, Study
from nqpf_assets.user_input.strict import Strict

NUMBERS = ("estimate", "effect", "test", "series_caution")
"""Tables of a study that a table is printed from, besides `model` and `index_test`."""


def written(said: Strict, without: Collection[str] = ()) -> str:
    """What a study says of a column or table, as text, without the options that it leaves out.

    They would name the blocks of every estimator that is installed, and a package that brings another one
    would make all columns look changed.
    """
    return json.dumps(said.model_dump(mode="json", exclude=set(without), exclude_none=True))


@dataclass(frozen=True)
class Request:
    """One column of one table, with the table's defaults filled in."""

    table: str
    position: int
    column: CompleteColumn

    @property
    def model(self) -> str:
        """What is estimated, as text: equal for columns that ask for the same model."""
        return written(self.column, without=OF_THE_PRINT)


def requests(study: Study) -> Iterator[Request]:
    """All regression columns of a study, in the order of its tables."""
    for name, table in study.tables.items():
        if isinstance(table, RegressionTable):
            for position, column in enumerate(table.columns, start=1):
                yield Request(name, position, table.completed(column, study.periods.years))


def variables_of(column: CompleteColumn) -> Iterator[str]:
    """Variables of a column, those of its estimator's options among them, and conditions of its sample."""
    yield from variables_in(column)
    yield from conditions_of(column)


def clusters_of(column: CompleteColumn) -> tuple[str, ...]:
    """What a column's standard errors are clustered by: ``unit``, ``period`` or groupings."""
    errors = covariance_of(column.estimator, column.vcov.type)
    return column.vcov.by if errors is not None and errors.most_keys else ()


def weights_of(column: CompleteColumn) -> WeightOptions | None:
    """The spatial weights that a column asks for."""
    options = block_of(column.estimator)
    said = getattr(column, options.key) if options else None
    return said if isinstance(said, WeightOptions) else None
