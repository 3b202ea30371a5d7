"""The covariances and corrections for small samples that estimators on least squares take.

What a study may say of each is here; the numbers, and what goes with what over arrays, in
`estimators/linear/covariance_kinds.py`, whose names these are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

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
WITH_OWN_DF: Mapping[str, Covariance] = {
    name: one for name, one in LEAST_SQUARES.items() if one.has_own_df
}
"""Bias-reduced errors, of linear estimators that do not rest on it as well."""
WITH_OWN_DF_OF_UNITS: Mapping[str, Covariance] = {
    name: replace(one, keys="units") for name, one in WITH_OWN_DF.items()
}
"""The same by units or groups of them."""
WITH_WILD_BOOTSTRAP: Mapping[str, Covariance] = {
    **LEAST_SQUARES,
    "wild_bootstrap": Covariance(
        1, corrections=CLUSTER_CORRECTIONS, is_drawn=True, can_be_unrestricted=True
    ),
}
"""Of estimators that are one such regression."""
