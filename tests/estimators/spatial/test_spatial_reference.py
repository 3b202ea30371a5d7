"""Spatial panel models against PySAL on a committed panel of 12 units in 6 years.

The reference is made by tests/reference/make_spatial.py: spreg on all rows at once with a dummy
for every unit and period, which is the exact likelihood. spreg maximises by golden section, which
finds ρ to the square root of the rounding of the likelihood, some 3e-8; everything that depends on ρ
has ten times that as tolerance, with the likelihood itself (flat there) and tests without ρ at 1e-10.
"""

from __future__ import annotations

from math import comb
from typing import Any

import numpy as np
import pytest

from nqpf_assets.estimators.spatial.effects import spatial_effects
from nqpf_assets.estimators.spatial.lm import lm_tests
from nqpf_assets.estimators.spatial.local_moran import local_morans_i
from nqpf_assets.estimators.spatial.model import spatial_panel
from nqpf_assets.estimators.spatial.moran import gearys_c, morans_i
from nqpf_assets.estimators.spatial.random_effects import spatial_random_effects
from tests.estimators.spatial.spatial_panels import (
    EXPECTED,
    NAMES,
    committed_panel,
    committed_weights,
)

SEARCHED = 3e-7
EXACT = 1e-10
ALTERNATED = 1e-5  # spreg alternates between φ and ρ until φ moves by less than 1e-7
PANEL = committed_panel()
MODELS = [key for key in EXPECTED if key[:3] in ("sar", "sem", "sdm")]


def parts(key: str) -> tuple[str, tuple[str, ...], Any]:
    model, effects, weights = key.split(", ")
    return model, () if effects == "none" else tuple(effects.split()), committed_weights(weights)


@pytest.mark.parametrize("logdet", ["eigenvalues", "lu"])
@pytest.mark.parametrize("key", MODELS)
def test_exact_likelihood(key: str, logdet: Any) -> None:
    name, effects, weights = parts(key)
    model: Any = spatial_panel(
        *PANEL, weights, names=NAMES, model=name, effects=effects, lee_yu="none", logdet=logdet
    )
    expected = EXPECTED[key]
    np.testing.assert_allclose(model.params, expected["params"], rtol=SEARCHED, atol=SEARCHED)
    np.testing.assert_allclose(model.std_errors, expected["std_errors"], rtol=SEARCHED)
    assert model.parameter.estimate == pytest.approx(expected["parameter"], abs=SEARCHED)
    assert model.parameter.std_error == pytest.approx(expected["parameter_se"], rel=SEARCHED)
    assert model.sigma2 == pytest.approx(expected["sigma2"], rel=SEARCHED)
    assert model.log_likelihood == pytest.approx(expected["log_likelihood"], rel=EXACT)


@pytest.mark.parametrize("key", [key for key in MODELS if key.startswith("sdm")])
def test_effects(key: str) -> None:
    name, effects, weights = parts(key)
    model: Any = spatial_panel(
        *PANEL, weights, names=NAMES, model=name, effects=effects, lee_yu="none"
    )
    found = spatial_effects(model, inference="delta")
    for k, regressor in enumerate(NAMES):
        values = [getattr(found, kind).estimates[k] for kind in ("direct", "indirect", "total")]
        expected = EXPECTED[key][f"effects_{regressor}"]
        np.testing.assert_allclose(values, expected, rtol=10 * SEARCHED)


@pytest.mark.parametrize("key", [key for key in EXPECTED if key.startswith("lm")])
def test_lm(key: str) -> None:
    _, effects, weights = parts(key)
    found = lm_tests(*PANEL, weights, names=NAMES, effects=effects, lee_yu="none")
    kinds = ("lag", "error", "robust_lag", "robust_error")
    np.testing.assert_allclose(
        [getattr(found, kind).statistic for kind in kinds], EXPECTED[key], rtol=EXACT
    )


@pytest.mark.parametrize(("key", "model"), [("lag", "sar"), ("error", "sem")])
def test_panel_functions_of_spreg(key: str, model: Any) -> None:
    found: Any = spatial_panel(
        *PANEL, committed_weights("row"), names=NAMES, model=model, effects=("unit",), lee_yu="none"
    )
    expected = EXPECTED["panel"][key]
    betas = [*found.params, found.parameter.estimate]
    np.testing.assert_allclose(betas, expected["betas"], rtol=SEARCHED)
    errors = [*found.std_errors, found.parameter.std_error]
    np.testing.assert_allclose(errors, expected["std_errors"], rtol=SEARCHED)
    assert found.sigma2 == pytest.approx(expected["sigma2"], rel=SEARCHED)


def test_random_effects() -> None:
    found = spatial_random_effects(*PANEL, committed_weights("row"), names=NAMES, model="sar")
    _, *betas = EXPECTED["panel"]["random_lag"]["betas"]
    np.testing.assert_allclose([*found.params, found.rho, found.phi], betas, rtol=ALTERNATED)


def test_autocorrelation() -> None:
    y, _, unit, period = PANEL
    rows, weights, expected = period == 2015, committed_weights("row"), EXPECTED["moran"]
    moran = morans_i(y[rows], unit[rows], weights, permutations=0)
    assert moran.statistic == pytest.approx(expected["I"], rel=EXACT)
    assert moran.variance_normal == pytest.approx(expected["variance_normal"], rel=EXACT)
    assert moran.variance_randomization == pytest.approx(
        expected["variance_randomization"], rel=EXACT
    )
    assert gearys_c(y[rows], unit[rows], weights) == pytest.approx(expected["geary"], rel=EXACT)


def test_local_autocorrelation() -> None:
    y, _, unit, period = PANEL
    rows, expected = period == 2015, EXPECTED["moran"]
    local = local_morans_i(y[rows], unit[rows], committed_weights("row"), permutations=9999)
    # esda divides by N − 1 where Anselin has N.
    np.testing.assert_allclose(local.statistics * 11 / 12, expected["local"], rtol=EXACT)
    number = {"HH": 1, "LH": 2, "LL": 3, "HL": 4}
    assert [number[quadrant or ""] for quadrant in local.quadrants] == expected["quadrants"]
    # Two sides here, one in esda: √(.25/9999) = .005 is the error of one, .028 four of their
    # difference. In the lower tail esda leaves out draws equal to the observed one: one in as many
    # as there are sets of neighbours.
    counts = np.diff(committed_weights("row").matrix.indptr)[::-1]
    ties = np.array([1 / comb(11, int(count)) for count in counts])
    gap = np.abs(local.p_values / 2 - expected["local_p"])
    assert (gap < 0.028 + ties).all()
