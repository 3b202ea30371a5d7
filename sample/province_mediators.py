"""Rural finance and rural roads of the provinces: mechanisms that the paper regrets not to have.

Each is raised by NQPF and goes along with what of rural revitalization neither NQPF nor the controls explain,
so that an indirect effect can be found. They are drawn last, from numbers of their own: nothing else moves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sample.paths import Floats, paths, residual, spread, two_way
from sample.province_base import ranks

FAST = (0.2, 0.3, 0.5, 0.9, 1, 1, 1, 1, 1, 1)


@dataclass(frozen=True)
class Mediator:
    """How one is made.

    Attributes:
        on_nqpf: its slope on NQPF, given the controls.
        of_outcome: how much it has of the outcome's own noise.
        noise: standard deviation of its own, effects taken out.
        low, rise, growth: level of the least developed province, how much more the most developed has, and by
            how much both grow until the last year.
    """

    on_nqpf: float
    of_outcome: float
    noise: float
    low: float
    rise: float
    growth: float


RURAL_FINANCE = Mediator(0.09, 0.35, 0.0055, 0.18, 0.16, 0.11)
"""Loans to agriculture over GDP."""
RURAL_ROADS = Mediator(7.0, 30.0, 0.55, 38.0, 24.0, 17.0)
"""Hardened roads inside of villages, in per cent."""


def print_mediators(
    rng: np.random.Generator,
    series: Mapping[str, Floats],
    outcome: Floats,
    known: Mapping[str, Floats],
) -> dict[str, Floats]:
    """The two series, rounded as printed.

    Args:
        series: printed so far, GDP among them.
        outcome: rural revitalization as the indicators give it.
        known: NQPF first, then the controls.
    """
    left = residual(outcome, *known.values())
    nqpf = next(iter(known.values()))
    finance, roads = (_drawn(rng, one, two_way(nqpf), left) for one in (RURAL_FINANCE, RURAL_ROADS))
    return {
        "agricultural_loans": np.round(finance * series["gdp"], 2),
        "hardened_village_road_rate": np.round(roads, 2),
    }


def _drawn(rng: np.random.Generator, one: Mediator, nqpf: Floats, left: Floats) -> Floats:
    noise = paths(rng, nqpf.shape, FAST)
    levels = one.low + one.rise * ranks() + one.growth * np.linspace(0, 1, nqpf.shape[1])[None, :]
    own = one.noise * two_way(noise) / spread(noise)
    return np.asarray(levels + one.on_nqpf * nqpf + one.of_outcome * left + own)
