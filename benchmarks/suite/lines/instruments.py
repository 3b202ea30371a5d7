"""Two-stage least squares with two-way effects: one endogenous variable, two instruments, three controls."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.suite.line import OURS, Contestant, Line

N_YEARS = 12
NAMES = ("x1", "x2", "x3")


def panel(n_rows: int) -> dict[str, Any]:
    """Balanced; the instruments are strong."""
    draw = np.random.default_rng(1)
    n_units = n_rows // N_YEARS
    unit, year = np.repeat(np.arange(n_units), N_YEARS), np.tile(np.arange(N_YEARS), n_units)
    n = len(unit)
    x, z, u = draw.normal(size=(n, 3)), draw.normal(size=(n, 2)), draw.normal(size=n)
    effect = np.repeat(draw.normal(size=n_units), N_YEARS)
    d = z @ [0.5, 0.3] + u + effect
    y = 0.5 * d + x @ [1.0, -0.5, 0.2] + 0.7 * u + effect + draw.normal(size=n)
    return {"y": y, "d": d, "x": x, "z": z, "unit": unit, "year": year}


def ours(given: dict[str, Any]) -> tuple[float, ...]:
    from nqpf_assets.estimators.instruments.fe_2sls import fe_2sls

    fit = fe_2sls(
        *(given["y"], given["d"][:, None], given["z"], given["unit"], given["year"]),
        exogenous=given["x"],
        endogenous_names=("d",),
        instrument_names=("z1", "z2"),
        exogenous_names=NAMES,
    )
    return float(fit.params[0]), float(fit.std_errors[0])


def pyfixest(given: dict[str, Any]) -> tuple[float, ...]:
    import pandas as pd
    from pyfixest import feols

    columns = np.column_stack([given["y"], given["d"], given["x"], given["z"]])
    frame = pd.DataFrame(columns, columns=["y", "d", *NAMES, "z1", "z2"])
    frame = frame.assign(unit=given["unit"], year=given["year"])
    formula = "y ~ x1 + x2 + x3 | unit + year | d ~ z1 + z2"
    fit = feols(formula, frame, vcov={"CRV1": "unit"})
    return float(fit.coef()["d"]), float(fit.se()["d"])


def linearmodels(given: dict[str, Any]) -> tuple[float, ...]:
    from linearmodels.iv import IV2SLS

    columns = np.column_stack([given["y"], given["d"], given["x"], given["z"]])
    cube = columns.reshape(-1, N_YEARS, columns.shape[1])
    cube = cube - cube.mean(axis=1, keepdims=True) - cube.mean(axis=0) + cube.mean(axis=(0, 1))
    c = cube.reshape(columns.shape)
    model = IV2SLS(c[:, 0], c[:, 2:5], c[:, 1], c[:, 5:])
    fit = model.fit(cov_type="clustered", clusters=given["unit"])
    return (float(fit.params.iloc[-1]),)


LINE = Line(
    "Two-stage least squares with two-way effects, clustered by unit",
    "rows",
    (3_000, 30_000, 300_000),
    (100_000, 300_000, 1_000_000),
    panel,
    1_200,
    {
        OURS: Contestant(ours, "nqpf-assets", remark="with all tests of instruments"),
        "pyfixest": Contestant(pyfixest, "pyfixest"),
        "linearmodels": Contestant(
            linearmodels,
            "linearmodels",
            remark="demeaned for it by NumPy; errors with another small-sample correction",
        ),
    },
)
