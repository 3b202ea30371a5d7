"""Two-way fixed effects in R's fixest and plm beside ours: seconds, and whose errors are whose.

Run from the checkout: ``python -m benchmarks.r_packages [rows]``, with R and the packages that are to be
compared. An unbalanced panel of ten regressors, standard errors clustered by unit. `first` is loading and the
first fit, `seconds` the median of three further ones, of processor time on one thread. Prints, asserts
nothing. Packages of Python are compared by the suite.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from benchmarks.suite.__main__ import ONE_THREAD
from benchmarks.suite.lines.two_way_effects import FORMULA, NAMES, framed, panel

FITS = 4
# Packages that demean by iteration stop near 1e-8; another correction moves more than 1e-6.
TOLERANCE = {"coefficient": 1e-7, "standard error": 1e-6}
OPTIONS: dict[str, dict[str, Any]] = {
    "the default": {},
    "small_sample='plm'": {"small_sample": "plm"},
    "small_sample='none'": {"small_sample": "none"},
    "vcov='linearmodels'": {"vcov": "linearmodels"},
}
R_SCRIPT = f"""
arguments <- commandArgs(trailingOnly = TRUE)
package <- arguments[1]
panel <- read.csv(arguments[2])
seconds <- function() sum(proc.time()[1:2])
started <- seconds()
if (!requireNamespace(package, quietly = TRUE)) {{ cat('{{"missing": true}}'); quit() }}
fit <- if (package == "fixest") function() {{
  fixest::setFixest_nthreads(1)
  model <- fixest::feols({FORMULA} | unit + year, panel, cluster = ~unit)
  c(coef(model)[["x0"]], fixest::se(model)[["x0"]])
}} else function() {{
  model <- plm::plm({FORMULA}, panel, index = c("unit", "year"), effect = "twoways")
  vcov <- plm::vcovHC(model, method = "arellano", type = "sss", cluster = "group")
  c(coef(model)[["x0"]], sqrt(vcov["x0", "x0"]))
}}
times <- numeric(0)
for (run in 1:{FITS}) {{
  estimate <- fit()
  times <- c(times, seconds() - started)
  started <- seconds()
}}
cat(sprintf('{{"version": "%s", "times": [%s], "estimate": [%.17g, %.17g]}}',
  packageVersion(package), paste(times, collapse = ", "), estimate[1], estimate[2]))
"""


def ours(given: dict[str, Any], **options: Any) -> tuple[float, float]:
    from nqpf_assets.estimators.linear.two_way_fe import two_way_fe

    columns = (given["y"], given["x"], given["unit"], given["year"])
    fit = two_way_fe(*columns, names=NAMES, **options)
    return float(fit.params[0]), float(fit.std_errors[0])


def row(package: str, answer: dict[str, Any], reference: dict[str, tuple[float, float]]) -> str:
    if "missing" in answer:
        return f"{package:8} not installed"
    first, *times = answer["times"]
    coefficient, error = answer["estimate"]
    return (
        f"{package:8} {answer['version']:10} {first:7.2f} {median(times):8.3f} {coefficient:12.9f} "
        f"{error:12.9f}  {remark(coefficient, error, reference)}"
    ).rstrip()


def remark(coefficient: float, error: float, reference: dict[str, tuple[float, float]]) -> str:
    """Where a coefficient is not ours, and which of our options has the same standard error."""
    own = reference["the default"][0]
    far = abs(coefficient / own - 1) > TOLERANCE["coefficient"]
    words = [f"coefficient differs by {coefficient - own:.1e}"] if far else []
    same = [
        option
        for option, (_, known) in reference.items()
        if abs(error / known - 1) <= TOLERANCE["standard error"]
    ]
    return "; ".join([*words, f"standard error of {' or '.join(same) or 'none of our options'}"])


def main(n_rows: int) -> None:
    """Fit in each and print what it took."""
    given, times = panel(n_rows), []
    for _ in range(FITS):
        started = time.process_time()
        estimate = ours(given)
        times.append(time.process_time() - started)
    reference = {name: ours(given, **options) for name, options in OPTIONS.items()}
    print(f"{len(given['y']):,} rows, {len(np.unique(given['unit'])):,} units")
    print(
        f"{'package':8} {'version':10} {'first':>7} {'seconds':>8} {'coefficient':>12} {'std. error':>12}"
    )
    print(row("ours", {"version": "", "times": times, "estimate": estimate}, reference), flush=True)
    with tempfile.TemporaryDirectory() as name:
        data, script = Path(name) / "panel.csv", Path(name) / "fit.R"
        framed(given).to_csv(data, index=False, float_format="%.17g")
        script.write_text(R_SCRIPT)
        for package in ("fixest", "plm"):
            command = ["Rscript", str(script), package, str(data)]
            done = subprocess.run(
                command, env=os.environ | ONE_THREAD, capture_output=True, text=True, check=True
            )
            answer = json.loads(done.stdout.strip().splitlines()[-1])
            print(row(package, answer, reference), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 25_000)
