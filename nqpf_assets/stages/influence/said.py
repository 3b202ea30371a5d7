"""What a walk from columns back to cells depends on: its tables, and what study file and packages say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nqpf_assets.studies.indices import INDEX_METHODS

if TYPE_CHECKING:
    from nqpf_assets.stages.compiled_study import CompiledStudy

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


def said_of_columns(compiled: CompiledStudy) -> dict[str, str]:
    """What is estimated, column by column."""
    return {f"column {one.column.label} of {one.table}": one.model for one in compiled.requests}


def said_of_walk(compiled: CompiledStudy) -> dict[str, str]:
    """What the study file says of variables, indices, years and groups."""
    formulas, study = compiled.formulas.items(), compiled.study
    return {
        **{key: repr(one.definition) for key, one in formulas},
        **{f"winsorize of {key}": repr(one.winsorize) for key, one in formulas},
        **{f"indices.{key}": one.model_dump_json() for key, one in study.indices.items()},
        "periods": repr(study.periods),
        "groups": repr(compiled.members),
    }


def _methods(compiled: CompiledStudy) -> set[str]:
    return {index.method for index in compiled.study.indices.values()}


def gradients_of(compiled: CompiledStudy) -> set[str]:
    """Modules that differentiate the study's indices."""
    own = [INDEX_METHODS.own[one] for one in _methods(compiled) if one in INDEX_METHODS.own]
    return {one.gradient.partition(":")[0] for one in own if one.gradient}


def packages_of_walk(compiled: CompiledStudy) -> dict[str, str]:
    """Packages behind the methods of the study's indices, with their versions."""
    return dict(INDEX_METHODS.behind(_methods(compiled)))
