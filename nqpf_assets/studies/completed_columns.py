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
    for table, said in study.tables.items():
        if not isinstance(said, RegressionTable):
            continue
        for place, written in enumerate(said.columns):
            try:
                column = said.completed(written, study.periods.years)
            except ValidationError:
                continue
            yield ("tables", table, "columns", place), written, column
