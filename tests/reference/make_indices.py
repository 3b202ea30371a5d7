"""Make tests/indices/reference/indices.{csv,json}: simulated indicators and their indices.

Entropy weights and the Gini are written out in plain Python loops; components come from
statsmodels, partial correlations for Kaiser-Meyer-Olkin from regressions on all others.

    python tests/reference/make_indices.py

needs numpy, pandas, scipy and statsmodels; made with numpy 2.4, statsmodels 0.15.
"""

from __future__ import annotations

import json
import math
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy.stats import chi2
from statsmodels.multivariate.pca import PCA

FOLDER = Path(__file__).parents[1] / "indices" / "reference"
NAMES = ["roads", "schools", "smoke", "phones", "beds"]
DIRECTIONS = [1, 1, -1, 1, 1]
# Head counts by level of schooling.
POPULATIONS = [[5, 20, 40, 25, 10], [50, 30, 15, 4, 1], [0, 0, 0, 100, 0], [1, 1, 1, 1, 96]]
YEARS = [0, 6, 9, 12, 16]


def entropy(columns: list[list[float]], shift: float) -> tuple[list[float], list[float]]:
    """Entropy and weights, one indicator and one observation at a time."""
    entropies = []
    for column in columns:
        shifted = [z + shift for z in column]
        total = math.fsum(shifted)
        terms = [z / total * math.log(z / total) for z in shifted if z > 0]
        entropies.append(-math.fsum(terms) / math.log(len(column)))
    spare = math.fsum(1 - e for e in entropies)
    return entropies, [(1 - e) / spare for e in entropies]


def gini(counts: list[int]) -> float:
    """Mean absolute difference between any two people over twice the mean, in fractions."""
    people = sum(counts)
    mean = sum(Fraction(c * y) for c, y in zip(counts, YEARS, strict=True)) / people
    difference = sum(
        Fraction(a * b * abs(u - v))
        for a, u in zip(counts, YEARS, strict=True)
        for b, v in zip(counts, YEARS, strict=True)
    ) / Fraction(people * people)
    return float(difference / (2 * mean))


def main() -> None:
    """Simulate, compute, write."""
    rng = np.random.default_rng(7)
    common = rng.normal(size=60)
    noise = rng.normal(size=(60, len(NAMES)))
    values = np.exp(0.5 * common[:, None] * np.array([1, 0.8, -0.6, 0.3, 0.1]) + 0.4 * noise)
    frame = pd.DataFrame(values.round(6), columns=NAMES)
    frame.insert(0, "year", np.repeat([2019, 2020, 2021], 20))
    FOLDER.mkdir(parents=True, exist_ok=True)
    frame.to_csv(FOLDER / "indices.csv", index=False)

    columns = []
    for name, direction in zip(NAMES, DIRECTIONS, strict=True):
        x = frame[name].tolist()
        low, high = min(x), max(x)
        columns.append([((v - low) if direction > 0 else (high - v)) / (high - low) for v in x])
    out: dict[str, object] = {}
    for label, shift in (("shift", 1e-4), ("limit", 0.0)):
        entropies, weights = entropy(columns, shift)
        scores = [
            math.fsum(w * (c[i] + shift) for w, c in zip(weights, columns, strict=True))
            for i in range(len(frame))
        ]
        out[label] = {"entropy": entropies, "weights": weights, "scores": scores}
    by_year = []
    for start in (0, 20, 40):
        by_year.append(entropy([c[start : start + 20] for c in columns], 1e-4)[1])
    out["weights_by_year"] = by_year

    x = frame[NAMES]
    pca = PCA(x, standardize=True, method="eig")
    n, j = x.shape
    corr = x.corr().to_numpy()
    partial = np.eye(j)
    for a in range(j):
        for b in range(j):
            if a != b:
                rest = sm.add_constant(x.drop(columns=[NAMES[a], NAMES[b]]))
                ra, rb = (sm.OLS(x[NAMES[c]], rest).fit().resid for c in (a, b))
                partial[a, b] = np.corrcoef(ra, rb)[0, 1]
    r2, q2 = corr**2 - np.eye(j), partial**2 - np.eye(j)
    statistic = -(n - 1 - (2 * j + 5) / 6) * math.log(np.linalg.det(corr))
    out["components"] = {
        "eigenvalues": (pca.eigenvals / n).tolist(),
        "absolute_loadings": pca.eigenvecs.abs().to_numpy().tolist(),
        "kmo": float(r2.sum() / (r2.sum() + q2.sum())),
        "kmo_per_indicator": (r2.sum(axis=0) / (r2.sum(axis=0) + q2.sum(axis=0))).tolist(),
        "bartlett_chi2": statistic,
        "bartlett_p": float(chi2.sf(statistic, j * (j - 1) / 2)),
    }
    out["education"] = {
        "counts": POPULATIONS,
        "years": YEARS,
        "gini": [gini(counts) for counts in POPULATIONS],
    }
    (FOLDER / "indices.json").write_text(json.dumps(out, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
