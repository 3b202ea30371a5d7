"""Least squares with fixed effects on long panels, in two readings of the rows instead of a copy of them.

Of the columns less their means, the first reading keeps products, and sums by unit and by period. What
effects explain follows from these sums, exactly for unbalanced panels too, and with it the products of what
is left: no demeaned column is written. The second reading makes residuals and scores, whose sum tells what
rounding has left of the coefficients. Differences of products lose digits where effects or other regressors
explain nearly all of a column; such panels are handed back, to be demeaned row by row in `within_fit`.

Source: Frisch, Waugh and Lovell; the solution for two effects is that of `within`; refinement as in
Björck (1996), Numerical Methods for Least Squares Problems, section 6.6.5.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nqpf_assets.estimators.linear.absorbed import ManyEffects
from nqpf_assets.estimators.linear.collinearity import DroppedRegressor
from nqpf_assets.estimators.linear.counted_parameters import counted_parameters
from nqpf_assets.estimators.linear.long_readings import (
    Errors,
    Products,
    Scores,
    first_reading,
    second_reading,
)
from nqpf_assets.estimators.linear.sample import PanelSample
from nqpf_assets.estimators.linear.within import Codes, FixedEffects, Floats

# From so many rows on the copy takes the time. Below, milliseconds would be gained, and samples as small as
# those of papers keep all digits.
LONG = 50_000
# Least share of a column's variation that effects and other regressors must leave: products lose at most four
# of sixteen digits above it, and refinement brings those of the coefficients back.
LEFT = 1e-4
# A step that moves the fitted values by less than this share of the residuals is rounding. Residuals of a fit
# that is exact, or nearly, are rounding themselves, and never settle.
SETTLED = 1e-12
_STEPS = 4


@dataclass(frozen=True)
class LongFit:
    """Least squares of n rows on K regressors, none of which is left out, the effects removed.

    Attributes:
        sample, fe, names: the rows, the effects and the regressors.
        products: of the columns.
        params: (K,).
        bread: (K, K) inverse of the regressors' products within.
        residuals: (n,).
        rss: sum of their squares.
        scores: what errors are made of.
        df_resid: n - K - all effects.
    """

    sample: PanelSample
    fe: FixedEffects
    names: tuple[str, ...]
    products: Products
    params: Floats
    bread: Floats
    residuals: Floats
    rss: float
    scores: Scores
    df_resid: int
    dropped: tuple[DroppedRegressor, ...] = ()
    is_exact: bool = False

    @property
    def constant(self) -> float:
        """Mean of the outcome minus mean regressors times coefficients."""
        centre = self.products.centre
        return float(centre[0] - centre[1:] @ self.params)

    @property
    def means(self) -> Floats:
        """(1 + K,) of outcome and regressors."""
        return self.products.centre

    @property
    def of_regressors(self) -> Floats:
        """(K, K) products of the regressors, the effects removed."""
        return self.products.within[1:, 1:]

    @property
    def squares(self) -> Floats:
        """(1 + K, 1 + K) products of the rows' scores."""
        return self.scores.squares

    @property
    def of_clusters(self) -> Floats:
        """(1 + K, 1 + K) products of the scores' sums by cluster."""
        return np.asarray(self.scores.sums.T @ self.scores.sums)

    @property
    def n_clusters(self) -> int:
        """G."""
        return len(self.scores.sums)

    @property
    def counted_parameters(self) -> int:
        """k of the correction in clusters."""
        return counted_parameters(len(self.params), self.fe, self.scores.clusters)

    @property
    def whole_rss(self) -> float:
        """Sum of squared residuals of all rows."""
        return self.rss

    @property
    def tss_within(self) -> float:
        """Sum of squares of the outcome, the effects removed."""
        return float(self.products.within[0, 0])

    @property
    def spreads(self) -> Floats:
        """(1 + K,) lengths of outcome and regressors less their means."""
        return np.asarray(np.sqrt(np.diag(self.products.total)))

    @property
    def tss_of_units(self) -> float:
        """Sum of squares of the outcome less its means by unit."""
        return self.products.of_units

    def levels(self) -> tuple[Floats, Floats] | None:
        """Effects (N,) of units and (T,) of periods."""
        weights = np.append(1.0, -self.params)
        return self.products.units @ weights, self.products.periods @ weights


def long_fit(
    sample: PanelSample,
    fe: FixedEffects,
    names: Sequence[str],
    vcov: Errors,
    clusters: Sequence[Codes],
) -> LongFit | None:
    """Fit the outcome by all regressors; None where rows must be demeaned one by one.

    Args:
        sample: of rows that weigh alike.
        names: of its K regressors.
        vcov: which scores are kept.
        clusters: the keys (n,) of ``"clustered"``; others do not look at them.
    """
    clusters = clusters if vcov == "clustered" else ()
    k, n = len(names), sample.n_obs
    df_resid = n - k - fe.rank
    if isinstance(fe, ManyEffects) or n < LONG or df_resid < 1 or len(clusters) > 1:
        return None
    products = first_reading(sample, fe)
    if not _is_clear(products):
        return None
    x, y = products.within[1:, 1:], products.within[1:, 0]
    length = np.sqrt(np.diag(x))
    bread = np.linalg.inv(x / np.outer(length, length)) / np.outer(length, length)
    params = bread @ y
    for _ in range(_STEPS):
        residuals, scores, gradient = second_reading(sample, fe, products, params, vcov, clusters)
        rss = float(residuals @ residuals)
        step = bread @ gradient
        params = params + step
        if float(step @ x @ step) < SETTLED**2 * rss:
            return LongFit(
                sample, fe, tuple(names), products, params, bread, residuals, rss, scores, df_resid
            )
    return None


def _is_clear(products: Products) -> bool:
    """Whether the effects leave enough of the outcome, and effects and others enough of each regressor."""
    length = np.sqrt(np.diag(products.total))
    if not (np.isfinite(length) & (length > 0)).all():
        return False
    shares = products.within / np.outer(length, length)
    return bool(shares[0, 0] > LEFT and np.linalg.eigvalsh(shares[1:, 1:])[0] > LEFT)
