"""Errors correlated over the years of a unit, after Newey and West, and not between units.

Beside `covariance.driscoll_kraay`, which sums a year's units first and so allows units to be correlated,
too. Which program prints the same is told in docs/methods/two_way_fe.md.
"""

from __future__ import annotations

import numpy as np

from nqpf_assets.estimators.linear.covariance import Covariance, bandwidth
from nqpf_assets.estimators.linear.within import Codes, Floats


def newey_west(
    scores: Floats,
    units: Codes,
    periods: Codes,
    lags: int | None,
    n_parameters: int,
    small_sample: str,
    weighing: Floats,
) -> Covariance:
    """Unequal variances, and correlation within units that fades over `lags` periods.

    Args:
        scores: (n, Q), of which `weighing` (Q, P) makes the influences of P terms.
        units, periods: (n,) codes, periods in the order of time; each pair once. Lags count the periods
            of the panel: a unit without a row in one of them has a gap there, which nothing bridges.
        lags: the last lag with a weight, 1 - lag / (lags + 1) (Bartlett); 0 is `robust`; default
            floor(T^(1/4)).
        n_parameters: k of the factor n/(n - k), all effects included.
        small_sample: ``"xtreg"`` for that factor, ``"none"`` without.

    Raises:
        EstimationError: fewer than two periods, or lags that reach beyond them.

    Source: Newey and West (1987), Econometrica 55(3), summed over units.
    """
    n, t = len(scores), int(periods.max()) + 1
    lags = bandwidth(lags, t, "Newey-West")
    products = scores.T @ scores
    # Spans of t + lags codes for each unit, so that no lag reaches into another unit.
    places = units.astype(np.int64) * (t + lags) + periods
    order = np.argsort(places)
    ordered = places[order]
    for lag in range(1, lags + 1):
        at = np.minimum(np.searchsorted(ordered, places + lag), n - 1)
        has_later = ordered[at] == places + lag
        cross = scores[has_later].T @ scores[order[at[has_later]]]
        products = products + (1 - lag / (lags + 1)) * (cross + cross.T)
    factor = 1.0 if small_sample == "none" else n / (n - n_parameters)
    matrix = weighing.T @ products @ weighing * factor
    df = np.full(len(matrix), float(n - n_parameters))
    return Covariance(matrix, df, factor, n_parameters)
