"""Every estimator's call, put together from the modules of the families."""

from __future__ import annotations

from collections.abc import Callable

from nqpf_assets.replication.r.call import Call, NotInR
from nqpf_assets.replication.r.estimators import (
    fractional,
    groups,
    instruments,
    least_squares,
    mediation,
    poisson,
    random_effects,
    spatial,
    threshold,
    tobit,
)
from nqpf_assets.studies.effects import further_effects
from nqpf_assets.studies.spec import CompleteColumn

_FAMILIES = (
    least_squares,
    random_effects,
    instruments,
    tobit,
    poisson,
    fractional,
    mediation,
    groups,
    threshold,
    spatial,
)
CALLS: dict[str, Callable[[CompleteColumn], Call | NotInR]] = {
    name: call for family in _FAMILIES for name, call in family.CALLS.items()
}


def call_of(column: CompleteColumn) -> Call | NotInR:
    """The column as a call, or why R leaves it out."""
    if further_effects(column.effects):
        return NotInR("effects beside those of units and periods, which the script does not have")
    made = CALLS.get(column.estimator)
    return made(column) if made else NotInR(f"the script does not know {column.estimator}")
