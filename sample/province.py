"""The provinces, 2012–2022: a draw of all series with the planted effects inside.

The order is that of cause and effect: NQPF, controls, education equity, the outcome; then the
indicators that have these as their index, and two more mediators. Planted values stand in `planted`; why the
noise has the shape it has is explained in docs/sample_data.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import numpy as np

from sample import evaluation
from sample.draws import Draw
from sample.inversion import first_fitting
from sample.paths import Floats, paths, residual, two_way
from sample.province_base import FIRST, LAST, NQPF, REVITALIZATION, STARTS, ranks
from sample.province_controls import CONTROLS, Controls, draw_controls, print_controls
from sample.province_mediators import print_mediators
from sample.province_outcome import draw_equity, draw_outcome
from sample.schooling import survey_counts
from sample.shapes import print_indicators

MEAN_NQPF = 0.059
MEAN_OUTCOME = 0.316 + 0.459 * MEAN_NQPF
N_PERIODS = LAST - FIRST + 1


def draw(seed: int) -> Draw:
    """All series of the province study for one seed."""
    rng = np.random.default_rng([seed, 31])
    study = evaluation.compiled("province")
    grid = (len(STARTS), N_PERIODS)

    target = _nqpf(rng, grid)
    controls = draw_controls(rng, target, MEAN_OUTCOME)
    spikes = _spikes(target, controls)
    series = print_controls(controls.values, controls.values["openness"] + spikes)
    series |= _denominators(rng, series)
    z = first_fitting(target, partial(_profiles, rng, grid, len(NQPF), 0.8))
    print_indicators(z, NQPF, study, series, grid)

    nqpf = evaluation.index("nqpf", study, series)
    printed = {name: evaluation.variable(name, study, series) for name in CONTROLS}
    equity, own = draw_equity(rng, nqpf, printed, controls)
    series |= survey_counts(equity, _sampled(series["population"]))

    outcome = draw_outcome(rng, nqpf, printed, controls, spikes, own, MEAN_OUTCOME)
    z = first_fitting(outcome, partial(_profiles, rng, grid, len(REVITALIZATION), 0.3))
    print_indicators(z, REVITALIZATION, study, series, grid)

    reached = evaluation.index("rural_revitalization", study, series)
    known = {"nqpf": nqpf, **printed}
    series |= print_mediators(np.random.default_rng([seed, 31, 2]), series, reached, known)
    return Draw("province", tuple(STARTS), tuple(range(FIRST, LAST + 1)), series)


def _nqpf(rng: np.random.Generator, grid: tuple[int, int]) -> Floats:
    """Index to be reached: levels by rank, growth, and paths of similar size in all provinces."""
    path = two_way(paths(rng, grid, (1.0, 0.6, 0.35), is_even=True))
    path /= np.sqrt((path**2).mean(axis=1, keepdims=True))
    moving = 0.0105 * path + np.linspace(-0.012, 0.016, grid[1])[None, :]
    rank = ranks()
    level = 0.018 + 0.10 * rank**5 + 0.004 * rng.random((grid[0], 1))
    value = np.asarray(level + moving - moving.min(axis=1, keepdims=True) * (1 - 0.4 * rank**5))
    return np.asarray(value + (MEAN_NQPF - value.mean()))


def _spikes(nqpf: Floats, controls: Controls) -> Floats:
    """Three gross outliers in opening-up, where NQPF is high given the other controls."""
    left = residual(nqpf, *controls.values.values())
    spikes = np.zeros(nqpf.size)
    spikes[np.argsort(left.ravel())[-3:]] = (0.9, 1.1, 1.3)
    return spikes.reshape(nqpf.shape)


def _denominators(rng: np.random.Generator, series: Mapping[str, Floats]) -> dict[str, Floats]:
    """Quantities that indicators are divided by."""
    rural, gdp = series["rural_population"], series["gdp"]
    grid = rural.shape
    scatter = rng.uniform(0.85, 1.15, (6, grid[0], 1))
    drift = np.linspace(1, 1.9, grid[1])[None, :]
    return {
        "rural_households": np.round(rural * 0.29 * scatter[0], 2),
        "primary_employment": np.round(rural * 0.41 * scatter[1], 2),
        "sown_area": np.round(rural * 2.4 * scatter[2], 2),
        "rural_consumption": np.round(6800 * scatter[3] * drift * (1 + 0.3 * ranks()), 1),
        "industrial_enterprise_employment": np.round(
            gdp[:, :1] ** 0.98 * 0.0105 * scatter[4] * np.linspace(1, 0.9, grid[1])[None, :], 2
        ),
        "solid_waste_generated": np.round(gdp[:, :1] * 0.55 * scatter[5] * np.sqrt(drift), 2),
    }


def _profiles(rng: np.random.Generator, grid: tuple[int, int], j: int, sigma: float) -> Floats:
    """Each province draws its score from other indicators, and slowly changes from which."""
    lasting = sigma * rng.standard_normal((grid[0], 1, j))
    slow = np.stack([paths(rng, grid, (1.0, 0.4)) for _ in range(j)], axis=2)
    return np.exp(lasting + 0.1 * slow).reshape(-1, j)


def _sampled(population: Floats) -> Floats:
    """Persons in the survey: one per mille, one per cent in 2015, the census of 2020 whole."""
    fraction = np.full(N_PERIODS, 8.2)
    fraction[2015 - FIRST], fraction[2020 - FIRST] = 155.0, 9300.0
    return np.asarray(population * fraction[None, :])
