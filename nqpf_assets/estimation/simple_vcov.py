"""What estimators with simple covariances have in common: unadjusted, robust, clustered by one key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from nqpf_assets.estimation.design import Design
from nqpf_assets.estimators.linear.errors import EstimationError

if TYPE_CHECKING:
    from nqpf_assets.estimators.linear.inference import ClusterKey

SimpleVcov = Literal["clustered", "unadjusted", "robust"]


def simple_vcov(design: Design) -> SimpleVcov:
    """The column's covariance, if the estimator has it."""
    kind = design.column.vcov.type
    if kind in ("clustered", "unadjusted", "robust"):
        return kind
    estimator = design.column.estimator
    raise EstimationError(f"vcov of {estimator} is clustered, unadjusted or robust; found {kind}")


def one_cluster(design: Design) -> ClusterKey | None:
    """What the column's errors are clustered by, of an estimator that knows one kind of cluster at a time."""
    cluster = design.cluster
    if isinstance(cluster, tuple):
        raise EstimationError(
            f"errors of {design.column.estimator} are clustered by one key; `vcov.by` names two"
        )
    return cluster
