"""Two-way fixed effects on a simulated unbalanced panel against other packages.

The reference is made by tests/reference/make_two_way_fe.py. Tolerance 1e-9 relative: both
sides solve exactly, and 90 rows with a condition number near 1e2 leave 1e-12 to rounding.
pyfixest demeans iteratively to 1e-8, which reaches standard errors at 1e-8 relative.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nqpf_assets.estimators.linear.hausman import hausman
from nqpf_assets.estimators.linear.two_way_fe import two_way_fe

EXACT = 1e-9
ITERATIVE = 1e-7
NAMES = ("x1", "x2", "x3")
FOLDER = Path(__file__).parent / "reference"
EXPECTED = json.loads((FOLDER / "two_way_fe.json").read_text(encoding="utf-8"))
with (FOLDER / "two_way_fe.csv").open(encoding="utf-8", newline="") as file:
    ROWS = list(csv.DictReader(file))


def column(name: str) -> Any:
    return np.array([row[name] for row in ROWS])


PANEL = (
    column("y").astype(float),
    np.column_stack([column(name).astype(float) for name in NAMES]),
    column("unit"),
    column("year").astype(int),
)


def fit(**options: Any) -> Any:
    return two_way_fe(*PANEL, names=NAMES, **options)


def test_fit() -> None:
    model = fit()
    assert model.n_obs == EXPECTED["n"] == EXPECTED["pyfixest_n"]
    assert model.df_resid == EXPECTED["df_resid"]
    assert not model.is_balanced
    assert model.singleton_units == ("u13",)
    np.testing.assert_allclose(model.params, EXPECTED["params"], rtol=EXACT)
    np.testing.assert_allclose(model.params, EXPECTED["pyfixest_params"], rtol=ITERATIVE)
    for key in ("rss", "r2", "r2_adjusted", "r2_within", "r2_unit_within", "log_likelihood"):
        assert getattr(model, key) == pytest.approx(EXPECTED[key], rel=EXACT), key


@pytest.mark.parametrize(
    ("key", "options"),
    [
        ("unadjusted", {"vcov": "unadjusted"}),
        ("robust", {"vcov": "robust"}),
        ("cluster_unit", {}),
        ("cluster_unit", {"cluster": column("unit")}),
        ("cluster_region", {"cluster": column("region")}),
        ("cluster_year", {"cluster": "period"}),
        ("cluster_sector", {"cluster": column("sector")}),
        ("cluster_unit_year", {"cluster": ("unit", "period")}),
        ("driscoll_kraay_0", {"vcov": "driscoll_kraay", "lags": 0, "small_sample": "none"}),
        ("driscoll_kraay_2", {"vcov": "driscoll_kraay", "lags": 2, "small_sample": "none"}),
        ("newey_west_1", {"vcov": "newey_west", "lags": 1, "small_sample": "none"}),
        ("newey_west_3", {"vcov": "newey_west", "lags": 3, "small_sample": "none"}),
    ],
)
def test_standard_errors(key: str, options: dict[str, Any]) -> None:
    np.testing.assert_allclose(fit(**options).std_errors, EXPECTED[key], rtol=EXACT)


def test_newey_west_without_lags_is_robust_with_its_correction_and_degrees_of_freedom() -> None:
    ours, robust = fit(vcov="newey_west", lags=0), fit(vcov="robust")
    np.testing.assert_allclose(ours.std_errors, EXPECTED["robust"], rtol=EXACT)
    assert ours.constant.std_error == pytest.approx(robust.constant.std_error, rel=EXACT)
    np.testing.assert_array_equal(ours.df_inference, EXPECTED["df_resid"])
    factor = np.sqrt(EXPECTED["n"] / EXPECTED["df_resid"])  # n/(n - k) of ivreg2's `small`
    lagged = fit(vcov="newey_west", lags=3).std_errors
    np.testing.assert_allclose(lagged, np.multiply(EXPECTED["newey_west_3"], factor), rtol=EXACT)
    assert EXPECTED["n_gaps"] > 0  # rows on both sides of a gap are no neighbours


def test_lags_of_newey_west_are_the_whole_part_of_the_fourth_root_of_nine_where_left_out() -> None:
    np.testing.assert_array_equal(
        fit(vcov="newey_west").std_errors, fit(vcov="newey_west", lags=1).std_errors
    )


def test_robust_agrees_with_pyfixest() -> None:
    errors = fit(vcov="robust").std_errors
    np.testing.assert_allclose(errors, EXPECTED["pyfixest_hetero"], rtol=ITERATIVE)


@pytest.mark.parametrize("key", ["unit", "region"])
def test_cr2_and_its_degrees_of_freedom(key: str) -> None:
    model = fit(vcov="cr2", cluster=column(key))
    errors = [*model.std_errors, model.constant.std_error]
    np.testing.assert_allclose(errors, EXPECTED[f"cr2_{key}"], rtol=EXACT)
    df = [*model.df_inference, model.constant.df_inference]
    np.testing.assert_allclose(df, EXPECTED[f"cr2_{key}_df"], rtol=EXACT)


def test_constant() -> None:
    model = fit()
    assert model.constant.estimate == pytest.approx(EXPECTED["constant"], rel=EXACT)
    assert model.constant.std_error == pytest.approx(EXPECTED["constant_cluster_unit"], rel=EXACT)
    plain = fit(vcov="unadjusted").constant
    assert plain.std_error == pytest.approx(EXPECTED["constant_unadjusted"], rel=EXACT)


def test_numbers_of_linearmodels() -> None:
    model = fit(vcov="linearmodels")
    errors = [*model.std_errors, model.constant.std_error]
    p_values = [*model.p_values, model.constant.p_value]
    np.testing.assert_allclose(errors, EXPECTED["linearmodels"], rtol=EXACT)
    np.testing.assert_allclose(p_values, EXPECTED["linearmodels_p"], rtol=EXACT)


def test_hausman() -> None:
    rows = column("unit") != "u13"
    test = hausman(*(part[rows] for part in PANEL), names=NAMES)
    assert test.statistic == pytest.approx(EXPECTED["hausman"], rel=EXACT)
    np.testing.assert_allclose(test.random, EXPECTED["random_effects"], rtol=EXACT)
    assert test.df == 3
