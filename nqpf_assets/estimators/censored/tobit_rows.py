"""What one observation of a censored outcome contributes to a normal log-likelihood.

Written in Olsen's parametrisation, in which the log-likelihood is concave: an index m
(coefficients divided by sigma) and theta = 1/sigma. Shared by the Tobit with effects as
dummies and by the Tobit with random effects; summing and maximising are done there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nqpf_assets.estimators.linear.within import Floats

LOG_ROOT_2PI = 0.5 * np.log(2 * np.pi)


@dataclass(frozen=True)
class Rows:
    """A censored outcome.

    Attributes:
        point: (n,) the outcome where it was observed, the limit where it was censored.
        side: (n,) -1 censored from the left, 0 observed, 1 censored from the right.
    """

    point: Floats
    side: NDArray[np.int8]

    @property
    def n_observed(self) -> int:
        """Number of rows whose outcome is not censored."""
        return int((self.side == 0).sum())


@dataclass(frozen=True)
class RowTerms:
    """Log density of each row and its derivatives; arrays shaped like the index.

    The derivatives with respect to theta follow from those with respect to the index: the
    density depends on theta * point - index, and an observed row adds log(theta).

    Attributes:
        log_density: without the log(theta) of observed rows.
        slope: first derivative with respect to the index.
        weight: minus the second derivative; from 0 (says nothing) to 1 (observed).
    """

    log_density: Floats
    slope: Floats
    weight: Floats


def inverse_mills(z: Floats) -> Floats:
    """Normal density divided by distribution function, without loss in the lower tail."""
    from scipy.special import erfcx

    # erfcx overflows to infinity far in the upper tail, where the ratio is zero indeed.
    with np.errstate(over="ignore"):
        return np.asarray(np.sqrt(2 / np.pi) / erfcx(-z / np.sqrt(2)), dtype=np.float64)


def row_terms(rows: Rows, index: Floats, theta: float) -> RowTerms:
    """Terms of all rows at an index of shape (n,) or (n, Q), for Q values of a random effect."""
    from scipy.special import log_ndtr

    flat = index.ndim == 1
    shifted = (theta * rows.point if flat else theta * rows.point[:, None]) - index
    log_density = np.empty_like(shifted)
    slope, weight = shifted.copy(), np.ones_like(shifted)
    observed = rows.side == 0
    log_density[observed] = -0.5 * shifted[observed] ** 2 - LOG_ROOT_2PI
    for side in (-1, 1):
        at = rows.side == side
        z = -side * shifted[at]
        ratio = inverse_mills(z)
        log_density[at] = log_ndtr(z)
        slope[at] = side * ratio
        # Between 0 and 1 by theory; rounding far in the tail must not leave that range.
        weight[at] = np.clip(ratio * (z + ratio), 0.0, 1.0)
    return RowTerms(log_density, slope, weight)
