"""Education equity and rural revitalization of the provinces, with what is planted in them.

Here are the planted numbers of the province paper and the noise around them; the regressors
come from `province` and `province_controls`.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sample.goals import constant, reach, winsorized
from sample.paths import Floats, least_squares, paths, residual, spread, two_way
from sample.province_base import FIRST, LAST, MUNICIPALITIES, STARTS, ranks
from sample.province_controls import Controls
from sample.spillovers import NEIGHBOURS_NQPF, spilled, weights

ALONE, WITH_CONTROLS, CONSTANT = 0.459, 0.055, 0.581
UNTIL_2019, NO_MUNICIPALITIES, WINSORIZED = 0.043, 0.062, 0.065
EQUITY_ON_NQPF, EQUITY_CONSTANT = 0.037, 0.521
OUTCOME_ON_EQUITY = 0.25  # not printed by the paper; a second step for the mediation model

# Noise is mostly faster than NQPF: so standard errors are small where R² leaves room for noise.
FAST = (0.15, 0.2, 0.35, 0.9, 1, 1, 1, 1, 1, 1)
OUTCOME_NOISE, EQUITY_NOISE = 0.0069, 0.0060
EQUITY_FOLLOWS = 0.6  # of what the controls have in common; carries R² = .362
YEARS = np.arange(FIRST, LAST + 1)


def draw_equity(
    rng: np.random.Generator, nqpf: Floats, printed: Mapping[str, Floats], controls: Controls
) -> tuple[Floats, Floats]:
    """Education equity, and the part of it that is noise."""
    noise = _noise(rng, nqpf.shape, EQUITY_NOISE)
    level = 0.765 + 0.055 * ranks() + 0.0009 * np.arange(len(YEARS))[None, :]
    regressors = (nqpf, *printed.values())

    def found(equity: Floats) -> Floats:
        return np.array([least_squares(equity, *regressors)[0], constant(equity, *regressors)])

    systematic = reach(
        level + EQUITY_FOLLOWS * two_way(controls.common),
        (two_way(nqpf), two_way(printed["population_scale"])),
        found,
        (EQUITY_ON_NQPF, EQUITY_CONSTANT),
    )
    return systematic + noise, noise


def draw_outcome(
    rng: np.random.Generator,
    nqpf: Floats,
    printed: Mapping[str, Floats],
    controls: Controls,
    spikes: Floats,
    equity_noise: Floats,
    mean: float,
) -> Floats:
    """Rural revitalization: levels, controls, NQPF with its planted slopes, noise.

    No common slope gives .055 over all years, .043 until 2019, .062 without the municipalities
    and .065 after winsorising; slopes that differ a little after 2019 and in the
    municipalities, and three outliers in a control, do. What NQPF and noise do spills over to neighbours.
    """
    noise = spilled(_noise(rng, nqpf.shape, OUTCOME_NOISE) + OUTCOME_ON_EQUITY * equity_noise)
    levels = 0.27 * ranks() + 0.0145 * np.arange(len(YEARS))[None, :]
    late = np.broadcast_to(YEARS >= 2020, nqpf.shape)
    municipal = np.array([[code in MUNICIPALITIES] for code in STARTS])
    arrays = (nqpf, *printed.values())
    early = tuple(array[:, YEARS < 2020] for array in arrays)
    others = tuple(array[~municipal[:, 0]] for array in arrays)
    clipped = tuple(winsorized(array) for array in arrays)

    def found(y: Floats) -> Floats:
        return np.array(
            [
                # Beside `own` the slope is free of chance. What NQPF shares with it by chance is the
                # sampling error of column (1), and so has the size that `own` has in the outcome.
                least_squares(y, nqpf, controls.own)[0],
                least_squares(y, *arrays)[0],
                constant(y, *arrays),
                least_squares(y[:, YEARS < 2020], *early)[0],
                least_squares(y[~municipal[:, 0]], *others)[0],
                least_squares(winsorized(y), *clipped)[0],
            ]
        )

    # What the controls do not explain of NQPF is all that a slope can be told from.
    left = residual(nqpf, *printed.values())
    parts = (
        controls.common,
        spilled(nqpf),
        printed["population_scale"],
        spilled(left * late),
        spilled(left * municipal),
        spikes,
    )
    systematic = reach(
        levels
        - levels.mean()
        + mean
        + two_way(controls.common + spilled(NEIGHBOURS_NQPF * weights() @ nqpf)),
        tuple(two_way(part) for part in parts),
        found,
        (ALONE, WITH_CONTROLS, CONSTANT, UNTIL_2019, NO_MUNICIPALITIES, WINSORIZED),
    )
    return systematic + noise


def _noise(rng: np.random.Generator, shape: tuple[int, ...], size: float) -> Floats:
    path = two_way(paths(rng, shape, FAST))
    return size * path / spread(path)
