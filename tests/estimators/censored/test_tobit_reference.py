"""Tobit with dummies and with random effects against brute force on a simulated panel.

The reference is made by tests/reference/make_tobit.py, in another parametrisation and without
any derivative by hand. Estimates agree to 1e-9; standard errors to 1e-7, because the
reference takes Hessians from differences of gradients and the delta method from another.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nqpf_assets.estimators.censored.re_tobit import re_tobit
from nqpf_assets.estimators.censored.tobit import tobit
from nqpf_assets.estimators.censored.tobit_margins import AT, OF

EXACT = 1e-9
ERRORS = 1e-7
NAMES = ("x1", "x2")
FOLDER = Path(__file__).parent / "reference"
EXPECTED = json.loads((FOLDER / "tobit.json").read_text(encoding="utf-8"))
with (FOLDER / "tobit.csv").open(encoding="utf-8", newline="") as file:
    ROWS = list(csv.DictReader(file))


def column(name: str) -> Any:
    return np.array([row[name] for row in ROWS])


PANEL = (
    column("y").astype(float),
    np.column_stack([column(name).astype(float) for name in NAMES]),
    column("unit"),
    column("year").astype(int),
)
LIMITS: dict[str, Any] = {"names": NAMES, "lower": 0.0, "upper": 5.0}


def margins(model: Any) -> tuple[list[float], list[float]]:
    found = [model.margin(of, at) for of in OF for at in AT]
    return (
        [v for m in found for v in m.estimates],
        [v for m in found for v in m.inference.std_errors],
    )


def quantities(model: Any) -> tuple[list[float], list[float]]:
    """Estimates and standard errors in the order of the reference."""
    estimates, errors = margins(model)
    return (
        [*model.params, model.sigma, model.constant.estimate, *estimates],
        [*model.std_errors, model.sigma_std_error, model.constant.std_error, *errors],
    )


@pytest.mark.parametrize(
    ("key", "options"),
    [
        ("unadjusted", {"vcov": "unadjusted"}),
        ("robust", {"vcov": "robust"}),
        ("cluster_unit", {}),
        ("cluster_region", {"cluster": column("region")}),
    ],
)
@pytest.mark.parametrize(("case", "effects"), [("dummies", ("unit", "period")), ("pooled", ())])
def test_tobit(case: str, effects: tuple[str, ...], key: str, options: dict[str, Any]) -> None:
    model = tobit(*PANEL, **LIMITS, effects=effects, **options)
    expected = EXPECTED[case]
    estimates, errors = quantities(model)
    np.testing.assert_allclose(estimates, expected["quantities"], rtol=EXACT)
    np.testing.assert_allclose(errors, expected[key], rtol=ERRORS)
    assert model.log_likelihood == pytest.approx(expected["log_likelihood"], rel=1e-10)
    assert model.n_obs == expected["n"]


def test_what_leaves_is_named() -> None:
    model = tobit(*PANEL, **LIMITS)
    (gone,) = model.dropped_levels
    assert (gone.kind, gone.label, gone.side) == ("unit", "u14", "left")
    assert gone.n_rows == (column("unit") == "u14").sum()
    assert model.singleton_units == ("u15",)
    np.testing.assert_array_equal(model.is_in_sample, ~np.isin(column("unit"), ["u14", "u15"]))
    y = PANEL[0][model.is_in_sample]
    assert model.n_left_censored == (y == 0).sum()
    assert model.n_right_censored == (y == 5).sum()
    assert model.n_uncensored == ((y > 0) & (y < 5)).sum()


@pytest.mark.parametrize("key", ["unadjusted", "cluster_unit"])
def test_random_effects(key: str) -> None:
    expected = EXPECTED["random_effects"]
    vcov: Any = "unadjusted" if key == "unadjusted" else "clustered"
    model = re_tobit(*PANEL, **LIMITS, vcov=vcov)
    estimates, errors = margins(model)
    parts = (model.sigma_u, model.sigma_e, model.rho)
    found = [*model.params, *(c.estimate for c in parts), model.constant.estimate, *estimates]
    found_errors = [*model.std_errors, *(c.std_error for c in parts), model.constant.std_error]
    found_errors += errors
    np.testing.assert_allclose(found, expected["quantities"], rtol=EXACT)
    np.testing.assert_allclose(found_errors, expected[key], rtol=ERRORS)
    assert model.log_likelihood == pytest.approx(expected["log_likelihood"], rel=1e-10)
    assert model.node_check.is_stable


def test_robust_means_by_unit() -> None:
    robust, clustered = (re_tobit(*PANEL, **LIMITS, vcov=v) for v in ("robust", "clustered"))
    np.testing.assert_array_equal(robust.std_errors, clustered.std_errors)


def test_gauss_hermite_approaches_the_same_integral() -> None:
    expected = EXPECTED["random_effects"]
    errors = np.array(expected["unadjusted"][:2])
    for nodes, most in ((4, 1e-2), (12, 1e-6), (24, 1e-8)):
        model = re_tobit(*PANEL, **LIMITS, nodes=nodes)
        assert (np.abs(model.params - expected["quantities"][:2]) / errors).max() < most
        assert (model.node_check.rule, model.node_check.nodes) == ("hermite", nodes)
