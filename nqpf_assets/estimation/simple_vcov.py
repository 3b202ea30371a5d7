"""What estimators with simple covariances have in common: unadjusted, robust, clustered."""

from __future__ import annotations

from typing import Literal

from nqpf_assets.estimation.design import Design
from nqpf_assets.estimators.linear.errors import EstimationError

SimpleVcov = Literal["clustered", "unadjusted", "robust"]


def simple_vcov(design: Design) -> SimpleVcov:
    """The column's covariance, if the estimator has it."""
    kind = design.column.vcov.type
    if kind in ("clustered", "unadjusted", "robust"):
        return kind
    estimator = design.column.estimator
    raise EstimationError(f"vcov of {estimator} is clustered, unadjusted or robust; found {kind}")
