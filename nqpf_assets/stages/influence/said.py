"""What a walk from columns back to cells depends on: its tables, and what study file and packages say."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from nqpf_assets.stages.said_formulas import formulas_said, neighbours_said
from nqpf_assets.studies.indices import INDEX_METHODS

if TYPE_CHECKING:
    from nqpf_assets.stages.compiled_study import CompiledStudy
    from nqpf_assets.stages.requested_columns import Request

OF_WALK = (
    "series",
    "filled_cell",
    "filled_from",
    "member_cell",
    "derived_cell",
    "variable_cell",
    "panel",
)
"""Tables of a study that its stations are read from; scores besides, where formulas read them."""


def said_of_columns(columns: Iterable[Request]) -> dict[str, str]:
    """What is estimated, column by column."""
    return {f"column {one.column.label} of {one.table}": one.model for one in columns}


def said_of_walk(compiled: CompiledStudy, names: Collection[str]) -> dict[str, str]:
    """What the study file says of some variables and indices, of years, and of groups that they may name."""
    study = compiled.study
    formulas = {key: one for key, one in compiled.formulas.items() if key in names}
    texts = [one.definition.expression for one in formulas.values()]
    groups = {
        grouping: members
        for grouping, members in compiled.members.items()
        if any(grouping in text for text in texts)
    }
    return {
        **formulas_said(formulas),
        **{f"winsorize of {key}": repr(one.winsorize) for key, one in formulas.items()},
        **{
            f"indices.{key}": one.model_dump_json()
            for key, one in study.indices.items()
            if key in names
        },
        "periods": repr(study.periods),
        "groups": repr(groups),
    }


def neighbours_of_walk(
    compiled: CompiledStudy, names: Collection[str], regions: str
) -> dict[str, dict[str, str]]:
    """The catalogue, and who is whose neighbour in the formulas of some variables."""
    formulas = {key: one for key, one in compiled.formulas.items() if key in names}
    return neighbours_said(formulas, {"regions": regions})


def _methods(compiled: CompiledStudy) -> set[str]:
    return {index.method for index in compiled.study.indices.values()}


def gradients_of(compiled: CompiledStudy) -> set[str]:
    """Modules that differentiate the study's indices."""
    own = [INDEX_METHODS.own[one] for one in _methods(compiled) if one in INDEX_METHODS.own]
    return {one.gradient.partition(":")[0] for one in own if one.gradient}


def packages_of_walk(compiled: CompiledStudy) -> dict[str, str]:
    """Packages behind the methods of the study's indices, with their versions."""
    return dict(INDEX_METHODS.behind(_methods(compiled)))
