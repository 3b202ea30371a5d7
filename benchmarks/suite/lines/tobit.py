"""A Tobit with two-way effects, its outcome censored at zero."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.suite.line import OURS, Contestant, Line
from benchmarks.suite.lines.instruments import NAMES, panel


def censored(n_rows: int) -> dict[str, Any]:
    given = panel(n_rows)
    return given | {"y": np.maximum(given["y"], 0.0)}


def ours(given: dict[str, Any]) -> tuple[float, ...]:
    from nqpf_assets.estimators.censored.tobit import tobit

    fit = tobit(given["y"], given["x"], given["unit"], given["year"], names=NAMES)
    return float(fit.params[0]), float(fit.std_errors[0])


LINE = Line(
    "Tobit with two-way effects, clustered by unit",
    "rows",
    (1_200, 6_000, 30_000),
    (30_000, 60_000, 240_000),
    censored,
    240,
    {OURS: Contestant(ours, "nqpf-assets")},
)
