"""Time and memory of spatial panel models, from 31 provinces to 3,000 counties.

Run from the checkout: ``python benchmarks/spatial.py``. Prints, asserts nothing. Beside spreg, which has
SAR with unit effects: `suite/lines/spatial_lag.py`.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.sparse.linalg import splu

from nqpf_assets.estimators.spatial.effects import spatial_effects
from nqpf_assets.estimators.spatial.hausman import spatial_hausman
from nqpf_assets.estimators.spatial.lm import lm_tests
from nqpf_assets.estimators.spatial.local_moran import local_morans_i
from nqpf_assets.estimators.spatial.model import spatial_panel
from nqpf_assets.estimators.spatial.moran import morans_i_by_period
from nqpf_assets.estimators.spatial.weights import SpatialWeights, contiguity_weights

NAMES = ("x1", "x2", "x3")


def lattice(n: int) -> SpatialWeights:
    """Units in rows of some √n, each with the neighbours beside, above and below."""
    side = round(n**0.5)
    beside = [(k, k + 1) for k in range(n - 1) if (k + 1) % side]
    return contiguity_weights(range(n), beside + [(k, k + side) for k in range(n - side)])


def draw(weights: SpatialWeights, n_periods: int) -> tuple[Any, ...]:
    """A Durbin panel with ρ = .4 and two-way effects."""
    from scipy.sparse import csc_array, eye_array

    rng = np.random.default_rng(1)
    n = len(weights.units)
    x = rng.normal(size=(n_periods, n, 3))
    wx = np.stack([weights.matrix @ period for period in x])
    mean = x.sum(axis=2) + 0.5 * wx.sum(axis=2) + rng.normal(size=n) + rng.normal(size=x.shape[:2])
    y = splu(csc_array(eye_array(n) - 0.4 * weights.matrix)).solve(mean.T).T
    units, periods = np.tile(np.arange(n), n_periods), np.repeat(np.arange(n_periods), n)
    return y.ravel(), x.reshape(-1, 3), units, periods, weights


def timed(what: str, call: Callable[[], Any]) -> Any:
    started = time.perf_counter()
    found = call()
    taken = time.perf_counter() - started
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"  {what:<46} {taken:8.3f} s   peak memory so far {memory:5d} MB")
    return found


def main() -> None:
    """Fit what a study fits, on three sizes of panel."""
    timed(
        "imports of scipy, one small model",
        lambda: spatial_panel(*draw(lattice(9), 4), names=NAMES),
    )
    for n, t in ((31, 11), (300, 15), (3000, 10)):
        print(f"{n} units in {t} periods")
        args = draw(lattice(n), t)
        timed(
            "SAR, unit effects",
            lambda a=args: spatial_panel(*a, names=NAMES, model="sar", effects=("unit",)),
        )
        model = timed("SDM, two-way effects", lambda a=args: spatial_panel(*a, names=NAMES))
        print(f"    rho {model.rho:.4f}, log-determinant by {model.logdet}")
        timed("its effects, 1,000 draws", lambda m=model: spatial_effects(m))
        timed("SEM, two-way effects", lambda a=args: spatial_panel(*a, names=NAMES, model="sem"))
        timed("LM tests", lambda a=args: lm_tests(*a, names=NAMES))
        if n <= 300:
            timed("Hausman test", lambda a=args: spatial_hausman(*a, names=NAMES))
        y, _, units, periods, weights = args
        timed(
            "Moran's I of every period, 999 permutations",
            lambda v=(y, units, periods, weights): morans_i_by_period(*v),
        )
        timed(
            "local Moran of one period, 999 permutations",
            lambda v=(y[:n], units[:n], weights): local_morans_i(*v),
        )


if __name__ == "__main__":
    main()
