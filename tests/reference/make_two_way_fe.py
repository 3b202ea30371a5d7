"""Make tests/estimators/linear/reference/two_way_fe.{csv,json}: an unbalanced panel and its estimates.

The panel is simulated here. The estimates come from other hands: statsmodels with a dummy for
every unit and period, linearmodels, pyfixest (only what does not depend on the hash seed),
and, for CR2, Bell and McCaffrey's formula on the full dummy matrix.

    python tests/reference/make_two_way_fe.py

needs numpy, pandas, scipy, statsmodels, linearmodels and pyfixest; made with numpy 2.4,
statsmodels 0.15, linearmodels 7.1, pyfixest 0.60.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pyfixest
import statsmodels.api as sm
from linearmodels.panel import PanelOLS, RandomEffects

FOLDER = Path(__file__).parents[1] / "estimators" / "linear" / "reference"
NAMES = ["x1", "x2", "x3"]


def simulate() -> pd.DataFrame:
    """14 units in 9 years with gaps, one unit seen once, errors correlated in time."""
    rng = np.random.default_rng(20240229)
    rows = []
    for u in range(14):
        level, error = rng.normal(scale=3), 0.0
        for year in range(2010, 2019):
            x = rng.normal(size=3) + np.array([0.5 * level, 0.2 * (year - 2010), 0.0])
            error = 0.6 * error + rng.normal(scale=1 + 0.5 * abs(x[0]))
            y = 1.5 * x[0] - 0.7 * x[1] + 0.1 * x[2] + level + 0.3 * (year - 2010) + error
            rows.append((f"u{u:02d}", year, f"r{u % 5}", f"s{int(rng.integers(6))}", *x, y))
    columns = ["unit", "year", "region", "sector", *NAMES, "y"]
    frame = pd.DataFrame(rows, columns=columns)
    keep = (rng.uniform(size=len(frame)) > 0.2) & (frame["unit"] != "u13")
    keep |= (frame["unit"] == "u13") & (frame["year"] == 2014)
    return frame[keep].sample(frac=1, random_state=1).round(6).reset_index(drop=True)


def dummies(frame: pd.DataFrame) -> np.ndarray:
    """A column for every unit and for every year but the first."""
    unit = pd.get_dummies(frame["unit"], dtype=float).to_numpy()
    year = pd.get_dummies(frame["year"], dtype=float).to_numpy()[:, 1:]
    return np.column_stack([unit, year])


def cr2(frame: pd.DataFrame, x: np.ndarray, key: str) -> tuple[list[float], list[float]]:
    """Standard errors and Satterthwaite df on the full design, nothing absorbed.

    The last one is of the constant: the mean of y minus mean regressors times coefficients
    is the mean of what the dummies contribute.
    """
    design = np.column_stack([x, dummies(frame)])
    bread = np.linalg.inv(design.T @ design)
    hat = np.eye(len(x)) - design @ bread @ design.T
    residuals = hat @ frame["y"].to_numpy()
    groups = [np.flatnonzero(frame[key] == g) for g in sorted(frame[key].unique())]
    errors, dfs = [], []
    terms = np.eye(x.shape[1], design.shape[1])
    constant = np.append(np.zeros(x.shape[1]), dummies(frame).mean(axis=0))
    for term in [*terms, constant]:
        vectors, total = [], 0.0
        for rows in groups:
            values, basis = np.linalg.eigh(hat[np.ix_(rows, rows)])
            root = [v**-0.5 if v > 1e-9 else 0.0 for v in values]
            adjusted = basis @ np.diag(root) @ basis.T @ design[rows] @ bread @ term
            total += float(adjusted @ residuals[rows]) ** 2
            vectors.append(hat[:, rows] @ adjusted)
        products = np.array([[a @ b for b in vectors] for a in vectors])
        errors.append(total**0.5)
        dfs.append(float(np.trace(products) ** 2 / (products**2).sum()))
    return errors, dfs


def main() -> None:
    """Simulate, estimate, write."""
    frame = simulate()
    FOLDER.mkdir(parents=True, exist_ok=True)
    frame.to_csv(FOLDER / "two_way_fe.csv", index=False)
    alone = frame.groupby("unit")["unit"].transform("size") == 1
    sample = frame[~alone].reset_index(drop=True)
    y, x = sample["y"].to_numpy(), sample[NAMES].to_numpy()
    n, k = x.shape
    units, years = sample["unit"].nunique(), sample["year"].nunique()
    codes = {c: pd.factorize(sample[c], sort=True)[0] for c in ("unit", "year", "region", "sector")}

    lsdv = sm.OLS(y, np.column_stack([x, dummies(sample)]))
    plain = lsdv.fit()
    out: dict[str, object] = {
        "n": n,
        "params": plain.params[:k].tolist(),
        "rss": plain.ssr,
        "r2": plain.rsquared,
        "r2_adjusted": plain.rsquared_adj,
        "log_likelihood": plain.llf,
        "df_resid": plain.df_resid,
        "unadjusted": plain.bse[:k].tolist(),
        "robust": lsdv.fit(cov_type="HC1").bse[:k].tolist(),
    }

    def raw_cluster(*keys: str) -> np.ndarray:
        groups = np.column_stack([codes[c] for c in keys]).squeeze()
        options = {"groups": groups, "use_correction": False}
        return lsdv.fit(cov_type="cluster", cov_kwds=options).bse[:k]

    def factor(g: int, parameters: int) -> float:
        return float(np.sqrt(g / (g - 1) * (n - 1) / (n - parameters)))

    # Effects nested in the clusters are not counted; sectors cut across units and years.
    out["cluster_unit"] = (raw_cluster("unit") * factor(units, k + years)).tolist()
    out["cluster_region"] = (raw_cluster("region") * factor(5, k + years)).tolist()
    out["cluster_year"] = (raw_cluster("year") * factor(years, k + units)).tolist()
    out["cluster_sector"] = (raw_cluster("sector") * factor(6, k + units + years - 1)).tolist()
    both = raw_cluster("unit", "year") * factor(min(units, years), k + 1)
    out["cluster_unit_year"] = both.tolist()
    out["cr2_unit"], out["cr2_unit_df"] = cr2(sample, x, "unit")
    out["cr2_region"], out["cr2_region_df"] = cr2(sample, x, "region")

    def residual(columns: np.ndarray) -> np.ndarray:
        return columns - dummies(sample) @ np.linalg.pinv(dummies(sample)) @ columns

    within_y, within_x = residual(y), residual(x)
    out["r2_within"] = 1 - plain.ssr / float(within_y @ within_y)
    means = sample.groupby("unit")["y"].transform("mean")
    out["r2_unit_within"] = 1 - plain.ssr / float(((sample["y"] - means) ** 2).sum())
    added_back = sm.OLS(
        within_y + y.mean(), np.column_stack([within_x + x.mean(axis=0), np.ones(n)])
    )
    raw = added_back.fit(
        cov_type="cluster", cov_kwds={"groups": codes["unit"], "use_correction": False}
    )
    out["constant"] = raw.params[k]
    out["constant_cluster_unit"] = raw.bse[k] * factor(units, k + years)
    out["constant_unadjusted"] = added_back.fit().bse[k] * ((n - k - 1) / plain.df_resid) ** 0.5

    panel = sample.assign(constant=1.0).set_index(["unit", "year"])
    effects = PanelOLS(
        panel["y"], panel[[*NAMES, "constant"]], entity_effects=True, time_effects=True
    )
    # statsmodels' "nw-groupsum" is Driscoll and Kraay's; it needs the rows in the order of time.
    order = np.argsort(codes["year"], kind="stable")
    in_time = sm.OLS(y[order], np.column_stack([x, dummies(sample)])[order])
    for lags in (0, 2):
        options = {"time": codes["year"][order], "maxlags": lags, "use_correction": False}
        fitted = in_time.fit(cov_type="nw-groupsum", cov_kwds=options)
        out[f"driscoll_kraay_{lags}"] = fitted.bse[:k].tolist()
    # statsmodels' "nw-panel" takes the rows of a unit for neighbours. A row of zeros in each gap says nothing
    # of the coefficients and holds the place of a year.
    is_there = np.zeros((units, years), dtype=bool)
    is_there[codes["unit"], codes["year"]] = True
    places = codes["unit"] * years + codes["year"]
    whole = np.zeros((units * years, 1 + k + units + years - 1))
    whole[places] = np.column_stack([y, x, dummies(sample)])
    out["n_gaps"] = int((~is_there).sum())
    for lags in (1, 3):
        options = {"groups": np.repeat(np.arange(units), years), "maxlags": lags}
        fitted = sm.OLS(whole[:, 0], whole[:, 1:]).fit(
            cov_type="nw-panel", cov_kwds=options | {"use_correction": False}
        )
        out[f"newey_west_{lags}"] = fitted.bse[:k].tolist()
    own = effects.fit(cov_type="clustered", cluster_entity=True)
    out["linearmodels"] = own.std_errors[[*NAMES, "constant"]].tolist()
    out["linearmodels_p"] = own.pvalues[[*NAMES, "constant"]].tolist()

    fixed = PanelOLS(panel["y"], panel[[*NAMES, "constant"]], entity_effects=True).fit()
    random = RandomEffects(panel["y"], panel[[*NAMES, "constant"]]).fit(small_sample=True)
    gap = (fixed.params - random.params)[NAMES]
    spread = (fixed.cov - random.cov).loc[NAMES, NAMES]
    out["hausman"] = float(gap @ np.linalg.solve(spread, gap))
    out["random_effects"] = random.params[NAMES].tolist()

    fit = pyfixest.feols(
        "y ~ x1 + x2 + x3 | unit + year", frame, vcov="hetero", fixef_rm="singleton"
    )
    # Its iterative demeaning differs from run to run beyond the eighth digit.
    out["pyfixest_params"] = [float(f"{v:.8g}") for v in fit.coef()]
    out["pyfixest_hetero"] = [float(f"{v:.8g}") for v in fit.se()]
    out["pyfixest_n"] = int(fit._N)
    (FOLDER / "two_way_fe.json").write_text(json.dumps(out, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
