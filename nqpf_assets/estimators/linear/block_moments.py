"""Regressions on many samples made of whole blocks of rows, without going back to the rows.

A bootstrap draws units with replacement, a permutation moves units between groups. Each such
sample is a sum of the blocks' cross products with integer weights, so that thousands of exact
refits cost a few small matrices each. Which samples are drawn is decided by the callers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from nqpf_assets.estimators.linear.least_squares import least_squares
from nqpf_assets.estimators.linear.within import Codes, FixedEffects, Floats, group_sums

Progress = Callable[[int, int], None]

# Columns are orthonormal over all rows: a direction that a sample has lost keeps rounding only,
# below 1e-13 in cross products of a million rows.
LOST = 1e-12
# Correlations that leave less than this of a regressor's variance do not identify it.
COLLINEAR = 1e-10
# Rounding tilts a lost direction by LOST's square root.
REACH = 1e-6
_CELLS_AT_ONCE = 4_000_000


@dataclass(frozen=True)
class BlockMoments:
    """Cross products of v columns and q nuisance columns in each of B blocks.

    Attributes:
        moments: (B, q + v, q + v), nuisance first.
        n_nuisance: q.
        scale: (v,) lengths by which the columns were divided.
        control_rows: (k, q) by which coefficients of the nuisance columns become coefficients
            of the k controls.
        control_params: (k, v) coefficients of the controls over all rows, which the columns
            no longer contain.
    """

    moments: Floats
    n_nuisance: int
    scale: Floats
    control_rows: Floats
    control_params: Floats

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
        summed = self._summed(weights)
        q = self.n_nuisance
        own = summed[:, q:, q:]
        left = own
        if q:
            vectors, inverse = _spectrum(summed[:, :q, :q])
            rotated = vectors.transpose(0, 2, 1) @ summed[:, :q, q:]
            left = own - rotated.transpose(0, 2, 1) @ (rotated * inverse[:, :, None])
        before = np.diagonal(own, axis1=1, axis2=2)
        after = np.diagonal(left, axis1=1, axis2=2)
        is_lost = after <= LOST * np.maximum(before, LOST)
        return np.where(is_lost[:, :, None] | is_lost[:, None, :], np.nan, left)

    def control_coefficients(self, weights: Floats, outcome: int = 0) -> Floats:
        """Coefficients (S, k) of one column on effects and controls alone, per sample.

        NaN where a sample does not identify a control's coefficient.
        """
        summed = self._summed(weights)
        q = self.n_nuisance
        vectors, inverse = _spectrum(summed[:, :q, :q])
        rows = self.control_rows @ vectors  # (S, k, q)
        rotated = vectors.transpose(0, 2, 1) @ summed[:, :q, q + outcome, None]
        params = (rows @ (rotated * inverse[:, :, None]))[:, :, 0] * self.scale[outcome]
        # A coefficient that reaches into a lost direction could have any value.
        lost = np.where(inverse[:, None, :] == 0, rows, 0.0)
        reach = np.linalg.norm(lost, axis=2) / np.linalg.norm(self.control_rows, axis=1)
        return np.where(reach > REACH, np.nan, params + self.control_params[:, outcome])

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

    def _summed(self, weights: Floats) -> Floats:
        size = self.moments.shape[1]
        summed = weights @ self.moments.reshape(self.n_blocks, -1)
        return np.asarray(summed.reshape(-1, size, size))


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
    v, k = columns.shape[1], controls.shape[1]
    # Residuals of the whole panel span, with the nuisance columns, what the columns span.
    inner = fe.demean(np.column_stack([columns, controls]))
    left, within = inner[:, :v], inner[:, v:]
    basis, params, inverse = _effects_basis(fe), np.zeros((k, v)), np.zeros((k, k))
    n_effects = basis.shape[1]
    if k:
        length = np.linalg.norm(within, axis=0)
        orthonormal, triangle = np.linalg.qr(within / length)
        inverse = np.linalg.inv(triangle) / length[:, None]
        basis = np.column_stack([basis, orthonormal])
        fits = [least_squares(column, within) for column in left.T]
        params = np.column_stack([fit.params for fit in fits])
        left = np.column_stack([fit.residuals for fit in fits])
    scale = np.linalg.norm(left, axis=0)
    rows = np.column_stack([basis, left / scale])
    size = rows.shape[1]
    moments = np.empty((n_blocks, size, size))
    for j in range(size):
        moments[:, j, j:] = group_sums(rows[:, j, None] * rows[:, j:], blocks, n_blocks)
        moments[:, j:, j] = moments[:, j, j:]
    control_rows = np.column_stack([np.zeros((k, n_effects)), inverse])
    return BlockMoments(moments, basis.shape[1], scale, control_rows, params)


def chunks(n_samples: int, moments: BlockMoments, progress: Progress | None) -> Iterator[slice]:
    """Slices of the samples that fit into memory together; reports what is done."""
    per_sample = moments.n_blocks + 4 * moments.moments.shape[1] ** 2
    step = max(1, min(500, _CELLS_AT_ONCE // per_sample))
    for start in range(0, n_samples, step):
        stop = min(start + step, n_samples)
        yield slice(start, stop)
        if progress is not None:
            progress(stop, n_samples)


def _spectrum(gram: Floats) -> tuple[Floats, Floats]:
    """Eigenvectors of (S, q, q), and inverse eigenvalues with zero for a lost direction.

    A control or a period that a sample lacks is left out there, as in a fresh fit.
    """
    values, vectors = np.linalg.eigh(gram)
    is_kept = values > LOST * values[:, -1:]
    return vectors, np.where(is_kept, 1 / np.where(is_kept, values, 1.0), 0.0)


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
