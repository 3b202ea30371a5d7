"""Finished tables under the names that the paper's readers expect, step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nqpf_assets.stages.growth_cells import growth_cell_step
from nqpf_assets.stages.panel_tables import panel_table_step
from nqpf_assets.steps.step import Step
from nqpf_assets.studies.table_kind import PanelTable
from nqpf_assets.studies.tables import kind_of

if TYPE_CHECKING:
    from nqpf_assets.stages.compiled_study import CompiledStudy


def table_steps(compiled: CompiledStudy) -> list[Step]:
    """One step per table of the study, by the kind of the table; one for all that describe its panel.

    One more chooses the published values that its tables of levels are made of.
    """
    return [
        panel_table_step(compiled),
        growth_cell_step(compiled),
        *(
            kind_of(table).make(compiled, name, table)
            for name, table in compiled.study.tables.items()
            if not isinstance(table, PanelTable)
        ),
    ]
