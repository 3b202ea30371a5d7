"""Make tests/estimators/censored/reference/tobit.{csv,json}: a censored panel, its estimates by brute force.

Nothing of the package is used, nor its parametrisation: every effect is a dummy, sigma enters
as its logarithm, gradients are taken by complex steps, Hessians by central differences of
those, and the random effect is integrated on a fixed grid of 6001 points over 24 standard
deviations, where the trapezoidal rule is exact to rounding.

    python tests/reference/make_tobit.py

needs numpy, scipy and pandas; made with numpy 2.4, scipy 1.17, pandas 3.0.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from scipy.special import log_ndtr, ndtr

FOLDER = Path(__file__).parents[1] / "estimators" / "censored" / "reference"
NAMES = ["x1", "x2"]
LOWER, UPPER = 0.0, 5.0
GRID = np.linspace(-12, 12, 6001)


def simulate() -> pd.DataFrame:
    """16 units in 9 years with gaps; u14 is never above the lower limit, u15 is seen once."""
    rng = np.random.default_rng(20240301)
    rows = []
    for u in range(16):
        level = rng.normal(scale=1.2) - (40.0 if u == 14 else 0.0)
        for year in range(2010, 2019):
            x1, x2 = rng.normal() + 0.3 * level * (u != 14), 100 * rng.uniform()
            latent = 1.0 + 0.9 * x1 + 0.02 * x2 + level + 0.1 * (year - 2014)
            y = min(max(latent + rng.normal(scale=1.5), LOWER), UPPER)
            rows.append((f"u{u:02d}", year, f"r{u % 5}", x1, x2, y))
    frame = pd.DataFrame(rows, columns=["unit", "year", "region", *NAMES, "y"])
    keep = (rng.uniform(size=len(frame)) > 0.15) & (frame["unit"] != "u15")
    keep |= (frame["unit"] == "u15") & (frame["year"] == 2013)
    return frame[keep].sample(frac=1, random_state=2).round(6).reset_index(drop=True)


def log_density(y: np.ndarray, mean: np.ndarray, sigma: complex | float) -> np.ndarray:
    """Of a normal outcome cut off at both limits; mean may have a second axis."""
    y = y.reshape(y.shape + (1,) * (mean.ndim - 1))
    inner = -0.5 * ((y - mean) / sigma) ** 2 - np.log(sigma) - 0.5 * np.log(2 * np.pi)
    left, right = log_ndtr((LOWER - mean) / sigma), log_ndtr((mean - UPPER) / sigma)
    return np.where(y <= LOWER, left, np.where(y >= UPPER, right, inner))


def gradient(f: Callable[[np.ndarray], complex], at: np.ndarray) -> np.ndarray:
    """By complex steps, exact to rounding."""
    steps = 1e-30j * np.eye(len(at))
    return np.array([f(at + step).imag for step in steps]) / 1e-30


def hessian(f: Callable[[np.ndarray], complex], at: np.ndarray) -> np.ndarray:
    """Central differences of the gradient, extrapolated once (Richardson)."""

    def rough(h: float) -> np.ndarray:
        steps = h * np.diag(np.maximum(np.abs(at), 0.1))
        return np.array(
            [(gradient(f, at + s) - gradient(f, at - s)) / (2 * s.max()) for s in steps]
        )

    return (4 * rough(1e-4) - rough(2e-4)) / 3


def maximise(f: Callable[[np.ndarray], complex], start: np.ndarray) -> np.ndarray:
    """BFGS, then Newton until the gradient is at rounding."""
    found = minimize(
        lambda p: -f(p.astype(complex)).real,
        start,
        jac=lambda p: -gradient(f, p.astype(complex)),
        method="BFGS",
    ).x
    for _ in range(3):
        found = found - np.linalg.solve(hessian(f, found), gradient(f, found.astype(complex)))
    return found


def dummy_tobit(sample: pd.DataFrame, effects: bool) -> dict[str, object]:
    """Tobit with a column per unit and year, or with a constant only."""
    y, x = sample["y"].to_numpy(), sample[NAMES].to_numpy()
    n, k = x.shape
    parts = [x, np.ones((n, 1))]
    if effects:
        unit = pd.get_dummies(sample["unit"], dtype=float).to_numpy()[:, 1:]
        parts += [unit, pd.get_dummies(sample["year"], dtype=float).to_numpy()[:, 1:]]
    design = np.column_stack(parts)
    scale = np.ones(design.shape[1])
    scale[1] = 100.0  # x2 is a hundred times larger than the rest
    z = design / scale

    def rows(p: np.ndarray) -> np.ndarray:
        return log_density(y, z @ p[:-1], np.exp(p[-1]))

    start = np.zeros(z.shape[1] + 1)
    best = maximise(lambda p: rows(p).sum(), start)
    bread = np.linalg.inv(-hessian(lambda p: rows(p).sum(), best))
    steps = 1e-30j * np.eye(len(best))
    scores = np.array([rows(best + s).imag for s in steps]).T / 1e-30

    def reported(p: np.ndarray) -> np.ndarray:
        """Slopes, sigma, constant at the mean of the effects, marginal effects."""
        slopes, sigma, mean = p[:k] / scale[:k], np.exp(p[-1]), z @ p[:-1]
        constant = mean.mean() - x.mean(axis=0) @ slopes
        out = [*slopes, sigma, constant]
        for function in (outcome, uncensored, probability):
            for at in (mean.mean(keepdims=True), mean):
                out += list(slopes * derivative(function, at, sigma).mean())
        return np.array(out)

    jacobian = np.array(
        [(reported(best + h) - reported(best - h)) / 2e-6 for h in 1e-6 * np.eye(len(best))]
    ).T

    def errors(covariance: np.ndarray) -> list[float]:
        return np.sqrt(np.diag(jacobian @ covariance @ jacobian.T)).tolist()

    out: dict[str, object] = {
        "n": n,
        "log_likelihood": float(rows(best).sum()),
        "quantities": reported(best).tolist(),
        "unadjusted": errors(bread),
        "robust": errors(bread @ scores.T @ scores @ bread * n / (n - 1)),
    }
    for key in ("unit", "region"):
        sums = pd.DataFrame(scores).groupby(sample[key].to_numpy()).sum().to_numpy()
        g = len(sums)
        out[f"cluster_{key}"] = errors(bread @ sums.T @ sums @ bread * g / (g - 1))
    return out


def outcome(mean: np.ndarray, sigma: float) -> np.ndarray:
    """E(y), by parts: the integral of P(y > c) from the lower to the upper limit."""
    points, weights = np.polynomial.legendre.leggauss(80)
    at = LOWER + (UPPER - LOWER) * (points + 1) / 2
    return LOWER + ndtr((mean[:, None] - at) / sigma) @ weights * (UPPER - LOWER) / 2


def probability(mean: np.ndarray, sigma: float) -> np.ndarray:
    """P(lower < y < upper)."""
    return ndtr((UPPER - mean) / sigma) - ndtr((LOWER - mean) / sigma)


def uncensored(mean: np.ndarray, sigma: float) -> np.ndarray:
    """E(y | lower < y < upper)."""
    ends = LOWER * ndtr((LOWER - mean) / sigma) + UPPER * ndtr((mean - UPPER) / sigma)
    return (outcome(mean, sigma) - ends) / probability(mean, sigma)


def derivative(
    function: Callable[[np.ndarray, float], np.ndarray], mean: np.ndarray, sigma: float
) -> np.ndarray:
    """With respect to the latent mean."""
    return function(mean + 1e-30j, sigma).imag / 1e-30


def random_effects(sample: pd.DataFrame) -> dict[str, object]:
    """Random-effects Tobit with year dummies and without, on the grid."""
    y, x = sample["y"].to_numpy(), sample[NAMES].to_numpy()
    codes = pd.factorize(sample["unit"], sort=True)[0]
    k, scale = 2, np.array([1.0, 100.0])
    z = np.column_stack([x / scale, np.ones(len(y))])
    weight = np.exp(-(GRID**2) / 2) / np.sqrt(2 * np.pi) * (GRID[1] - GRID[0])

    def units(p: np.ndarray) -> np.ndarray:
        mean = (z @ p[:-2])[:, None] + np.exp(p[-2]) * GRID
        rows = log_density(y, mean, np.exp(p[-1]))
        logs = np.array([rows[codes == u].sum(axis=0) for u in range(codes.max() + 1)])
        top = logs.real.max(axis=1, keepdims=True)
        return top[:, 0] + np.log(np.exp(logs - top) @ weight)

    best = maximise(lambda p: units(p).sum(), np.zeros(z.shape[1] + 2))
    bread = np.linalg.inv(-hessian(lambda p: units(p).sum(), best))
    steps = 1e-30j * np.eye(len(best))
    scores = np.array([units(best + s).imag for s in steps]).T / 1e-30

    def reported(p: np.ndarray) -> np.ndarray:
        slopes, u, e, mean = p[:k] / scale, np.exp(p[-2]), np.exp(p[-1]), z @ p[:-2]
        both = np.sqrt(u**2 + e**2)
        out = [*slopes, u, e, u**2 / (u**2 + e**2), p[k]]
        for function in (outcome, uncensored, probability):
            for at in (mean.mean(keepdims=True), mean):
                out += list(slopes * derivative(function, at, both).mean())
        return np.array(out)

    jacobian = np.array(
        [(reported(best + h) - reported(best - h)) / 2e-6 for h in 1e-6 * np.eye(len(best))]
    ).T
    g = len(scores)
    sandwich = bread @ scores.T @ scores @ bread * g / (g - 1)
    return {
        "log_likelihood": float(units(best).sum()),
        "quantities": reported(best).tolist(),
        "unadjusted": np.sqrt(np.diag(jacobian @ bread @ jacobian.T)).tolist(),
        "cluster_unit": np.sqrt(np.diag(jacobian @ sandwich @ jacobian.T)).tolist(),
    }


def main() -> None:
    """Simulate, estimate, write."""
    frame = simulate()
    FOLDER.mkdir(parents=True, exist_ok=True)
    frame.to_csv(FOLDER / "tobit.csv", index=False)
    inner = frame[~frame["unit"].isin(["u14", "u15"])].reset_index(drop=True)
    out = {
        "dummies": dummy_tobit(inner, effects=True),
        "pooled": dummy_tobit(frame, effects=False),
        "random_effects": random_effects(frame),
    }
    (FOLDER / "tobit.json").write_text(json.dumps(out, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
