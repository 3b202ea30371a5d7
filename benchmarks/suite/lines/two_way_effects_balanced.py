"""The same with all rows there, beside the least that arithmetic needs."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.suite.line import MANY_ROWS, ROWS, STRIPPED, Contestant, Line
from benchmarks.suite.lines.two_way_effects import N_REGRESSORS, N_YEARS, PEERS, panel


def balanced(n_rows: int) -> dict[str, Any]:
    return panel(n_rows, share=1)


def bare(given: dict[str, Any]) -> tuple[float, ...]:
    """Demeaned as a cube; rows must be sorted and complete."""
    z = np.column_stack([given["y"], given["x"]]).reshape(-1, N_YEARS, 1 + N_REGRESSORS)
    z -= z.mean(axis=1, keepdims=True) + z.mean(axis=0) - z.mean(axis=(0, 1))
    flat = z.reshape(-1, 1 + N_REGRESSORS)
    products = flat.T @ flat
    inverse = np.linalg.inv(products[1:, 1:])
    b = inverse @ products[1:, 0]
    error = flat[:, 0] - flat[:, 1:] @ b
    score = np.einsum("ntk,nt->nk", z[..., 1:], error.reshape(-1, N_YEARS))
    n_units, n = len(z), len(flat)
    correction = n_units / (n_units - 1) * (n - 1) / (n - N_REGRESSORS - N_YEARS)
    variance = inverse @ (score.T @ score) @ inverse * correction
    return float(b[0]), float(np.sqrt(variance[0, 0]))


LINE = Line(
    "Two-way fixed effects, ten regressors, balanced, clustered by unit",
    "rows",
    ROWS,
    MANY_ROWS,
    balanced,
    1_100,
    {**PEERS, STRIPPED: Contestant(bare)},
)
