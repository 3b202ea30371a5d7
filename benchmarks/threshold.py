"""Time and memory of the panel threshold regression, beside pyxthreg where that is installed.

Run from the checkout: ``python benchmarks/threshold.py``. Each line is a process of its own on
one thread, so that CPU seconds and peak memory are its own; pyxthreg compiles at first use, so
it runs once before it is timed. It multiplies residuals by independent normal numbers and holds
earlier thresholds fixed in its draws, where ours are estimated again: less work, for a p-value of
another distribution. Prints, asserts nothing.
"""

from __future__ import annotations

import importlib.util
import os
import resource
import subprocess
import sys
import time
from typing import Any

import numpy as np

SIZES = {"provinces": (31, 11), "firms": (565, 14), "counties": (2800, 15)}
CASES = [
    (program, size, thresholds, draws, grid)
    for size, draws in (("provinces", 1000), ("firms", 300), ("counties", 100))
    for thresholds in (1, 2, 3)
    for grid in (400, 0)
    for program in ("nqpf", "pyxthreg")
    # Hours otherwise: its bootstrap tries every value anew for every draw.
    if not (program == "pyxthreg" and grid == 0 and size != "provinces")
]


def panel(size: str) -> dict[str, Any]:
    """Two thresholds, two regressors, a regime regressor."""
    n_units, n_periods = SIZES[size]
    rng = np.random.default_rng(1)
    unit, period = (part.ravel() for part in np.indices((n_units, n_periods)))
    x1, x2, z, q, noise = rng.normal(size=(5, unit.size))
    slope = np.array([0.5, 1.0, 1.5])[np.searchsorted([-0.5, 0.8], q)]
    y = x1 - x2 + slope * z + rng.normal(size=n_units)[unit] + noise
    return {"id": unit, "year": 2000 + period, "y": y, "x1": x1, "x2": x2, "z": z, "q": q}


def run_nqpf(data: dict[str, Any], thresholds: int, draws: int, grid: int) -> str:
    from nqpf_assets.estimators.thresholds.threshold import panel_threshold

    model = panel_threshold(
        data["y"], np.column_stack([data["x1"], data["x2"]]), data["z"][:, None], data["q"],
        data["id"], data["year"], names=("x1", "x2"), regime_names=("z",), threshold_name="q",
        n_thresholds=thresholds, draws=draws, grid=grid or None,
    )  # fmt: skip
    return ", ".join(f"{t.estimate:.3f}" for t in model.thresholds)


def run_pyxthreg(data: dict[str, Any], thresholds: int, draws: int, grid: int) -> str:
    import pandas as pd
    from pyxthreg.estimator import ThresholdPanel

    frame = pd.DataFrame(data)
    for repetitions in (2, draws):  # the first compiles
        started = time.process_time()
        model = ThresholdPanel(frame, dep="y", rx=["z"], qx="q", indep=["x1", "x2"])
        model.fit(thnum=thresholds, trim=0.05, grid=grid, bs=repetitions, nobslog=True, n_jobs=1)
        print(f"seconds {time.process_time() - started}")
    return "ran"


def main(arguments: list[str]) -> None:
    if not arguments:
        threads = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
        one_thread = os.environ | dict.fromkeys(threads, "1")
        print(
            f"{'program':10}{'panel':11}{'thresholds':>10}{'draws':>7}{'grid':>7}{'CPU s':>9}{'MB':>7}"
        )
        for case in CASES:
            if case[0] == "pyxthreg" and importlib.util.find_spec("pyxthreg") is None:
                continue
            command = [sys.executable, __file__, *map(str, case)]
            done = subprocess.run(
                command, capture_output=True, text=True, check=False, env=one_thread
            )
            if done.returncode:
                print(*case, "failed:", done.stderr.strip().splitlines()[-1])
                continue
            lines = done.stdout.splitlines()
            seconds = [line.split()[1] for line in lines if line.startswith("seconds")][-1]
            memory = [line.split()[1] for line in lines if line.startswith("memory")][-1]
            program, size, thresholds, draws, grid = case
            print(
                f"{program:10}{size:11}{thresholds:10}{draws:7}{grid or 'all':>7}"
                f"{float(seconds):9.2f}{memory:>7}",
                flush=True,
            )
        return
    program, size, *numbers = arguments
    data = panel(size)
    started = time.process_time()
    run = run_nqpf if program == "nqpf" else run_pyxthreg
    run(data, *map(int, numbers))
    if program == "nqpf":
        print(f"seconds {time.process_time() - started}")
    print(f"memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}")


if __name__ == "__main__":
    main(sys.argv[1:])
