"""Make tests/estimators/mediation/reference/mediation.{csv,json}: a panel and its mediation by brute force.

The panel is simulated here. The three equations come from statsmodels with a dummy for every
unit and year; bootstrap draws are refitted row by row, every copy of a unit with a dummy of
its own; intervals follow the textbook formulas in plain Python.

    python tests/reference/make_mediation.py

needs numpy, pandas and statsmodels; made with numpy 2.4 and statsmodels 0.15.
"""

from __future__ import annotations

import json
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pandas as pd
import statsmodels.api as sm

FOLDER = Path(__file__).parents[1] / "estimators" / "mediation" / "reference"
CONTROLS = ["z1", "reform"]
EFFECTS = {"two_way": ("unit", "year"), "unit": ("unit",), "period": ("year",), "none": ()}


def simulate() -> pd.DataFrame:
    """16 units in 7 years with gaps; one unit seen once, one control that moves in one unit."""
    rng = np.random.default_rng(20240301)
    rows = []
    for u in range(16):
        level, error = rng.normal(scale=2), 0.0
        for year in range(2014, 2021):
            x = rng.normal() + 0.4 * level + 0.1 * (year - 2014)
            z1 = rng.normal() + 0.3 * x
            reform = float(u == 4 and year >= 2017)
            m1 = 0.6 * x + 0.2 * z1 + level + rng.normal()
            m2 = -0.4 * x + 0.1 * year - 201 + rng.normal()
            error = 0.5 * error + rng.normal()
            y = 0.5 * x + 0.7 * m1 + 0.6 * m2 - 0.3 * z1 + 0.5 * reform + level + error
            rows.append((f"u{u:02d}", year, x, m1, m2, z1, reform, y))
    frame = pd.DataFrame(rows, columns=["unit", "year", "x", "m1", "m2", *CONTROLS, "y"])
    keep = (rng.uniform(size=len(frame)) > 0.15) & (frame["unit"] != "u15")
    keep |= (frame["unit"] == "u15") & (frame["year"] == 2016)
    frame = frame[keep].sample(frac=1, random_state=1).round(6).reset_index(drop=True)
    frame.loc[[3, 17, 40], "m2"] = np.nan
    frame.loc[[8], "m1"] = np.nan
    return frame


def dummies(frame: pd.DataFrame, keys: tuple[str, ...]) -> np.ndarray:
    """A constant and a column for every level of every key but its first."""
    parts = [np.ones((len(frame), 1))]
    for key in keys:
        parts.append(pd.get_dummies(frame[key], dtype=float).to_numpy()[:, 1:])
    return np.column_stack(parts)


def equations(frame: pd.DataFrame, mediator: str) -> dict[str, float]:
    """Coefficients, clustered standard errors and the tests of the product."""
    n, units, years = len(frame), frame["unit"].nunique(), frame["year"].nunique()
    codes = pd.factorize(frame["unit"])[0]

    def fit(outcome: str, *columns: str) -> tuple[np.ndarray, np.ndarray]:
        names = [*columns, *CONTROLS]
        design = np.column_stack([frame[names], dummies(frame, EFFECTS["two_way"])])
        options = {"groups": codes, "use_correction": False}
        model = sm.OLS(frame[outcome].to_numpy(), design).fit(cov_type="cluster", cov_kwds=options)
        # Unit effects are nested in the clusters and not counted, as in Stata.
        factor = units / (units - 1) * (n - 1) / (n - len(names) - years)
        return model.params, model.bse * factor**0.5

    (c, *_), (se_c, *_) = fit("y", "x")
    (a, *_), (se_a, *_) = fit(mediator, "x")
    (direct, b, *_), (se_direct, se_b, *_) = fit("y", "x", mediator)
    out = {"c": c, "se_c": se_c, "a": a, "se_a": se_a, "b": b, "se_b": se_b}
    out |= {"direct": direct, "se_direct": se_direct, "n": n}
    for name, sign in (("sobel", 0), ("aroian", 1), ("goodman", -1)):
        error = (b**2 * se_a**2 + a**2 * se_b**2 + sign * se_a**2 * se_b**2) ** 0.5
        out[f"{name}_se"] = error
        out[f"{name}_z"] = a * b / error
        out[f"{name}_p"] = 2 * NormalDist().cdf(-abs(a * b / error))
    return {key: float(value) for key, value in out.items()}


def refit(frame: pd.DataFrame, drawn: np.ndarray, keys: tuple[str, ...]) -> list[float]:
    """c, and a, b, c' for each mediator, on the panel in which each copy is a unit."""
    labels = np.sort(frame["unit"].unique())
    copies = [
        frame[frame["unit"] == labels[u]].assign(unit=f"copy{k}") for k, u in enumerate(drawn)
    ]
    panel = pd.concat(copies)
    common = np.column_stack([panel[CONTROLS], dummies(panel, keys)])

    def fit(outcome: str, *columns: str) -> np.ndarray:
        design = np.column_stack([panel[list(columns)], common])
        return np.linalg.lstsq(design, panel[outcome].to_numpy(), rcond=1e-10)[0]

    out = [fit("y", "x")[0]]
    for mediator in ("m1", "m2"):
        direct, b, *_ = fit("y", "x", mediator)
        out += [fit(mediator, "x")[0], b, direct]
    return [float(value) for value in out]


def intervals(draws: list[float], estimate: float) -> dict[str, list[float]]:
    """Percentile and bias-corrected 90 % intervals, quantiles by linear interpolation."""
    ordered = sorted(draws)

    def quantile(level: float) -> float:
        place = level * (len(ordered) - 1)
        low = min(int(place), len(ordered) - 2)
        return ordered[low] + (place - low) * (ordered[low + 1] - ordered[low])

    normal = NormalDist()
    z0 = normal.inv_cdf(sum(d < estimate for d in draws) / len(draws))
    z = normal.inv_cdf(0.95)
    return {
        "percentile": [quantile(0.05), quantile(0.95)],
        "bias_corrected": [quantile(normal.cdf(2 * z0 - z)), quantile(normal.cdf(2 * z0 + z))],
    }


def main() -> None:
    """Simulate, estimate, write."""
    frame = simulate()
    frame.to_csv(FOLDER / "mediation.csv", index=False)
    sample = frame.dropna().reset_index(drop=True)
    sample = sample[sample.groupby("unit")["unit"].transform("size") > 1].reset_index(drop=True)
    units = sample["unit"].nunique()
    drawn = np.random.default_rng(5).integers(0, units, size=(60, units))
    out: dict[str, object] = {
        "m1": equations(sample, "m1"),
        "m2": equations(sample, "m2"),
        "drawn": drawn.tolist(),
        "refits": {
            key: [refit(sample, draw, effects) for draw in drawn]
            for key, effects in EFFECTS.items()
        },
    }
    indirect = [row[1] * row[2] for row in out["refits"]["two_way"]]
    out["intervals"] = intervals(indirect, out["m1"]["a"] * out["m1"]["b"])
    text = json.dumps(out, indent=None, separators=(",", ":"))
    (FOLDER / "mediation.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
