"""The rows that all equations of a mediation analysis share.

A row with a missing mediator leaves every equation, or the total effect would not be the sum
of the direct and the indirect one. Every other missing value is refused by name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nqpf_assets.estimators.counted import counted
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.inference import Cluster, ClusterKey
from nqpf_assets.estimators.linear.sample import finite_columns
from nqpf_assets.estimators.linear.within import Floats

Panel = tuple[NDArray[np.object_], NDArray[np.object_]]
"""Labels of units and of periods, (n,) each."""


@dataclass(frozen=True)
class MediationRows:
    """Complete rows: m of the n that were given.

    Attributes:
        outcome: (m,).
        regressors: (m, 1 + K), the treatment first.
        mediators: (m, M).
        is_complete: (n,) whether no mediator is missing.
        n_missing: rows in which each mediator is missing.
    """

    outcome: Floats
    regressors: Floats
    mediators: Floats
    is_complete: NDArray[np.bool_]
    n_missing: tuple[int, ...]


def mediation_rows(
    outcome: ArrayLike,
    treatment: ArrayLike,
    mediators: ArrayLike,
    controls: ArrayLike | None,
    *,
    names: Sequence[str],
    mediator_names: Sequence[str],
) -> MediationRows:
    """Check the columns and keep the rows in which no mediator is missing.

    Args:
        outcome, treatment, mediators, controls: as `mediation` takes them.
        names: treatment and controls.
        mediator_names: one per mediator.
    """
    everything = [*names, *mediator_names]
    if not mediator_names:
        raise EstimationError("there is no mediator")
    if len(set(everything)) != len(everything):
        raise EstimationError(
            f"treatment, mediators and controls must have different names: {', '.join(everything)}"
        )
    y = finite_columns(np.asarray(outcome).reshape(-1, 1), ["the outcome"])
    x = finite_columns(np.asarray(treatment).reshape(-1, 1), names[:1], len(y))
    if controls is not None:
        x = np.column_stack([x, finite_columns(controls, names[1:], len(y))])
    elif len(names) > 1:
        raise EstimationError(f"controls are named but not given: {', '.join(names[1:])}")
    m = np.asarray(mediators)
    m = m[:, None] if m.ndim == 1 else m
    try:
        m = m.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise EstimationError(f"{', '.join(mediator_names)}: not all values are numbers") from error
    is_missing = np.isnan(m)
    m = finite_columns(np.where(is_missing, 0.0, m), mediator_names, len(y))
    keep = ~is_missing.any(axis=1)
    if not keep.any():
        raise EstimationError(f"no row has all of {', '.join(mediator_names)}")
    counts = tuple(int(k) for k in is_missing.sum(axis=0))
    return MediationRows(y[keep, 0], x[keep], m[keep], keep, counts)


def labels_of_rows(labels: ArrayLike, what: str, keep: NDArray[np.bool_]) -> NDArray[np.object_]:
    """The labels of the kept rows; as objects, so that no gap turns into the text "nan"."""
    whole = np.asarray(labels, dtype=object)
    if whole.shape != keep.shape:
        raise EstimationError(
            f"{what}: {counted(len(whole), 'rows')} where {len(keep)} were expected"
        )
    return whole[keep]


def cluster_of_rows(cluster: Cluster | None, keep: NDArray[np.bool_]) -> Cluster | None:
    """The same clusters for the kept rows only."""
    if isinstance(cluster, tuple):
        return tuple(_key_of_rows(key, keep) for key in cluster)
    return None if cluster is None else _key_of_rows(cluster, keep)


def _key_of_rows(key: ClusterKey, keep: NDArray[np.bool_]) -> ClusterKey:
    return key if isinstance(key, str) else labels_of_rows(key, "the cluster", keep)
