"""Coverage of ρ, β and the variance of random unit effects, with and without period effects.

    python benchmarks/spatial_random.py [REPLICATIONS]

31 units in 11 periods, Durbin model, regressors unrelated to the unit effects. Prints the rows of the table
in docs/methods/spatial.md. A share near .95 has a Monte Carlo error of √(.05·.95/replications).
"""

from __future__ import annotations

import sys
from typing import Any, Literal

import numpy as np

from benchmarks.spatial_effects import N_PERIODS, N_UNITS, ring
from nqpf_assets.estimators.linear.distributions import normal_ppf
from nqpf_assets.estimators.spatial.random_effects import spatial_random_effects
from nqpf_assets.estimators.spatial.weights import SpatialWeights

CASES: tuple[tuple[float, float, bool, Literal["none", "transformation"]], ...] = (
    (0.4, 1.0, False, "none"),
    (0.4, 1.0, True, "none"),
    (0.4, 1.0, True, "transformation"),
    (0.7, 0.5, True, "none"),
    (0.7, 0.5, True, "transformation"),
)
"""ρ, σ_μ, whether there are period effects, and how these are dealt with."""


def draw(w: Any, rho: float, sigma_unit: float, rng: np.random.Generator) -> tuple[Any, ...]:
    """y = ρWy + X(1, −.5) + WX(.5, 0) + μ + ε; what periods add, estimates with their effects take out."""
    x = rng.normal(size=(N_PERIODS, N_UNITS, 2))
    mean = x @ [1.0, -0.5] + 0.5 * x[:, :, 0] @ w.T + sigma_unit * rng.normal(size=N_UNITS)
    y = (mean + rng.normal(size=(N_PERIODS, N_UNITS))) @ np.linalg.inv(np.eye(N_UNITS) - rho * w).T
    units = np.tile(np.arange(N_UNITS), N_PERIODS)
    return y.ravel(), x.reshape(-1, 2), units, np.repeat(np.arange(N_PERIODS), N_UNITS)


def simulate(
    weights: SpatialWeights, case: tuple[float, float, bool, Any], replications: int
) -> np.ndarray:
    """Mean of ρ, and shares of samples whose intervals cover ρ, β and σ_μ²."""
    rho, sigma_unit, has_periods, lee_yu = case
    found, z = [], float(normal_ppf(0.975))
    for k in range(replications):
        args = draw(weights.matrix.toarray(), rho, sigma_unit, np.random.default_rng([3, k]))
        fit = spatial_random_effects(
            *args, weights, names=("x", "z"), period_effects=has_periods, lee_yu=lee_yu
        )
        parameter = fit.parameter
        assert parameter is not None
        gap = abs(fit.sigma2_unit - sigma_unit**2)
        found.append((
            parameter.estimate,
            parameter.conf_low < rho < parameter.conf_high,
            fit.conf_int[0, 0] < 1.0 < fit.conf_int[0, 1],
            gap < z * fit.sigma2_unit_std_error,
        ))  # fmt: skip
    return np.mean(np.array(found, dtype=float), axis=0)


def main() -> None:
    """Every case, a row each."""
    replications = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    for case in CASES:
        rho, sigma_unit, has_periods, lee_yu = case
        mean, *shares = simulate(ring(), case, replications)
        how = lee_yu if has_periods else ""
        told = " | ".join(f"{share:.3f}" for share in shares)
        print(
            f"| {rho}, {sigma_unit} | {'yes' if has_periods else 'no'} | {how} | {mean:.3f} | {told} |"
        )


if __name__ == "__main__":
    main()
