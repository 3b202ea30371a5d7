"""Regressions on many samples made of whole blocks of rows, without going back to the rows.

A bootstrap draws units with replacement, a permutation moves units between groups. Each such
sample is a sum of the blocks' cross products with integer weights, so that thousands of exact
refits cost a few small matrices each. Which samples are drawn is decided by the callers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from nqpf_assets.models.least_squares import least_squares
from nqpf_assets.models.within import Codes, FixedEffects, Floats, group_sums

Progress = Callable[[int, int], None]

# Columns are orthonormal over all rows: a direction that a sample has lost keeps rounding only,
# below 1e-13 in cross products of a million rows.
LOST = 1e-12
# Correlations that leave less than this of a regressor's variance do not identify it.
COLLINEAR = 1e-10
_CELLS_AT_ONCE = 4_000_000


@dataclass(frozen=True)
class BlockMoments:
    """Cross products of v columns and q nuisance columns in each of B blocks.

    Attributes:
        moments: (B, q + v, q + v), nuisance first.
        n_nuisance: q.
        scale: (v,) lengths by which the columns were divided.
    """

    moments: Floats
    n_nuisance: int
    scale: Floats

    @property
    def n_blocks(self) -> int:
        """B."""
        return len(self.moments)

    def partialled(self, weights: Floats) -> Floats:
        """Cross products of the columns once effects and controls are removed, per sample.

        Args:
            weights: (S, B), how often each sample contains each block.

        Returns:
            (S, v, v) for the scaled columns; NaN in the row and column of a variable of which
            nothing is left in that sample.
        """
        size, q = self.moments.shape[1], self.n_nuisance
        summed = weights @ self.moments.reshape(self.n_blocks, -1)
        summed = summed.reshape(-1, size, size)
        own = summed[:, q:, q:]
        left = own
        if q:
            values, vectors = np.linalg.eigh(summed[:, :q, :q])
            # A control or period that a sample lacks is left out there, as in a fresh fit.
            is_kept = values > LOST * values[:, -1:]
            inverse = np.where(is_kept, 1 / np.where(is_kept, values, 1.0), 0.0)
            rotated = vectors.transpose(0, 2, 1) @ summed[:, :q, q:]
            left = own - rotated.transpose(0, 2, 1) @ (rotated * inverse[:, :, None])
        before = np.diagonal(own, axis1=1, axis2=2)
        after = np.diagonal(left, axis1=1, axis2=2)
        is_lost = after <= LOST * np.maximum(before, LOST)
        return np.where(is_lost[:, :, None] | is_lost[:, None, :], np.nan, left)

    def regress(self, partialled: Floats, outcome: int, regressors: Sequence[int]) -> Floats:
        """Coefficients (S, p) of one column on p others, in the columns' own units.

        NaN for a sample in which the regressors are collinear.
        """
        chosen = list(regressors)
        gram = partialled[:, chosen][:, :, chosen]
        right = partialled[:, chosen, outcome]
        params = np.full(right.shape, np.nan)
        good = np.flatnonzero(np.isfinite(gram).all(axis=(1, 2)) & np.isfinite(right).all(axis=1))
        length = np.sqrt(np.diagonal(gram, axis1=1, axis2=2))
        correlation = gram[good] / (length[good][:, :, None] * length[good][:, None, :])
        is_regular = np.linalg.eigvalsh(correlation)[:, 0] > COLLINEAR
        good = good[is_regular]
        solved = np.linalg.solve(correlation[is_regular], (right / length)[good][:, :, None])
        params[good] = solved[:, :, 0] / length[good]
        return np.asarray(params * self.scale[outcome] / self.scale[chosen])


def block_moments(
    columns: Floats, controls: Floats, fe: FixedEffects, blocks: Codes, n_blocks: int
) -> BlockMoments:
    """Prepare blocks of rows for regressions on weighted sums of them.

    Args:
        columns: (n, v) outcomes and regressors whose coefficients are wanted; each must vary
            once effects and controls are removed.
        controls: (n, k), independent of each other once the effects are removed.
        fe: effects of the whole panel. A block that is drawn twice has effects of its own each
            time: unit effects belong to the block, period effects to the sample.
        blocks: (n,) codes from 0 without gaps; with unit effects, a unit lies in one block.
        n_blocks: B.
    """
    v = columns.shape[1]
    # Residuals of the whole panel span, with the nuisance columns, what the columns span.
    inner = fe.demean(np.column_stack([columns, controls]))
    basis = _effects_basis(fe)
    if controls.shape[1]:
        within = inner[:, v:]
        basis = np.column_stack([basis, np.linalg.qr(within / np.linalg.norm(within, axis=0))[0]])
        wanted = [least_squares(column, within).residuals for column in inner[:, :v].T]
        left = np.column_stack(wanted)
    else:
        left = inner[:, :v]
    scale = np.linalg.norm(left, axis=0)
    rows = np.column_stack([basis, left / scale])
    size = rows.shape[1]
    moments = np.empty((n_blocks, size, size))
    for j in range(size):
        moments[:, j, j:] = group_sums(rows[:, j, None] * rows[:, j:], blocks, n_blocks)
        moments[:, j:, j] = moments[:, j, j:]
    return BlockMoments(moments, basis.shape[1], scale)


def chunks(n_samples: int, moments: BlockMoments, progress: Progress | None) -> Iterator[slice]:
    """Slices of the samples that fit into memory together; reports what is done."""
    per_sample = moments.n_blocks + 4 * moments.moments.shape[1] ** 2
    step = max(1, min(500, _CELLS_AT_ONCE // per_sample))
    for start in range(0, n_samples, step):
        stop = min(start + step, n_samples)
        yield slice(start, stop)
        if progress is not None:
            progress(stop, n_samples)


def _effects_basis(fe: FixedEffects) -> Floats:
    """Orthonormal columns for the effects that a sample of whole units must estimate anew."""
    n = len(fe.unit_codes)
    if fe.effects == ("unit",):
        return np.empty((n, 0))
    if not fe.effects:
        return np.full((n, 1), 1 / np.sqrt(n))
    dummies = (fe.period_codes[:, None] == np.arange(fe.n_periods)).astype(np.float64)
    if fe.effects == ("period",):
        return np.asarray(dummies / np.sqrt(dummies.sum(axis=0)))
    means = group_sums(dummies, fe.unit_codes, fe.n_units) / np.bincount(fe.unit_codes)[:, None]
    dummies -= means[fe.unit_codes]
    values, vectors = np.linalg.eigh(dummies.T @ dummies)
    is_kept = values > LOST * values[-1]
    return np.asarray(dummies @ vectors[:, is_kept] / np.sqrt(values[is_kept]))
