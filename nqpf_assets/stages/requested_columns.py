"""The regression columns that a study asks for, each with its table's defaults under it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from nqpf_assets.studies.spec import CompleteColumn, RegressionTable, Study
from nqpf_assets.user_input.strict import Strict

OF_THE_PRINT = frozenset({"label", "published", "note", "expect"})
"""What a column says about its printing, and not about its model."""


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
                yield Request(name, position, table.completed(column))
