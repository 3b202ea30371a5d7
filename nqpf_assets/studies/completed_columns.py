"""The columns of a study with their tables' defaults under them, as formulas and checks walk them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pydantic import ValidationError

from nqpf_assets.studies.formula import Path
from nqpf_assets.studies.regression_table import CompleteColumn, RegressionTable

if TYPE_CHECKING:
    from nqpf_assets.studies.columns import Column
    from nqpf_assets.studies.spec import Study


def completed_columns(study: Study) -> Iterator[tuple[Path, Column, CompleteColumn]]:
    """Where each column stands, as written, and completed; one that makes no model is told elsewhere."""
    for name, table in study.tables.items():
        if isinstance(table, RegressionTable):
            yield from completed_columns_of(("tables", name), table, study.periods.years)


def completed_columns_of(
    path: Path, table: RegressionTable, periods: range
) -> Iterator[tuple[Path, Column, CompleteColumn]]:
    """The same of one table, which stands at this path."""
    for place, written in enumerate(table.columns):
        try:
            column = table.completed(written, periods)
        except ValidationError:
            continue
        yield (*path, "columns", place), written, column
