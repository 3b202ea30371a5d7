"""A study on genuine exports, built without a line of Python, and its numbers computed a second time.

Everything is recomputed here from `source.observation` alone, with NumPy, statsmodels and linearmodels
and without any code of the project: choice of vintage, conversion, filling, indices, estimates.
The files are not part of the project; NQPF_SHARED names a folder that has them.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from tests.command import Ran, nqpf

TOLERANCE = 1e-9
"""Relative: the same arithmetic in another order; fixed effects by dummies lose some digits."""

HERE = Path(__file__).parent
FOLDERS = {
    "nbs_csv_old": "nbs/2026-03", "nbs_csv_new": "nbs/2026-05", "nbs_api": "nbs/2025-12",
    "nbs_xls": "nbs/2020-12", "gdp_vintages": "nbs/2023-03", "eps": "eps/2025-06",
}  # fmt: skip
YEARS = range(2015, 2023)
NQPF = ("science_share", "technology_market", "patents_per_10k", "inventions_per_10k")
FARMING = {
    "machinery_per_hectare": 1, "irrigated_share": 1, "yield_per_hectare": 1,
    "output_per_rural_person": 1, "fertilizer_per_hectare": -1,
}  # fmt: skip

pytestmark = pytest.mark.slow


class Real:
    """The built project: how the command ended, and queries."""

    def __init__(self, root: Path, ran: Ran) -> None:
        self.root, self.ran = root, ran

    def query(self, sql: str) -> pd.DataFrame:
        with duckdb.connect(str(self.root / "warehouse/nqpf.duckdb"), read_only=True) as connection:
            return connection.execute(sql).df()


@pytest.fixture(scope="module")
def real(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Real:
    root = tmp_path_factory.mktemp("real")
    for folder, place in FOLDERS.items():
        target = root / "raw" / place
        shutil.copytree(shared / "real" / folder, target, copy_function=shutil.copyfile)
        # Saved answers of the old interface are about counts of districts; they have no card.
        for answer in target.glob("*.json") if folder == "nbs_api" else ():
            answer.unlink()
        shutil.copy(HERE / "cards" / f"{folder}.yaml", target / "card.yaml")
    shutil.copytree(HERE / "studies", root / "studies")
    return Real(root, nqpf("refresh", project=root))


def test_it_is_published(real: Real) -> None:
    assert real.ran.status == 0, real.ran.err
    assert "study real: " in real.ran.out
    assert "SYNTHETIC" not in real.ran.out
    assert nqpf("check", project=real.root).status == 0
    again = nqpf("refresh", project=real.root)
    assert "nothing new" in again.out


def test_samples_and_status(real: Real) -> None:
    models = real.query("FROM result.model ORDER BY column_position")
    assert models["n_obs"].tolist() == [248, 248]
    assert models["n_units"].tolist() == [31, 31]
    assert models["n_periods"].tolist() == [8, 8]
    assert models["n_clusters"].tolist() == [31, 31]
    assert models["data_status"].tolist() == ["official", "official"]
    assert models["n_imputed_cells"].tolist() == [2, 2]


def test_the_two_cells_that_nobody_published(real: Real) -> None:
    cells = real.query(
        "SELECT unit, period, value, reported_value, status FROM panel.cell"
        " WHERE variable = 'technology_market_turnover'"
        " AND status IN ('interpolated', 'extrapolated') ORDER BY period"
    )
    inside = cells[cells["period"].between(2015, 2022)]
    assert inside[["unit", "period", "status"]].values.tolist() == [
        ["540000", 2015, "extrapolated"],
        ["540000", 2016, "extrapolated"],
    ]
    first = real.query(
        "SELECT value FROM panel.cell WHERE variable = 'technology_market_turnover'"
        " AND unit = '540000' AND period = 2017 AND status = 'reported'"
    )
    assert set(inside["value"]) == set(first["value"])
    assert inside["reported_value"].isna().all()


def test_downloads_that_mix_vintages_are_noticed(real: Real) -> None:
    """EPS changes over to the census of 2018 in 2019; the bureau's page of 2020 did so in 2018."""
    found = real.query("SELECT file, place FROM audit.finding WHERE code = 'vintage_break'")
    assert sorted(map(tuple, found.values.tolist())) == [
        ("EPS DATA, vintage 2025-06", "gdp 2019"),
        ("国家统计局, vintage 2020-12", "gdp 2018"),
    ]
    told = [line for line in real.ran.out.splitlines() if line.startswith("mixed vintages? ")]
    assert ["EPS DATA, vintage 2025-06: gdp 2019" in line for line in told] == [True, False]


def test_the_study_takes_one_vintage_of_gdp(real: Real) -> None:
    used = real.query("SELECT publisher, vintage FROM audit.vintage_mix WHERE series_id = 'gdp'")
    assert used.values.tolist() == [["国家统计局", "2026-05"]]


# --- computed a second time -----------------------------------------------------------------------

# Series → the number by which a value in the printed unit is multiplied, so that the quotients below
# have the units of the study file.
SCALE = {
    "亿元": 1.0, "万元": 1e-4, "万人": 1.0, "人": 1e-4, "千公顷": 1.0, "公顷": 1e-3, "万千瓦": 1.0,
    "件": 1.0, "项": 1.0, "万吨": 1.0, "公斤/公顷": 1.0, "%": 0.01, "比例": 1.0,
}  # fmt: skip


def second_panel(real: Real) -> dict[str, np.ndarray]:
    """Every series as (31, 8), from the observations alone: newest value, converted, ends repeated."""
    observations = real.query("""
        SELECT o.series_id, o.region_code, o.period, o.value, o.unit_measure AS unit, o.vintage, f.publisher
        FROM source.observation AS o INNER JOIN source.file AS f ON f.file_id = o.file_id
        WHERE o.region_level = 'province' AND o.value IS NOT NULL""")
    is_gdp = observations["series_id"] == "gdp"
    is_chosen = (observations["publisher"] == "国家统计局") & (observations["vintage"] == "2026-05")
    observations = observations[~is_gdp | is_chosen].sort_values("vintage")
    newest = observations.groupby(["series_id", "region_code", "period"]).tail(1)
    panel = {}
    for series_id, part in newest.groupby("series_id"):
        if not set(part["unit"]) <= set(SCALE):
            continue  # a series that the study does not use
        scaled = part["value"] * part["unit"].map(SCALE)
        wide = scaled.groupby([part["region_code"], part["period"]]).last().unstack()
        panel[str(series_id)] = wide.reindex(columns=list(YEARS))
    codes = sorted(panel["population"].index)
    assert len(codes) == 31
    turnover = panel["technology_market_turnover"].reindex(codes)
    assert np.argwhere(turnover.isna().to_numpy()).tolist() == [
        [codes.index("540000"), t] for t in (0, 1)
    ]
    panel["technology_market_turnover"] = turnover.bfill(axis=1)
    return {name: wide.reindex(codes).to_numpy() for name, wide in panel.items()}


def indicators(p: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The formulas of the study by hand; 31 provinces in the order of their codes, 8 years."""
    rural = p["population"] * (1 - p["urban_share"])  # already scaled from percent
    return {
        "science_share": p["fiscal_expenditure_science"] / p["fiscal_expenditure"],
        "technology_market": p["technology_market_turnover"] / p["gdp"],
        "patents_per_10k": p["patents_granted"] / p["population"],
        "inventions_per_10k": p["inventions_granted"] / p["population"],
        "machinery_per_hectare": p["machinery_power"] * 10 / p["sown_area"],
        "irrigated_share": p["irrigated_area"] / p["sown_area"],
        "yield_per_hectare": p["grain_yield"],
        "output_per_rural_person": p["agriculture_output_gross"] * 1e4 / rural,
        "fertilizer_per_hectare": p["fertilizer_use"] * 1e4 / p["sown_area"],
        "ln_gdp_per_capita": np.log(p["gdp"] * 1e4 / p["population"]),
        "urban": p["urban_share"],
        "budget_share": p["fiscal_expenditure"] / p["gdp"],
    }


def entropy(
    x: np.ndarray, signs: np.ndarray, shift: float = 0.0001
) -> tuple[np.ndarray, np.ndarray]:
    """Weights (J,) and scores (n,) of the entropy method, written out from METHODS."""
    low, high = x.min(axis=0), x.max(axis=0)
    z = np.where(signs > 0, (x - low) / (high - low), (high - x) / (high - low)) + shift
    share = z / z.sum(axis=0)
    divergence = 1 + (share * np.log(share)).sum(axis=0) / np.log(len(x))
    weights = divergence / divergence.sum()
    return weights, z @ weights


@pytest.fixture(scope="module")
def second(real: Real) -> dict[str, np.ndarray]:
    """Indicators and both indices, computed here, as (31, 8)."""
    found = indicators(second_panel(real))
    for name, signs in (
        ("nqpf", dict.fromkeys(NQPF, 1)),
        ("agricultural_modernisation", FARMING),
    ):
        x = np.column_stack([found[one].ravel() for one in signs])
        weights, scores = entropy(x, np.array(list(signs.values())))
        found |= {f"weights {name}": weights, name: scores.reshape(31, 8)}
    return found


def test_every_indicator(real: Real, second: dict[str, np.ndarray]) -> None:
    for name in (*NQPF, *FARMING, "ln_gdp_per_capita", "urban", "budget_share"):
        cells = real.query(
            f"SELECT value FROM panel.cell WHERE variable = '{name}' ORDER BY unit, period"
        )
        np.testing.assert_allclose(
            cells["value"], second[name].ravel(), rtol=TOLERANCE, err_msg=name
        )


@pytest.mark.parametrize(
    ("index", "names"), [("nqpf", NQPF), ("agricultural_modernisation", tuple(FARMING))]
)
def test_weights_and_scores(
    real: Real, second: dict[str, np.ndarray], index: str, names: tuple[str, ...]
) -> None:
    rows = real.query(f"SELECT indicator, weight FROM index.weight WHERE index_name = '{index}'")
    weights = dict(rows.itertuples(index=False))
    assert sum(weights.values()) == pytest.approx(1, abs=1e-12)
    found = [weights[name] for name in names]
    np.testing.assert_allclose(found, second[f"weights {index}"], rtol=TOLERANCE)
    scores = real.query(
        f"SELECT score FROM index.score WHERE index_name = '{index}' ORDER BY unit, period"
    )
    shift = scores["score"].to_numpy() - second[index].ravel()
    # Whether the shift before the logarithm also enters the score moves all scores alike.
    np.testing.assert_allclose(shift, shift[0], atol=1e-12)


@pytest.mark.parametrize(
    ("label", "controls"), [("(1)", ()), ("(2)", ("ln_gdp_per_capita", "urban", "budget_share"))]
)
def test_the_regressions(
    real: Real, second: dict[str, np.ndarray], label: str, controls: tuple[str, ...]
) -> None:
    """Dummies in statsmodels for the estimates; its cluster covariance with Stata's correction."""
    import statsmodels.api as sm

    names = ["nqpf", *controls]
    y = second["agricultural_modernisation"].ravel()
    x = np.column_stack([second[name].ravel() for name in names])
    unit, year = (code.ravel() for code in np.indices((31, 8)))
    dummies = np.column_stack([np.eye(31)[unit], np.eye(8)[year][:, 1:]])
    fit = sm.OLS(y, np.column_stack([x, dummies])).fit(
        cov_type="cluster", cov_kwds={"groups": unit, "use_correction": False}
    )
    estimates = real.query(f"FROM result.estimate WHERE column_label = '{label}'").set_index("term")
    k = len(names)
    np.testing.assert_allclose(estimates.loc[names, "estimate"], fit.params[:k], rtol=1e-8)
    # Regressors, seven years and the constant; unit effects are nested in the clusters.
    factor = 31 / 30 * (248 - 1) / (248 - (k + 7 + 1))
    errors = fit.bse[:k] * np.sqrt(factor)
    np.testing.assert_allclose(estimates.loc[names, "std_error"], errors, rtol=1e-8)


def test_linearmodels_agrees(real: Real, second: dict[str, np.ndarray]) -> None:
    from linearmodels.panel import PanelOLS

    names = ["nqpf", "ln_gdp_per_capita", "urban", "budget_share"]
    index = pd.MultiIndex.from_product([range(31), list(YEARS)])
    frame = pd.DataFrame(
        {name: second[name].ravel() for name in ["agricultural_modernisation", *names]}, index=index
    )
    model = PanelOLS(
        frame["agricultural_modernisation"], frame[names], entity_effects=True, time_effects=True
    )
    fit = model.fit()
    estimates = real.query("FROM result.estimate WHERE column_label = '(2)'").set_index("term")
    np.testing.assert_allclose(estimates.loc[names, "estimate"], fit.params[names], rtol=1e-8)
    within = real.query("SELECT r2_within FROM result.model WHERE column_label = '(2)'").iloc[0, 0]
    total = (
        frame - frame.groupby(level=0).transform("mean") - frame.groupby(level=1).transform("mean")
    )
    total += frame.mean()
    y = total["agricultural_modernisation"]
    assert within == pytest.approx(1 - fit.resids.pow(2).sum() / (y**2).sum(), rel=1e-8)


def test_which_cells_of_which_files_a_coefficient_rests_on(real: Real) -> None:
    """nqpf in column (1): seven series, 31 provinces, 8 years; two cells imputed; places checked."""
    listed = real.query("FROM result.provenance WHERE column_label = '(1)' AND variable = 'nqpf'")
    made_from = listed[listed["role"] == "filled_from"]
    assert (made_from["status"] == "reported").all()
    assert set(made_from["series_id"]) == set(
        listed.loc[listed["status"] != "reported", "series_id"]
    )
    cells = listed[listed["role"] == "value"]
    assert set(cells["series_id"]) == {
        "fiscal_expenditure_science", "fiscal_expenditure", "technology_market_turnover", "gdp",
        "patents_granted", "inventions_granted", "population",
    }  # fmt: skip
    assert len(cells) == 7 * 248
    assert cells.groupby("series_id").size().unique().tolist() == [248]
    assert (cells["status"] != "reported").sum() == 2
    assert cells.loc[cells["status"] != "reported", "file_id"].isna().all()
    reported = cells[cells["status"] == "reported"]
    files = reported.groupby("series_id")["path"].unique().map(set).to_dict()
    assert files["gdp"] == {"raw/nbs/2026-05/分省年度数据_6.csv"}
    assert files["fiscal_expenditure_science"] == {"raw/nbs/2026-05/分省年度数据_1.csv"}
    # The place of each cell of the bureau's new export is a line and column of that very file.
    for row in reported[reported["path"].str.startswith("raw/nbs/2026-05")].itertuples():
        line, column = (int(word.split()[1]) for word in row.locator.split(", "))
        printed = (real.root / row.path).read_text("utf-8-sig").splitlines()[line - 1].split(",")
        assert float(printed[column - 1].strip()) == row.reported_value
