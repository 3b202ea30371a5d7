"""Poisson regression with fixed effects."""

from __future__ import annotations

from nqpf_assets.replication.stata.command import Commands, NotInStata
from nqpf_assets.replication.stata.estimators.parts import UNIT, dummies_of_periods, sides_of
from nqpf_assets.replication.stata.names import StataNames
from nqpf_assets.studies.spec import CompleteColumn

SEPARATION = (
    "* xtpoisson drops units whose outcome is zero throughout, but does not look for separated rows. Where",
    "* the table names such rows, ppmlhdfe drops them as it does (ssc install ppmlhdfe).",
)


def fe_poisson(column: CompleteColumn, names: StataNames) -> Commands:
    vcov = column.vcov
    error = " vce(robust)" if vcov.type == "clustered" else ""
    if vcov.type == "robust" or vcov.small_sample == "none" or (error and vcov.by != (UNIT,)):
        return NotInStata("a Poisson regression with errors that `xtpoisson, fe` does not have")
    outcome, terms = sides_of(column, names)
    return [*SEPARATION, f"xtpoisson {outcome} {terms}{dummies_of_periods(column)}, fe{error}"]


CALLS = {"fe_poisson": fe_poisson}
