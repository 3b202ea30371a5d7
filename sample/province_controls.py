"""The nine controls of the province study, and how they hang together with NQPF.

Together the controls carry one common path: `LEANING` times NQPF plus a part of its own. So
leaving them out moves the coefficient by `LEANING`, as from column (2) to column (1) of the
paper's Table 1. The rest of each control cancels out in the outcome.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from sample.paths import Floats, paths, two_way
from sample.province_base import STARTS

LEANING = 0.459 - 0.055
CONSTANT_WITH_CONTROLS = 0.581
# Both chosen so that R² is .991 without and .994 with the controls (docs/sample_data.md).
OWN_SPREAD = 0.0049
WOBBLE = 0.0011
SMOOTHER = {"economic_scale": 0.3}  # share of the wobble that they have


class Control(NamedTuple):
    """One control: its effect on the outcome, and how far it follows the common path."""

    effect: float
    follows: float


CONTROLS: dict[str, Control] = {
    "marketization": Control(0.004, 40.0),
    "industrial_structure": Control(0.010, 5.0),
    "fiscal_support": Control(0.050, 1.0),
    "economic_scale": Control(0.020, 15.0),
    "industrialization": Control(0.060, 1.0),
    "transport": Control(0.020, 1.5),
    "population_scale": Control(0.0, -0.5),  # its effect is what the constant leaves
    "urbanization": Control(0.150, 2.0),
    "openness": Control(0.020, 1.0),
}


@dataclass(frozen=True)
class Controls:
    """The controls before rounding.

    Attributes:
        values: the nine arrays.
        common: the path that they share, as large as it is in the outcome.
        own: the part of it that has nothing to do with NQPF.
    """

    values: Mapping[str, Floats]
    common: Floats
    own: Floats


def draw_controls(rng: np.random.Generator, nqpf: Floats, mean_outcome: float) -> Controls:
    """Controls for a given NQPF index, (units, periods)."""
    n, t = nqpf.shape
    levels = _levels(rng, n, t)
    effects = {name: control.effect for name, control in CONTROLS.items()}
    explained = sum(effects[name] * levels[name].mean() for name in CONTROLS)
    left = mean_outcome - 0.055 * nqpf.mean() - CONSTANT_WITH_CONTROLS - explained
    effects["population_scale"] = float(left / levels["population_scale"].mean())

    own = two_way(paths(rng, (n, t), (1.0, 0.5), is_even=True))
    own *= OWN_SPREAD / np.sqrt((own**2).mean(axis=1, keepdims=True))
    common = LEANING * two_way(nqpf) + own
    effect = np.array([effects[name] for name in CONTROLS])
    follows = np.array([control.follows for control in CONTROLS.values()])
    follows = follows / (effect @ follows)
    # Wobbles are faster than NQPF and add up to nothing in the outcome.
    wobble = np.stack([two_way(paths(rng, (n, t), (0, 0, 0.5, 1, 1, 1, 0.5))) for _ in CONTROLS])
    share = np.array([SMOOTHER.get(name, 1.0) for name in CONTROLS])
    wobble = WOBBLE * wobble * (share / effect)[:, None, None]
    wobble -= (effect @ wobble.reshape(len(effect), -1)).reshape(n, t) * (
        effect / (effect @ effect)
    )[:, None, None]
    values = {
        name: levels[name] + follows[k] * common + wobble[k] for k, name in enumerate(CONTROLS)
    }
    return Controls(values, common, own)


def _levels(rng: np.random.Generator, n: int, t: int) -> dict[str, Floats]:
    """Unit level plus common trend: what the fixed effects take away."""
    start = list(STARTS.values())
    time = np.arange(t)[None, :]
    score = np.array([(31 - one.rank) / 30 for one in start])[:, None]
    scatter = {name: rng.standard_normal((n, 1)) for name in CONTROLS}
    gdp = np.array([one.gdp for one in start])[:, None]
    population = np.array([one.population for one in start])[:, None]
    urban = np.array([one.urban for one in start])[:, None]
    area = np.array([one.land for one in start])[:, None]
    density = np.clip(0.55 * np.log(population * 1e4 / area) - 1.7, 0.26, 2.1)
    return {
        "marketization": 4.2 + 4.6 * score + 0.5 * scatter["marketization"] + 0.17 * time,
        "industrial_structure": 0.95
        + 0.5 * np.clip(urban - 0.5, 0, 1)
        + 0.08 * scatter["industrial_structure"]
        + 0.045 * time,
        "fiscal_support": 0.42
        - 0.25 * score
        + 0.02 * scatter["fiscal_support"]
        + 0.002 * time
        + 0.5 * (population < 400),
        "economic_scale": np.log(gdp) + 0.078 * time,
        "industrialization": 0.37 + 0.03 * scatter["industrialization"] - 0.006 * time,
        "transport": density + 0.02 * time,
        "population_scale": np.log(population) + 0.004 * time,
        "urbanization": np.minimum(urban, 0.85) + 0.009 * time,
        "openness": 0.28 + 0.3 * score**2 + 0.02 * scatter["openness"] - 0.004 * time,
    }


def print_controls(values: Mapping[str, Floats], openness: Floats) -> dict[str, Floats]:
    """The published series from which the study computes its controls.

    Args:
        values: controls before rounding.
        openness: the same with its outliers.
    """
    land = np.array([one.land for one in STARTS.values()])[:, None]
    gdp = np.round(np.exp(values["economic_scale"]), 2)
    population = np.round(np.exp(values["population_scale"]), 0)
    structure = values["industrial_structure"]
    primary = 0.16 - 0.12 * np.clip(values["urbanization"] - 0.25, 0, 1)
    secondary = np.round(gdp * (1 - primary) / (1 + structure), 2)
    urban = np.round(values["urbanization"] * population, 0)
    return {
        "gdp": gdp,
        "population": population,
        "urban_population": urban,
        "land_area": np.broadcast_to(land, gdp.shape).copy(),
        "secondary_value_added": secondary,
        "tertiary_value_added": np.round(structure * secondary, 2),
        "industrial_value_added": np.round(values["industrialization"] * gdp, 2),
        "fiscal_expenditure": np.round(values["fiscal_support"] * gdp, 2),
        "roads": np.round(values["transport"] * land, 0),
        "goods_trade": np.round(openness * gdp, 2),
        "marketization_index": np.round(values["marketization"], 3),
        "rural_population": population - urban,
    }
