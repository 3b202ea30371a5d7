"""Make tests/estimators/spatial/reference/spatial.{csv,json}: a small spatial panel and its estimates.

The panel is simulated here. The estimates come from PySAL: spreg's cross-sectional ML_Lag and
ML_Error on all rows at once, with a dummy for every unit and period and one block of weights per
period, which is the exact likelihood of the panel model; spreg's LM tests on the same; esda's
Moran and Geary. spreg's own panel functions are used for unit effects only, rows period-major:
they know no period effects, take rows in unit-major order without a word, and `panel_LMlag`
multiplies the trace by itself where T is meant. Effects are averages of dense inverses.

    python tests/reference/make_spatial.py

needs numpy, pandas, scipy, libpysal, spreg and esda; made with numpy 2.4, libpysal 4.14,
spreg 1.9, esda 2.9.
"""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import spreg
from esda import Geary, Moran, Moran_Local
from libpysal.weights import W, full2W

FOLDER = Path(__file__).parents[1] / "estimators" / "spatial" / "reference"
N, T = 12, 6
EPSILON = 1e-13


def simulate() -> tuple[pd.DataFrame, list[tuple[str, str]]]:
    """12 units in 6 years; u11 touches nobody else than by a declared join with u00."""
    rng = np.random.default_rng(20240711)
    units = [f"u{k:02d}" for k in rng.permutation(N)]
    links = {tuple(sorted((f"u{k:02d}", f"u{(k + 1) % 11:02d}"))) for k in range(11)}
    links |= {("u00", "u05"), ("u01", "u07"), ("u02", "u09"), ("u03", "u08")}
    pairs = sorted(links)
    w = matrix([*pairs, ("u00", "u11")], sorted(units))
    w = w / w.sum(axis=1, keepdims=True)
    level = rng.normal(size=N)
    rows = []
    for t in range(T):
        x = rng.normal(size=(N, 2)) + 0.5 * level[:, None] + 0.2 * t
        mean = x @ [1.0, -0.7] + w @ x @ [0.5, 0.2] + level + 0.4 * t
        y = np.linalg.solve(np.eye(N) - 0.4 * w, mean + rng.normal(size=N))
        rows += [(f"u{k:02d}", 2015 + t, *x[k], y[k]) for k in range(N)]
    frame = pd.DataFrame(rows, columns=["unit", "year", "x1", "x2", "y"])
    return frame.sample(frac=1, random_state=1).round(6).reset_index(drop=True), pairs


def matrix(pairs: list[tuple[str, str]], units: list[str]) -> np.ndarray:
    w = np.zeros((N, N))
    for a, b in pairs:
        w[units.index(a), units.index(b)] = w[units.index(b), units.index(a)] = 1.0
    return w


def weights(pairs: list[tuple[str, str]], units: list[str]) -> dict[str, np.ndarray]:
    joined = matrix([*pairs, ("u00", "u11")], units)
    island = matrix(pairs, units)
    sums = island.sum(axis=1, keepdims=True)
    return {
        "row": joined / joined.sum(axis=1, keepdims=True),
        "spectral": joined / np.abs(np.linalg.eigvals(joined)).max(),
        "island": np.divide(island, sums, out=np.zeros_like(island), where=sums > 0),
    }


def blocks(w: np.ndarray) -> W:
    """One block per period, as a PySAL W with ids 0, 1, …"""
    return full2W(np.kron(np.eye(T), w))


def dummies(frame: pd.DataFrame, effects: str) -> np.ndarray:
    """All but one unit, all but one year; spreg adds the constant."""
    parts = [np.empty((len(frame), 0))]
    if "unit" in effects:
        parts.append(pd.get_dummies(frame["unit"], dtype=float).to_numpy()[:, 1:])
    if "period" in effects:
        parts.append(pd.get_dummies(frame["year"], dtype=float).to_numpy()[:, 1:])
    return np.column_stack(parts)


def estimate(frame: pd.DataFrame, w: np.ndarray, model: str, effects: str) -> dict[str, Any]:
    """Coefficients of x (and Wx) first in spreg's order: constant, x, …, dummies, rho."""
    y = frame[["y"]].to_numpy()
    x = frame[["x1", "x2"]].to_numpy()
    if model == "sdm":
        x = np.column_stack([x, np.kron(np.eye(T), w) @ x])
    k = x.shape[1]
    design = np.column_stack([x, dummies(frame, effects)])
    make = spreg.ML_Error if model == "sem" else spreg.ML_Lag
    options = {} if model == "sem" else {"spat_diag": False, "spat_impacts": None}
    fit = make(y, design, blocks(w), method="full", epsilon=EPSILON, **options)
    betas = fit.betas.ravel()
    errors = np.sqrt(np.diag(fit.vm))
    found = {
        "params": betas[1 : k + 1].tolist(),
        "parameter": number(betas[-1]),
        "std_errors": errors[1 : k + 1].tolist(),
        "parameter_se": number(errors[-1]),
        "sigma2": number(fit.sig2),
        "log_likelihood": number(fit.logll),
    }
    if model == "sdm":
        inverse = np.linalg.inv(np.eye(N) - betas[-1] * w)
        for j, name in enumerate(("x1", "x2")):
            change = inverse @ (betas[1 + j] * np.eye(N) + betas[3 + j] * w)
            direct, total = np.trace(change) / N, change.sum() / N
            found[f"effects_{name}"] = [direct, total - direct, total]
    return found


def number(value: Any) -> float:
    """spreg returns arrays of one element here and there."""
    return float(np.asarray(value).ravel()[0])


def lm(frame: pd.DataFrame, w: np.ndarray, effects: str) -> list[float]:
    design = np.column_stack([frame[["x1", "x2"]].to_numpy(), dummies(frame, effects)])
    ols = spreg.OLS(frame[["y"]].to_numpy(), design)
    tests = spreg.LMtests(ols, blocks(w), tests=["lml", "lme", "rlml", "rlme"])
    return [float(t[0]) for t in (tests.lml, tests.lme, tests.rlml, tests.rlme)]


def panel(frame: pd.DataFrame, w: np.ndarray) -> dict[str, Any]:
    """spreg's own panel functions, unit effects."""
    y, x = frame[["y"]].to_numpy(), frame[["x1", "x2"]].to_numpy()
    found: dict[str, Any] = {}
    for key, make in (("lag", spreg.Panel_FE_Lag), ("error", spreg.Panel_FE_Error)):
        fit = make(y, x, full2W(w), epsilon=EPSILON)
        found[key] = {
            "betas": fit.betas.ravel().tolist(),
            "std_errors": np.sqrt(np.diag(fit.vm)).tolist(),
            "sigma2": number(fit.sig2),
            "log_likelihood": number(fit.logll),
        }
    random = spreg.Panel_RE_Lag(y, x, full2W(w), epsilon=EPSILON)
    found["random_lag"] = {
        "betas": random.betas.ravel().tolist(),
        "std_errors": np.sqrt(np.diag(random.vm)).tolist(),
        "log_likelihood": number(random.logll),
    }
    return found


def autocorrelation(frame: pd.DataFrame, w: np.ndarray) -> dict[str, Any]:
    values = frame.loc[frame["year"] == 2015, "y"].to_numpy()
    w_first = full2W(w)
    moran = Moran(values, w_first, transformation="o", permutations=0)
    np.random.seed(5)
    local = Moran_Local(values, w_first, transformation="o", permutations=9999, n_jobs=1, seed=5)
    return {
        "I": moran.I,
        "variance_normal": moran.VI_norm,
        "variance_randomization": moran.VI_rand,
        "geary": Geary(values, w_first, transformation="o", permutations=0).C,
        "local": local.Is.tolist(),
        "local_p": local.p_sim.tolist(),
        "quadrants": local.q.tolist(),
    }


def main() -> None:
    warnings.simplefilter("ignore")
    frame, pairs = simulate()
    frame.to_csv(FOLDER / "spatial.csv", index=False)
    ordered = frame.sort_values(["year", "unit"]).reset_index(drop=True)
    units = sorted(frame["unit"].unique())
    made = weights(pairs, units)
    expected: dict[str, Any] = {"pairs": pairs}
    for effects in ("unit", "period", "unit period", "none"):
        for model in ("sar", "sem", "sdm"):
            expected[f"{model}, {effects}, row"] = estimate(ordered, made["row"], model, effects)
        expected[f"lm, {effects}, row"] = lm(ordered, made["row"], effects)
    for name in ("spectral", "island"):
        for model in ("sar", "sem", "sdm"):
            key = f"{model}, unit period, {name}"
            expected[key] = estimate(ordered, made[name], model, "unit period")
        expected[f"sem, period, {name}"] = estimate(ordered, made[name], "sem", "period")
        expected[f"sem, none, {name}"] = estimate(ordered, made[name], "sem", "none")
    expected["lm, unit period, spectral"] = lm(ordered, made["spectral"], "unit period")
    expected["panel"] = panel(ordered, made["row"])
    expected["moran"] = autocorrelation(ordered, made["row"])
    text = json.dumps(expected, indent=1)
    (FOLDER / "spatial.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
