"""The regression columns that a study asks for, each with its table's defaults under it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from nqpf_assets.studies.spec import CompleteColumn, RegressionTable, Study

OF_THE_PRINT = frozenset({"label", "published", "note", "expect"})
"""What a column says about its printing, and not about its model."""


@dataclass(frozen=True)
class Request:
    """One column of one table, with the table's defaults filled in."""

    table: str
    position: int
    column: CompleteColumn

    @property
    def model(self) -> str:
        """What is estimated, as text: equal for columns that ask for the same model."""
        return json.dumps(self.column.model_dump(mode="json", exclude=set(OF_THE_PRINT)))


def requests(study: Study) -> Iterator[Request]:
    """All regression columns of a study, in the order of its tables."""
    for name, table in study.tables.items():
        if isinstance(table, RegressionTable):
            for position, column in enumerate(table.columns, start=1):
                yield Request(name, position, table.completed(column))
