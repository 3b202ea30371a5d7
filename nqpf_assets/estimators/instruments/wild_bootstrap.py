"""The wild restricted efficient bootstrap of two-stage least squares, by whole clusters (WRE).

What is drawn obeys the hypothesis in the equation of the outcome; the first stages are estimated with the
residual of that equation beside the instruments, which weak instruments need. What all such bootstraps share
is in `linear.wild_changes` and `linear.wild_inference`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nqpf_assets.estimators.instruments.sample import IvSample
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.orthonormal import orthonormal
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

BLOCK = 500
"""Draws that are estimated at once."""
HALVINGS = 16


def wild_two_stage(
    sample: IvSample,
    params: Floats,
    clusters: Codes,
    options: WildBootstrap,
    confidence_level: float,
) -> WildInference:
    """Tests of the K coefficients, endogenous first, and intervals by inversion.

    Args:
        sample: columns with the effects removed.
        params: (K,) of two-stage least squares.
        clusters: (n,) codes from 0.

    Source: Davidson and MacKinnon (2010), JBES 28(1); Roodman, MacKinnon, Nielsen and Webb (2019), Stata
    Journal 19(1), for clusters.
    """
    if not options.restricted:
        raise EstimationError("the wild bootstrap of two-stage least squares is a restricted one")
    changes = changes_of(options, int(clusters.max()) + 1, is_even=False)

    def test(j: int) -> tuple[float, tuple[float, float]]:
        one = _Tested.of(sample, params, j, clusters, changes)
        return one.p_value(float(params[j])), one.ends(confidence_level)

    return tested(test, len(params), options, changes)


@dataclass(frozen=True)
class _Tested:
    """One coefficient and the columns that its test needs.

    Attributes:
        sample: the columns.
        columns: (n, K) endogenous and exogenous regressors.
        basis: (n, L) orthonormal columns that span all instruments.
        j: place of the coefficient; estimate: of it.
        square: of the sample's sums over clusters, on the scale of the coefficient.
    """

    sample: IvSample
    columns: Floats
    basis: Floats
    j: int
    estimate: float
    square: float
    clusters: Codes
    changes: Changes

    @classmethod
    def of(
        cls, sample: IvSample, params: Floats, j: int, clusters: Codes, changes: Changes
    ) -> _Tested:
        instruments = np.column_stack([sample.z, sample.w])
        basis = orthonormal(instruments)
        columns = np.column_stack([sample.x, sample.w])
        explained = basis.T @ columns
        weights = basis @ explained @ np.linalg.inv(explained.T @ explained)[:, j]
        scores = (weights * (sample.y - columns @ params))[:, None]
        sums = group_sums(scores, clusters, changes.values.shape[1])
        square, estimate = float((sums**2).sum()), float(params[j])
        return cls(sample, columns, basis, j, estimate, square, clusters, changes)

    @property
    def error(self) -> float:
        """The standard error without a factor for small samples."""
        return float(np.sqrt(self.square))

    def ends(self, level: float) -> tuple[float, float]:
        """The interval around the estimate in which nothing is rejected."""
        if not self.error > 0:
            return float("nan"), float("nan")
        above = first_rejected(lambda away: self.p_value(-away), self.error, level, steps=HALVINGS)
        below = first_rejected(self.p_value, self.error, level, steps=HALVINGS)
        return self.estimate - below, self.estimate + above

    def p_value(self, away: float) -> float:
        """Of the hypothesis so far below the estimate."""
        if not self.square > 0:
            return float("nan")
        own = (away / self.error) ** 2
        values = self.changes.values
        drawn = _Drawn.of(self, self.estimate - away)
        n_as_large = sum(
            int(np.count_nonzero(drawn.squared(values[start : start + BLOCK]) >= own * (1 - TIE)))
            for start in range(0, len(values), BLOCK)
        )
        return self.changes.p_value(n_as_large)


@dataclass(frozen=True)
class _Drawn:
    """What draws are made of under one hypothesis.

    Attributes:
        one: the coefficient.
        fixed: (L, K) products of the basis with the regressors as the first stages give them.
        moving: (K, G, L) what residuals of each cluster add to them; zero for exogenous ones.
        error: (G, L) the same of the outcome's.
        fixed_sums: (K, G·L), moving_sums: (K1, G, G·L), error_sums: (G, G·L) the same by cluster, where
            the effects are removed from what is drawn.
    """

    one: _Tested
    fixed: Floats
    moving: Floats
    error: Floats
    fixed_sums: Floats
    moving_sums: Floats
    error_sums: Floats

    @classmethod
    def of(cls, one: _Tested, hypothesis: float) -> _Drawn:
        sample, basis, clusters, j = one.sample, one.basis, one.clusters, one.j
        g, k1 = one.changes.values.shape[1], sample.x.shape[1]
        others = np.delete(one.columns, j, axis=1)
        outcome = sample.y - hypothesis * one.columns[:, j]
        if others.shape[1]:
            explained = basis.T @ others
            outcome = (
                outcome - others @ np.linalg.lstsq(explained, basis.T @ outcome, rcond=None)[0]
            )
        # The residual beside the instruments: what is left of it once they are removed has one coefficient.
        left = outcome - basis @ (basis.T @ outcome)
        share = left @ sample.x / (left @ left)
        fitted = basis @ (basis.T @ (sample.x - outcome[:, None] * share))
        rest = sample.x - fitted

        def by_cluster(part: Floats) -> tuple[Floats, Floats]:
            plain = np.array(
                [group_sums(q[:, None] * part[:, None], clusters, g)[:, 0] for q in basis.T]
            ).T
            summed = sums_of_demeaned(basis, part, sample.fe.demean, clusters, g)
            return plain, summed.reshape(g, -1)

        def sums(part: Floats) -> Floats:
            return group_sums(basis * part[:, None], clusters, g).ravel()

        moved = [by_cluster(rest[:, k]) for k in range(k1)]
        error, error_sums = by_cluster(outcome)
        columns = np.column_stack([fitted, sample.w])
        none, n_all = np.zeros_like(error), columns.shape[1]
        return cls(
            one,
            basis.T @ columns,
            np.array([moved[k][0] if k < k1 else none for k in range(n_all)]),
            error,
            np.array([sums(column) for column in columns.T]),
            np.array([part[1] for part in moved]),
            error_sums,
        )

    def squared(self, v: Floats) -> Floats:
        """Squares of the statistics of (B, G) draws, (B,)."""
        j, g = self.one.j, v.shape[1]
        # (B, L, K): the regressors as the instruments explain them.
        explained = self.fixed[None] + np.einsum("bg,kgl->blk", v, self.moving, optimize=True)
        products = np.einsum("blk,blm->bkm", explained, explained)
        inverse = np.linalg.inv(products)
        away = np.einsum("bkm,blm,bl->bk", inverse, explained, v @ self.error, optimize=True)
        residuals = v @ self.error_sums
        for k in range(self.fixed.shape[1]):
            column = self.fixed_sums[k] + (
                v @ self.moving_sums[k] if k < len(self.moving_sums) else 0.0
            )
            residuals -= away[:, [k]] * column
        weights = np.einsum("blk,bk->bl", explained, inverse[:, :, j])
        scores = np.einsum("bgl,bl->bg", residuals.reshape(len(v), g, -1), weights)
        return squared_t(away[:, j], (scores**2).sum(axis=1), self.one.square)
