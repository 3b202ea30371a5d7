"""Make tests/estimators/thresholds/reference/threshold*.{csv,json}: panels and thresholds by force.

Nothing is shared with the package: every candidate is a regression of its own with a dummy for
every unit and year, pairs and triples of thresholds are found by the same sequence written as
loops, coefficients come from statsmodels, and bootstrap draws move residuals unit by unit.
Only the random donors are those that the package draws, so that F can be compared draw by draw.

    python tests/reference/make_threshold.py

needs numpy, pandas and statsmodels; made with numpy 2.4, statsmodels 0.15. Takes a minute.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import statsmodels.api as sm

FOLDER = Path(__file__).parents[1] / "estimators" / "thresholds" / "reference"
TRIM, SEED, DRAWS = 0.1, 7, 12


def simulate() -> pd.DataFrame:
    """15 units in 8 years with gaps; two thresholds, at 3 and 6 of a q with ties."""
    rng = np.random.default_rng(19990101)
    rows = []
    for u in range(15):
        level = rng.normal(scale=2)
        for year in range(2010, 2018):
            w, z1, z2 = rng.normal(size=3) + np.array([0.3 * level, 1.0, 0.1 * (year - 2010)])
            q = round(float(rng.uniform(0, 9)), 1)
            slope = 0.4 if q <= 3 else 1.3 if q <= 6 else 2.0
            y = 0.8 * w + slope * z1 - 0.5 * z2 + level + 0.2 * (year - 2010) + rng.normal()
            rows.append((f"u{u:02d}", year, w, z1, z2, q, y))
    frame = pd.DataFrame(rows, columns=["unit", "year", "w", "z1", "z2", "q", "y"])
    return frame[rng.uniform(size=len(frame)) > 0.12].round(6).reset_index(drop=True)


class Brute:
    """One specification of the model on one panel."""

    def __init__(self, frame: pd.DataFrame, regime: list[str], two_way: bool, intercept: bool):
        self.frame, self.n = frame, len(frame)
        self.q, self.y = frame["q"].to_numpy(), frame["y"].to_numpy()
        dummies = [pd.get_dummies(frame["unit"], dtype=float)]
        if two_way:
            dummies.append(pd.get_dummies(frame["year"], dtype=float).iloc[:, 1:])
        self.fixed = np.column_stack([frame[["w"]], *dummies])
        self.regime, self.intercept = frame[regime].to_numpy(), intercept

    def design(self, thresholds: Sequence[float]) -> np.ndarray:
        edges = [-np.inf, *sorted(thresholds), np.inf]
        parts = [self.fixed]
        for number, (low, high) in enumerate(pairwise(edges)):
            inside = ((self.q > low) & (self.q <= high)).astype(float)[:, None]
            parts.append(self.regime * inside)
            if self.intercept and number:
                parts.append(inside)
        return np.column_stack(parts)

    def residuals(self, y: np.ndarray, thresholds: Sequence[float]) -> np.ndarray:
        x = self.design(thresholds)
        return y - x @ np.linalg.lstsq(x, y, rcond=None)[0]

    def ssr(self, y: np.ndarray, thresholds: Sequence[float]) -> float:
        e = self.residuals(y, thresholds)
        return float(e @ e)

    def curve(self, y: np.ndarray, others: Sequence[float]) -> dict[float, float]:
        """Sum of squares at every value that leaves a tenth of the rows in each regime."""
        found = {}
        for value in np.unique(self.q):
            edges = [-np.inf, *sorted([*others, value]), np.inf]
            sizes = [((self.q > a) & (self.q <= b)).sum() for a, b in pairwise(edges)]
            if min(sizes) >= TRIM * self.n:
                found[float(value)] = self.ssr(y, [*others, value])
        return found

    def add(self, y: np.ndarray, others: Sequence[float]) -> tuple[float, float]:
        curve = self.curve(y, others)
        if not curve:
            return float("nan"), self.ssr(y, others)
        best = min(curve, key=lambda value: curve[value])
        return best, curve[best]

    def stages(self, y: np.ndarray, number: int) -> list[dict[str, object]]:
        """Thresholds, in the order found, and sums of squares before and after refinement."""
        thresholds: list[float] = []
        ssr = self.ssr(y, [])
        out: list[dict[str, object]] = [{"thresholds": [], "ssr": ssr}]
        for stage in range(1, number + 1):
            value, ssr = self.add(y, thresholds)
            added = ssr
            if np.isnan(value):
                out.append({"thresholds": thresholds, "ssr": ssr, "ssr_added": added})
                continue
            thresholds = [*thresholds, value]
            moved = stage > 1
            while moved:
                moved = False
                for j in range(stage):
                    others = thresholds[:j] + thresholds[j + 1 :]
                    value, candidate = self.add(y, others)
                    if candidate < ssr * (1 - 1e-12):
                        thresholds = [*thresholds[:j], value, *thresholds[j + 1 :]]
                        ssr, moved = candidate, True
            out.append({"thresholds": thresholds, "ssr": ssr, "ssr_added": added})
        return out

    def draw(self, donors: np.ndarray, fitted: np.ndarray, e: np.ndarray) -> np.ndarray:
        """A bootstrap outcome; a donor's gaps are filled with its next residual in time."""
        units = sorted(self.frame["unit"].unique())
        years = sorted(self.frame["year"].unique())
        rows = list(zip(self.frame["unit"], self.frame["year"], strict=True))
        known = dict(zip(rows, e, strict=True))
        y = fitted.copy()
        for row, (unit, year) in enumerate(rows):
            donor, place = units[donors[units.index(unit)]], years.index(year)
            while (donor, years[place % len(years)]) not in known:
                place += 1
            y[row] += known[donor, years[place % len(years)]]
        return y


def simulate_balanced() -> pd.DataFrame:
    """12 units in 6 years; one threshold, at 4 of a q with ties."""
    rng = np.random.default_rng(19990102)
    unit, year = np.repeat(np.arange(12), 6), np.tile(np.arange(2010, 2016), 12)
    w, z1, noise = rng.normal(size=(3, 72))
    q = np.round(rng.uniform(0, 9, size=72), 1)
    y = 0.8 * w + np.where(q <= 4, 0.4, 1.6) * z1 + rng.normal(size=12)[unit] + noise
    labels = [f"u{u:02d}" for u in unit]
    return pd.DataFrame({"unit": labels, "year": year, "w": w, "z1": z1, "q": q, "y": y}).round(6)


def describe_drop_last(balanced: pd.DataFrame) -> object:
    """Columns split, demeaned by unit, then without the last year: Hansen's program, by force."""
    before_last = (balanced["year"] < balanced["year"].max()).to_numpy()
    q, regime = balanced["q"].to_numpy(), balanced["z1"].to_numpy()

    def transformed(columns: np.ndarray) -> np.ndarray:
        means = pd.DataFrame(columns).groupby(balanced["unit"].to_numpy()).transform("mean")
        return (columns - means.to_numpy())[before_last]

    y = transformed(balanced[["y"]].to_numpy())[:, 0]

    def fit(thresholds: Sequence[float], outcome: np.ndarray) -> sm.regression.linear_model.OLS:
        edges = [-np.inf, *sorted(thresholds), np.inf]
        parts = [regime * ((q > low) & (q <= high)) for low, high in pairwise(edges)]
        return sm.OLS(outcome, transformed(np.column_stack([balanced["w"], *parts])))

    def best(outcome: np.ndarray, others: Sequence[float]) -> tuple[float, float]:
        found = {}
        for value in np.unique(q):
            edges = [-np.inf, *sorted([*others, value]), np.inf]
            sizes = [((q > a) & (q <= b)).sum() for a, b in pairwise(edges)]
            if min(sizes) >= TRIM * len(q):
                found[float(value)] = fit([*others, value], outcome).fit().ssr
        value = min(found, key=lambda one: found[one])
        return value, found[value]

    one, ssr1 = best(y, [])
    two, ssr2 = best(y, [one])
    given = fit([one, two], y).fit()
    n, k = len(q), 4
    scale = given.ssr / (len(y) - k)
    units = balanced["unit"].unique()
    donor_rows = np.arange(len(y)).reshape(len(units), -1)
    null, alternative = fit([], y).fit(), fit([one], y).fit()
    (stream,) = np.random.default_rng(SEED).spawn(1)
    draws = []
    for donors in stream.integers(len(units), size=(DRAWS, len(units))):
        again = null.fittedvalues + alternative.resid[donor_rows[donors].ravel()]
        before, after = fit([], again).fit().ssr, best(again, [])[1]
        draws.append((before - after) / after)
    clusters = {"groups": pd.factorize(balanced["unit"][before_last])[0], "use_correction": False}
    raw = fit([one, two], y).fit(cov_type="cluster", cov_kwds=clusters).bse
    factor = len(units) / (len(units) - 1) * (n - 1) / (n - k - 1)
    return {
        "ssr": [null.ssr, ssr1], "ssr_added": ssr2, "single": one, "added": two,
        "params": given.params.tolist(),
        "unadjusted": np.sqrt(scale * np.diag(given.normalized_cov_params)).tolist(),
        "robust": fit([one, two], y).fit(cov_type="HC0").bse.tolist(),
        "clustered": (raw * np.sqrt(factor)).tolist(),
        "relative_f": draws,
    }  # fmt: skip


def describe(frame: pd.DataFrame, regime: list[str], two_way: bool, intercept: bool) -> object:
    """Everything that the test compares, for one specification."""
    model = Brute(frame, regime, two_way, intercept)
    stages = model.stages(model.y, 3)
    out: dict[str, object] = {
        "regime": regime, "two_way": two_way, "intercept": intercept, "stages": stages,
    }  # fmt: skip
    double = sorted(stages[2]["thresholds"])  # type: ignore[call-overload]
    out["curves"] = [
        {str(k): v for k, v in model.curve(model.y, [other]).items()} for other in double[::-1]
    ]
    x = model.design(double)
    keep = [0, *range(model.fixed.shape[1], x.shape[1])]
    units, years = frame["unit"].nunique(), frame["year"].nunique()
    plain = sm.OLS(model.y, x)
    clusters = {"groups": pd.factorize(frame["unit"])[0], "use_correction": False}
    raw = plain.fit(cov_type="cluster", cov_kwds=clusters).bse[keep]
    n, k = len(x), len(keep) + (years if two_way else 1)
    out["params"] = plain.fit().params[keep].tolist()
    out["unadjusted"] = plain.fit().bse[keep].tolist()
    out["robust"] = plain.fit(cov_type="HC1").bse[keep].tolist()
    out["clustered"] = (raw * np.sqrt(units / (units - 1) * (n - 1) / (n - k))).tolist()

    draws = {}
    for source in ("alternative", "null"):
        found = []
        for number, stream in enumerate(np.random.default_rng(SEED).spawn(3), start=1):
            null, other = (stages[s]["thresholds"] for s in (number - 1, number))
            under_null = model.residuals(model.y, null)  # type: ignore[arg-type]
            e = under_null if source == "null" else model.residuals(model.y, other)  # type: ignore[arg-type]
            fs = []
            for donors in stream.integers(units, size=(DRAWS, units)):
                again = model.stages(model.draw(donors, model.y - under_null, e), number)
                before, after = again[-2]["ssr"], again[-1]["ssr_added"]
                fs.append((before - after) / after)  # type: ignore[operator]
            found.append(fs)
        draws[source] = found
    out["relative_f"] = draws
    return out


def main() -> None:
    """Simulate, estimate, write."""
    frame = simulate()
    FOLDER.mkdir(parents=True, exist_ok=True)
    frame.to_csv(FOLDER / "threshold.csv", index=False)
    specifications = [
        (["z1"], False, False), (["z1", "z2"], True, False), (["z1"], True, True),
    ]  # fmt: skip
    result = [describe(frame, *options) for options in specifications]
    (FOLDER / "threshold.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    balanced = simulate_balanced()
    balanced.to_csv(FOLDER / "threshold_balanced.csv", index=False)
    dropped = json.dumps(describe_drop_last(balanced), indent=1) + "\n"
    (FOLDER / "threshold_drop_last.json").write_text(dropped, encoding="utf-8")


if __name__ == "__main__":
    main()
