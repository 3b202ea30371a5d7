"""Two-way fixed effects with ten regressors, a sixth of the rows missing, errors clustered by unit."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.suite.line import MANY_ROWS, OURS, ROWS, Contestant, Line

N_YEARS, N_REGRESSORS = 11, 10
NAMES = [f"x{k}" for k in range(N_REGRESSORS)]
FORMULA = f"y ~ {' + '.join(NAMES)}"


def panel(n_rows: int, share: float = 5 / 6) -> dict[str, Any]:
    """Unit effects that go with the regressors; about so many rows."""
    draw = np.random.default_rng(1)
    n_units = round(n_rows / share / N_YEARS)
    unit = np.repeat(np.arange(n_units), N_YEARS)
    year = np.tile(np.arange(2012, 2012 + N_YEARS), n_units)
    x = draw.normal(size=(len(unit), N_REGRESSORS))
    x += np.repeat(draw.normal(size=(n_units, N_REGRESSORS)), N_YEARS, axis=0)
    effect = np.repeat(draw.normal(size=n_units), N_YEARS)
    y = x @ np.linspace(0.1, 1, N_REGRESSORS) + draw.normal(size=len(unit)) + effect
    if share < 1:
        kept = draw.uniform(size=len(unit)) < share
        unit, year, x, y = unit[kept], year[kept], x[kept], y[kept]
    return {"y": y, "x": x, "unit": unit, "year": year}


def framed(given: dict[str, Any]) -> Any:
    import pandas as pd

    frame = pd.DataFrame(given["x"], columns=NAMES)
    return frame.assign(y=given["y"], unit=given["unit"], year=given["year"])


def ours(given: dict[str, Any]) -> tuple[float, ...]:
    from nqpf_assets.estimators.linear.two_way_fe import two_way_fe

    fit = two_way_fe(given["y"], given["x"], given["unit"], given["year"], names=NAMES)
    return float(fit.params[0]), float(fit.std_errors[0])


def pyfixest(given: dict[str, Any]) -> tuple[float, ...]:
    from pyfixest import feols

    fit = feols(f"{FORMULA} | unit + year", framed(given), vcov={"CRV1": "unit"})
    return float(fit.coef()["x0"]), float(fit.se()["x0"])


def linearmodels(given: dict[str, Any]) -> tuple[float, ...]:
    from linearmodels.panel import PanelOLS

    frame = framed(given).set_index(["unit", "year"])
    model = PanelOLS(frame["y"], frame[NAMES], entity_effects=True, time_effects=True)
    fit = model.fit(cov_type="clustered", cluster_entity=True)
    return (float(fit.params["x0"]),)


def statspai(given: dict[str, Any]) -> tuple[float, ...]:
    from statspai import hdfe_ols

    fit = hdfe_ols(f"{FORMULA} | unit + year", framed(given), cluster="unit")
    return float(fit.params["x0"]), float(fit.std_errors["x0"])


PEERS = {
    OURS: Contestant(ours, "nqpf-assets"),
    "pyfixest": Contestant(pyfixest, "pyfixest"),
    "StatsPAI": Contestant(statspai, "statspai"),
    "linearmodels": Contestant(
        linearmodels, "linearmodels", remark="errors with another small-sample correction"
    ),
}
LINE = Line(
    "Two-way fixed effects, ten regressors, a sixth of the rows missing, clustered by unit",
    "rows",
    ROWS,
    MANY_ROWS,
    panel,
    1_100,
    PEERS,
)
