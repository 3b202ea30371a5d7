"""Two-stage least squares with effects against linearmodels and rank statistics by hand.

The reference is made by tests/reference/make_iv.py. Tolerance 1e-8 relative: both sides solve
exactly; rank statistics pass through four factorisations and a matrix root.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nqpf_assets.estimators.instruments.fe_2sls import fe_2sls
from nqpf_assets.estimators.linear.two_way_fe import two_way_fe

EXACT = 1e-8
FOLDER = Path(__file__).parent / "reference"
EXPECTED = json.loads((FOLDER / "iv.json").read_text(encoding="utf-8"))
with (FOLDER / "iv.csv").open(encoding="utf-8", newline="") as file:
    ROWS = list(csv.DictReader(file))
ENDO, EXO, INST = ("d1", "d2"), ("x1",), ("z1", "z2", "z3", "z4")
N, UNITS, PERIODS = EXPECTED["n"], EXPECTED["units"], 8


def column(name: str) -> Any:
    return np.array([row[name] for row in ROWS])


def columns(*names: str) -> Any:
    return np.column_stack([column(name).astype(float) for name in names])


def fit(endo: tuple[str, ...] = ENDO, inst: tuple[str, ...] = INST, **options: Any) -> Any:
    return fe_2sls(
        column("y").astype(float), columns(*endo), columns(*inst), column("unit"),
        column("year").astype(int), endogenous_names=endo, instrument_names=inst,
        exogenous=columns(*EXO), exogenous_names=EXO, **options,
    )  # fmt: skip


def test_fit() -> None:
    model = fit(vcov="unadjusted")
    assert (model.n_obs, model.n_units, model.n_periods) == (N, UNITS, PERIODS)
    assert model.singleton_units == ("u24",)
    np.testing.assert_allclose(model.params, EXPECTED["params"], rtol=EXACT)
    np.testing.assert_allclose(model.std_errors, EXPECTED["unadjusted"], rtol=EXACT)
    assert model.rss == pytest.approx(EXPECTED["rss"], rel=EXACT)
    assert model.sigma == pytest.approx(np.sqrt(EXPECTED["rss"] / model.df_resid), rel=EXACT)


@pytest.mark.parametrize("small_sample", ["xtreg", "ivreg2_small"])
def test_robust(small_sample: Any) -> None:
    model = fit(vcov="robust", small_sample=small_sample)
    np.testing.assert_allclose(model.std_errors, EXPECTED["robust"], rtol=EXACT)
    assert model.df_inference[0] == model.df_resid == N - 3 - UNITS - (PERIODS - 1)


def test_large_sample_forms_take_units_off_as_xtivreg2() -> None:
    k = 3 + UNITS + PERIODS - 1
    plain = fit(vcov="unadjusted", small_sample="ivreg2")
    factor = np.sqrt((N - k) / (N - UNITS))
    np.testing.assert_allclose(
        plain.std_errors, np.array(EXPECTED["unadjusted"]) * factor, rtol=EXACT
    )
    robust = fit(vcov="robust", small_sample="ivreg2")
    np.testing.assert_allclose(robust.std_errors, np.array(EXPECTED["robust"]) * factor, rtol=EXACT)
    assert np.isinf(robust.df_inference).all()


@pytest.mark.parametrize(
    ("key", "small_sample", "g", "k"),
    [
        # Beside the three regressors: seven period dummies, and the constant for xtreg.
        ("unit", "xtreg", UNITS, 3 + 7 + 1),
        ("unit", "ivreg2_small", UNITS, 3 + 7),
        ("region", "xtreg", 6, 3 + 7 + 1),
        ("region", "ivreg2_small", 6, 3 + 7),
        # Units are not nested in years, and count.
        ("year", "ivreg2_small", PERIODS, 3 + 7 + UNITS),
        ("year", "xtreg", PERIODS, 3 + UNITS),
        ("unit", "ivreg2", None, None),
    ],
)
def test_clustered(key: str, small_sample: Any, g: int | None, k: int | None) -> None:
    model = fit(cluster=column(key), small_sample=small_sample)
    factor = 1.0 if g is None or k is None else np.sqrt(g / (g - 1) * (N - 1) / (N - k))
    raw = np.array(EXPECTED[f"cluster_{key}_raw"])
    np.testing.assert_allclose(model.std_errors, raw * factor, rtol=EXACT)


def test_tests_under_iid_errors() -> None:
    model = fit(vcov="unadjusted")
    left = N - UNITS
    assert model.overidentification.statistic == pytest.approx(EXPECTED["sargan"] * left, rel=EXACT)
    assert model.endogeneity.statistic == pytest.approx(EXPECTED["durbin"] * left, rel=EXACT)
    smallest = EXPECTED["smallest_canonical"]
    assert model.underidentification.statistic == pytest.approx(smallest * left, rel=EXACT)
    df = N - UNITS - (PERIODS - 1) - 1 - 4
    assert model.cragg_donald_f == pytest.approx(smallest / (1 - smallest) * df / 4, rel=EXACT)
    assert model.kleibergen_paap_f is None
    shares = [stage.partial_r2 for stage in model.first_stages]
    np.testing.assert_allclose(shares, EXPECTED["partial_r2"], rtol=EXACT)
    shea = [stage.shea_partial_r2 for stage in model.first_stages]
    np.testing.assert_allclose(shea, EXPECTED["shea_partial_r2"], rtol=EXACT)


@pytest.mark.parametrize("endo", [("d1",), ENDO])
@pytest.mark.parametrize("key", ["robust", "cluster_unit"])
def test_rank_statistics(key: str, endo: tuple[str, ...]) -> None:
    model = fit(endo, vcov="robust" if key == "robust" else "clustered")
    lm, wald = EXPECTED[f"rk_{key}" if len(endo) == 2 else f"rk_one_{key}"]
    # Year dummies, x1 and four instruments; units are taken off unless clustered by them.
    first = (PERIODS - 1) + 1 + 4
    if key == "robust":
        lm *= (N - UNITS) / N
        wald_f = wald / N * (N - first - UNITS) / 4
    else:
        wald_f = wald / (N - 1) * (N - first) * (UNITS - 1) / UNITS / 4
    assert model.underidentification.statistic == pytest.approx(lm, rel=EXACT)
    assert model.underidentification.df == (4 - len(endo) + 1,)
    assert model.kleibergen_paap_f == pytest.approx(wald_f, rel=EXACT)
    if len(endo) == 1:  # with one endogenous variable it is the first stage's F
        stage = model.first_stages[0]
        assert stage.f.statistic == pytest.approx(wald_f, rel=EXACT)
        assert stage.sanderson_windmeijer_f.statistic == pytest.approx(wald_f, rel=EXACT)


@pytest.mark.parametrize("key", ["robust", "cluster_unit"])
def test_hansen_j(key: str) -> None:
    model = fit(vcov="robust" if key == "robust" else "clustered")
    scale = (N - UNITS) / N if key == "robust" else 1.0
    expected = EXPECTED[f"hansen_j_{key}"] * scale
    assert model.overidentification.statistic == pytest.approx(expected, rel=EXACT)
    assert model.overidentification.df == (2,)


@pytest.mark.parametrize("vcov", ["unadjusted", "robust", "clustered"])
def test_first_stage_is_the_regression_it_says(vcov: Any) -> None:
    stage = fit(vcov=vcov).first_stages[1]
    plain = two_way_fe(
        column("d2").astype(float), columns(*INST, *EXO), column("unit"),
        column("year").astype(int), names=(*INST, *EXO), vcov=vcov,
    )  # fmt: skip
    assert stage.coefficients.names == plain.names
    np.testing.assert_allclose(stage.coefficients.params, plain.params, rtol=EXACT)
    np.testing.assert_allclose(stage.coefficients.std_errors, plain.std_errors, rtol=EXACT)
    np.testing.assert_allclose(stage.coefficients.p_values, plain.p_values, rtol=1e-6)


@pytest.mark.parametrize("vcov", ["unadjusted", "robust", "clustered"])
def test_anderson_rubin_is_the_f_of_the_reduced_form(vcov: Any) -> None:
    """F of the instruments in a regression of y on them, from its own covariance."""
    model = fit(vcov=vcov)
    reduced = two_way_fe(
        column("y").astype(float), columns(*INST, *EXO), column("unit"),
        column("year").astype(int), names=(*INST, *EXO), vcov=vcov,
    )  # fmt: skip
    b, v = reduced.params[:4], reduced.covariance[:4, :4]
    f = float(b @ np.linalg.solve(v, b)) / 4
    if vcov == "clustered":  # xtreg counts the constant, ivreg2 does not
        f *= (N - 12) / (N - 13)
    assert model.anderson_rubin_f.statistic == pytest.approx(f, rel=EXACT)


def test_instrumenting_with_itself_is_least_squares() -> None:
    """Endogenous and instrument the same would be refused: a hair of noise apart."""
    rng = np.random.default_rng(1)
    d = columns(*ENDO)
    near = d + 1e-5 * rng.normal(size=d.shape)
    panel = (column("unit"), column("year").astype(int))
    y = column("y").astype(float)
    for vcov in ("unadjusted", "robust", "clustered"):
        model = fe_2sls(
            y, d, near, *panel, endogenous_names=ENDO, instrument_names=("n1", "n2"),
            exogenous=columns(*EXO), exogenous_names=EXO, vcov=vcov,
        )  # fmt: skip
        plain = two_way_fe(y, columns(*ENDO, *EXO), *panel, names=(*ENDO, *EXO), vcov=vcov)
        np.testing.assert_allclose(model.params, plain.params, rtol=1e-4)
        np.testing.assert_allclose(model.std_errors, plain.std_errors, rtol=1e-4)
        assert model.constant.std_error == pytest.approx(plain.constant.std_error, rel=1e-4)
        np.testing.assert_allclose(model.df_inference, plain.df_inference)
        assert model.small_sample_factor == pytest.approx(plain.small_sample_factor)
