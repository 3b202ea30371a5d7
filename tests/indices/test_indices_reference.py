"""Indices of simulated indicators against plain loops, exact fractions and statsmodels.

The reference is made by tests/reference/make_indices.py. Tolerance 1e-10 relative: 60 rows of
well-conditioned arithmetic leave 1e-13 to rounding; regressions behind the partial
correlations leave a little more.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from nqpf_assets.indices.education_gini import education_gini
from nqpf_assets.indices.entropy import entropy_index
from nqpf_assets.indices.principal_components import principal_components

RTOL = 1e-10
FOLDER = Path(__file__).parent / "reference"
EXPECTED = json.loads((FOLDER / "indices.json").read_text(encoding="utf-8"))
NAMES = ("roads", "schools", "smoke", "phones", "beds")
DIRECTIONS = (1, 1, -1, 1, 1)
with (FOLDER / "indices.csv").open(encoding="utf-8", newline="") as file:
    ROWS = list(csv.DictReader(file))
VALUES = np.array([[float(row[name]) for name in NAMES] for row in ROWS])


@pytest.mark.parametrize(("label", "shift"), [("shift", 1e-4), ("limit", "limit")])
def test_entropy_weights(label: str, shift: float) -> None:
    index = entropy_index(VALUES, DIRECTIONS, names=NAMES, shift=shift)
    np.testing.assert_allclose(index.entropy, EXPECTED[label]["entropy"], rtol=RTOL)
    np.testing.assert_allclose(index.weights, EXPECTED[label]["weights"], rtol=RTOL)
    np.testing.assert_allclose(index.scores, EXPECTED[label]["scores"], rtol=RTOL)


def test_weights_by_year() -> None:
    years = [row["year"] for row in ROWS]
    index = entropy_index(VALUES, DIRECTIONS, names=NAMES, groups=years)
    assert index.groups == ("2019", "2020", "2021")
    np.testing.assert_allclose(index.weights, EXPECTED["weights_by_year"], rtol=RTOL)


def test_components() -> None:
    expected = EXPECTED["components"]
    index = principal_components(VALUES, names=NAMES)
    np.testing.assert_allclose(index.eigenvalues, expected["eigenvalues"], rtol=RTOL)
    np.testing.assert_allclose(np.abs(index.loadings), expected["absolute_loadings"], rtol=1e-8)
    found = index.adequacy
    assert found.kmo == pytest.approx(expected["kmo"], rel=RTOL)
    np.testing.assert_allclose(found.kmo_per_indicator, expected["kmo_per_indicator"], rtol=RTOL)
    assert found.bartlett_chi2 == pytest.approx(expected["bartlett_chi2"], rel=RTOL)
    assert found.bartlett_p == pytest.approx(expected["bartlett_p"], rel=1e-8)


def test_education_gini() -> None:
    expected = EXPECTED["education"]
    counts = np.array(expected["counts"])
    shares = counts / counts.sum(axis=1, keepdims=True)
    result = education_gini(shares, expected["years"])
    np.testing.assert_allclose(result.gini, expected["gini"], rtol=RTOL, atol=1e-15)
