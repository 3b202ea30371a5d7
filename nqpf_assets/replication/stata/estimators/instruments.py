"""Two-stage least squares."""

from __future__ import annotations

from nqpf_assets.replication.stata.command import Commands, NotInStata
from nqpf_assets.replication.stata.estimators.parts import (
    UNIT,
    outcome_of,
    refused,
    terms_of,
    weights_of,
)
from nqpf_assets.replication.stata.names import StataNames
from nqpf_assets.studies.estimators.fe_2sls import InstrumentOptions
from nqpf_assets.studies.spec import CompleteColumn


def fe_2sls(column: CompleteColumn, names: StataNames) -> Commands:
    options, vcov = column.options(InstrumentOptions), column.vcov
    if why := refused(column):
        return why
    exogenous = names.of(one for one in terms_of(column) if one not in options.endogenous)
    effects = "".join(f" i.{one}" for one in column.effects if one != UNIT)
    two = f"({names.of(options.endogenous)} = {names.of(options.instruments)})"
    middle = " ".join(part for part in (f"{exogenous}{effects}".strip(), two) if part)
    outcome = outcome_of(column, names)
    if column.weights is not None and UNIT in column.effects:
        return NotInStata("two-stage least squares of weighted rows within units")
    if UNIT in column.effects and vcov.type == "clustered" and vcov.by == (UNIT,):
        return [f"xtivreg {outcome} {middle}, fe vce(cluster unit)"]
    if UNIT in column.effects or vcov.type == "clustered":
        return NotInStata("two-stage least squares with these effects and this covariance")
    error = ["vce(robust)"] if vcov.type == "robust" else []
    options_of = " ".join([*error, *([] if vcov.large_sample else ["small"])])
    sides = f"{outcome} {middle}{weights_of(column, names)}"
    return [f"ivregress 2sls {sides}" + (f", {options_of}" if options_of else "")]


CALLS = {"fe_2sls": fe_2sls}
