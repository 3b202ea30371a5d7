"""Size and coverage of direct, indirect and total effects, from quantiles of draws and by the delta method.

    python benchmarks/spatial_effects.py [REPLICATIONS]

31 units in 11 periods, two-way effects, transformation of Lee and Yu; x with coefficient 1 and lag .5, or a
lag of −1, which makes the total effect zero. Prints the rows of the table in docs/methods/spatial.md. A
share near .95 or .05 has a Monte Carlo error of √(.05·.95/replications).
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from nqpf_assets.catalog.geography import load_geography
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.spatial.distance import inverse_distance_weights
from nqpf_assets.estimators.spatial.effects import spatial_effects
from nqpf_assets.estimators.spatial.model import spatial_panel
from nqpf_assets.estimators.spatial.weights import SpatialWeights, contiguity_weights

N_UNITS, N_PERIODS = 31, 11
KINDS = ("direct", "indirect", "total")


def ring() -> SpatialWeights:
    """Units in a ring with some chords: about as dense as common borders."""
    rng = np.random.default_rng(1)
    chords = [(int(a), int(b)) for a, b in rng.integers(0, N_UNITS, (40, 2)) if a != b]
    return contiguity_weights(
        range(N_UNITS), [*((k, (k + 1) % N_UNITS) for k in range(N_UNITS)), *chords]
    )


def distance() -> SpatialWeights:
    """1/d between the capitals of the provinces: ρ is weakly identified."""
    places = [row for row in load_geography()[0].coordinates.iter_rows() if row[0].endswith("0000")]
    found = np.array([row[1:] for row in sorted(places) if row[0][:2] not in ("71", "81", "82")])
    return inverse_distance_weights(range(N_UNITS), found[:, 0], found[:, 1])


def draw(w: Any, rho: float, own: Any, lagged: Any, rng: np.random.Generator) -> tuple[Any, ...]:
    """y = ρWy + xβ + Wxθ + effects + ε."""
    x = rng.normal(size=(N_PERIODS, N_UNITS, 2))
    mean = x @ own + np.einsum("ij,tjk->tik", w, x) @ lagged + rng.normal(size=N_UNITS)
    y = (mean + rng.normal(size=(N_PERIODS, N_UNITS))) @ np.linalg.inv(np.eye(N_UNITS) - rho * w).T
    units, periods = (
        np.tile(np.arange(N_UNITS), N_PERIODS),
        np.repeat(np.arange(N_PERIODS), N_UNITS),
    )
    return y.ravel(), x.reshape(-1, 2), units, periods


def simulate(weights: SpatialWeights, rho: float, lag: float, replications: int) -> Any:
    """Per inference: shares (kind, [covers, rejects zero]), and how many samples had no effects."""
    w = weights.matrix.toarray()
    change = np.linalg.solve(np.eye(N_UNITS) - rho * w, np.eye(N_UNITS) + lag * w)
    direct, total = np.trace(change) / N_UNITS, change.sum() / N_UNITS
    truth = (direct, total - direct, total)
    shares = {name: np.zeros((3, 2)) for name in ("simulated", "delta")}
    n = 0
    for k in range(replications):
        args = draw(w, rho, [1.0, -0.5], [lag, 0.3], np.random.default_rng([3, k]))
        model = spatial_panel(*args, weights, names=("x", "z"))
        try:
            both = {name: spatial_effects(model, inference=name, seed=k) for name in shares}  # type: ignore[arg-type]
        except EstimationError:
            continue
        n += 1
        for name, found in both.items():
            for j, kind in enumerate(KINDS):
                one = getattr(found, kind)
                low, high = one.conf_int[0]
                shares[name][j] += [low < truth[j] < high, one.p_values[0] < 0.05]
                assert (one.p_values[0] < 0.05) == (low > 0 or high < 0)
    return {name: found / n for name, found in shares.items()}, replications - n


def main() -> None:
    replications = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    print(
        "| weights, ρ | inference | covers: direct, indirect, total | total = 0 rejected | without effects |"
    )
    print("|---|---|---|---|---|")
    for name, weights, rho in (
        ("ring, .4", ring(), 0.4), ("ring, .7", ring(), 0.7),
        ("1/d, 0", distance(), 0.0), ("1/d, .4", distance(), 0.4),
    ):  # fmt: skip
        alternative, missing = simulate(weights, rho, 0.5, replications)
        null, _ = simulate(weights, rho, -1.0, replications)
        for kind, found in alternative.items():
            covers = ", ".join(f"{share:.3f}".removeprefix("0") for share in found[:, 0])
            size = f"{null[kind][2, 1]:.3f}".removeprefix("0")
            print(f"| {name} | `{kind}` | {covers} | {size} | {missing} |", flush=True)


if __name__ == "__main__":
    main()
