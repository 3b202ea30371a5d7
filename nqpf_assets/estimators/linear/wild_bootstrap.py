"""The wild cluster bootstrap of least squares with effects: p-values and intervals where clusters are few.

Residuals change their sign, or their size too, by whole clusters (`wild_changes`). The bootstrap of two
stages is in `instruments.wild_bootstrap`; what both share of statistics and intervals, in `wild_inference`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nqpf_assets.estimators.linear.wild_changes import Changes, WildBootstrap, changes_of
from nqpf_assets.estimators.linear.wild_inference import (
    TIE,
    WildInference,
    first_rejected,
    squared_t,
    sums_of_demeaned,
    tested,
)
from nqpf_assets.estimators.linear.within import Codes, Floats, group_sums


def wild_least_squares(
    x_within: Floats,
    bread: Floats,
    params: Floats,
    residuals: Floats,
    demean: Callable[[Floats], Floats],
    clusters: Codes,
    options: WildBootstrap,
    confidence_level: float,
) -> WildInference:
    """The bootstrap of Cameron, Gelbach and Miller for coefficients of least squares with effects.

    Args:
        x_within: (n, K) regressors, effects removed; bread: (K, K) inverse of their products.
        params: (K,); residuals: (n,).
        demean: removes the effects from (n, m) columns.
        clusters: (n,) codes from 0.

    Statistics are t with clustered errors, whose factor for small samples cancels.

    Source: Cameron, Gelbach and Miller (2008), REStat 90(3); Djogbenou, MacKinnon and Nielsen (2019), Journal
    of Econometrics 212(2); Roodman, MacKinnon, Nielsen and Webb (2019), Stata Journal 19(1), for the algebra.
    """
    changes = changes_of(options, int(clusters.max()) + 1, is_even=True)

    def test(j: int) -> tuple[float, tuple[float, float]]:
        # What is left of the regressor once the others are removed, and the row's weight in its coefficient.
        own = x_within @ bread[:, j] / bread[j, j]
        one = _Coefficient.of(x_within, bread, residuals, own, demean, clusters, changes)
        if options.restricted:
            p_value, (below, above) = one.p_value(params[j]), one.ends(confidence_level)
        else:
            p_value, below = one.unrestricted(params[j], confidence_level)
            above = below
        return p_value, (params[j] - below, params[j] + above)

    return tested(test, len(params), options, changes)


@dataclass(frozen=True)
class _Coefficient:
    """What the draws make of one coefficient: linear in how far the hypothesis is from the estimate.

    Attributes:
        top: (2, B) numerators of the residuals, and of the regressor.
        squares: (3, B) of the sums over clusters: residuals', products, regressor's.
        size: products of the regressor with itself, the others removed.
        square: of the sample's sums over clusters.
    """

    top: Floats
    squares: Floats
    size: float
    square: float
    changes: Changes

    @classmethod
    def of(
        cls,
        x: Floats,
        bread: Floats,
        residuals: Floats,
        own: Floats,
        demean: Callable[[Floats], Floats],
        clusters: Codes,
        changes: Changes,
    ) -> _Coefficient:
        g, v = changes.values.shape[1], changes.values
        weights = group_sums(own[:, None] * x, clusters, g)
        sums, scores = [], []
        for part in (residuals, own):
            sums.append(group_sums((own * part)[:, None], clusters, g)[:, 0])
            moved = sums_of_demeaned(own[:, None], part, demean, clusters, g)[:, :, 0]
            scores.append(
                v @ (moved - group_sums(x * part[:, None], clusters, g) @ bread @ weights.T)
            )
        first, second = scores
        squares = np.array([(first**2).sum(1), (first * second).sum(1), (second**2).sum(1)])
        top = np.array([v @ one for one in sums])
        return cls(top, squares, float(own @ own), float((sums[0] ** 2).sum()), changes)

    @property
    def error(self) -> float:
        """The standard error without a factor for small samples."""
        return float(np.sqrt(self.square)) / self.size

    def p_value(self, away: float) -> float:
        """Of the hypothesis so far below the estimate."""
        top = self.top[0] + away * self.top[1]
        bottom = self.squares[0] + 2 * away * self.squares[1] + away**2 * self.squares[2]
        t2 = (away / self.error) ** 2 if self.square > 0 else np.nan
        n_as_large = np.count_nonzero(squared_t(top, bottom, self.square) >= t2 * (1 - TIE))
        return self.changes.p_value(int(n_as_large)) if np.isfinite(t2) else float("nan")

    def ends(self, level: float) -> tuple[float, float]:
        """How far below and above the estimate the interval reaches."""
        above = first_rejected(lambda away: self.p_value(-away), self.error, level)
        return first_rejected(self.p_value, self.error, level), above

    def unrestricted(self, estimate: float, confidence_level: float) -> tuple[float, float]:
        """The p-value that the coefficient is zero, and half the width of the interval."""
        if not self.square > 0:
            return float("nan"), float("nan")
        drawn = np.sort(squared_t(self.top[0], self.squares[0], self.square))
        n_as_large = np.count_nonzero(drawn >= (estimate / self.error) ** 2 * (1 - TIE))
        place = int(np.ceil(confidence_level * (len(drawn) + 1) - 1e-9)) - 1
        half = float(np.sqrt(drawn[place])) * self.error if place < len(drawn) else float("inf")
        return self.changes.p_value(int(n_as_large)), half
