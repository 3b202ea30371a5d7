"""A column as commands of Stata, or why it is not in the do-file: gathered from the families.

Only what Stata's own manuals, or the help of reghdfe and xthreg, say that a command does. Where its
correction for few observations is another than the column's, the column is left out rather than estimated
otherwise.
"""

from __future__ import annotations

from collections.abc import Callable

from nqpf_assets.replication.stata.command import Commands, NotInStata
from nqpf_assets.replication.stata.estimators import (
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
from nqpf_assets.replication.stata.names import StataNames
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
CALLS: dict[str, Callable[[CompleteColumn, StataNames], Commands]] = {
    name: call for family in _FAMILIES for name, call in family.CALLS.items()
}
"""Every estimator, in Stata."""


def commands_of(column: CompleteColumn, names: StataNames) -> Commands:
    """The commands that estimate a column, from its rows."""
    if column.winsorize is not None:
        return NotInStata("`winsorize`, whose quantiles no command of Stata takes so")
    if column.standardize:
        return NotInStata("`standardize`: coefficients with effects have no beta there")
    made = CALLS.get(column.estimator)
    return made(column, names) if made else NotInStata(f"`{column.estimator}`")
