"""Spatial weights: what they are, and what is refused by name."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_array, random_array

from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.spatial import logdet
from nqpf_assets.estimators.spatial.distance import (
    economic_weights,
    great_circle_km,
    inverse_distance_weights,
    mixed_weights,
    nested_weights,
    product_weights,
)
from nqpf_assets.estimators.spatial.logdet import log_determinant, traces
from nqpf_assets.estimators.spatial.weights import (
    contiguity_weights,
    restrict_weights,
    weights_from_matrix,
)

UNITS = ("Guangdong", "Guangxi", "Hunan", "Hainan")
PAIRS = [("Guangdong", "Guangxi"), ("Guangxi", "Hunan"), ("Hunan", "Guangdong")]
PLACES = ([113.3, 108.3, 113.0, 110.3], [23.1, 22.8, 28.2, 20.0])


def test_contiguity_reports_islands_and_joins_them() -> None:
    plain = contiguity_weights(UNITS, PAIRS)
    assert plain.islands == ("Hainan",)
    assert not plain.has_unit_row_sums
    joined = contiguity_weights(UNITS, PAIRS, joins=[("Hainan", "Guangdong")])
    assert joined.islands == ()
    assert joined.joins == (("Hainan", "Guangdong"),)
    assert joined.has_unit_row_sums
    expected = [[0, 1 / 3, 1 / 3, 1 / 3], [0.5, 0, 0.5, 0], [0.5, 0.5, 0, 0], [1, 0, 0, 0]]
    np.testing.assert_allclose(joined.matrix.toarray(), expected, rtol=1e-15)


def test_spectral_standardisation_keeps_symmetry() -> None:
    made = contiguity_weights(UNITS, PAIRS, standardization="spectral").matrix.toarray()
    np.testing.assert_allclose(made, made.T)
    assert np.abs(np.linalg.eigvals(made)).max() == pytest.approx(1)


@pytest.mark.parametrize("how", ["row", "spectral"])
def test_cutting_and_standardising_commute(how: Any) -> None:
    rng = np.random.default_rng(2)
    raw = rng.uniform(size=(7, 7)) * (rng.uniform(size=(7, 7)) > 0.4)
    np.fill_diagonal(raw, 0)
    raw[0, 1] = raw[1, 0] = raw[2, 1] = 1
    some = [5, 0, 2, 1]
    cut_last = restrict_weights(weights_from_matrix(raw, range(7), standardization=how), some)
    cut_first = weights_from_matrix(raw[np.ix_(some, some)], some, standardization=how)
    np.testing.assert_allclose(
        cut_last.matrix.toarray(), cut_first.matrix.toarray(), rtol=1e-12, atol=1e-15
    )


def test_distance_weights() -> None:
    km = great_circle_km(*PLACES)
    raw = inverse_distance_weights(UNITS, *PLACES, power=2, standardization="none")
    assert raw.matrix[0, 2] == pytest.approx(km[0, 2] ** -2)
    cut = inverse_distance_weights(UNITS, *PLACES, cutoff_km=600)
    assert (cut.matrix.toarray() > 0).sum() == ((km > 0) & (km <= 600)).sum()
    assert cut.kind == "inverse distance, up to 600 km"


def test_combinations() -> None:
    near = inverse_distance_weights(UNITS, *PLACES)
    alike = economic_weights(UNITS, [9.0, 4.5, 6.0, 5.5])
    a, b = near.matrix.toarray(), alike.matrix.toarray()
    product = a * b
    expected = product / product.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(product_weights(near, alike).matrix.toarray(), expected)
    shuffled = restrict_weights(alike, UNITS[::-1])
    np.testing.assert_allclose(
        mixed_weights(near, shuffled, share=0.25).matrix.toarray(), 0.25 * a + 0.75 * b
    )
    nested = nested_weights(near, UNITS[::-1], [5.5, 6.0, 4.5, 9.0]).matrix.toarray()
    by_size = a * [9.0, 4.5, 6.0, 5.5]
    np.testing.assert_allclose(nested, by_size / by_size.sum(axis=1, keepdims=True))


def weights(matrix: Any, units: Any = ("a", "b", "c"), **options: Any) -> Any:
    return weights_from_matrix(np.array(matrix, dtype=float), units, **options)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: weights([[0, 1], [1, 0]], None), "has no keys: declare which unit each row"),
        (lambda: weights([[0, 1], [1, 0]]), "3 units for a weights matrix of shape"),
        (lambda: weights(np.zeros((3, 3))), "all 3 units are islands"),
        (lambda: weights([[0, 1, 0], [1, 0, 0], [0, 1, 2]]), "on the diagonal.*: c"),
        (lambda: weights([[0, 1, 0], [1, 0, -1], [0, 1, 0]]), "negative weights of b"),
        (lambda: weights([[0, 1, 0], [1, 0, np.nan], [0, 1, 0]]), "missing or infinite"),
        (lambda: weights(np.ones((3, 3)), ("a", "b", "a")), "more than once in the weights: a"),
        (lambda: weights(np.eye(3)[::-1], standardization="rows"), "standardization is one of"),
        (
            lambda: weights([[0, 1, 0], [0, 0, 1], [0, 0, 0]], standardization="spectral"),
            "no chain of neighbours leads back",
        ),
        (lambda: contiguity_weights(UNITS, [("Hunan", "Hubei")]), "not there: Hubei"),
        (lambda: contiguity_weights(UNITS, [("Hunan", "Hunan")]), "own neighbour: Hunan"),
        (lambda: contiguity_weights(UNITS, []), "all 4 units are islands"),
        (lambda: economic_weights(UNITS, [1, 2, 1, 3]), "Guangdong and Hunan have the same value"),
        (lambda: economic_weights(UNITS, [1, 2, 3]), "4 units for 3"),
        (lambda: inverse_distance_weights(UNITS, *PLACES[::-1]), "exchanged"),
        (lambda: inverse_distance_weights(UNITS, *PLACES, power=0), "above zero"),
        (lambda: inverse_distance_weights(UNITS, *PLACES, cutoff_km=10), "all 4 units are islands"),
        (
            lambda: inverse_distance_weights(("a", "b"), [1, 1], [2, 2]),
            "a and b lie at the same place",
        ),
        (
            lambda: restrict_weights(contiguity_weights(UNITS, PAIRS), ["Hunan", "Hubei"]),
            "do not cover the sample: 1 of 2 units is missing: Hubei",
        ),
        (
            lambda: restrict_weights(weights(1 - np.eye(3), (11, 12, 13)), ["11", "12"]),
            "they are str in the sample and int in the weights",
        ),
        (
            lambda: product_weights(contiguity_weights(UNITS, PAIRS), weights(1 - np.eye(3))),
            "not about the same units",
        ),
        (
            lambda: nested_weights(contiguity_weights(UNITS, PAIRS), UNITS, [1, 2, -3, 4]),
            "one positive number per unit",
        ),
    ],
)
def test_refused(make: Any, message: str) -> None:
    with pytest.raises(EstimationError, match=message):
        make()


def test_log_determinant_and_traces() -> None:
    """Directed weights, with complex eigenvalues, against dense determinants and inverses."""
    rng = np.random.default_rng(8)
    dense = rng.uniform(size=(9, 9)) * (rng.uniform(size=(9, 9)) > 0.6)
    np.fill_diagonal(dense, 0)
    matrix = csr_array(dense / dense.sum(axis=1, keepdims=True).clip(1e-9))
    assert np.abs(np.linalg.eigvals(matrix.toarray()).imag).max() > 0.1
    by_lu, by_eigenvalues = log_determinant(matrix, "lu"), log_determinant(matrix, "eigenvalues")
    for rho in (-0.7, 0.0, 0.2, 0.95):
        a = np.eye(9) - rho * matrix.toarray()
        g = matrix.toarray() @ np.linalg.inv(a)
        for found in (by_lu, by_eigenvalues):
            assert found.value(rho) == pytest.approx(np.linalg.slogdet(a)[1], rel=1e-12)
            assert found.slope(rho) == pytest.approx(-np.trace(g), rel=1e-11)
        t = traces(matrix, rho)
        expected = [np.trace(g), np.trace(g @ g), np.trace(g.T @ g)]
        np.testing.assert_allclose([t.g, t.gg, t.g_g], expected, rtol=1e-11)
        np.testing.assert_allclose(t.row_sums, g.sum(axis=1), rtol=1e-11)
        np.testing.assert_allclose(t.column_sums, g.sum(axis=0), rtol=1e-11)


@pytest.mark.slow
def test_large_sparse_weights_take_lu() -> None:
    rng = np.random.default_rng(3)
    raw = random_array((1000, 1000), density=0.004, rng=rng).toarray()
    raw = raw + raw.T
    np.fill_diagonal(raw, 0)
    sums = raw.sum(axis=1)
    found = log_determinant(weights_from_matrix(raw, range(1000)).matrix)
    assert found.method == "lu"
    # Rows divided by their sums have the eigenvalues of a symmetric matrix.
    eigenvalues = np.linalg.eigvalsh(raw / np.sqrt(np.outer(sums, sums)))
    assert found.upper == pytest.approx(1, rel=1e-9)
    assert found.lower == pytest.approx(1 / eigenvalues.min(), rel=1e-9)
    assert found.value(0.6) == pytest.approx(np.log(1 - 0.6 * eigenvalues).sum(), rel=1e-11)


def test_traces_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    weights = contiguity_weights(range(11), [(k, k + 1) for k in range(10)] + [(0, 4)])
    whole = traces(weights.matrix, 0.4)
    monkeypatch.setattr(logdet, "DENSE_UP_TO", 0)
    monkeypatch.setattr(logdet, "BLOCK", 4)
    parts = traces(weights.matrix, 0.4)
    for name in ("g", "gg", "g_g", "row_sums", "column_sums"):
        np.testing.assert_allclose(getattr(parts, name), getattr(whole, name), rtol=1e-12)
