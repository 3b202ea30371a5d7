"""Are these indicators correlated enough to be summed up: Kaiser-Meyer-Olkin and Bartlett.

Both look at a correlation matrix alone. The components are in `principal_components`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


VERDICTS = (
    (0.9, "marvellous"),
    (0.8, "meritorious"),
    (0.7, "middling"),
    (0.6, "mediocre"),
    (0.5, "miserable"),
)
"""Least Kaiser-Meyer-Olkin measure → Kaiser's word for it."""


def kmo_verdict(kmo: float) -> str:
    """Kaiser's word for a measure of sampling adequacy.

    Source: Kaiser (1974), Psychometrika 39(1).
    """
    if np.isnan(kmo):
        return "undefined: it correlates with none"
    # Two indicators always have one half, up to rounding.
    return next((word for least, word in VERDICTS if kmo >= least - 1e-9), "unacceptable")


def bartlett_verdict(p_value: float) -> str:
    """What Bartlett's test says of the correlations, at 5 percent."""
    if p_value < 0.05:
        return "the indicators are correlated"
    return "that the indicators are uncorrelated is not rejected"


@dataclass(frozen=True)
class SamplingAdequacy:
    """Measures of a correlation matrix of J indicators.

    Attributes:
        kmo: overall Kaiser-Meyer-Olkin measure.
        kmo_per_indicator: (J,) the same for each indicator ("MSA").
        bartlett_chi2: Bartlett's statistic of no correlation at all.
        bartlett_df: its degrees of freedom, J (J - 1) / 2.
        bartlett_p: its p-value.
    """

    kmo: float
    kmo_per_indicator: Floats
    bartlett_chi2: float
    bartlett_df: int
    bartlett_p: float


def sampling_adequacy(correlation: Floats, n_obs: int) -> SamplingAdequacy:
    """Kaiser-Meyer-Olkin measures and Bartlett's test of sphericity.

    Args:
        correlation: (J, J) non-singular correlation matrix, J of at least two.
        n_obs: number of observations behind it.

    Source: Kaiser and Rice (1974), Educational and Psychological Measurement 34(1);
    Bartlett (1951), Biometrika 38.
    """
    # What scipy.stats.chi2.sf calls, without the second it takes to load.
    from scipy.special import chdtrc

    j = len(correlation)
    inverse = np.linalg.inv(correlation)
    scale = np.sqrt(np.diag(inverse))
    partial = inverse / np.outer(scale, scale)
    off = ~np.eye(j, dtype=bool)
    r2 = np.where(off, correlation**2, 0.0)
    q2 = np.where(off, partial**2, 0.0)
    # An indicator that correlates with none has 0/0: adequacy is undefined there.
    with np.errstate(invalid="ignore"):
        per_indicator = r2.sum(axis=0) / (r2.sum(axis=0) + q2.sum(axis=0))
        overall = float(r2.sum() / (r2.sum() + q2.sum()))
    log_det = float(np.linalg.slogdet(correlation)[1])
    statistic = -(n_obs - 1 - (2 * j + 5) / 6) * log_det
    df = j * (j - 1) // 2
    p = float(chdtrc(df, np.maximum(statistic, 0.0)))
    return SamplingAdequacy(overall, per_indicator, statistic, df, p)
