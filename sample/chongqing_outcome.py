"""Mediators and governance in Chongqing, with what is planted in them.

Sizes of noise are in units of the outcome's own movement: R² of .385 alone and .521 with
controls fix how far NQPF, the controls and noise move it; R² of the mediation table how much of
the noise comes through the mediators. The arithmetic stands in docs/sample_data.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sample.chongqing_base import STARTS, WITHOUT_TELEPHONES
from sample.goals import reach
from sample.paths import Floats, least_squares, paths, residual, spread, two_way

EFFECT, REPLACED, INSTRUMENTED = 0.342, 0.331, 0.389
CONTROL_EFFECTS = {"ln_gdp": 0.124, "urban": -0.056, "fin": 0.208, "edu": 0.089}
REPLACED_CONTROLS = {"ln_gdp": 0.118, "urban": -0.049, "fin": 0.195, "edu": 0.082}
INFO_ON_NQPF, OUTCOME_ON_INFO = 0.285, 0.462
SYNERGY_ON_NQPF, OUTCOME_ON_SYNERGY = 0.315, 0.421
# Not printed: how much larger the effect is where infrastructure passes the threshold.
THRESHOLD, GAP = 55.0, 0.15
RELEVANCE = 0.55  # of what NQPF moves beside the controls, due to the instrument
SERIES = np.array([1.0, 1.09, 1.18])  # internet users of the city, 2021 = 1
USERS_2021 = 3200.0  # 万户
# R² .385 of column (1): squared movement of NQPF over that of the outcome, .385 / .415².
NQPF_OVER_OUTCOME = 0.385 / 0.415**2
NOISE_SHARES = {"info": 0.342, "synergy": 0.378, "rest": 0.365}
# How far the mediators follow the controls, as multiples of governance: R² .488 and .495.
INFO_CONTROLS, SYNERGY_CONTROLS = 0.62, 0.64
# Noise turns around in the middle year rather than following a trend, as NQPF does.
TURNING = (0.77, 1.186)


@dataclass(frozen=True)
class Outcomes:
    """What follows from NQPF; arrays (units, years), telephones (units, 1) with gaps."""

    info: Floats
    synergy: Floats
    governance: Floats
    telephones: Floats


def draw_digital_village(
    rng: np.random.Generator, nqpf: Floats, printed: Mapping[str, Floats]
) -> Floats:
    """An index that gives .331 in the place of NQPF, and the controls' printed changes.

    NQPF is φ times it, plus ψ times the controls, plus a rest that is unrelated to either.
    """
    phi = REPLACED / EFFECT
    psi = {
        name: (REPLACED_CONTROLS[name] - CONTROL_EFFECTS[name]) / EFFECT for name in CONTROL_EFFECTS
    }
    left = residual(nqpf, *printed.values())
    kappa = 0.0256  # the rest's share; R² falls from .521 to .515
    other = residual(paths(rng, nqpf.shape, (1, 1)), left, *printed.values())
    rest = kappa * left + other * np.sqrt(kappa * (1 - kappa)) * spread(left) / spread(other)
    moved = (two_way(nqpf) - sum(psi[name] * two_way(printed[name]) for name in psi) - rest) / phi
    level = nqpf.mean(axis=1, keepdims=True) + nqpf.mean(axis=0, keepdims=True) - nqpf.mean()
    return np.asarray(0.24 + 0.5 * level + moved)


def draw_outcomes(
    rng: np.random.Generator,
    nqpf: Floats,
    printed: Mapping[str, Floats],
    infrastructure: Floats,
) -> Outcomes:
    """Mediators, instrument and governance for given NQPF and controls."""
    size = spread(nqpf) / np.sqrt(NQPF_OVER_OUTCOME)
    noise = {
        name: _noise(rng, nqpf.shape, size * share**0.5) for name, share in NOISE_SHARES.items()
    }
    controls = sum(e * two_way(printed[name]) for name, e in CONTROL_EFFECTS.items())
    moved, lasting = two_way(nqpf), nqpf.mean(axis=1, keepdims=True) - nqpf.mean()
    years = np.arange(nqpf.shape[1])[None, :]
    scatter = rng.uniform(-1.7, 1.7, (3, nqpf.shape[0], 1))

    def level(mean: float, slope: float, width: float, growth: float, column: int) -> Floats:
        path = mean + slope * lasting + width * scatter[column] + growth * (years - 1)
        return np.asarray(path)

    info = (
        level(0.43, 0.36, 0.06, 0.03, 0)
        + INFO_ON_NQPF * moved
        + INFO_CONTROLS * controls
        + noise["info"]
    )
    synergy = (
        level(0.42, 0.34, 0.06, 0.03, 1)
        + SYNERGY_ON_NQPF * moved
        + SYNERGY_CONTROLS * controls
        + noise["synergy"]
    )

    left = residual(nqpf, *printed.values())
    has_telephones = np.array([code not in WITHOUT_TELEPHONES for code in STARTS])
    telephones = _telephones(rng, left, has_telephones)
    instrument = np.where(np.isnan(telephones), np.nanmean(telephones), telephones) * SERIES
    # Where the instrument moves NQPF, governance moves more: so two stages give .389.
    beside = residual(instrument, nqpf, *printed.values())
    is_well = infrastructure > THRESHOLD
    arrays = (nqpf, *printed.values())
    part = tuple(array[has_telephones] for array in arrays)
    z = residual(instrument[has_telephones], *part[1:])

    def found(y: Floats) -> Floats:
        instrumented = (z * two_way(y[has_telephones])).sum() / (z * two_way(part[0])).sum()
        return np.array([*least_squares(y, *arrays), instrumented])

    systematic = reach(
        level(0.46, 0.56, 0.05, 0.035, 2)
        + EFFECT * moved
        + controls
        + GAP * two_way(left * is_well),
        (moved, *(two_way(array) for array in printed.values()), beside / spread(beside)),
        found,
        (EFFECT, *CONTROL_EFFECTS.values(), INSTRUMENTED),
    )
    governance = (
        systematic
        + OUTCOME_ON_INFO * noise["info"]
        + OUTCOME_ON_SYNERGY * noise["synergy"]
        + noise["rest"]
    )
    return Outcomes(info, synergy, governance, telephones)


def _noise(rng: np.random.Generator, shape: tuple[int, ...], size: float) -> Floats:
    path = two_way(paths(rng, shape, TURNING))
    return size * path / spread(path)


def _telephones(rng: np.random.Generator, left: Floats, is_known: np.ndarray) -> Floats:
    """Telephones of 1984, (units, 1): more of them where NQPF later grew faster."""
    pull = left @ (SERIES - SERIES.mean())
    pull = pull / pull.std()
    luck = rng.standard_normal(pull.shape)
    mixed = RELEVANCE**0.5 * pull + (1 - RELEVANCE) ** 0.5 * luck
    number = np.round(980 + 240 * np.clip(mixed, -3, 3))
    return np.where(is_known, number, np.nan)[:, None]
