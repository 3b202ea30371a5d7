"""Principal components of 24 indicators and their composite score."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.suite.line import MANY_ROWS, OURS, ROWS, STRIPPED, Contestant, Line

N_INDICATORS = 24


def indicators(n_rows: int) -> Any:
    """Three factors and what is each indicator's own."""
    draw = np.random.default_rng(1)
    loadings = draw.normal(size=(3, N_INDICATORS))
    return draw.normal(size=(n_rows, 3)) @ loadings + draw.normal(size=(n_rows, N_INDICATORS))


def ours(x: Any) -> tuple[float, ...]:
    from nqpf_assets.indices.principal_components import principal_components

    found = principal_components(x, names=[f"i{k}" for k in range(N_INDICATORS)])
    return float(found.eigenvalues[0]), float(found.scores[0])


def bare(x: Any) -> tuple[float, ...]:
    """Eigenvalues above one, signs by the sum of loadings."""
    z = (x - x.mean(axis=0)) / x.std(axis=0, ddof=1)
    values, vectors = np.linalg.eigh(z.T @ z / (len(x) - 1))
    kept = values > 1
    values, vectors = values[kept][::-1], vectors[:, kept][:, ::-1]
    vectors *= np.where(vectors.sum(axis=0) < 0, -1, 1)
    scores = z @ vectors @ (values / values.sum())
    return float(values[0]), float(scores[0])


LINE = Line(
    "Principal components of 24 indicators",
    "rows",
    ROWS,
    MANY_ROWS,
    indicators,
    1_000,
    {OURS: Contestant(ours, "nqpf-assets"), STRIPPED: Contestant(bare)},
)
