"""Tests between a spatial Durbin model and its restrictions: likelihood ratio and Wald.

Both need the model estimated. Tests from residuals of a model without spatial terms are in
`lm`, fixed against random effects in `hausman`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nqpf_assets.estimators.linear.distributions import chi2_sf
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.joint_test import SINGULAR
from nqpf_assets.estimators.spatial.period_weights import are_same
from nqpf_assets.estimators.spatial.result import SpatialModel

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class SpatialTest:
    """A chi-squared test.

    Attributes:
        name: of the test.
        null: the hypothesis, in words.
        statistic: chi-squared with `df` degrees of freedom under the null.
        df: degrees of freedom.
        p_value: NaN where a statistic that cannot be negative comes out negative.
    """

    name: str
    null: str
    statistic: float
    df: int
    p_value: float


def lr_test(unrestricted: SpatialModel, restricted: SpatialModel) -> SpatialTest:
    """Likelihood ratio of two nested models of one sample.

    Args:
        unrestricted: usually ``"sdm"``.
        restricted: ``"sar"`` (θ = 0), ``"slx"`` (ρ = 0) or ``"sem"`` (θ = −ρβ) of the same data.

    Raises:
        EstimationError: models that are not nested or not of the same sample and conventions.

    Source: Elhorst (2014), Spatial Econometrics, ch. 2.
    """
    nulls = {"sar": "theta = 0", "slx": "rho = 0", "sem": "theta + rho beta = 0"}
    if unrestricted.model != "sdm" or restricted.model not in nulls:
        raise EstimationError(
            "the likelihood ratio compares 'sdm' with 'sar', 'sem' or 'slx'; found "
            f"{unrestricted.model!r} and {restricted.model!r}"
        )
    for what in ("effects", "transform", "n_obs", "regressors", "unit_labels", "period_labels"):
        if getattr(unrestricted, what) != getattr(restricted, what):
            raise EstimationError(
                f"the two models differ in {what}: {getattr(unrestricted, what)} and "
                f"{getattr(restricted, what)}"
            )
    transformed = [m.lee_yu == "transformation" for m in (unrestricted, restricted)]
    if transformed[0] != transformed[1]:
        raise EstimationError("one of the two likelihoods is of transformed data; use one lee_yu")
    if not are_same(unrestricted.weights, restricted.weights):
        raise EstimationError("the two models have different weights")
    if restricted.model == "sem":
        _check_all_lagged(unrestricted)
    if restricted.model == "slx" and restricted.lagged != unrestricted.lagged:
        raise EstimationError("the two models have different lagged regressors")
    _check_inside(unrestricted, restricted)
    statistic = 2 * (unrestricted.log_likelihood - restricted.log_likelihood)
    df = 1 if restricted.model == "slx" else len(unrestricted.lagged)
    if statistic < -1e-6:
        raise EstimationError(
            f"the restricted model fits better by {-statistic / 2:.3g}: they are not of the same data"
        )
    name = f"LR, sdm against {restricted.model}"
    return _test(name, nulls[restricted.model], max(statistic, 0.0), df)


def wald_test_sar(model: SpatialModel) -> SpatialTest:
    """Wald test that a Durbin model is a spatial lag model: θ = 0."""
    _check_durbin(model)
    k = len(model.regressors)
    theta, p = model.params[k:], len(model.names)
    jacobian = np.zeros((p - k, model.covariance.shape[0]))
    jacobian[:, k:p] = np.eye(p - k)
    return _wald("Wald, sdm against sar", "theta = 0", theta, jacobian, model)


def wald_test_sem(model: SpatialModel) -> SpatialTest:
    """Wald test of the common factor: a Durbin model is a spatial error model, θ + ρβ = 0."""
    _check_durbin(model)
    _check_all_lagged(model)
    k, p = len(model.regressors), len(model.names)
    gap = model.params[k:] + model.rho * model.params[:k]
    jacobian = np.zeros((k, model.covariance.shape[0]))
    jacobian[:, :k] = model.rho * np.eye(k)
    jacobian[:, k:p] = np.eye(k)
    jacobian[:, p] = model.params[:k]
    return _wald("Wald, sdm against sem", "theta + rho beta = 0", gap, jacobian, model)


def _wald(name: str, null: str, gap: Floats, jacobian: Floats, model: SpatialModel) -> SpatialTest:
    v = jacobian @ model.covariance @ jacobian.T
    variances = np.diag(v)
    scale = 1 / np.sqrt(np.where(variances > 0, variances, np.nan))
    scaled = v * np.outer(scale, scale)
    if not np.isfinite(scaled).all() or np.linalg.eigvalsh(scaled).min() < SINGULAR:
        raise EstimationError(
            "the covariance of what is tested has no inverse, as with fewer clusters than coefficients"
        )
    statistic = float((gap * scale) @ np.linalg.solve(scaled, gap * scale))
    return _test(name, null, statistic, len(gap))


def _check_durbin(model: SpatialModel) -> None:
    if model.model != "sdm":
        raise EstimationError(f"the test starts from the 'sdm' model; found {model.model!r}")
    _check_inside(model)


def _check_inside(*models: SpatialModel) -> None:
    for model in models:
        if model.parameter is not None and model.parameter.is_at_bound:
            raise EstimationError(
                f"{model.parameter.name} of the {model.model!r} model is at its bound "
                f"{model.parameter.bound:.4g}, where the statistic has no chi-squared distribution"
            )


def _check_all_lagged(model: SpatialModel) -> None:
    absent = [name for name in model.regressors if name not in model.lagged]
    if absent:
        raise EstimationError(
            "the spatial error model is a restriction only if every regressor is lagged; without "
            f"a lag: {', '.join(absent)}"
        )


def _test(name: str, null: str, statistic: float, df: int) -> SpatialTest:

    p_value = float(chi2_sf(statistic, df)) if statistic >= 0 else float("nan")
    return SpatialTest(name, null, statistic, df, p_value)
