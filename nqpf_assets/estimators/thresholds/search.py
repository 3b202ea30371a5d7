"""What each candidate threshold explains, from cumulative cross products.

With the rows in the order of the threshold variable, the products that a regression with a
threshold needs are running sums. They are taken once for all candidates and, what depends on
the outcome, for many outcomes (bootstrap draws) at a time: O(n k^2) for a whole grid, not for
each of its points. Which candidates may be tried is decided in `threshold_candidates`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nqpf_assets.estimators.linear.within import Codes, FixedEffects, Floats
from nqpf_assets.estimators.thresholds.candidates import Candidates

# A regime in which a regressor, once all else is held constant, keeps less than this share of
# its squares is not a regime of its own. Rounding in the running sums stays below 1e-13.
LEAST_SHARE = 1e-10


@dataclass(frozen=True)
class ThresholdDesign:
    """All of the model but the outcome; rows in the order of the threshold variable.

    With D(gamma) = regime regressors times [q <= gamma], the model with a threshold adds D to
    the regression without; what D adds depends on D with unit effects and `basis` removed.

    Attributes:
        candidates: the G values tried.
        regime: (n, k) regime regressors, each brought to length one.
        basis: (n, p) orthonormal: constant and regime regressors, and period dummies, unit
            effects removed.
        effects: unit effects.
        gram: (G, k, k) D'D once unit effects and basis are removed.
        raw: (G, k) squares of D, the scale on which "nothing is left" is measured.
        estimated: (n,) 1 for rows that least squares is taken over, 0 for rows that only take
            part in demeaning; None for all rows.
    """

    candidates: Candidates
    regime: Floats
    basis: Floats
    effects: FixedEffects
    gram: Floats
    raw: Floats
    estimated: Floats | None = None

    def residuals(self, columns: Floats) -> Floats:
        """What effects and basis leave of (n, m) columns."""
        within = self.effects.demean(columns)
        return self.off_basis(
            within if self.estimated is None else within * self.estimated[:, None]
        )

    def off_basis(self, within: Floats) -> Floats:
        """What the basis leaves of (n, m) columns whose effects are removed already."""
        return np.asarray(within - self.basis @ (self.basis.T @ within), dtype=np.float64)

    def products(self, columns: Floats) -> Floats:
        """Products (G, k, m) of D, effects removed, with columns made by `residuals`."""
        # Removing the effects from one side is enough, unless rows were left out afterwards.
        return self.running_products(
            columns if self.estimated is None else self.effects.demean(columns)
        )

    def split(self, fixed: Sequence[int]) -> Floats:
        """Orthonormal (n, k * len(fixed)): what the fixed thresholds add to the basis."""
        lower = np.arange(len(self.regime))[:, None] < self.candidates.rows_below[list(fixed)]
        columns = (lower[:, :, None] * self.regime[:, None, :]).reshape(len(self.regime), -1)
        return np.asarray(np.linalg.qr(self.residuals(columns))[0], dtype=np.float64)

    def running_products(self, columns: Floats) -> Floats:
        """Sums of regime regressors times (n, m) columns over q <= gamma: (G, k, m)."""
        below = self.candidates.rows_below
        starts = np.concatenate([[0], below[:-1]])
        sums = [
            np.add.reduceat(z[: below[-1], None] * columns[: below[-1]], starts).cumsum(axis=0)
            for z in self.regime.T
        ]
        return np.stack(sums, axis=1)


def threshold_design(
    candidates: Candidates,
    regime: Floats,
    basis: Floats,
    effects: FixedEffects,
    estimated: Floats | None = None,
) -> ThresholdDesign:
    """Take the running sums that do not depend on the outcome.

    Args:
        candidates: of the threshold variable.
        regime: (n, k), in the order of the threshold variable.
        basis: (n, p) orthonormal, unit effects removed.
        effects: unit effects, for rows in that order.
        estimated: rows that stay after demeaning, as in `ThresholdDesign`.
    """
    regime = regime / np.linalg.norm(regime, axis=0)
    none = np.empty(0)
    bare = ThresholdDesign(candidates, regime, basis, effects, none, none, estimated)
    k = regime.shape[1]
    squares = bare.running_products(regime)
    before, own = _demeaning_products(regime, effects.unit_codes, estimated)
    grown = bare.running_products(np.column_stack([before, own]))
    grown = grown[:, :, :k] + grown[:, :, :k].transpose(0, 2, 1) + grown[:, :, k:]
    on_basis = bare.products(basis)
    gram = grown - on_basis @ on_basis.transpose(0, 2, 1)
    raw = np.diagonal(squares, axis1=1, axis2=2)
    return ThresholdDesign(candidates, regime, basis, effects, gram, raw, estimated)


def _demeaning_products(
    regime: Floats, codes: Codes, estimated: Floats | None
) -> tuple[Floats, Floats]:
    """What row i has to be multiplied by so that running sums give z'Sz, effects removed.

    With e the 0/1 of the estimated rows of a unit of T rows and m their number, S has the
    elements e_i [i = j] - (e_i + e_j)/T + m/T^2; with all rows estimated, [i = j] - 1/T.

    Returns:
        (n, k) sum of S_ij z_j over earlier rows of the unit, and (n, k) S_ii z_i.
    """
    sums, size = _sums_before(regime, codes)
    t = size[:, None]
    if estimated is None:
        return -sums / t, regime - regime / t
    e = estimated[:, None]
    m = np.bincount(codes, weights=estimated)[codes][:, None]
    sums_estimated, _ = _sums_before(regime * e, codes)
    before = (m / t**2 - e / t) * sums - sums_estimated / t
    return before, (e - 2 * e / t + m / t**2) * regime


def _sums_before(columns: Floats, codes: Codes) -> tuple[Floats, Floats]:
    """Sums (n, k) over earlier rows of the same unit, and the rows (n,) of each row's unit."""
    order = np.argsort(codes, kind="stable")
    counts = np.bincount(codes)
    first = np.repeat(np.cumsum(counts) - counts, counts)
    ordered = columns[order]
    before = ordered.cumsum(axis=0) - ordered
    sums = np.empty_like(columns)
    sums[order] = before - before[first]
    return sums, counts[codes].astype(np.float64)


@dataclass(frozen=True)
class Gains:
    """What a further threshold at each candidate takes off the sum of squared residuals.

    Attributes:
        values: (G, B) for B outcomes; -inf where a candidate is not admitted.
        ssr_fixed: (B,) the sum before it, with the fixed thresholds only.
    """

    values: Floats
    ssr_fixed: Floats


def gains(
    design: ThresholdDesign,
    residuals: Floats,
    fixed: Sequence[int],
    allowed: NDArray[np.bool_],
) -> Gains:
    """Gains of one more threshold beside the fixed ones.

    Args:
        design: the model.
        residuals: (n, B), effects and basis removed.
        fixed: positions of thresholds in the model already.
        allowed: (G,) candidates to try; one that leaves a regime without variation of its own
            is not admitted all the same.
    """
    gram, left = design.gram, residuals
    if fixed:
        split = design.split(fixed)
        shared = design.products(split)
        gram = gram - shared @ shared.transpose(0, 2, 1)
        left = residuals - split @ (split.T @ residuals)
    admitted = allowed & (design.raw > 0).all(axis=1)
    scale = np.sqrt(np.where(design.raw > 0, design.raw, 1.0))
    scaled = gram / (scale[:, :, None] * scale[:, None, :])
    admitted &= np.linalg.eigvalsh(scaled)[:, 0] > LEAST_SHARE
    values = np.full((len(admitted), residuals.shape[1]), -np.inf)
    if admitted.any():
        root = np.linalg.inv(np.linalg.cholesky(scaled[admitted]))
        products = design.products(left)[admitted] / scale[admitted][:, :, None]
        values[admitted] = ((root @ products) ** 2).sum(axis=1)
    return Gains(values, (left**2).sum(axis=0))
