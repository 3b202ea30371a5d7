"""Make tests/estimators/instruments/reference/iv.{csv,json}: an unbalanced panel and its IV estimates.

Coefficients, covariances, first-stage shares, Sargan and Durbin come from linearmodels with a
dummy for every unit and year; Hansen's J from its GMM on residuals of those dummies. The rank
statistics follow Kleibergen and Paap (2006) letter by letter, with Kronecker products, a full
singular value decomposition and matrix square roots. Nothing of the package is used.

    python tests/reference/make_iv.py

needs numpy, pandas, scipy and linearmodels; made with numpy 2.4, linearmodels 7.1.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
from linearmodels.iv import IV2SLS, IVGMM
from scipy.linalg import sqrtm

FOLDER = Path(__file__).parents[1] / "estimators" / "instruments" / "reference"
ENDO, EXO, INST = ["d1", "d2"], ["x1"], ["z1", "z2", "z3", "z4"]


def simulate() -> pd.DataFrame:
    """25 units in 8 years with gaps, errors correlated within units, one unit seen once."""
    rng = np.random.default_rng(20240315)
    rows = []
    for u in range(25):
        level, common = rng.normal(scale=2), rng.normal(scale=0.5)
        for year in range(2010, 2018):
            z, x = rng.normal(size=4) + 0.2 * level, rng.normal() + 0.1 * (year - 2010)
            u1, u2, e = rng.normal(size=3)
            e = (e + 0.6 * u1 - 0.4 * u2 + common * z[0]) * (0.5 + abs(z[1]) / 2)
            d1 = 0.7 * z[0] + 0.3 * z[1] + 0.2 * x + level + u1
            d2 = 0.5 * z[1] - 0.4 * z[2] + 0.3 * z[3] + u2 + 0.1 * (year - 2010)
            y = 1.0 + 0.8 * d1 - 0.5 * d2 + 0.3 * x + level + 0.2 * (year - 2010) + e
            rows.append((f"u{u:02d}", year, f"r{u % 6}", y, d1, d2, x, *z))
    frame = pd.DataFrame(rows, columns=["unit", "year", "region", "y", *ENDO, *EXO, *INST])
    keep = (rng.uniform(size=len(frame)) > 0.15) & (frame["unit"] != "u24")
    keep |= (frame["unit"] == "u24") & (frame["year"] == 2014)
    return frame[keep].sample(frac=1, random_state=3).round(6).reset_index(drop=True)


def dummies(frame: pd.DataFrame) -> pd.DataFrame:
    """A column for every unit and for every year but the first."""
    unit = pd.get_dummies(frame["unit"], dtype=float)
    return unit.join(pd.get_dummies(frame["year"], dtype=float).iloc[:, 1:].add_prefix("t"))


def rank_statistics(x: np.ndarray, z: np.ndarray, groups: np.ndarray | None) -> tuple[float, float]:
    """LM and Wald rk statistics for a rank one short, x and z partialled already."""
    n, k = x.shape
    pi = np.linalg.solve(z.T @ z, z.T @ x)
    root_z = np.linalg.cholesky(z.T @ z / n)
    root_x = np.linalg.cholesky(x.T @ x / n)
    theta = root_z.T @ pi @ np.linalg.inv(root_x).T
    u, _, vt = np.linalg.svd(theta)
    v, q = vt.T, k - 1
    u22, v22 = u[q:, q:], v[q:, q:]
    a = u[:, q:] @ np.linalg.inv(u22) @ np.real(sqrtm(u22 @ u22.T))
    b = np.real(sqrtm(v22 @ v22.T)) @ np.linalg.inv(v22.T) @ v[:, q:].T
    both = np.kron(b, a.T)
    found = []
    for errors in (x, x - z @ pi):
        scores = np.stack([np.kron(e, row) for e, row in zip(errors, z, strict=True)])
        if groups is not None:
            scores = pd.DataFrame(scores).groupby(groups).sum().to_numpy()
        turn = np.kron(np.linalg.inv(root_x), np.linalg.inv(root_z))
        covariance = turn @ (scores.T @ scores / n) @ turn.T
        value = both @ theta.T.ravel()  # vec stacks columns
        found.append(float(n * value @ np.linalg.solve(both @ covariance @ both.T, value)))
    return found[0], found[1]


def main() -> None:
    """Simulate, estimate, write."""
    frame = simulate()
    FOLDER.mkdir(parents=True, exist_ok=True)
    frame.to_csv(FOLDER / "iv.csv", index=False)
    alone = frame.groupby("unit")["unit"].transform("size") == 1
    sample = frame[~alone].reset_index(drop=True)
    d = dummies(sample)
    n, units = len(sample), sample["unit"].nunique()
    exog = sample[EXO].join(d)
    names = [*ENDO, *EXO]
    iv = IV2SLS(sample["y"], exog, sample[ENDO], sample[INST])
    codes = {key: pd.factorize(sample[key], sort=True)[0] for key in ("unit", "region", "year")}
    plain = iv.fit(cov_type="unadjusted", debiased=True)
    out: dict[str, object] = {
        "n": n,
        "params": plain.params[names].tolist(),
        "unadjusted": plain.std_errors[names].tolist(),
        "robust": iv.fit(cov_type="robust", debiased=True).std_errors[names].tolist(),
        "rss": float(plain.resid_ss),
    }
    for key, clusters in codes.items():
        raw = iv.fit(cov_type="clustered", clusters=clusters, debiased=False)
        # linearmodels takes G / (G - 1) off only when debiased.
        out[f"cluster_{key}_raw"] = raw.std_errors[names].tolist()
    shares = plain.first_stage.diagnostics
    out["partial_r2"] = shares["partial.rsquared"].tolist()
    out["shea_partial_r2"] = shares["shea.rsquared"].tolist()
    out["sargan"] = plain.sargan.stat / n
    out["durbin"] = plain.durbin().stat / n

    basis = np.linalg.qr(exog.to_numpy())[0]
    part = {
        c: sample[c].to_numpy() - basis @ (basis.T @ sample[c].to_numpy())
        for c in ["y", *ENDO, *INST]
    }
    x = np.column_stack([part[c] for c in ENDO])
    z = np.column_stack([part[c] for c in INST])
    for key, groups in (("robust", None), ("cluster_unit", codes["unit"])):
        out[f"rk_{key}"] = rank_statistics(x, z, groups)
        out[f"rk_one_{key}"] = rank_statistics(x[:, :1], z, groups)
        weight = {"weight_type": "robust"}
        if groups is not None:
            weight = {"weight_type": "clustered", "clusters": groups}
        residual = pd.DataFrame(part)
        gmm = IVGMM(residual["y"], None, residual[ENDO], residual[INST], **weight)
        out[f"hansen_j_{key}"] = gmm.fit(iter_limit=2, debiased=False).j_stat.stat
    fitted = z @ np.linalg.solve(z.T @ z, z.T @ x)
    canonical = np.linalg.eigvals(np.linalg.solve(x.T @ x, x.T @ fitted)).real
    out["smallest_canonical"] = float(canonical.min())
    out["units"] = units
    (FOLDER / "iv.json").write_text(json.dumps(out, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
