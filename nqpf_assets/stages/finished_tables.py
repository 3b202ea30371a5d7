"""Finished tables under the names that the paper's readers expect, step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nqpf_assets.stages.growth import growth_step
from nqpf_assets.stages.panel_tables import panel_table_step
from nqpf_assets.stages.regression_table import regression_step
from nqpf_assets.steps.step import Step
from nqpf_assets.studies.spec import GrowthTable, RegressionTable

if TYPE_CHECKING:
    from nqpf_assets.stages.compiled_study import CompiledStudy


def table_steps(compiled: CompiledStudy) -> list[Step]:
    """One step per table of the study, by the kind of the table; one for all that describe its panel."""
    study = compiled.study
    steps = [panel_table_step(study)]
    for name, table in study.tables.items():
        if isinstance(table, GrowthTable):
            steps.append(growth_step(study, name, table))
        elif isinstance(table, RegressionTable):
            steps.append(regression_step(compiled, name, table))
    return steps
