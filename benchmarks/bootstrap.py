"""Time and memory of 5,000 mediation draws and 1,000 permutations, beside naive refitting.

Run from the checkout: ``python benchmarks/bootstrap.py [refits]``. Naive refitting draws the
same number of units, stacks their rows and solves least squares with dummies; it is timed on
`refits` draws (default 100) and scaled up. Every size runs in a process of its own, so that its
peak memory is its own, with one thread. Prints, asserts nothing.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time

import numpy as np

from nqpf_assets.estimators.group_differences.permutation import permutation_test
from nqpf_assets.estimators.mediation.mediation import mediation

DRAWS = 5000
PERMUTATIONS = 1000
CONTROLS = 9
SIZES = {
    "provinces, 31 x 11": (31, 11, 1.0),
    "provinces with gaps": (31, 11, 0.9),
    "districts, 38 x 3": (38, 3, 1.0),
    "counties, 2000 x 10": (2000, 10, 0.9),
}


def main(refits: int) -> None:
    """Print one block per size."""
    # Small matrices do not gain from threads, and naive refitting suffers from them.
    threads = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    for name in SIZES:
        code = [sys.executable, __file__, str(refits), name]
        subprocess.run(code, check=True, env=os.environ | threads)


def measure(name: str, refits: int) -> None:
    """One size, measured here."""
    n_units, n_years, share = SIZES[name]
    rng = np.random.default_rng(1)
    unit, year = np.repeat(np.arange(n_units), n_years), np.tile(np.arange(n_years), n_units)
    keep = rng.uniform(size=len(unit)) < share
    unit, year = unit[keep], year[keep]
    controls = rng.normal(size=(len(unit), CONTROLS))
    x = rng.normal(size=len(unit))
    m = 0.4 * x + rng.normal(size=len(unit))
    y = 0.3 * x + 0.4 * m + rng.normal(size=len(unit))
    names = [f"z{k}" for k in range(CONTROLS)]
    options = {"treatment_name": "x", "mediator_names": ["m"], "control_names": names}
    mediation(y, x, m, controls, unit, year, draws=2, **options)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.perf_counter()
    mediation(y, x, m, controls, unit, year, draws=DRAWS, **options)
    drawn = time.perf_counter()
    regressors, group = np.column_stack([x, controls]), unit < n_units // 3
    permutation_test(
        y, regressors, unit, year, group, names=["x", *names], tested=["x"], draws=PERMUTATIONS
    )
    permuted = time.perf_counter()
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"{name}: {len(unit):,} rows, {CONTROLS} controls, unit and period effects")
    print(f"  {DRAWS:,} mediation draws  {drawn - started:8.2f} s")
    print(f"  {PERMUTATIONS:,} permutations     {permuted - drawn:8.2f} s")
    print(f"  peak memory {before // 1024} -> {after // 1024} MB")
    if n_units > 100:
        return
    started = time.perf_counter()
    for _ in range(refits):
        naive(rng.integers(0, n_units, n_units), unit, year, y, x, m, controls)
    naively = (time.perf_counter() - started) / refits * DRAWS
    print(f"  naive refitting of {DRAWS:,} draws, from {refits}: {naively:8.1f} s")


def naive(drawn, unit, year, y, x, m, controls) -> float:
    """The indirect effect on a drawn panel, from regressions with a dummy per copy and year."""
    rows = np.concatenate([np.flatnonzero(unit == u) for u in drawn])
    sizes = [np.count_nonzero(unit == u) for u in drawn]
    copy = np.repeat(np.arange(len(drawn)), sizes)
    effects = [
        copy[:, None] == np.arange(len(drawn)),
        year[rows, None] == np.arange(1, year.max() + 1),
    ]
    common = np.column_stack([controls[rows], *effects]).astype(float)
    first = np.column_stack([x[rows], common])
    a = np.linalg.lstsq(first, m[rows], rcond=None)[0][0]
    b = np.linalg.lstsq(np.column_stack([m[rows], first]), y[rows], rcond=None)[0][0]
    return float(a * b)


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    if len(sys.argv) > 2:
        measure(sys.argv[2], count)
    else:
        main(count)
