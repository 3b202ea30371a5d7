"""What options of estimators are held to alike: words that exist, clusters that are used, levels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nqpf_assets.estimators.linear.errors import EstimationError


def require_one_of(name: str, value: object, options: Sequence[str]) -> None:
    """Refuse a word that is none of the option's."""
    if value not in options:
        raise EstimationError(f"{name} is one of {', '.join(options)}; found {value!r}")


def require_level(confidence_level: float) -> None:
    """Refuse a level of intervals that is none."""
    if not 0 < confidence_level < 1:
        raise EstimationError(f"confidence_level lies between 0 and 1; found {confidence_level}")


def require_used_cluster(vcov: str, cluster: Any) -> None:
    """Refuse clusters that the covariance would ignore."""
    if cluster is not None and vcov != "clustered":
        raise EstimationError(f"vcov {vcov!r} does not use clusters; leave cluster out")


def require_wild(vcov: str, cluster: Any, small_sample: str) -> None:
    """Refuse a wild bootstrap of what it is not one of: t statistics clustered by one key."""
    if vcov != "clustered" or (isinstance(cluster, tuple) and len(cluster) != 1):
        raise EstimationError("a wild bootstrap changes clusters of one key: vcov 'clustered'")
    if small_sample == "large_sample":
        raise EstimationError("a wild bootstrap has no large-sample errors; leave small_sample out")
