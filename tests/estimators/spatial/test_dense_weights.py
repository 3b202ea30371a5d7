"""Weights of many units of which most are not zero: decomposed with all elements, and each time once."""

from __future__ import annotations

import gc
import weakref
from dataclasses import fields
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

from nqpf_assets.estimators.spatial import eigenvalues as spectra
from nqpf_assets.estimators.spatial import factors, logdet, multipliers
from nqpf_assets.estimators.spatial.effects import spatial_effects
from nqpf_assets.estimators.spatial.model import spatial_panel
from nqpf_assets.estimators.spatial.weights import SpatialWeights, weights_from_matrix
from tests.estimators.spatial.spatial_panels import NAMES, draw

RHO = 0.37


def weights(*, is_mutual: bool, n: int = 40) -> SpatialWeights:
    """Of all units to all others along a line, falling with distance; alike in both directions or not."""
    matrix = np.random.default_rng(3).uniform(0.5, 1, size=(n, n))
    matrix = matrix + matrix.T if is_mutual else matrix
    away = np.abs(np.subtract.outer(np.arange(n), np.arange(n)))
    matrix = matrix * (away + np.eye(n)) ** -3.0 * (away > 0)
    return weights_from_matrix(matrix, range(n))


@pytest.fixture
def as_of_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few units count as many."""
    for module in (factors, logdet, multipliers):
        monkeypatch.setattr(module, "EIGENVALUES_UP_TO", 5)


@pytest.mark.parametrize("is_mutual", [True, False])
def test_a_dense_decomposition_is_that_of_numpy(as_of_many: None, is_mutual: bool) -> None:
    matrix = weights(is_mutual=is_mutual).matrix
    found = factors.factor(matrix, RHO)
    assert isinstance(found, factors.DenseLU)
    whole = np.eye(40) - RHO * matrix.toarray()
    right = np.random.default_rng(1).normal(size=(40, 3))
    assert_allclose(found.solve(right), np.linalg.solve(whole, right), rtol=1e-12)
    assert_allclose(found.log_abs_det(), np.linalg.slogdet(whole)[1], rtol=1e-12)
    assert factors.factor(matrix, RHO) is found
    assert factors.factor(matrix, RHO / 2) is not found
    another = weights(is_mutual=is_mutual).matrix
    assert factors.factor(another, RHO / 2) is not found
    kept = weakref.ref(factors.factor(another, RHO / 2))
    assert kept() is not None
    del another
    gc.collect()
    assert kept() is None


@pytest.mark.parametrize("is_mutual", [True, False])
def test_eigenvalues_are_found_once(monkeypatch: pytest.MonkeyPatch, is_mutual: bool) -> None:
    matrix = weights(is_mutual=is_mutual).matrix
    expected = np.linalg.eigvals(matrix.toarray())
    found = spectra.spectrum(matrix)
    assert found.are_exact is is_mutual
    assert_allclose(np.sort(found.values.real), np.sort(expected.real), atol=1e-12)
    monkeypatch.setattr(np.linalg, "eigvalsh", None)
    monkeypatch.setattr(np.linalg, "eigvals", None)
    assert spectra.eigenvalues(matrix) is found.values
    with pytest.raises(ValueError, match="read-only"):
        found.values[0] = 0
    with pytest.raises(TypeError):  # another matrix, though it is alike
        spectra.eigenvalues(matrix.copy())


@pytest.mark.parametrize("is_mutual", [True, False])
@pytest.mark.parametrize("inference", ["simulated", "delta"])
def test_a_model_and_its_effects_are_those_of_few_units(
    monkeypatch: pytest.MonkeyPatch, is_mutual: bool, inference: Any
) -> None:
    own = weights(is_mutual=is_mutual)
    given = draw(own, 12, np.random.default_rng(4), rho=RHO)

    def estimated() -> tuple[Any, Any]:
        model = spatial_panel(*given, own, names=NAMES)
        return model, spatial_effects(model, inference=inference, draws=200)

    few, of_few = estimated()
    for module in (factors, logdet, multipliers):
        monkeypatch.setattr(module, "EIGENVALUES_UP_TO", 5)
    many, of_many = estimated()
    assert_allclose(many.params, few.params, rtol=1e-8)
    assert_allclose(many.std_errors, few.std_errors, rtol=1e-8)
    for kind in ("direct", "indirect", "total"):
        one, other = getattr(of_few, kind), getattr(of_many, kind)
        for field in fields(one):
            number = getattr(one, field.name)
            if isinstance(number, np.ndarray) and number.dtype.kind == "f":
                assert_allclose(getattr(other, field.name), number, rtol=1e-6, err_msg=field.name)
