"""The covariances and corrections for small samples that estimators on least squares take.

What a study may say of each is here; the numbers, and what goes with what over arrays, in
`estimators/linear/covariance_kinds.py`, whose names these are.
"""

from __future__ import annotations

from collections.abc import Mapping

from nqpf_assets.studies.estimator import Covariance

PLAIN_CORRECTIONS = ("xtreg", "none")
CLUSTER_CORRECTIONS = ("xtreg", "plm", "none")
LEAST_SQUARES: Mapping[str, Covariance] = {
    "clustered": Covariance(3, corrections=CLUSTER_CORRECTIONS, has_large_sample=True),
    "unadjusted": Covariance(corrections=PLAIN_CORRECTIONS, has_large_sample=True),
    "robust": Covariance(corrections=PLAIN_CORRECTIONS, has_large_sample=True),
    "driscoll_kraay": Covariance(
        corrections=PLAIN_CORRECTIONS, has_lags=True, has_large_sample=True
    ),
    "newey_west": Covariance(corrections=PLAIN_CORRECTIONS, has_lags=True, has_large_sample=True),
    "cr2": Covariance(1, has_own_df=True),
    "cr3": Covariance(1, has_own_df=True),
    "linearmodels": Covariance(2),
}
"""Of estimators that rest on `two_way_fe`."""
WITH_WILD_BOOTSTRAP: Mapping[str, Covariance] = {
    **LEAST_SQUARES,
    "wild_bootstrap": Covariance(
        1, corrections=CLUSTER_CORRECTIONS, is_drawn=True, can_be_unrestricted=True
    ),
}
"""Of estimators that are one such regression."""
