"""Wald's test that several numbers are zero at once, by F or chi-squared."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nqpf_assets.estimators.linear.distributions import chi2_sf, f_sf
from nqpf_assets.estimators.linear.within import Floats

SINGULAR = 1e-10
"""Smallest eigenvalue of correlations below which they have no inverse but rounding."""


@dataclass(frozen=True)
class JointTest:
    """A test of several restrictions at once.

    Attributes:
        statistic: F or chi-squared; NaN where the covariance has no inverse, as when there are
            more coefficients than clusters.
        df: restrictions.
        df_resid: of F; None for chi-squared.
        p_value: of the statistic.
    """

    statistic: float
    df: int
    df_resid: float | None
    p_value: float


def without_value(df: int) -> JointTest:
    """A test of `df` restrictions that cannot be made."""
    return JointTest(float("nan"), df, float("nan"), float("nan"))


def wald(values: Floats, covariance: Floats, df_resid: float | None) -> JointTest:
    """Wald test that J numbers with a (J, J) covariance are zero: F with `df_resid`, chi-squared without."""
    df = len(values)
    variances = np.diag(covariance)
    errors = np.sqrt(np.where(variances > 0, variances, np.nan))
    # On the scale of correlations, so that units of measurement do not decide.
    correlation = covariance / np.outer(errors, errors)
    if not np.isfinite(correlation).all() or np.linalg.eigvalsh(correlation)[0] < SINGULAR:
        return JointTest(float("nan"), df, df_resid, float("nan"))
    scaled = values / errors
    statistic = float(scaled @ np.linalg.solve(correlation, scaled))
    if df_resid is None:
        return JointTest(statistic, df, None, float(chi2_sf(statistic, df)))
    return JointTest(statistic / df, df, df_resid, float(f_sf(statistic / df, df, df_resid)))
