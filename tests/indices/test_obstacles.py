"""Obstacle degrees against numbers by hand, and places against SciPy's and against counting."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import spearmanr

from nqpf_assets.indices.obstacles import obstacle_degrees
from nqpf_assets.indices.rank_stability import rank_stability

EXACT = 1e-12


def test_degrees_by_hand() -> None:
    z = np.array([[1.0, 0.0], [0.5, 1.0], [0.0, 0.2]])
    found = obstacle_degrees(z, np.array([0.25, 0.75]))
    # Row 1: nothing lacks of the first. Row 3: 0.25 × 1 of 0.25 × 1 + 0.75 × 0.8 = 0.85.
    expected = [[0, 1], [1, 0], [0.25 / 0.85, 0.6 / 0.85]]
    assert found == pytest.approx(np.array(expected), abs=EXACT)


def test_what_is_added_before_a_logarithm_falls_out() -> None:
    z, weights = np.random.default_rng(1).random((20, 4)), np.array([0.1, 0.2, 0.3, 0.4])
    z[0], z[1] = 0, 1
    shifted = obstacle_degrees(z + 0.01, weights)
    assert np.nan_to_num(shifted) == pytest.approx(
        np.nan_to_num(obstacle_degrees(z, weights)), abs=1e-10
    )
    by_hand = weights * (1 - z[2:])
    by_hand /= by_hand.sum(axis=1)[:, None]
    assert shifted[2:] == pytest.approx(by_hand, abs=1e-10)


def test_what_is_best_in_all_has_no_obstacle() -> None:
    found = obstacle_degrees(np.array([[1.0, 1.0], [0.0, 0.0]]), np.array([[0.5, 0.5], [0.9, 0.1]]))
    assert np.isnan(found[0]).all()
    assert found[1] == pytest.approx([0.9, 0.1])


def test_places_are_those_of_a_year_and_ties_share_the_best() -> None:
    periods = np.array([1, 1, 1, 1, 2, 2, 2])
    scores = np.array([0.3, 0.9, 0.3, 0.1, 0.2, 0.4, 0.6])
    others = np.array([0.3, 0.2, 0.5, 0.1, 0.6, 0.4, 0.2])
    found = rank_stability(scores, others, periods)
    assert found.ranks.tolist() == [2, 1, 2, 4, 3, 2, 1]
    assert found.others.tolist() == [2, 3, 1, 4, 1, 2, 3]
    assert found.changes.tolist() == [0, 2, -1, 0, -2, 0, 2]
    assert found.spearman[0] == pytest.approx(spearmanr(scores[:4], others[:4]).statistic)
    assert found.spearman[1] == -1


def test_drawn_places_are_counted_and_correlated_as_scipy_does() -> None:
    draw = np.random.default_rng(3)
    periods = np.repeat([2001, 2002, 2003], 40)
    scores, others = draw.integers(0, 25, (2, 120)).astype(float)
    found = rank_stability(scores, others, periods)
    counted = [
        1 + sum(b > a for b, q in zip(scores, periods, strict=True) if q == p)
        for a, p in zip(scores, periods, strict=True)
    ]
    assert found.ranks.tolist() == counted
    for at, year in enumerate(found.years):
        rows = periods == year
        assert found.spearman[at] == pytest.approx(
            spearmanr(scores[rows], others[rows]).statistic, abs=EXACT
        )


def test_equal_scores_have_no_correlation() -> None:
    found = rank_stability(np.ones(3), np.arange(3.0), np.full(3, 2000))
    assert np.isnan(found.spearman).all()
