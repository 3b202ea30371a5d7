"""Indices of more rows than a block are those of the formula over all rows at once."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from nqpf_assets.indices.dimensions import dimension_scores
from nqpf_assets.indices.entropy import entropy_index
from nqpf_assets.indices.errors import IndicatorError
from nqpf_assets.indices.row_blocks import row_blocks

NAMES = ("a", "b", "c")
ROWS = 9_001


@pytest.mark.parametrize("shift", [1e-4, "limit"])
def test_entropy_over_many_blocks(shift):
    """Block by block sums are rounded otherwise: 1e-10, for divergences lose three digits."""
    x = np.random.default_rng(2).lognormal(size=(ROWS, 3))
    index = entropy_index(x, (1, -1, 1), names=NAMES, shift=shift)
    low, high = x.min(axis=0), x.max(axis=0)
    z = np.where([True, False, True], x - low, high - x) / (high - low)
    z = z + (0 if shift == "limit" else shift)
    p = z / z.sum(axis=0)
    p_ln_p = np.where(p > 0, p * np.log(np.where(p > 0, p, 1)), 0)
    divergence = 1 + p_ln_p.sum(axis=0) / np.log(ROWS)
    weights = divergence / divergence.sum()
    assert_allclose(index.weights, weights, rtol=1e-10)
    assert_allclose(index.scores, z @ weights, rtol=1e-10)
    parts = dimension_scores(index, ("one", "two", "one"))
    assert_allclose(parts.scores[:, 0], z[:, [0, 2]] @ weights[[0, 2]], rtol=1e-10)
    assert_allclose(parts.scores.sum(axis=1), index.scores, rtol=1e-10)


def test_unusable_values_are_counted_in_all_blocks():
    x = np.random.default_rng(2).lognormal(size=(ROWS, 3))
    x[[0, 5_000, 9_000], 1] = np.nan
    with pytest.raises(IndicatorError, match=r"b \(3\)"):
        entropy_index(x, (1, 1, 1), names=NAMES)


@pytest.mark.parametrize("n", [0, 1, 4_096, 4_097, ROWS])
def test_blocks_cover_every_row_once(n):
    covered = [row for rows in row_blocks(n) for row in range(n)[rows]]
    assert covered == list(range(n))
