"""The bootstrap of the threshold test: whole units of residuals, drawn with replacement.

Keeping a unit's residuals together keeps their correlation over time (Hansen 1999).
Multiplying single residuals by independent normal numbers, as one package does, breaks it and
gives another distribution; it is not offered.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nqpf_assets.estimators.linear.within import Codes, Floats
from nqpf_assets.estimators.thresholds.search import ThresholdDesign
from nqpf_assets.estimators.thresholds.sequence import estimate_stages

Progress = Callable[[int, int], None]

# Numbers held at a time: 32 MB for each of a handful of arrays.
NUMBERS_AT_A_TIME = 4_000_000
MOST_AT_A_TIME = 100


@dataclass(frozen=True)
class Donors:
    """From which row a unit's residual in a period is taken.

    Attributes:
        rows: (N, T) the unit's row of that period; where it has none, its next row in the
            order of time, beginning again at its first.
        n_filled: rows of the sample for which a random unit has none, on average.
    """

    rows: Codes
    n_filled: float


def donors(unit_codes: Codes, period_codes: Codes) -> Donors:
    """Tabulate the rows of a panel whose codes run from 0 without gaps."""
    n_units, n_periods = int(unit_codes.max()) + 1, int(period_codes.max()) + 1
    rows = np.full((n_units, n_periods), -1, dtype=np.intp)
    rows[unit_codes, period_codes] = np.arange(len(unit_codes))
    has = rows >= 0
    n_filled = float((~has).mean(axis=0)[period_codes].sum())
    twice = np.where(np.tile(has, 2), np.arange(2 * n_periods), 2 * n_periods)
    following = np.minimum.accumulate(twice[:, ::-1], axis=1)[:, ::-1][:, :n_periods]
    return Donors(np.take_along_axis(rows, following % n_periods, axis=1), n_filled)


@dataclass(frozen=True)
class NullModel:
    """What the draws are made from.

    Attributes:
        fitted: (n,) what the null hypothesis' thresholds explain, effects and basis removed.
        residuals: (n,) to be resampled.
        units, periods: (n,) codes.
    """

    fitted: Floats
    residuals: Floats
    units: Codes
    periods: Codes


def bootstrap_f(
    design: ThresholdDesign,
    null: NullModel,
    trim: Sequence[float],
    divisor: float,
    n_draws: int,
    generator: np.random.Generator,
    progress: Callable[[int], None],
) -> Floats:
    """F (n_draws,) of one threshold per element of `trim` against one less, under the null.

    Regressors and threshold variable stay; each draw is estimated like the sample, its own
    earlier thresholds included.
    """
    table = donors(null.units, null.periods).rows
    n_units = len(table)
    # All at once, so that the size of a batch cannot change the draws.
    drawn = generator.integers(n_units, size=(n_draws, n_units))
    widest = max(len(null.residuals), design.gram.shape[0] * design.gram.shape[1])
    batch = min(MOST_AT_A_TIME, max(1, NUMBERS_AT_A_TIME // widest))
    found = [np.empty(0)]
    for start in range(0, n_draws, batch):
        chosen = drawn[start : start + batch]
        rows = table[chosen[:, null.units], null.periods]
        noise = np.ascontiguousarray(null.residuals[rows].T)
        # Rows left out after demeaning: what is drawn is demeaned already, and stays as it is.
        remove = design.residuals if design.estimated is None else design.off_basis
        noise = remove(noise)
        outcomes = null.fitted[:, None] + noise
        stages = estimate_stages(design, outcomes, trim, refine_last=False)
        found.append(f_statistic(stages.ssr[:, -2], stages.ssr_added[:, -1], divisor))
        progress(len(chosen))
    return np.concatenate(found)


def f_statistic(
    ssr_null: NDArray[np.float64], ssr_alternative: NDArray[np.float64], divisor: float
) -> Floats:
    """(S0 - S1) / (S1 / divisor)."""
    return np.asarray((ssr_null - ssr_alternative) / (ssr_alternative / divisor))
