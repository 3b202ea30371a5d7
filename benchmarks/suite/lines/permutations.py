"""Permutations of groups: is a coefficient another in one of them? Two-way effects, ten regressors."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.suite.line import OURS, Contestant, Line
from benchmarks.suite.lines.mediation import panel

N_DRAWS = 200


def ours(given: dict[str, Any]) -> tuple[float, ...]:
    from nqpf_assets.estimators.group_differences.permutation import permutation_test

    unit = given["unit"]
    regressors = np.column_stack([given["x"], given["controls"]])
    names = ["x", *(f"z{k}" for k in range(regressors.shape[1] - 1))]
    fit = permutation_test(
        *(given["y"], regressors, unit, given["year"], unit <= unit.max() // 3),
        names=names,
        tested=["x"],
        draws=N_DRAWS,
    )
    return (float(fit.differences[0]),)


LINE = Line(
    f"Permutations of groups, {N_DRAWS} draws of units, two-way effects, ten regressors",
    "rows",
    (300, 3_000, 30_000),
    (30_000, 300_000, 1_000_000),
    panel,
    100,
    {OURS: Contestant(ours, "nqpf-assets")},
)
