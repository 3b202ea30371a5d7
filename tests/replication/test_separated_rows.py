"""Rows that a Poisson regression tells apart leave the R script too: its numbers against the estimator's."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from nqpf_assets.estimators.poisson.fe_poisson import fe_poisson
from nqpf_assets.replication.r.script import LIBRARY

pytestmark = pytest.mark.skipif(shutil.which("Rscript") is None, reason="R is not installed")

CALL = """
for (file in list.files("{library}", "[.]R$", full.names = TRUE)) source(file)
rows <- read.csv("panel.csv")
result <- fe_poisson(rows, "y", c("a", "b"), effects = {effects}, vcov = "robust")
cat(result$n, "\\n")
for (at in seq_len(nrow(result$terms)))
  cat(result$terms$term[at], format(result$terms$estimate[at], digits = 15), "\\n")
"""


def panel(seed: int) -> pl.DataFrame:
    """Counts of ten units in eight years, with a regressor that is above zero in some rows of zero alone."""
    draw = np.random.default_rng(seed)
    units, periods = (one.ravel() for one in np.meshgrid(range(10), range(8), indexing="ij"))
    a = draw.normal(size=80)
    y = draw.poisson(np.exp(0.3 * a + draw.normal(size=10)[units]))
    b = np.where((y == 0) & (draw.uniform(size=80) < 0.5), draw.uniform(0.5, 2, 80), 0.0)
    if seed % 2:
        b = b + 0.7 * a  # the sum that tells the rows apart is of both regressors
    return pl.DataFrame({"unit": units, "period": periods, "y": y, "a": a, "b": b})


@pytest.mark.slow
@pytest.mark.parametrize("effects", [("unit",), ("unit", "period")])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_r_drops_the_rows_that_the_estimator_drops(
    tmp_path: Path, seed: int, effects: tuple[str, ...]
) -> None:
    rows = panel(seed)
    ours = fe_poisson(
        rows["y"].to_numpy().astype(float),
        rows.select("a", "b").to_numpy(),
        rows["unit"].to_numpy(),
        rows["period"].to_numpy(),
        names=("a", "b"),
        period_effects="period" in effects,
        vcov="robust",
    )
    assert ours.n_separated > 0
    rows.write_csv(tmp_path / "panel.csv")
    said = ", ".join(f'"{one}"' for one in effects)
    (tmp_path / "run.R").write_text(CALL.format(library=LIBRARY, effects=f"c({said})"))
    done = subprocess.run(
        ["Rscript", "run.R"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    n, *terms = done.stdout.splitlines()
    assert int(n) == ours.n_obs
    found = {name: float(value) for name, value in (line.split() for line in terms)}
    # glm stops where the deviance stands, whose digits are twice those of the coefficients.
    assert found == pytest.approx(
        dict(zip(ours.names, ours.params.tolist(), strict=True)), rel=1e-6
    )
