"""Two-way fixed effects, pooled least squares, and least squares of first differences."""

from __future__ import annotations

from collections.abc import Mapping

from nqpf_assets.replication.r.call import COEFFICIENTS, Call, NotInR, Value
from nqpf_assets.studies.effects import further_effects
from nqpf_assets.studies.spec import CompleteColumn
from nqpf_assets.studies.year_terms import tested_terms

COVARIANCES = (
    "clustered",
    "unadjusted",
    "robust",
    "driscoll_kraay",
    "newey_west",
    "wild_bootstrap",
)
"""Those that the library has; of a bootstrap the standard errors, which are clustered."""


def two_way_fe(column: CompleteColumn) -> Call | NotInR:
    if further_effects(column.effects):
        return NotInR("effects beside those of units and periods, which the script does not have")
    said = _said(column)
    if column.weights is not None:
        if column.weights.type == "frequency":
            return NotInR("frequency weights, which the script does not have")
        said["weights"] = column.weights.variable
    if column.standardize:
        said["standardize"] = True
    if years := tested_terms(column):
        said["jointly"] = years
    return Call("two_way_fe", said, lacks(column))


def ols(column: CompleteColumn) -> Call | NotInR:
    return two_way_fe(column.model_copy(update={"effects": ()}))


def first_difference(column: CompleteColumn) -> Call:
    return Call("first_difference", _said(column), lacks(column))


def inference(column: CompleteColumn, correction: str) -> dict[str, Value]:
    """Effects and covariance as the library's functions take them."""
    vcov = column.vcov
    found: dict[str, Value] = {
        "effects": column.effects,
        "vcov": "clustered" if vcov.type == "wild_bootstrap" else vcov.type,
        "by": vcov.by,
        "small_sample": "large_sample" if vcov.large_sample else vcov.small_sample or correction,
    }
    return found | ({} if vcov.lags is None else {"lags": vcov.lags})


def lacks(column: CompleteColumn) -> Mapping[str, str]:
    """Covariances without a formula in the library."""
    kind = column.vcov.type
    words = f"the script has no covariance `{kind}`"
    return {} if kind in COVARIANCES else {COEFFICIENTS: words}


def _said(column: CompleteColumn) -> dict[str, Value]:
    terms = (*column.regressors, *column.controls)
    return {"outcome": column.outcome, "terms": terms, **inference(column, "xtreg")}


CALLS = {"two_way_fe": two_way_fe, "ols": ols, "first_difference": first_difference}
