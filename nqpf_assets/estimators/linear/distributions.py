"""Tails and quantiles of the distributions that tests refer to, as scipy.stats has them.

scipy.stats itself takes a second to load, which is a third of a refresh; it computes these from the same
functions of scipy.special. Arguments may be numbers or arrays that broadcast.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Numbers = Any
"""A number, or an array of numbers."""


def normal_cdf(x: Numbers) -> Numbers:
    from scipy.special import ndtr

    return ndtr(x)


def normal_sf(x: Numbers) -> Numbers:
    from scipy.special import ndtr

    return ndtr(np.negative(x))


def normal_ppf(p: Numbers) -> Numbers:
    from scipy.special import ndtri

    return ndtri(p)


def normal_logpdf(x: Numbers) -> Numbers:
    return np.square(x) / -2.0 - np.log(np.sqrt(2 * np.pi))


def t_sf(x: Numbers, df: Numbers) -> Numbers:
    """P(t > x) with `df` degrees of freedom."""
    from scipy.special import stdtr

    return stdtr(df, np.negative(x))


def t_ppf(p: Numbers, df: Numbers) -> Numbers:
    """The quantile at `p` strictly between 0 and 1, with the shape of `df`."""
    from scipy.special import stdtrit

    return stdtrit(df, p)


def chi2_sf(x: Numbers, df: Numbers) -> Numbers:
    """P(χ² > x); 1 for negative `x`."""
    from scipy.special import chdtrc

    return chdtrc(df, np.maximum(x, 0.0))


def f_sf(x: Numbers, df_numerator: Numbers, df_denominator: Numbers) -> Numbers:
    """P(F > x); 1 for negative `x`."""
    from scipy.special import fdtrc

    return fdtrc(df_numerator, df_denominator, np.maximum(x, 0.0))


def f_ppf(p: Numbers, df_numerator: Numbers, df_denominator: Numbers) -> Numbers:
    """The quantile at `p` strictly between 0 and 1."""
    from scipy.special import fdtri

    return fdtri(df_numerator, df_denominator, p)
