"""Weights by how much indicators differ between observations, and by how little they say the same.

Arithmetic only; normalising comes before and putting together after.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nqpf_assets.indices.errors import IndicatorError
from nqpf_assets.indices.indicators import Floats


def critic_information(z: Floats) -> Floats:
    """(J,) what each indicator tells: its standard deviation times the sum over others of one minus r.

    Args:
        z: (n, J) normalised values, of which more is better.

    Raises:
        IndicatorError: fewer than two indicators, or all of them go together exactly.

    Source: Diakoulaki, Mavrotas and Papayannakis (1995), Computers and Operations Research 22(7). The
    standard deviation is that of n - 1; with n the weights are the same.
    """
    if z.shape[1] < 2:
        raise IndicatorError("CRITIC compares indicators with each other; this index has one")
    conflict = (1.0 - np.corrcoef(z, rowvar=False)).sum(axis=0)
    if conflict.max() < 1e-9:
        raise IndicatorError(
            "all indicators go together exactly: CRITIC has nothing to tell them apart by"
        )
    # Rounding of a correlation of one must not make a weight negative.
    return np.asarray(z.std(axis=0, ddof=1) * np.maximum(conflict, 0.0))


def variation(x: Floats, names: Sequence[str]) -> Floats:
    """(J,) coefficients of variation: standard deviation (n - 1) over mean.

    Raises:
        IndicatorError: values below zero, or a mean of zero, where it says nothing.
    """
    mean = x.mean(axis=0)
    wrong = [
        name for name, low, of in zip(names, x.min(axis=0), mean, strict=True) if low < 0 or of <= 0
    ]
    if wrong:
        raise IndicatorError(
            "a coefficient of variation is of values that are not negative: " + ", ".join(wrong)
        )
    return np.asarray(x.std(axis=0, ddof=1) / mean)


def shares_of(parts: Floats) -> Floats:
    """Parts over their sum."""
    return np.asarray(parts / parts.sum())
