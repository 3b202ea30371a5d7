"""What the families have in common: sides of an equation, inference, covariances that the library lacks."""

from __future__ import annotations

from collections.abc import Mapping

from nqpf_assets.replication.r.call import COEFFICIENTS, NotInR, Value
from nqpf_assets.studies.estimator_registry import covariance_of
from nqpf_assets.studies.spec import CompleteColumn

COVARIANCES = (
    "clustered",
    "unadjusted",
    "robust",
    "driscoll_kraay",
    "newey_west",
    "wild_bootstrap",
)
"""Those that the library has; of a bootstrap the standard errors, which are clustered."""


def sides_of(column: CompleteColumn) -> dict[str, Value]:
    """Outcome and terms."""
    return {"outcome": column.outcome, "terms": (*column.regressors, *column.controls)}


def covariance(column: CompleteColumn) -> str:
    """The column's covariance, or clusters in place of what the library lacks of them."""
    kind = column.vcov.type
    told = covariance_of(column.estimator, kind)
    return "clustered" if told is not None and (told.is_drawn or told.has_own_df) else kind


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


def weights_of(column: CompleteColumn) -> dict[str, Value] | NotInR:
    """What rows are weighted by; nothing where all count alike."""
    if column.weights is None:
        return {}
    if column.weights.type == "frequency":
        return NotInR("frequency weights, which the script does not have")
    return {"weights": column.weights.variable}


def lacks(column: CompleteColumn) -> Mapping[str, str]:
    """Covariances without a formula in the library."""
    kind = column.vcov.type
    words = f"the script has no covariance `{kind}`"
    return {} if kind in COVARIANCES else {COEFFICIENTS: words}
