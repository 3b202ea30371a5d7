"""From a covariance to standard errors, tests and intervals; and the keys that it clusters by.

Shared by estimators that report coefficients of least squares. The covariances themselves
are computed in modules of their own; which there are, and what goes with which, stands in
`covariance_kinds`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nqpf_assets.estimators.counted import counted
from nqpf_assets.estimators.linear.covariance_kinds import BIAS_REDUCED, KINDS
from nqpf_assets.estimators.linear.distributions import t_ppf, t_sf
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.sample import PanelSample, encode
from nqpf_assets.estimators.linear.whole_units import require_whole_units
from nqpf_assets.estimators.linear.within import Codes, Floats

ClusterKey = str | NDArray[np.generic]
Cluster = ClusterKey | tuple[ClusterKey, ...]


@dataclass(frozen=True)
class Inference:
    """Tests that P terms are zero.

    Attributes:
        std_errors, t_stats, p_values: (P,).
        conf_int: (P, 2).
    """

    std_errors: Floats
    t_stats: Floats
    p_values: Floats
    conf_int: Floats


def student_inference(
    estimates: Floats, covariance: Floats, df: Floats, confidence_level: float
) -> Inference:
    """Two-sided t tests and intervals.

    Args:
        estimates: (P,).
        covariance: (P, P); a term without a positive variance is not tested, all of it is NaN.
        df: (P,) degrees of freedom.
        confidence_level: between 0 and 1.
    """
    variances = np.diag(covariance)
    std_errors = np.sqrt(np.where(variances > 0, variances, np.nan))
    t_stats = estimates / std_errors
    p_values = 2 * t_sf(np.abs(t_stats), df)
    half = t_ppf((1 + confidence_level) / 2, df) * std_errors
    return Inference(
        std_errors, t_stats, p_values, np.column_stack([estimates - half, estimates + half])
    )


def cluster_codes(
    cluster: Cluster | None, sample: PanelSample, vcov: str, effects: Collection[str] = ()
) -> tuple[Codes, ...]:
    """Codes (n,) of the cluster keys; the unit when none is given.

    Args:
        effects: that are absorbed; bias-reduced errors under unit effects take units whole.
    """
    keys = cluster if isinstance(cluster, tuple) else ("unit" if cluster is None else cluster,)
    kind = KINDS.get(vcov)  # other estimators have covariances of their own
    most = max(1, kind.most_keys) if kind else 3
    if not 1 <= len(keys) <= most:
        raise EstimationError(
            f"vcov {vcov!r} takes at most {counted(most, 'cluster keys')}; found {len(keys)}"
        )
    found = []
    for key in keys:
        if isinstance(key, str):
            own = {"unit": sample.unit_codes, "period": sample.period_codes}
            if key not in own:
                raise EstimationError(f"cluster is 'unit', 'period' or an array; found {key!r}")
            found.append(own[key])
            continue
        codes, _ = encode(key, "the cluster")
        if len(codes) != len(sample.is_in_sample):
            raise EstimationError(
                f"the cluster has {counted(len(codes), 'rows')} where {len(sample.is_in_sample)} "
                "were expected"
            )
        found.append(np.unique(codes[sample.is_in_sample], return_inverse=True)[1])
    if vcov in BIAS_REDUCED and "unit" in effects:
        what = f"clusters of {vcov.upper()} with unit effects"
        require_whole_units(sample.unit_codes, sample.unit_labels, found, what)
    return tuple(found)
