"""Time and memory of two-way fixed effects, beside the packages that do the same.

Run from the checkout: ``python benchmarks/packages.py [--units 3000]``. An unbalanced panel of 10
periods and 5 regressors, standard errors clustered by unit, goes through our `two_way_fe` and
through linearmodels, pyfixest, StatsPAI and, where ``Rscript`` is found, R's fixest and plm. Each
runs in a process of its own on one thread. `first` is import, compilation and first fit, `seconds`
the median of three further fits, both of processor time; `peak MB` is the whole process, reading
the panel included. The remark says where a coefficient or a standard error is not ours, and which
of our options reproduces it. Prints, asserts nothing.

Spatial models are compared with spreg in `spatial.py`, threshold regression with pyxthreg in
`threshold.py`, 2SLS and Tobit with linearmodels and pyfixest in `iv_tobit.py`.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

NAMES = ("x1", "x2", "x3", "x4", "x5")
FORMULA = f"y ~ {' + '.join(NAMES)}"
PERIODS = 10
REPETITIONS = 3
# Packages that demean by iteration stop near 1e-8; another correction moves more than 1e-6.
TOLERANCE = {"coefficient": 1e-7, "standard error": 1e-6}
THREADS = ("OPENBLAS", "OMP", "MKL", "NUMBA", "RAYON", "POLARS_MAX")
ONE_THREAD = {f"{library}_{'' if 'MAX' in library else 'NUM_'}THREADS": "1" for library in THREADS}

Estimate = tuple[float, float]
Panel = NDArray[np.float64]

R_SCRIPT = """
arguments <- commandArgs(trailingOnly = TRUE)
package <- arguments[1]
panel <- read.csv(arguments[2])
seconds <- function() sum(proc.time()[1:2])
started <- seconds()
if (!requireNamespace(package, quietly = TRUE)) { cat('{"missing": true}'); quit() }
fit <- if (package == "fixest") function() {
  fixest::setFixest_nthreads(1)
  model <- fixest::feols(FORMULA | unit + period, panel, cluster = ~unit)
  c(coef(model)[["x1"]], fixest::se(model)[["x1"]])
} else function() {
  model <- plm::plm(FORMULA, panel, index = c("unit", "period"), effect = "twoways")
  vcov <- plm::vcovHC(model, method = "arellano", type = "sss", cluster = "group")
  c(coef(model)[["x1"]], sqrt(vcov["x1", "x1"]))
}
times <- numeric(0)
for (run in 0:REPETITIONS) {
  estimate <- fit()
  times <- c(times, seconds() - started)
  started <- seconds()
}
cat(sprintf('{"version": "%s", "times": [%s], "estimate": [%.17g, %.17g]}',
  packageVersion(package), paste(times, collapse = ", "), estimate[1], estimate[2]))
""".replace("FORMULA", FORMULA).replace("REPETITIONS", str(REPETITIONS))


def simulated(units: int) -> Panel:
    """Unit, period, outcome and regressors; a sixth of the rows missing, errors that persist."""
    rng = np.random.default_rng(1)
    unit, period = (part.ravel() for part in np.indices((units, PERIODS)))
    effect, trend = rng.normal(size=(2, units))
    x = rng.normal(size=(unit.size, len(NAMES)))
    x += (effect[unit] + 0.1 * period * rng.normal(size=units)[unit])[:, None]
    error = 0.2 * (period * trend[unit]) + rng.normal(size=unit.size)
    y = x @ [1.0, -0.5, 0.2, 0.0, 0.3] + effect[unit] + 0.1 * period + error
    rows = np.column_stack([unit, 2000 + period, y, x])
    return np.asarray(rows[rng.random(unit.size) > 1 / 6])


def framed(panel: Panel) -> Any:
    import pandas as pd

    frame = pd.DataFrame(panel, columns=["unit", "period", "y", *NAMES])
    return frame.astype({"unit": int, "period": int})


def ours(panel: Panel, **options: Any) -> Estimate:
    from nqpf_assets.estimators.linear.two_way_fe import two_way_fe

    model = two_way_fe(panel[:, 2], panel[:, 3:], panel[:, 0], panel[:, 1], names=NAMES, **options)
    return float(model.params[0]), float(model.std_errors[0])


def linearmodels(panel: Panel) -> Estimate:
    from linearmodels.panel import PanelOLS

    frame = framed(panel).set_index(["unit", "period"])
    model = PanelOLS(frame["y"], frame[list(NAMES)], entity_effects=True, time_effects=True)
    fit = model.fit(cov_type="clustered", cluster_entity=True)
    return float(fit.params["x1"]), float(fit.std_errors["x1"])


def pyfixest(panel: Panel) -> Estimate:
    from pyfixest import feols

    fit = feols(f"{FORMULA} | unit + period", framed(panel), vcov={"CRV1": "unit"})
    return float(fit.coef()["x1"]), float(fit.se()["x1"])


def statspai(panel: Panel) -> Estimate:
    from statspai import hdfe_ols

    fit = hdfe_ols(f"{FORMULA} | unit + period", framed(panel), cluster="unit")
    return float(fit.params["x1"]), float(fit.std_errors["x1"])


# Name on the package index, module, how it is run.
PYTHON: dict[str, tuple[str, Callable[[Panel], Estimate]]] = {
    "nqpf-assets": ("nqpf_assets", ours),
    "linearmodels": ("linearmodels", linearmodels),
    "pyfixest": ("pyfixest", pyfixest),
    "StatsPAI": ("statspai", statspai),
}
R = ("fixest", "plm")
OPTIONS: dict[str, dict[str, Any]] = {
    "small_sample='plm'": {"small_sample": "plm"},
    "small_sample='none'": {"small_sample": "none"},
    "vcov='linearmodels'": {"vcov": "linearmodels"},
}


def fitted(package: str, panel: Panel) -> dict[str, Any]:
    """What one process reports: version, processor seconds of every fit, estimate."""
    fit, times = PYTHON[package][1], []
    for _ in range(1 + REPETITIONS):
        started = time.process_time()
        estimate = fit(panel)
        times.append(time.process_time() - started)
    return {"version": version(package), "times": times, "estimate": estimate}


def reference_estimates(panel: Panel) -> dict[str, Estimate]:
    """Ours by default and with every option that follows another package."""
    return {"default": ours(panel)} | {name: ours(panel, **o) for name, o in OPTIONS.items()}


def alone(command: list[str], folder: Path) -> dict[str, Any]:
    """Run a command that prints JSON; its answer, with the peak memory of the process in MB."""
    with (folder / "out").open("w") as out, (folder / "err").open("w") as err:
        process = subprocess.Popen(command, stdout=out, stderr=err, env=os.environ | ONE_THREAD)
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        lines = (folder / "err").read_text().strip().splitlines()
        return {"failed": lines[-1] if lines else f"exit code {process.returncode}"}
    # Packages may print remarks of their own before the answer.
    answer: dict[str, Any] = json.loads((folder / "out").read_text().strip().splitlines()[-1])
    return answer | {"memory": usage.ru_maxrss // 1024}


def remark(estimate: Estimate, reference: dict[str, Any]) -> str:
    """Where an estimate is not ours, and which of our options gives the same standard error."""
    own, words = reference["default"], []
    if abs(estimate[0] / own[0] - 1) > TOLERANCE["coefficient"]:
        words.append(f"coefficient differs by {estimate[0] - own[0]:.1e}")
    if abs(estimate[1] / own[1] - 1) > TOLERANCE["standard error"]:
        same = [
            option
            for option in OPTIONS
            if abs(estimate[1] / reference[option][1] - 1) <= TOLERANCE["standard error"]
        ]
        explained = f", as ours with {' or '.join(same)}" if same else ""
        words.append(f"standard error × {estimate[1] / own[1]:.6f}{explained}")
    return "; ".join(words)


def row(package: str, answer: dict[str, Any], reference: dict[str, Any]) -> str:
    if "missing" in answer:
        return f"{package:13} not installed"
    if "failed" in answer:
        return f"{package:13} failed: {answer['failed']}"
    first, *times = answer["times"]
    coefficient, error = answer["estimate"]
    return (
        f"{package:13} {answer['version']:12} {first:7.2f} {median(times):8.3f} "
        f"{answer['memory']:8} {coefficient:12.9f} {error:12.9f}  "
        f"{remark((coefficient, error), reference)}"
    ).rstrip()


def main(units: int) -> None:
    """Run every package alone and print what it took."""
    panel = simulated(units)
    print(f"{len(panel):,} rows, {units:,} units, {PERIODS} periods, {len(NAMES)} regressors")
    print(
        f"{'package':13} {'version':12} {'first':>7} {'seconds':>8} {'peak MB':>8} "
        f"{'coefficient':>12} {'std. error':>12}  remark"
    )
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        data, script = folder / "panel.csv", folder / "fit.R"
        header = ",".join(("unit", "period", "y", *NAMES))
        np.savetxt(data, panel, fmt="%.17g", delimiter=",", header=header, comments="")
        script.write_text(R_SCRIPT)
        # Not in this process: Linux counts a parent's memory in the peak of its children.
        reference = alone([sys.executable, __file__, "--run", "reference", str(data)], folder)
        if "failed" in reference:
            sys.exit(f"two_way_fe failed: {reference['failed']}")
        for package, (module, _) in PYTHON.items():
            command = [sys.executable, __file__, "--run", package, str(data)]
            answer = alone(command, folder) if find_spec(module) else {"missing": True}
            print(row(package, answer, reference), flush=True)
        for package in R:
            command = ["Rscript", str(script), package, str(data)]
            answer = alone(command, folder) if shutil.which("Rscript") else {"missing": True}
            print(row(f"R {package}", answer, reference), flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Two-way fixed effects beside other packages.")
    parser.add_argument("--units", type=int, default=3000, help="units of the simulated panel")
    parser.add_argument("--run", nargs=2, metavar=("PACKAGE", "PANEL"), help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.run:
        task, path = chosen.run
        simulated_panel = np.loadtxt(path, delimiter=",", skiprows=1)
        work = reference_estimates if task == "reference" else partial(fitted, task)
        print(json.dumps(work(simulated_panel)))
    else:
        main(chosen.units)
