"""Panels and options from which no spatial model can be estimated, and how that is said."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.spatial.comparison import lr_test, wald_test_sar, wald_test_sem
from nqpf_assets.estimators.spatial.effects import derivative_matrix, spatial_effects
from nqpf_assets.estimators.spatial.hausman import spatial_hausman
from nqpf_assets.estimators.spatial.lm import lm_tests
from nqpf_assets.estimators.spatial.local_moran import local_morans_i
from nqpf_assets.estimators.spatial.model import spatial_panel
from nqpf_assets.estimators.spatial.moran import morans_i, morans_i_by_period
from nqpf_assets.estimators.spatial.random_effects import spatial_random_effects
from nqpf_assets.estimators.spatial.weights import contiguity_weights, weights_from_matrix
from nqpf_assets.estimators.spatial.windows import effects_by_window
from tests.estimators.spatial.spatial_panels import NAMES, draw, ring

WEIGHTS = ring(9, 4, seed=1)
PANEL = draw(WEIGHTS, 5, np.random.default_rng(4), rho=0.3)


def fit(args: Any = PANEL, weights: Any = WEIGHTS, **options: Any) -> Any:
    return spatial_panel(*args, weights, **({"names": NAMES} | options))


def rows(keep: Any) -> tuple[Any, ...]:
    return tuple(part[keep] for part in PANEL)


def refused(message: str) -> Any:
    return pytest.raises(EstimationError, match=message)


def test_weights_without_keys() -> None:
    with refused(r"weights need their units.*found ndarray"):
        fit(weights=WEIGHTS.matrix.toarray())


def test_weights_that_do_not_cover_the_sample() -> None:
    weights = contiguity_weights(range(7), [(k, k + 1) for k in range(6)])
    with refused("do not cover the sample: 2 of 9 units are missing: 7, 8"):
        fit(weights=weights)


def test_more_weights_than_units_are_cut() -> None:
    keep = PANEL[2] < 8
    found = fit(rows(keep))
    dense = WEIGHTS.matrix.toarray()[:8, :8]
    cut = weights_from_matrix(dense, range(8))
    assert found.params == pytest.approx(fit(rows(keep), cut).params, rel=1e-12)
    assert found.weights.units == tuple(range(8))


def test_unbalanced() -> None:
    keep = ~((PANEL[2] == 3) & (PANEL[3] == 2))
    with refused("every unit in every period.*there is no row for 3 in 2"):
        fit(rows(keep))


def test_duplicate_rows() -> None:
    again = np.append(np.arange(len(PANEL[0])), 0)
    with refused("unit 0 occurs more than once in period 0"):
        fit(rows(again))


def test_one_period() -> None:
    only = rows(PANEL[3] == 2)
    with refused("unit effects need two or more periods; the sample has only 2"):
        fit(only)
    assert fit(only, model="sar", effects=()).n_periods == 1


def test_two_units() -> None:
    weights = contiguity_weights(range(2), [(0, 1)])
    with refused("three or more units; found 2"):
        fit(rows(PANEL[2] < 2), weights)


def test_islands_and_the_transformation() -> None:
    weights = contiguity_weights(range(9), [(k, k + 1) for k in range(7)])
    with refused("rows add up to one .units without neighbours: 8.; give these neighbours"):
        fit(weights=weights)
    assert fit(weights=weights, lee_yu="bias_correction").weights.islands == (8,)
    assert fit(weights=weights, effects=("unit",)).n_maps == 4
    assert fit(weights=weights, model="slx").weights.islands == (8,)
    spectral = contiguity_weights(
        range(9), [(k, k + 1) for k in range(8)], standardization="spectral"
    )
    with refused("not row-standardised.; standardise by rows"):
        fit(weights=spectral)


def test_directed_weights_without_a_way_back() -> None:
    weights = weights_from_matrix(np.triu(np.ones((9, 9)), 1), range(9))
    with refused("do not bound the spatial parameter"):
        fit(weights=weights, lee_yu="none")
    assert fit(weights=weights, model="slx", lee_yu="none").parameter is None


def test_absorbed_and_collinear_lags_are_named() -> None:
    y, x, u, t = PANEL
    common = np.column_stack([x, np.linspace(0, 1, 5)[t] ** 2, x[:, 0] * 2 + 1])
    found = fit((y, common, u, t), names=("x1", "x2", "world", "double"), effects=("unit",))
    reasons = {dropped.name: dropped.reason for dropped in found.dropped}
    # What all units share is its own spatial lag where rows add up to one.
    assert reasons["W*world"] == "collinear with world"
    assert reasons["double"] == "collinear with x1"
    assert reasons["W*double"] == "double itself was dropped"
    assert found.names == ("x1", "x2", "world", "W*x1", "W*x2")
    assert found.lagged == ("x1", "x2")
    both = fit((y, common, u, t), names=("x1", "x2", "world", "double"))
    assert {d.name: d.reason for d in both.dropped}[
        "world"
    ] == "absorbed by the effects or constant"


def test_no_regressor_left() -> None:
    y, _, u, t = PANEL
    with refused("no regressor is left .trend: absorbed"):
        fit((y, t[:, None], u, t), names=("trend",))


def test_constant_outcome_and_exact_fit() -> None:
    _, x, u, t = PANEL
    with refused("outcome does not vary"):
        fit((1.0 * u + t, x, u, t))
    with refused("reproduce the outcome exactly"):
        fit((x @ [1.0, 2.0] + u, x, u, t), model="sar")
    with refused("reproduce the outcome exactly"):
        fit((x @ [1.0, 2.0] + u, x, u, t), model="sem")


def test_too_few_rows() -> None:
    y, _, u, t = rows(PANEL[3] < 2)
    rng = np.random.default_rng(0)
    many = rng.normal(size=(len(y), 7))
    with refused("18 rows for 10 effects and 7 coefficients"):
        fit((y, many, u, t), names=list("abcdefg"), model="sar")


def test_rho_at_its_bound() -> None:
    """The map of a common factor with unequal loads: its errors do not leave ρ inside."""
    rng = np.random.default_rng(0)
    pairs = ring(9, 0, seed=0)
    blocks = contiguity_weights(
        range(9), [(a, b) for a in range(9) for b in range(a) if a // 3 == b // 3]
    )
    levels = rng.normal(size=(6, 3))[:, np.arange(9) // 3]
    y = (levels + 1e-9 * rng.normal(size=(6, 9))).ravel()
    x = rng.normal(size=(54, 1))
    u, t = np.tile(np.arange(9), 6), np.repeat(np.arange(6), 9)
    found = spatial_panel(y, x, u, t, blocks, names=("x",), model="sar").parameter
    assert found is not None
    assert found.is_at_bound
    assert np.isnan([found.std_error, found.z_stat]).all()
    assert (found.estimate, found.conf_high) == pytest.approx((1, 1), abs=1e-8)
    assert np.isfinite([found.conf_low, found.p_value]).all()
    assert spatial_panel(y, x, u, t, pairs, names=("x",), model="sar").rho < 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"model": "sac"}, "model is one of sdm, sar, sem, slx; found 'sac'"),
        ({"model": "sar", "lagged": ("x1",)}, "leave lagged out"),
        ({"lagged": ()}, "use 'sar'"),
        ({"lagged": ("x3",)}, "not in the model: x3"),
        ({"effects": ("time",)}, "effects are 'unit', 'period' or both"),
        ({"lee_yu": "yes"}, "lee_yu is one of"),
        ({"transform": "within"}, "transform is one of"),
        ({"information": "hessian"}, "information is one of"),
        ({"vcov": "newey_west"}, "vcov is one of"),
        ({"logdet": "grid"}, "logdet is 'auto', 'eigenvalues' or 'lu'"),
        ({"confidence_level": 95}, "between 0 and 1"),
    ],
)
def test_options(options: Any, message: str) -> None:
    with refused(message):
        fit(**options)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: spatial_effects(fit(), inference="bootstrap"), "inference is"),
        (lambda: spatial_effects(fit(), draws=10), "100 or more draws; found 10"),
        (lambda: derivative_matrix(fit(), "x9"), "x9 is not a regressor"),
        (lambda: lr_test(fit(), fit(effects=("unit",), model="sar")), "differ in effects"),
        (lambda: lr_test(fit(model="sar"), fit(model="sem")), "compares 'sdm' with"),
        (lambda: lr_test(fit(), fit(model="sar", lee_yu="none")), "use one lee_yu"),
        (lambda: lr_test(fit(), fit(weights=ring(9, 2, 2), model="sar")), "different weights"),
        (lambda: lr_test(fit(lagged=("x1",)), fit(model="sem")), "without a lag: x2"),
        (lambda: wald_test_sar(fit(model="sar")), "starts from the 'sdm' model"),
        (lambda: wald_test_sem(fit(lagged=("x1",))), "without a lag: x2"),
        (lambda: lm_tests(*PANEL, WEIGHTS, names=NAMES, transform="no"), "transform is one of"),
        (
            lambda: spatial_random_effects(*PANEL, WEIGHTS, names=NAMES, model="sem"),
            "random effects are for 'sar' and 'sdm'",
        ),
        (
            lambda: spatial_hausman(*PANEL, WEIGHTS, names=NAMES, covariance="r"),
            "covariance is one of common, separate, splm",
        ),
        (lambda: effects_by_window(*PANEL, WEIGHTS, names=NAMES), "is 2 to 5 periods; found None"),
        (
            lambda: effects_by_window(*PANEL, WEIGHTS, names=NAMES, windows="halves", width=2),
            "halves have no width",
        ),
        (
            lambda: effects_by_window(*rows(PANEL[2] < 8), ring(7, 1, 1), names=NAMES, width=3),
            "window 0 to 2: the weights do not cover the sample",
        ),
        (lambda: morans_i([1, 2, 3], [0, 1, 2], WEIGHTS), "four or more units; found 3"),
        (lambda: morans_i([1, 2, 3, 4], [0, 1, 2, 2], WEIGHTS), "unit 2 occurs more than once"),
        (lambda: morans_i([1, 1, 1, 1], [0, 1, 2, 3], WEIGHTS), "do not vary between units"),
        (lambda: morans_i([1, np.nan, 1, 1], [0, 1, 2, 3], WEIGHTS), "missing or infinite in 1"),
        (
            lambda: morans_i([1, 2, 3, 5], [0, 1, 2, 3], WEIGHTS, alternative="up"),
            "alternative is one of",
        ),
        (
            lambda: morans_i_by_period([1, 2, 3, 4], [0, 1, 2, 3], [7, 7, 7, 8], WEIGHTS),
            "period 7: spatial correlation needs four",
        ),
        (
            lambda: local_morans_i([1, 2, 3, 5], [0, 1, 2, 3], WEIGHTS, permutations=0),
            "one or more",
        ),
    ],
)
def test_calls(call: Any, message: str) -> None:
    with refused(message):
        call()
