"""Which module fits a column of which estimator, told without importing any of them.

`column.FIT` has the functions; a test holds the two against each other.
"""

from __future__ import annotations

from collections.abc import Mapping

FIT_COLUMN = "nqpf_assets.estimation.column"

FITTED_IN: Mapping[str, str] = {
    estimator: f"nqpf_assets.estimation.{module}"
    for module, estimators in {
        "linear": ("two_way_fe", "ols"),
        "tobit": ("tobit", "re_tobit"),
        "instruments": ("fe_2sls",),
        "mediation": ("mediation",),
        "group_difference": ("group_difference",),
        "threshold": ("threshold",),
        "space": ("spatial_durbin", "spatial_lag", "spatial_error", "spatial_slx"),
    }.items()
    for estimator in estimators
}
"""Estimator, as studies name it → module."""
