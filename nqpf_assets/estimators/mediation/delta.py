"""The delta method for effects that are products and sums of coefficients of several equations."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nqpf_assets.estimators.linear.two_way_fe_result import TwoWayFE
from nqpf_assets.estimators.linear.within import Floats
from nqpf_assets.estimators.mediation.tests import ProductTest, normal_test


def coefficients_of(*equations: tuple[TwoWayFE, Sequence[str]]) -> tuple[Floats, Floats]:
    """Coefficients (P,) of several equations, and their covariance (P, P).

    Within an equation it is that of the equation, clustered as it is; between equations it is zero: so it is
    where errors of the equations are independent of each other, as a recursive system takes them to be.

    Args:
        equations: each with the names of the terms that are asked for.
    """
    places = [[model.names.index(name) for name in names] for model, names in equations]
    size = sum(map(len, places))
    params, covariance, start = np.empty(size), np.zeros((size, size)), 0
    for (model, _), at in zip(equations, places, strict=True):
        own = slice(start, start + len(at))
        params[own] = model.params[at]
        covariance[own, own] = model.covariance[np.ix_(at, at)]
        start += len(at)
    return params, covariance


def delta_test(estimate: float, gradient: Floats, covariance: Floats) -> ProductTest:
    """A normal test that an effect is zero; NaN where its variance is not positive.

    Args:
        gradient: (P,) derivatives of the effect by the coefficients; covariance: (P, P) of these.
    """
    at = np.flatnonzero(
        gradient
    )  # a coefficient without a variance spoils no effect that it is not in
    own = covariance[np.ix_(at, at)]
    return normal_test(float(estimate), float(gradient[at] @ own @ gradient[at]))
