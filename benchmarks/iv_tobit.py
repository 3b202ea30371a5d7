"""Time and memory of 2SLS and Tobit with fixed effects beside packages that do the same.

Run from the checkout: ``python benchmarks/iv_tobit.py [rows]``. Each contestant runs in a
process of its own, so that its peak memory is its own. `fe_2sls` computes all of its tests,
the others coefficients and standard errors; pyfixest is compared where it is installed. Seconds
are of processor time and by the clock. Prints, asserts nothing.
"""

from __future__ import annotations

import multiprocessing
import resource
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import numpy as np

PERIODS = 12
NAMES = ("x1", "x2", "x3")


def panel(rows: int) -> dict[str, Any]:
    """A balanced panel with one endogenous variable and two instruments."""
    rng = np.random.default_rng(1)
    n_units = rows // PERIODS
    unit, period = np.repeat(np.arange(n_units), PERIODS), np.tile(np.arange(PERIODS), n_units)
    n = len(unit)
    x, z, u = rng.normal(size=(n, 3)), rng.normal(size=(n, 2)), rng.normal(size=n)
    effect = rng.normal(size=n_units)[unit]
    d = z @ [0.5, 0.3] + u + effect
    y = 0.5 * d + x @ [1.0, -0.5, 0.2] + 0.7 * u + effect + 0.1 * period + rng.normal(size=n)
    return {"y": y, "d": d, "x": x, "z": z, "unit": unit, "period": period}


def ours_2sls(rows: int) -> float:
    from nqpf_assets.estimators.instruments.fe_2sls import fe_2sls

    p = panel(rows)
    model = fe_2sls(
        p["y"], p["d"][:, None], p["z"], p["unit"], p["period"], exogenous=p["x"],
        endogenous_names=("d",), instrument_names=("z1", "z2"), exogenous_names=NAMES,
    )  # fmt: skip
    return float(model.std_errors[0])


def linearmodels_2sls(rows: int) -> float:
    """Demeaned by hand, for linearmodels has no instrumental variables with effects."""
    from linearmodels.iv import IV2SLS

    p = panel(rows)
    columns = np.column_stack([p["y"], p["d"], p["x"], p["z"]])
    cube = columns.reshape(-1, PERIODS, columns.shape[1])
    cube = cube - cube.mean(axis=1, keepdims=True) - cube.mean(axis=0) + cube.mean(axis=(0, 1))
    c = cube.reshape(columns.shape)
    fit = IV2SLS(c[:, 0], c[:, 2:5], c[:, 1], c[:, 5:]).fit(
        cov_type="clustered", clusters=p["unit"]
    )
    return float(fit.std_errors.iloc[-1])


def pyfixest_2sls(rows: int) -> float:
    import pandas as pd
    import pyfixest

    p = panel(rows)
    frame = pd.DataFrame(np.column_stack([p["y"], p["d"], p["x"], p["z"]]))
    frame.columns = pd.Index(["y", "d", *NAMES, "z1", "z2"])
    frame = frame.assign(unit=p["unit"], period=p["period"])
    fit = pyfixest.feols(
        "y ~ x1 + x2 + x3 | unit + period | d ~ z1 + z2", frame, vcov={"CRV1": "unit"}
    )
    return float(fit.se()["d"])


def ours_tobit(rows: int) -> float:
    from nqpf_assets.estimators.censored.tobit import tobit

    p = panel(rows)
    y = np.maximum(p["y"], 0.0)
    model = tobit(y, p["x"], p["unit"], p["period"], names=NAMES)
    return float(model.std_errors[0])


def ours_re_tobit(rows: int) -> float:
    from nqpf_assets.estimators.censored.re_tobit import re_tobit

    p = panel(rows)
    y = np.maximum(p["y"], 0.0)
    return float(re_tobit(y, p["x"], p["unit"], p["period"], names=NAMES).std_errors[0])


def measured(contestant: Callable[[int], float], rows: int, queue: Any) -> None:
    contestant(120)  # imports and first calls are not what is measured
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started, clock = time.process_time(), time.perf_counter()
    error = contestant(rows)
    seconds = time.process_time() - started, time.perf_counter() - clock
    queue.put((*seconds, before, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, error))


def main(rows: int) -> None:
    """Run every contestant alone and print what it took."""
    contestants = [(ours_2sls, rows), (linearmodels_2sls, rows)]
    if find_spec("pyfixest"):
        contestants.append((pyfixest_2sls, rows))
    contestants += [(ours_tobit, rows), (ours_re_tobit, min(rows, 24_000))]
    context = multiprocessing.get_context("spawn")
    for contestant, size in contestants:
        queue = context.Queue()
        process = context.Process(target=measured, args=(contestant, size, queue))
        process.start()
        processor, clock, before, after, error = queue.get()
        process.join()
        print(
            f"{contestant.__name__:18} {size:>9,} rows {processor:7.2f} s {clock:7.2f} s "
            f"{before // 1024:>5} → {after // 1024:>5} MB   se {error:.8f}"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 240_000)
