"""An entropy index of 24 indicators, half of them negative."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.suite.line import MANY_ROWS, OURS, ROWS, STRIPPED, Contestant, Line

N_INDICATORS = 24
DIRECTIONS = [1] * 12 + [-1] * 12
SHIFT = 1e-4


def indicators(n_rows: int) -> Any:
    return np.random.default_rng(1).lognormal(size=(n_rows, N_INDICATORS))


def ours(x: Any) -> tuple[float, ...]:
    from nqpf_assets.indices.entropy import entropy_index

    found = entropy_index(x, DIRECTIONS, names=[f"i{k}" for k in range(N_INDICATORS)])
    return float(found.weights[0]), float(found.scores[0])


def bare(x: Any) -> tuple[float, ...]:
    """Column by column, the scores kept and nothing else."""
    divergence, scores = np.empty(N_INDICATORS), np.zeros(len(x))
    normalized = []
    for k, direction in enumerate(DIRECTIONS):
        column = x[:, k]
        low, high = column.min(), column.max()
        z = (column - low if direction > 0 else high - column) / (high - low) + SHIFT
        share = z / z.sum()
        divergence[k] = 1 + (share @ np.log(share)) / np.log(len(x))
        normalized.append(z)
    weights = divergence / divergence.sum()
    for weight, z in zip(weights, normalized, strict=True):
        scores += weight * z
    return float(weights[0]), float(scores[0])


LINE = Line(
    "Entropy index of 24 indicators",
    "rows",
    ROWS,
    MANY_ROWS,
    indicators,
    1_000,
    {OURS: Contestant(ours, "nqpf-assets"), STRIPPED: Contestant(bare)},
)
