"""Are the instruments unrelated to the errors, and was it necessary to instrument?

Sargan's and Hansen's tests of overidentification, and the difference of two of them as a test
of endogeneity, as Stata's ivreg2 computes them.
"""

from __future__ import annotations

import numpy as np

from nqpf_assets.estimators.instruments.moments import Partialled, chi2_test
from nqpf_assets.estimators.instruments.result import IvTest
from nqpf_assets.estimators.linear.least_squares import least_squares
from nqpf_assets.estimators.linear.orthonormal import orthonormal
from nqpf_assets.estimators.linear.within import Floats


def overidentification(model: Partialled, residuals: Floats) -> IvTest:
    """Sargan's test under iid errors, Hansen's J of the two-step GMM estimate otherwise.

    Args:
        model: the partialled columns.
        residuals: (n,) of two-stage least squares.

    Source: Sargan (1958), Econometrica 26(3); Hansen (1982), Econometrica 50(4).
    """
    name = "Sargan" if model.is_iid else "Hansen J"
    df = model.z.shape[1] - model.x.shape[1]
    if not df:
        return chi2_test(name, 0.0, 0)
    j = _j(model.z, model, _moment_covariance(model.z, model, residuals))
    return chi2_test(name, model.counts.chi2(j), df)


def endogeneity(model: Partialled) -> IvTest:
    """Difference of J with the endogenous variables as instruments and without.

    Both use the covariance of moments at least-squares residuals, which keeps the difference
    from being negative. Under iid errors it is Durbin's form of the Durbin-Wu-Hausman test.

    Source: Baum, Schaffer and Stillman (2007), Stata Journal 7(4), section 5.
    """
    l1 = model.z.shape[1]
    basis = orthonormal(model.x)
    more = np.column_stack([model.z, basis])
    residuals = least_squares(model.y, model.x).residuals
    covariance = _moment_covariance(more, model, residuals)
    with_them = _j(more, model, covariance)
    without = _j(model.z, model, covariance[:l1, :l1])
    statistic = model.counts.chi2(with_them - without)
    return chi2_test("endogeneity", statistic, model.x.shape[1])


def _moment_covariance(z: Floats, model: Partialled, residuals: Floats) -> Floats:
    if model.is_iid:
        return np.asarray(z.T @ z * (residuals @ residuals) / model.counts.n)
    return model.meat(z * residuals[:, None])


def _j(z: Floats, model: Partialled, covariance: Floats) -> float:
    """Raw J at its own minimum; NaN where the covariance has no inverse.

    Exogenous regressors and effects, though partialled out, change nothing: they are as many
    as their moments, and fit them exactly.
    """
    scale = np.sqrt(np.diag(covariance))
    if not (scale > 0).all():
        return float("nan")
    values, vectors = np.linalg.eigh(covariance / np.outer(scale, scale))
    if values[0] <= 1e-12 * values[-1]:
        return float("nan")
    root = (vectors / np.sqrt(values)).T / scale
    fit = least_squares(root @ (z.T @ model.y), root @ (z.T @ model.x))
    return fit.rss
