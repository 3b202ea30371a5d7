"""Make tests/estimators/group_differences/reference/group_difference.{csv,json}: two groups by brute force.

The panel is simulated here; some units change their group. Regressions come from statsmodels
with a dummy for every unit, year and group; the seemingly unrelated covariance is put together
from the scores of the two regressions; permuted groups are refitted row by row.

    python tests/reference/make_group_difference.py

needs numpy, pandas and statsmodels; made with numpy 2.4 and statsmodels 0.15.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import statsmodels.api as sm

FOLDER = Path(__file__).parents[1] / "estimators" / "group_differences" / "reference"
NAMES = ["x1", "x2", "pilot"]
TESTED = ["x1", "x2"]


def simulate() -> pd.DataFrame:
    """18 units in 8 years with gaps; three units change sides, `pilot` is absent in the west."""
    rng = np.random.default_rng(20240302)
    rows = []
    for u in range(18):
        level, error = rng.normal(scale=2), 0.0
        for year in range(2012, 2020):
            is_east = u < 10 or (u in (12, 14, 16) and year >= 2016)
            x1, x2 = rng.normal(size=2) + 0.3 * level
            pilot = float(is_east and u % 3 == 0 and year >= 2015)
            error = 0.6 * error + rng.normal()
            y = (0.8 if is_east else 0.3) * x1 + 0.4 * x2 + 0.5 * pilot + level + error
            group = "east" if is_east else "west"
            rows.append((f"u{u:02d}", year, f"p{u % 7}", group, x1, x2, pilot, y))
    columns = ["unit", "year", "province", "group", *NAMES, "y"]
    frame = pd.DataFrame(rows, columns=columns)
    keep = rng.uniform(size=len(frame)) > 0.12
    return frame[keep].sample(frac=1, random_state=1).round(6).reset_index(drop=True)


def dummies(*keys: pd.Series) -> np.ndarray:
    """A constant and a column for every level of every key but its first."""
    parts = [np.ones((len(keys[0]), 1))]
    parts += [pd.get_dummies(key, dtype=float).to_numpy()[:, 1:] for key in keys]
    return np.column_stack(parts)


def kept(group: str) -> list[str]:
    """The regressors that vary in a group."""
    return NAMES if group == "east" else TESTED


def interacted(frame: pd.DataFrame) -> tuple[np.ndarray, int]:
    """Every regressor and every dummy for each group apart; and how many columns are slopes."""
    blocks, effects = [], []
    for group in ("east", "west"):
        inside = (frame["group"] == group).to_numpy()[:, None]
        blocks.append(np.where(inside, frame[kept(group)], 0.0))
        part = frame[inside[:, 0]]
        wanted = dummies(part["unit"], part["year"])
        own = np.zeros((len(frame), wanted.shape[1]))
        own[inside[:, 0]] = wanted
        effects.append(own)
    slopes = np.column_stack(blocks)
    return np.column_stack([slopes, *effects]), slopes.shape[1]


def suest(frame: pd.DataFrame, cluster: str | None) -> np.ndarray:
    """Covariance of x1 and x2 in the east, then in the west, from the scores of both."""
    labels = frame[cluster] if cluster else pd.Series(np.arange(len(frame)))
    count = labels.nunique()
    codes = pd.factorize(labels)[0]
    sums = np.zeros((count, 4))
    for g, group in enumerate(("east", "west")):
        inside = (frame["group"] == group).to_numpy()
        part = frame[inside]
        design = np.column_stack([part[kept(group)], dummies(part["unit"], part["year"])])
        bread = np.linalg.pinv(design.T @ design)
        residuals = part["y"].to_numpy() - design @ (bread @ design.T @ part["y"].to_numpy())
        influence = (design * residuals[:, None]) @ bread[:, :2]
        np.add.at(sums[:, 2 * g : 2 * g + 2], codes[inside], influence)
    return sums.T @ sums * count / (count - 1)


def permuted(frame: pd.DataFrame, is_west: np.ndarray) -> list[float]:
    """Differences of all slopes, east minus west, for a division of the sorted units."""
    labels = np.sort(frame["unit"].unique())
    west = frame["unit"].isin(labels[is_west]).to_numpy()
    params = []
    for inside in (~west, west):
        part = frame[inside]
        design = np.column_stack([part[TESTED], dummies(part["unit"], part["year"])])
        params.append(np.linalg.lstsq(design, part["y"].to_numpy(), rcond=1e-10)[0][:2])
    return (params[0] - params[1]).tolist()


def main() -> None:
    """Simulate, estimate, write."""
    frame = simulate()
    frame.to_csv(FOLDER / "group_difference.csv", index=False)
    alone = frame.groupby(["unit", "group"])["y"].transform("size") == 1
    assert not alone.any()
    y, n = frame["y"].to_numpy(), len(frame)
    design, n_slopes = interacted(frame)
    everything = sm.OLS(y, design)
    plain = everything.fit()
    places = [(0, n_slopes - 2), (1, n_slopes - 1)]
    contrast = np.zeros((2, design.shape[1]))
    for j, (east, west) in enumerate(places):
        contrast[j, east], contrast[j, west] = 1, -1
    years = 8
    out: dict[str, object] = {
        "n": n,
        "east": plain.params[[0, 1]].tolist(),
        "west": plain.params[[n_slopes - 2, n_slopes - 1]].tolist(),
        "df_resid": plain.df_resid,
        "unadjusted": np.sqrt(np.diag(contrast @ plain.cov_params() @ contrast.T)).tolist(),
    }
    hc1 = everything.fit(cov_type="HC1").cov_params()
    out["robust"] = np.sqrt(np.diag(contrast @ hc1 @ contrast.T)).tolist()
    for key, nested in (("unit", True), ("province", True), ("year", False)):
        codes = pd.factorize(frame[key])[0]
        options = {"groups": codes, "use_correction": False}
        raw = everything.fit(cov_type="cluster", cov_kwds=options).cov_params()
        count = codes.max() + 1
        # Unit effects lie within unit and province clusters, year effects within years.
        pairs = frame[["unit", "group"]].drop_duplicates().shape[0]
        k = n_slopes + (2 * years - 1 if nested else pairs - 1)
        factor = count / (count - 1) * (n - 1) / (n - k)
        covariance = contrast @ raw @ contrast.T * factor
        gap = contrast @ plain.params
        out[f"cluster_{key}"] = np.sqrt(np.diag(covariance)).tolist()
        out[f"joint_{key}"] = float(gap @ np.linalg.solve(covariance, gap) / 2)

    signs = np.array([[1, 0, -1, 0], [0, 1, 0, -1]])
    for key, cluster in (("unit", "unit"), ("province", "province"), ("rows", None)):
        covariance = signs @ suest(frame, cluster) @ signs.T
        gap = contrast @ plain.params
        out[f"suest_{key}"] = (gap**2 / np.diag(covariance)).tolist()
        out[f"suest_joint_{key}"] = float(gap @ np.linalg.solve(covariance, gap))

    common = sm.OLS(y, np.column_stack([frame[NAMES], dummies(frame["unit"], frame["year"])]))
    statistic, p_value, df = plain.compare_f_test(common.fit())
    out["chow"] = [float(statistic), float(df), float(p_value)]

    east = (frame["group"] == "east").to_numpy(dtype=float)
    partial = np.column_stack(
        [frame["x1"] * east, east, frame[NAMES], dummies(frame["unit"], frame["year"])]
    )
    codes = pd.factorize(frame["unit"])[0]
    fitted = sm.OLS(y, partial).fit(
        cov_type="cluster", cov_kwds={"groups": codes, "use_correction": False}
    )
    factor = 18 / 17 * (n - 1) / (n - 5 - years)
    out["partial"] = [float(fitted.params[0]), float(fitted.bse[0] * factor**0.5)]

    settled = frame[~frame["unit"].isin(["u12", "u14", "u16"])].reset_index(drop=True)
    is_west = np.arange(15) >= 10
    rng = np.random.default_rng(8)
    divisions = [is_west, *(rng.permutation(is_west) for _ in range(40))]
    out["divisions"] = [division.astype(int).tolist() for division in divisions]
    out["permuted"] = [permuted(settled, division) for division in divisions]
    text = json.dumps(out, indent=None, separators=(",", ":"))
    (FOLDER / "group_difference.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
