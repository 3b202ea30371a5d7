"""Coverage of ρ and λ where weights differ by period, by what is done about the effects.

    python benchmarks/spatial_by_period.py [REPLICATIONS]

31 units in 11 periods, economic weights of values that drift, unit and period effects. Prints the rows of the
table in docs/methods/spatial.md. A share near .95 has a Monte Carlo error of √(.05·.95/replications).
"""

from __future__ import annotations

import sys
from typing import Any, Literal

import numpy as np

from benchmarks.spatial_effects import N_PERIODS, N_UNITS
from nqpf_assets.estimators.spatial.distance import economic_weights
from nqpf_assets.estimators.spatial.model import spatial_panel
from nqpf_assets.estimators.spatial.period_weights import PeriodWeights, period_weights

CASES: tuple[tuple[Literal["sar", "sem"], float, Literal["none", "bias_correction"]], ...] = (
    ("sar", 0.0, "none"),
    ("sar", 0.0, "bias_correction"),
    ("sar", 0.4, "none"),
    ("sar", 0.4, "bias_correction"),
    ("sem", 0.4, "none"),
)
"""Model, ρ or λ, and `lee_yu`."""


def drifting() -> PeriodWeights:
    """Weights by values that move by a tenth of their spread from one period to the next."""
    rng = np.random.default_rng(7)
    steps = rng.normal(0, 0.25, (N_PERIODS, N_UNITS))
    values = rng.uniform(1, 9, N_UNITS) + np.cumsum(steps, axis=0)
    return period_weights(
        {t: economic_weights(range(N_UNITS), values[t]) for t in range(N_PERIODS)}
    )


def draw(
    weights: PeriodWeights, model: str, parameter: float, rng: np.random.Generator
) -> tuple[Any, ...]:
    """y = ρW_t y + X(1, −.5) + effects + u, u = λW_t u + ε, one of ρ and λ zero."""
    level = rng.normal(size=N_UNITS)
    x = rng.normal(size=(N_PERIODS, N_UNITS, 2)) + 0.5 * level[:, None]
    y = np.empty((N_PERIODS, N_UNITS))
    for t, one in enumerate(weights.of_periods):
        filtering = np.eye(N_UNITS) - parameter * one.matrix.toarray()
        mean, e = x[t] @ [1.0, -0.5] + level + 0.2 * t, rng.normal(size=N_UNITS)
        if model == "sar":
            y[t] = np.linalg.solve(filtering, mean + e)
        else:
            y[t] = mean + np.linalg.solve(filtering, e)
    units = np.tile(np.arange(N_UNITS), N_PERIODS)
    return y.ravel(), x.reshape(-1, 2), units, np.repeat(np.arange(N_PERIODS), N_UNITS)


def simulate(
    weights: PeriodWeights, case: tuple[Literal["sar", "sem"], float, Any], replications: int
) -> np.ndarray:
    """Mean and deviation of ρ or λ, its mean error, coverage of its interval, and mean σ²."""
    model, true, lee_yu = case
    found = []
    for k in range(replications):
        args = draw(weights, model, true, np.random.default_rng([5, k]))
        fit = spatial_panel(*args, weights, names=("x", "z"), model=model, lee_yu=lee_yu)
        one = fit.parameter
        assert one is not None
        covers = one.conf_low < true < one.conf_high
        found.append((one.estimate, one.std_error, covers, fit.sigma2))
    rows = np.array(found, dtype=float)
    mean, error, share, variance = np.nanmean(rows, axis=0)
    return np.array([mean, rows[:, 0].std(ddof=1), error, share, variance])


def main() -> None:
    """Every case, a row each."""
    replications = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    for case in CASES:
        model, true, lee_yu = case
        mean, spread, error, share, variance = simulate(drifting(), case, replications)
        print(
            f"| {model}, {true} | `{lee_yu}` | {mean:.3f} | {spread:.3f} | {error:.3f} | {share:.3f} | "
            f"{variance:.3f} |"
        )


if __name__ == "__main__":
    main()
