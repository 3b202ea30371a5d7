"""Finished tables under the names that the paper's readers expect, one step per table."""

from __future__ import annotations

from nqpf_assets.stages.growth import growth_step
from nqpf_assets.stages.regression_table import regression_step
from nqpf_assets.stages.step import Step
from nqpf_assets.studies.spec import GrowthTable, Study


def table_steps(study: Study) -> list[Step]:
    """One step per table of the study, by the kind of the table."""
    return [
        growth_step(study, name, table)
        if isinstance(table, GrowthTable)
        else regression_step(study, name, table)
        for name, table in study.tables.items()
    ]
