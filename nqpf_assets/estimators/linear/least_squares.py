"""Least squares of columns that are known to be independent.

The arithmetic only; which columns are independent is decided in `collinearity`, and what
the residuals say about the coefficients in `covariance`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nqpf_assets.estimators.linear.lengths import clear_products
from nqpf_assets.estimators.linear.within import Floats


@dataclass(frozen=True)
class LeastSquares:
    """A fit of n rows by K columns.

    Attributes:
        params: (K,).
        bread: (K, K) inverse of x'x.
        residuals: (n,).
        rss: sum of their squares.
    """

    params: Floats
    bread: Floats
    residuals: Floats
    rss: float


def least_squares(y: Floats, x: Floats) -> LeastSquares:
    """Fit (n,) y by (n, K) x, n >= K, by QR of the columns brought to one length.

    Long columns that are far from collinear are fitted by their products, refined once: the same but
    for rounding (Björck 1996, Numerical Methods for Least Squares Problems, section 6.6.5).
    """
    if (products := clear_products(x)) is not None:
        params = products.inverse @ (x.T @ y)
        params += products.inverse @ (x.T @ (y - x @ params))
        residuals = y - x @ params
        return LeastSquares(params, products.inverse, residuals, float(residuals @ residuals))
    length = np.linalg.norm(x, axis=0)
    q, r = np.linalg.qr(x / length)
    inverse = np.linalg.inv(r) / length[:, None]
    params = inverse @ (q.T @ y)
    residuals = y - x @ params
    return LeastSquares(params, inverse @ inverse.T, residuals, float(residuals @ residuals))
