"""One threshold after the other: sequential estimation with refinement (Bai 1997, Hansen 1999).

Works on many outcomes at a time, so that the sample and its bootstrap draws are estimated by
the same lines. The arithmetic of a single step is in `threshold_search`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from nqpf_assets.estimators.linear.within import Codes, Floats
from nqpf_assets.estimators.thresholds.search import ThresholdDesign, gains

NO_ROOM = -1  # the position of a threshold for which trimming leaves no candidate
# An improvement below rounding would let refinement go round in circles.
SMALLEST_IMPROVEMENT = 1e-12


@dataclass(frozen=True)
class Stages:
    """Models of B outcomes with 0, 1, ..., m thresholds.

    Attributes:
        positions: m + 1 arrays (B, s) of candidates' positions, in the order found, refined.
        ssr: (B, m + 1) sums of squared residuals of these.
        added: (B, m) the position added at each stage, before anything is refined.
        ssr_added: (B, m) sums at that moment.
    """

    positions: tuple[Codes, ...]
    ssr: Floats
    added: Codes
    ssr_added: Floats


def estimate_stages(
    design: ThresholdDesign,
    residuals: Floats,
    trim: Sequence[float],
    *,
    refine_last: bool = True,
) -> Stages:
    """Add one threshold per element of `trim`, re-estimating the earlier ones after each.

    Args:
        design: the model.
        residuals: (n, B) outcomes, effects and basis removed.
        trim: least share in each regime, one per threshold.
        refine_last: whether the last stage is refined too; a test of it does not need that.
    """
    n_outcomes = residuals.shape[1]
    positions: list[Codes] = [np.zeros((n_outcomes, 0), dtype=np.intp)]
    ssr = [(residuals**2).sum(axis=0)]
    added, ssr_added = [], []
    for stage, share in enumerate(trim, start=1):
        place, sums = _best(design, residuals, positions[-1], share)
        added.append(place)
        ssr_added.append(sums)
        found = np.column_stack([positions[-1], place])
        if stage > 1 and (refine_last or stage < len(trim)):
            found, sums = _refine(design, residuals, found, sums, share)
        positions.append(found)
        ssr.append(sums)
    return Stages(
        tuple(positions), np.column_stack(ssr), np.column_stack(added), np.column_stack(ssr_added)
    )


def _refine(
    design: ThresholdDesign, residuals: Floats, found: Codes, ssr: Floats, trim: float
) -> tuple[Codes, Floats]:
    """Re-estimate each threshold given the others until none moves."""
    found, ssr = found.copy(), ssr.copy()
    stage = found.shape[1]
    moved = (found != NO_ROOM).all(axis=1)
    last_moved = np.full(len(ssr), stage - 1)  # each outcome's threshold that needs no new look
    while moved.any():
        moving = moved
        moved = np.zeros_like(moving)
        for j in range(stage):
            active = np.flatnonzero((moving | moved) & (last_moved != j))
            if not active.size:
                continue
            others = np.delete(found[active], j, axis=1)
            place, sums = _best(design, residuals[:, active], others, trim)
            better = sums < ssr[active] * (1 - SMALLEST_IMPROVEMENT)
            better &= place != found[active, j]
            gone = active[better]
            found[gone, j], ssr[gone] = place[better], sums[better]
            moved[gone], last_moved[gone] = True, j
    return found, ssr


def _best(
    design: ThresholdDesign, residuals: Floats, fixed: Codes, trim: float
) -> tuple[Codes, Floats]:
    """Position (B,) of the best further threshold given (B, s) fixed ones, and its sum (B,)."""
    place = np.full(len(fixed), NO_ROOM, dtype=np.intp)
    ssr = np.empty(len(fixed))
    for known, members in _same_thresholds(fixed):
        allowed = design.candidates.allowed(known, trim)
        gain = gains(design, residuals[:, members], known, allowed)
        best = gain.values.argmax(axis=0)
        value = np.take_along_axis(gain.values, best[None, :], axis=0)[0]
        place[members] = np.where(np.isfinite(value), best, NO_ROOM)
        ssr[members] = gain.ssr_fixed - np.where(np.isfinite(value), value, 0.0)
    return place, ssr


def _same_thresholds(fixed: Codes) -> Iterator[tuple[tuple[int, ...], Codes]]:
    """Outcomes with the same fixed thresholds share their products: each set with its members."""
    if not fixed.shape[1]:
        yield (), np.arange(len(fixed))
        return
    sets, group = np.unique(np.sort(fixed, axis=1), axis=0, return_inverse=True)
    for g, known in enumerate(sets):
        yield tuple(int(k) for k in known if k != NO_ROOM), np.flatnonzero(group.ravel() == g)
