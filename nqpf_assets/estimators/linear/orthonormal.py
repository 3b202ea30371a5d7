"""Orthonormal columns that span the same as others which are known to be independent."""

from __future__ import annotations

import numpy as np

from nqpf_assets.estimators.linear.lengths import Floats, clear_products


def orthonormal(columns: Floats) -> Floats:
    """(n, K) of length one and at right angles, from (n, K) of any lengths; their signs have no meaning.

    By Householder's QR. Long columns that are far from collinear are divided by the Cholesky factor of their
    products, and once more against rounding: the same space to the last digits, in a third of the time
    (Yamamoto, Nakatsukasa, Yanagisawa and Fukaya 2015, Electronic Transactions on Numerical Analysis 44).
    """
    if clear_products(columns) is None:
        return np.asarray(np.linalg.qr(columns / np.linalg.norm(columns, axis=0))[0])
    for _ in range(2):
        columns = columns @ np.linalg.inv(np.linalg.cholesky(columns.T @ columns)).T
    return columns
