"""Mediation on a simulated panel with gaps against statsmodels and refits row by row.

The reference is made by tests/reference/make_mediation.py. Tolerance 1e-9 relative for the
regressions, solved exactly on both sides; 1e-8 for draws, where cross products square the
condition number of small drawn panels.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nqpf_assets.estimators.linear.block_moments import block_moments
from nqpf_assets.estimators.linear.within import fixed_effects
from nqpf_assets.estimators.mediation.bootstrap import (
    bias_corrected_interval,
    percentile_interval,
)
from nqpf_assets.estimators.mediation.drawing import paths
from nqpf_assets.estimators.mediation.mediation import mediation

EXACT = 1e-9
DRAWS = 1e-8
CONTROLS = ("z1", "reform")
EFFECTS = {
    "two_way": ("unit", "period"),
    "unit": ("unit",),
    "period": ("period",),
    "none": (),
}
FOLDER = Path(__file__).parent / "reference"
EXPECTED = json.loads((FOLDER / "mediation.json").read_text(encoding="utf-8"))
with (FOLDER / "mediation.csv").open(encoding="utf-8", newline="") as file:
    ROWS = list(csv.DictReader(file))


def numbers(*names: str) -> Any:
    return np.array([[float(row[name] or "nan") for name in names] for row in ROWS])


UNITS = np.array([row["unit"] for row in ROWS])
YEARS = np.array([int(row["year"]) for row in ROWS])


def fit(**options: Any) -> Any:
    return mediation(
        numbers("y")[:, 0],
        numbers("x")[:, 0],
        numbers("m1", "m2"),
        numbers(*CONTROLS),
        UNITS,
        YEARS,
        treatment_name="x",
        mediator_names=("m1", "m2"),
        control_names=CONTROLS,
        **({"draws": 0} | options),
    )


def test_equations_and_product_tests() -> None:
    result = fit()
    # Three rows lack m2, one lacks m1; the unit that was seen once is a singleton.
    assert result.n_missing == (1, 3)
    assert result.is_in_sample.sum() == result.total.n_obs == EXPECTED["m1"]["n"]
    assert result.total.singleton_units == ("u15",)
    for path in result.paths:
        expected = EXPECTED[path.mediator]
        assert path.mediator_equation.n_obs == path.outcome_equation.n_obs == result.total.n_obs
        found = {
            "c": result.total_effect,
            "se_c": result.total.std_errors[0],
            "a": path.a,
            "se_a": path.a_std_error,
            "b": path.b,
            "se_b": path.b_std_error,
            "direct": path.direct,
            "se_direct": path.outcome_equation.std_errors[0],
        }
        for name in ("sobel", "aroian", "goodman"):
            test = getattr(path.tests, name)
            found |= {f"{name}_se": test.std_error, f"{name}_z": test.z_stat}
            found[f"{name}_p"] = test.p_value
        for key, value in found.items():
            assert value == pytest.approx(expected[key], rel=EXACT), key
        assert path.indirect == pytest.approx(result.total_effect - path.direct, rel=EXACT)


@pytest.mark.parametrize("key", list(EFFECTS))
def test_draws_equal_refits_row_by_row(key: str) -> None:
    """Units occur up to five times; in a third of the draws the control `reform` is constant."""
    complete = ~np.isnan(numbers("m1", "m2")).any(axis=1) & (UNITS != "u15")
    units = np.unique(UNITS[complete], return_inverse=True)[1]
    years = np.unique(YEARS[complete], return_inverse=True)[1]
    moments = block_moments(
        numbers("y", "x", "m1", "m2")[complete],
        numbers(*CONTROLS)[complete],
        fixed_effects(EFFECTS[key], units, years),
        units,
        int(units.max()) + 1,
    )
    weights = np.array([np.bincount(d, minlength=moments.n_blocks) for d in EXPECTED["drawn"]])
    assert (weights[:, 4] == 0).sum() > 10
    found = paths(moments, weights.astype(float))
    columns = [found.total]
    for j in range(2):
        columns += [found.a[:, j], found.b[:, j], found.direct[:, j]]
    np.testing.assert_allclose(np.column_stack(columns), EXPECTED["refits"][key], rtol=DRAWS)


def test_intervals() -> None:
    rows = np.array(EXPECTED["refits"]["two_way"])
    indirect = rows[:, 1] * rows[:, 2]
    estimate = EXPECTED["m1"]["a"] * EXPECTED["m1"]["b"]
    expected = EXPECTED["intervals"]
    np.testing.assert_allclose(
        percentile_interval(indirect, 0.9), expected["percentile"], rtol=EXACT
    )
    found = bias_corrected_interval(indirect, estimate, 0.9)
    np.testing.assert_allclose(found, expected["bias_corrected"], rtol=EXACT)
    assert np.isnan(bias_corrected_interval(indirect, 1e9, 0.9)).all()


def test_bootstrap_of_the_whole() -> None:
    """Every effect is summarised, mediators share the draws, and the note comes along."""
    seen: list[tuple[int, int]] = []
    result = fit(draws=1200, seed=3, progress=lambda done, n: seen.append((done, n)))
    assert seen[-1] == (1200, 1200)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert result.n_blocks == 15
    first, second = result.paths
    assert first.kind == "full"
    assert second.kind == "suppression"
    for path in result.paths:
        effects = {effect.effect: effect for effect in path.bootstrap}
        assert list(effects) == ["indirect", "direct", "total", "share"]
        assert effects["indirect"].estimate == path.indirect
        assert effects["share"].estimate == pytest.approx(path.indirect / result.total_effect)
        for effect in effects.values():
            assert effect.percentile[0] < effect.percentile[1]
    assert first.bootstrap[2] == second.bootstrap[2]
    assert "Jiang 2022" in result.note


def test_seed_decides_and_nothing_else() -> None:
    one, same, other = fit(draws=300, seed=1), fit(draws=300, seed=1), fit(draws=300, seed=2)
    generator = fit(draws=300, seed=np.random.default_rng(1))
    assert one.paths[0].bootstrap == same.paths[0].bootstrap == generator.paths[0].bootstrap
    assert one.paths[0].bootstrap != other.paths[0].bootstrap
