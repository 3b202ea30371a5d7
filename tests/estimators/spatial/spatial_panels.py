"""Small spatial panels for tests: weights, draws, and the committed one."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np

from nqpf_assets.estimators.spatial.weights import (
    SpatialWeights,
    Standardization,
    contiguity_weights,
)

FOLDER = Path(__file__).parent / "reference"
EXPECTED = json.loads((FOLDER / "spatial.json").read_text(encoding="utf-8"))
NAMES = ("x1", "x2")


def committed_panel() -> tuple[Any, ...]:
    """Outcome, regressors, units and periods of reference/spatial.csv."""
    with (FOLDER / "spatial.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    y = np.array([float(row["y"]) for row in rows])
    x = np.array([[float(row[name]) for name in NAMES] for row in rows])
    return y, x, np.array([row["unit"] for row in rows]), np.array([int(r["year"]) for r in rows])


def committed_weights(kind: str) -> SpatialWeights:
    """The weights of the reference, built in reverse order of units."""
    units = [f"u{k:02d}" for k in reversed(range(12))]
    pairs = [(a, b) for a, b in EXPECTED["pairs"]]
    joins = [] if kind == "island" else [("u00", "u11")]
    how: Standardization = "spectral" if kind == "spectral" else "row"
    return contiguity_weights(units, pairs, joins=joins, standardization=how)


def ring(n: int, chords: int, seed: int) -> SpatialWeights:
    """N units in a ring with some chords, row-standardised."""
    rng = np.random.default_rng(seed)
    pairs = [(k, (k + 1) % n) for k in range(n)]
    pairs += [(int(a), int(b)) for a, b in rng.integers(0, n, (chords, 2)) if a != b]
    return contiguity_weights(range(n), pairs)


def draw(
    weights: SpatialWeights,
    n_periods: int,
    rng: np.random.Generator,
    *,
    rho: float = 0.0,
    lam: float = 0.0,
    memory: float = 0.0,
    related: float = 0.5,
) -> tuple[Any, ...]:
    """y = ρWy + X(1, −.5) + WX(.5, .3) + two-way effects + u, u = λWu + ε.

    Levels of units are `related` to X. With `memory` ε is autocorrelated over time within units. With λ
    there are no lags of X.
    """
    w = weights.matrix.toarray()
    n, t = len(w), n_periods
    level = rng.normal(size=n)
    x = rng.normal(size=(t, n, 2)) + related * level[:, None]
    e = rng.normal(size=(t, n))
    if memory:
        e[0] /= np.sqrt(1 - memory**2)
        for k in range(1, t):
            e[k] += memory * e[k - 1]
    u = e @ np.linalg.inv(np.eye(n) - lam * w).T
    mean = x @ [1.0, -0.5] + level + np.linspace(0, 2, t)[:, None] + u
    if not lam:
        mean = mean + np.einsum("ij,tjk->tik", w, x) @ [0.5, 0.3]
    y = mean @ np.linalg.inv(np.eye(n) - rho * w).T
    return y.ravel(), x.reshape(-1, 2), np.tile(np.arange(n), t), np.repeat(np.arange(t), n)
