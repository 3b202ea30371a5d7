"""What the families have in common: sides of an equation, errors, covariances that Stata does not have."""

from __future__ import annotations

from nqpf_assets.replication.stata.command import NotInStata
from nqpf_assets.replication.stata.names import StataNames
from nqpf_assets.studies.effects import further_effects
from nqpf_assets.studies.spec import CompleteColumn

UNIT, PERIOD = "unit", "period"
WEIGHTS = {"analytic": "aw", "population": "pw", "frequency": "fw"}
"""Kinds of weights of observations, as Stata calls them."""


def outcome_of(column: CompleteColumn, names: StataNames) -> str:
    assert column.outcome is not None, "the column is complete"
    return names.names[column.outcome]


def terms_of(column: CompleteColumn) -> tuple[str, ...]:
    return (*column.regressors, *column.controls)


def sides_of(column: CompleteColumn, names: StataNames) -> tuple[str, str]:
    """Outcome and terms as Stata calls them, the terms with blanks between them."""
    return outcome_of(column, names), names.of(terms_of(column))


def dummies_of_periods(column: CompleteColumn) -> str:
    """What stands behind the terms where the column has effects of periods, with the blank before it."""
    return " i.period" if PERIOD in column.effects else ""


def weights_of(column: CompleteColumn, names: StataNames) -> str:
    """What rows are weighted by, with the blank before it; nothing where all count alike."""
    one = column.weights
    return "" if one is None else f" [{WEIGHTS[one.type]}={names.names[one.variable]}]"


def errors_of(column: CompleteColumn, names: StataNames) -> str:
    """The option for the column's covariance; nothing where it is Stata's own default."""
    vcov = column.vcov
    by_rows = {"robust": "vce(robust)", "unadjusted": ""}
    return f"vce(cluster {names.of(vcov.by)})" if vcov.type == "clustered" else by_rows[vcov.type]


def refused(column: CompleteColumn) -> NotInStata | None:
    """Covariances and effects that Stata does not have so."""
    vcov = column.vcov
    if further_effects(column.effects):
        return NotInStata("effects beside those of units and periods")
    if vcov.type not in ("clustered", "robust", "unadjusted"):
        return NotInStata(f"vcov `{vcov.type}`")
    if vcov.large_sample and (column.estimator != "fe_2sls" or vcov.type == "clustered"):
        return NotInStata("`large_sample`, which only `ivregress` has")
    if vcov.small_sample not in (None, "xtreg", "stata"):
        return NotInStata(f"`small_sample: {vcov.small_sample}`")
    return None
