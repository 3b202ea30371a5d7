"""The effective F of Montiel Olea and Pflueger: are the instruments strong where errors are not alike?

For one endogenous variable. Kleibergen and Paap's F has no critical values where errors are correlated or of
unequal variance; this one has, for the bias of two-stage least squares against the worst that it can be.
"""

from __future__ import annotations

import numpy as np

from nqpf_assets.estimators.instruments.moments import Partialled
from nqpf_assets.estimators.instruments.result import EffectiveF
from nqpf_assets.estimators.linear.within import Floats

BIASES = (0.05, 0.10, 0.20, 0.30)
"""Shares of the worst bias that critical values are told for."""


def effective_f(model: Partialled) -> EffectiveF:
    """Of the first stage of one endogenous variable.

    Critical values are of the simplified procedure, which holds for any covariance of the two equations.

    Source: Montiel Olea and Pflueger (2013), JBES 31(3), equation 12 and section 3.3.
    """
    x = model.x[:, 0]
    slopes = model.z.T @ x
    residuals = x - model.z @ slopes
    if model.is_iid:
        matrix = np.eye(len(slopes)) * float(residuals @ residuals) / model.counts.n
    else:
        matrix = model.meat(model.z * residuals[:, None])
    trace = float(np.trace(matrix))
    if not trace > 0 or not (np.diag(matrix) > 0).all():
        return EffectiveF(float("nan"), {})
    statistic = float(slopes @ slopes) / trace * model.counts.f(1.0, 1)
    return EffectiveF(statistic, {bias: _bound(matrix, bias) for bias in BIASES})


def _bound(matrix: Floats, bias: float, level: float = 0.05) -> float:
    """Patnaik's approximation: a noncentral chi-squared with degrees of freedom that fit two moments."""
    from scipy.special import chndtrix

    far, trace = 1 / bias, float(np.trace(matrix))
    largest = float(np.linalg.eigvalsh(matrix)[-1])
    spread = float((matrix * matrix).sum()) + 2 * far * trace * largest
    df = trace**2 * (1 + 2 * far) / spread
    return float(chndtrix(1 - level, df, df * far)) / df
