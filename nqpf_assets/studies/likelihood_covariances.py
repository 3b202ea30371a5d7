"""The covariances that estimators by maximum likelihood take, with effects as dummies or conditioned on."""

from __future__ import annotations

from collections.abc import Mapping

from nqpf_assets.studies.estimator import Covariance

CORRECTIONS = ("stata", "none")
LIKELIHOOD: Mapping[str, Covariance] = {
    "clustered": Covariance(3, corrections=CORRECTIONS),
    "unadjusted": Covariance(),
    "robust": Covariance(corrections=CORRECTIONS),
}
