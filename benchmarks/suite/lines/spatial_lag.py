"""A spatial lag model with unit effects over a lattice, ten years, three regressors."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.suite.line import OURS, Contestant, Line

N_YEARS = 10
NAMES = ("x1", "x2", "x3")


def panel(n_units: int) -> dict[str, Any]:
    """ρ = .4; each unit has the neighbours beside, above and below it."""
    from scipy.sparse import csc_array, eye_array
    from scipy.sparse.linalg import splu

    draw = np.random.default_rng(1)
    side = round(n_units**0.5)
    pairs = [(k, k + 1) for k in range(n_units - 1) if (k + 1) % side]
    pairs += [(k, k + side) for k in range(n_units - side)]
    near: dict[int, list[int]] = {k: [] for k in range(n_units)}
    for one, other in pairs:
        near[one].append(other)
        near[other].append(one)
    rows = np.repeat(np.arange(n_units), [len(near[k]) for k in near])
    columns = np.concatenate([near[k] for k in near])
    values = np.concatenate([np.full(len(near[k]), 1 / len(near[k])) for k in near])
    w = csc_array((values, (rows, columns)), shape=(n_units, n_units))
    x = draw.normal(size=(N_YEARS, n_units, 3))
    mean = x.sum(axis=2) + draw.normal(size=n_units) + draw.normal(size=x.shape[:2])
    y = splu(csc_array(eye_array(n_units) - 0.4 * w)).solve(mean.T).T
    return {"y": y.ravel(), "x": x.reshape(-1, 3), "pairs": pairs, "near": near}


def ours(given: dict[str, Any]) -> tuple[float, ...]:
    from nqpf_assets.estimators.spatial.model import spatial_panel
    from nqpf_assets.estimators.spatial.weights import contiguity_weights

    n = len(given["near"])
    units, years = np.tile(np.arange(n), N_YEARS), np.repeat(np.arange(N_YEARS), n)
    weights = contiguity_weights(range(n), given["pairs"])
    fit = spatial_panel(
        *(given["y"], given["x"], units, years, weights),
        names=NAMES,
        model="sar",
        effects=("unit",),
    )
    return (float(fit.rho),)


def spreg(given: dict[str, Any]) -> tuple[float, ...]:
    from libpysal.weights import W
    from spreg import Panel_FE_Lag

    w = W(given["near"], silence_warnings=True)
    w.transform = "r"
    fit = Panel_FE_Lag(given["y"][:, None], given["x"], w)
    return (float(np.ravel(fit.rho)[0]),)


LINE = Line(
    "Spatial lag model with unit effects, ten years",
    "units",
    (31, 100, 300),
    (300, 1_000, 3_000),
    panel,
    16,
    {
        OURS: Contestant(ours, "nqpf-assets"),
        "spreg": Contestant(spreg, "spreg", most=1_000, same=1e-4, remark="ρ to its tolerance"),
    },
)
