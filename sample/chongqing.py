"""Districts and counties of Chongqing, 2021–2023: a draw of all series with planted effects.

The order is that of cause and effect: NQPF, controls, what stands beside NQPF (digital villages,
telephones of 1984), the mediators, the outcome. Why the parts have the size they have is
explained in docs/sample_data.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import numpy as np

from sample import evaluation
from sample.chongqing_base import FIRST, GOVERNANCE, INFO, LAST, STARTS, SYNERGY
from sample.chongqing_outcome import (
    CONTROL_EFFECTS,
    EFFECT,
    SERIES,
    USERS_2021,
    draw_digital_village,
    draw_outcomes,
)
from sample.draws import Draw
from sample.inversion import first_fitting
from sample.paths import Floats, paths, spread, two_way
from sample.shapes import print_indicators

# Spreads of the controls' own movement, as multiples of that of NQPF, follow from the standard
# errors of Table 4.1 (2); see docs/sample_data.md.
CONTROL_SPREADS = {"ln_gdp": 1.013, "urban": 0.679, "fin": 0.914, "edu": 1.393}
LEANING = 0.415 - EFFECT
NQPF_SPREAD = 0.035  # two-way within; all else is measured in it
CONTROLS = tuple(CONTROL_EFFECTS)
N_PERIODS = LAST - FIRST + 1


def draw(seed: int) -> Draw:
    """All series of the Chongqing study for one seed."""
    rng = np.random.default_rng([seed, 38])
    study = evaluation.compiled("chongqing")
    grid = (len(STARTS), N_PERIODS)

    trend = two_way(paths(rng, grid, (1.0, 0.12), is_even=True))
    series = _controls(rng, NQPF_SPREAD * trend / spread(trend))
    series |= _denominators(rng, series)
    series |= _nqpf(rng, trend, series)
    nqpf = evaluation.index("nqpf", study, series)
    printed = {name: evaluation.variable(name, study, series) for name in CONTROLS}

    series["digital_village_index"] = np.round(100 * draw_digital_village(rng, nqpf, printed), 3)
    infrastructure = _infrastructure(rng)
    series["gigabit_village_rate"] = infrastructure
    outcomes = draw_outcomes(rng, nqpf, printed, infrastructure)
    series["fixed_telephones"] = outcomes.telephones
    series["internet_users"] = USERS_2021 * SERIES[None, :]
    for target, shapes, sigma in (
        (outcomes.info, INFO, 0.25),
        (outcomes.synergy, SYNERGY, 0.25),
        (outcomes.governance, GOVERNANCE, 0.2),
    ):
        z = first_fitting(target, partial(_profile, rng, len(shapes), sigma))
        print_indicators(z, shapes, study, series, grid)
    return Draw("chongqing", tuple(STARTS), tuple(range(FIRST, LAST + 1)), series)


def _profile(rng: np.random.Generator, j: int, sigma: float) -> Floats:
    """(n, J): each unit draws its score from other indicators, the same in all years."""
    profile = np.exp(sigma * rng.standard_normal((len(STARTS), 1, j)))
    return np.broadcast_to(profile, (len(STARTS), N_PERIODS, j)).reshape(-1, j)


def urbanity() -> Floats:
    """(38, 1) from 0 to 1: how urban a unit was at the start."""
    urban = np.array([[start.urban] for start in STARTS.values()])
    return np.asarray((urban - urban.min()) / np.ptp(urban))


def _controls(rng: np.random.Generator, nqpf: Floats) -> dict[str, Floats]:
    """The series behind the controls, which lean towards NQPF just so far as LEANING asks."""
    weight = {name: effect * CONTROL_SPREADS[name] ** 2 for name, effect in CONTROL_EFFECTS.items()}
    total = sum(weight[name] * CONTROL_EFFECTS[name] for name in CONTROLS)
    time = np.arange(N_PERIODS)[None, :]
    start = list(STARTS.values())
    population = np.array([[one.population] for one in start])
    gdp_per_capita = np.array([[one.gdp / one.population * 1e4] for one in start])
    levels = {
        "ln_gdp": np.log(gdp_per_capita) + 0.055 * time,
        "urban": 0.36 + 0.54 * np.array([[one.urban] for one in start]) + 0.006 * time,
        "fin": 0.25 - 0.06 * urbanity() + 0.002 * time,
        "edu": 8.6 + 2.4 * urbanity() + 0.08 * time,
    }
    values = {}
    for name in CONTROLS:
        own = two_way(paths(rng, nqpf.shape, (1.0, 1.0)))
        own *= CONTROL_SPREADS[name] * NQPF_SPREAD / spread(own)
        values[name] = levels[name] + LEANING * weight[name] / total * nqpf + own
    people = np.round(population * (1 + 0.002 * time), 2)
    budget = np.round((18 + 0.42 * population) * (1 + 0.03 * time), 4)
    urban = np.round(values["urban"] * people, 2)
    return {
        "population": people,
        "urban_population": urban,
        "rural_population": np.round(people - urban, 2),
        "gdp": np.round(np.exp(values["ln_gdp"]) * people / 1e4, 3),
        "fiscal_expenditure": budget,
        "agriculture_expenditure": np.round(values["fin"] * budget, 4),
        "average_schooling_years": np.round(values["edu"], 3),
    }


def _denominators(rng: np.random.Generator, series: Mapping[str, Floats]) -> dict[str, Floats]:
    """Quantities that indicators are divided by."""
    people = series["population"]
    scatter = rng.uniform(0.85, 1.15, (5, people.shape[0], 1))
    time = np.arange(people.shape[1])[None, :]
    villages = np.round(60 + 1.9 * people[:, :1] * scatter[0]) + 0 * time
    return {
        "administrative_villages": villages,
        "service_items": np.round(1450 * scatter[1] + 60 * time),
        "disputes_mediated": np.round(34 * people * scatter[2]),
        "voters_registered": np.round(5200 * people * scatter[3]),
        "industrial_output": np.round(series["gdp"][:, :1] * 1.3 * scatter[4] * 1.04**time, 3),
    }


def _nqpf(
    rng: np.random.Generator, trend: Floats, series: Mapping[str, Floats]
) -> dict[str, Floats]:
    """Six indicators that follow one factor, stretched until their index moves as much as wanted."""
    study = evaluation.compiled("chongqing")
    level = urbanity() ** 0.7 + 0.08 * rng.standard_normal((len(STARTS), 1))
    growth = np.array([0.0, 0.045, 0.1])[None, :]
    own = 0.10 * rng.standard_normal((6, len(STARTS), 1))
    unit = trend / spread(trend)
    amount = 1.4 * NQPF_SPREAD
    for _ in range(8):
        factor = level + growth + amount * unit
        printed = _printed_nqpf(factor, own, series)
        reached = spread(evaluation.index("nqpf", study, {**series, **printed}))
        amount *= NQPF_SPREAD / reached
    return printed


def _printed_nqpf(factor: Floats, own: Floats, series: Mapping[str, Floats]) -> dict[str, Floats]:
    people = series["population"]
    return {
        "agricultural_scientists": np.round((3.4 + 4.6 * (factor + own[0])) * people),
        "agricultural_patents": np.round(270 + 420 * (factor + own[1])),
        "high_tech_output": np.round(
            series["industrial_output"] * (0.2 + 0.33 * (factor + own[2])), 3
        ),
        "agricultural_tfp": np.round(1.02 + 0.34 * (factor + own[3]), 4),
        "digital_finance_index": np.round(98 + 46 * (factor + own[4]), 2),
        "broadband_users": np.round(36 + 52 * (factor + own[5]), 2),
    }


def _infrastructure(rng: np.random.Generator) -> Floats:
    """Gigabit coverage of villages: a gap between the well and the poorly supplied."""
    metropolitan = np.array([[start.metropolitan] for start in STARTS.values()])
    exceptions = rng.permutation(len(STARTS))[:5]
    is_well = metropolitan.copy()
    is_well[exceptions] = ~is_well[exceptions]
    base = np.where(is_well, rng.uniform(61, 88, is_well.shape), rng.uniform(18, 46, is_well.shape))
    growth = np.array([0.0, 2.4, 5.3])[None, :] * rng.uniform(0.6, 1.4, is_well.shape)
    return np.round(base + growth, 2)
