"""The bootstrap of an indirect effect, two-way effects and nine controls, beside refitting each draw."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.suite.line import OURS, STRIPPED, Contestant, Line

N_YEARS, N_CONTROLS, N_DRAWS = 10, 9, 200


def panel(n_rows: int) -> dict[str, Any]:
    draw = np.random.default_rng(1)
    n_units = n_rows // N_YEARS
    unit, year = np.repeat(np.arange(n_units), N_YEARS), np.tile(np.arange(N_YEARS), n_units)
    controls = draw.normal(size=(len(unit), N_CONTROLS))
    x = draw.normal(size=len(unit))
    m = 0.4 * x + draw.normal(size=len(unit))
    y = 0.3 * x + 0.4 * m + draw.normal(size=len(unit))
    return {"y": y, "x": x, "m": m, "controls": controls, "unit": unit, "year": year}


def ours(given: dict[str, Any]) -> tuple[float, ...]:
    from nqpf_assets.estimators.mediation.mediation import mediation

    fit = mediation(
        *(given[name] for name in ("y", "x", "m", "controls", "unit", "year")),
        draws=N_DRAWS,
        treatment_name="x",
        mediator_names=["m"],
        control_names=[f"z{k}" for k in range(N_CONTROLS)],
    )
    return (float(fit.paths[0].indirect),)


def bare(given: dict[str, Any]) -> tuple[float, ...]:
    """Units drawn with their years, demeaned and refitted; the effect of the whole sample is returned."""
    draw = np.random.default_rng(2)
    columns = np.column_stack([given[name] for name in ("y", "m", "x", "controls")])
    cube = columns.reshape(-1, N_YEARS, columns.shape[1])

    def indirect(some: Any) -> float:
        z = some - some.mean(axis=1, keepdims=True) - some.mean(axis=0) + some.mean(axis=(0, 1))
        z = z.reshape(-1, z.shape[2])
        a = np.linalg.lstsq(z[:, 2:], z[:, 1], rcond=None)[0][0]
        return float(a * np.linalg.lstsq(z[:, 1:], z[:, 0], rcond=None)[0][0])

    for _ in range(N_DRAWS):
        indirect(cube[draw.integers(0, len(cube), len(cube))])
    return (indirect(cube),)


LINE = Line(
    f"Bootstrap of an indirect effect, {N_DRAWS} draws of units, two-way effects, nine controls",
    "rows",
    (300, 3_000, 30_000),
    (30_000, 300_000, 1_000_000),
    panel,
    100,
    {
        OURS: Contestant(ours, "nqpf-assets"),
        STRIPPED: Contestant(bare, most=300_000, remark="refits each draw by NumPy"),
    },
)
