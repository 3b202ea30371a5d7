"""Indicators found for a score have that score, whatever the score is."""

from __future__ import annotations

import numpy as np
import pytest

from nqpf_assets.indices.entropy import entropy_index
from sample.goals import constant, reach
from sample.inversion import NoIndicatorsError, entropy_indicators, first_fitting
from sample.paths import cosines, least_squares, paths, two_way
from sample.spillovers import weights


@pytest.mark.parametrize("j", [2, 5, 20])
@pytest.mark.parametrize("seed", range(4))
def test_entropy_score_of_the_indicators_is_the_target(j: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    target = rng.uniform(0.15, 0.75, 120)
    z = first_fitting(target, lambda: np.exp(0.3 * rng.standard_normal((120, j))))
    index = entropy_index(z, [1] * j, names=[str(k) for k in range(j)])
    assert index.scores == pytest.approx(target, abs=1e-9)
    assert (z.min(axis=0) == 0).all()
    assert (z.max(axis=0) == 1).all()


def test_a_score_above_one_has_no_indicators() -> None:
    with pytest.raises(NoIndicatorsError):
        entropy_indicators(np.linspace(0.2, 1.4, 50), np.ones((50, 3)), iterations=50)


def test_paths_have_no_mean_and_unit_spread() -> None:
    waves = cosines(11)
    assert waves @ waves.T == pytest.approx(np.eye(10), abs=1e-12)
    drawn = paths(np.random.default_rng(1), (4000, 11), (1, 0.5))
    assert drawn.mean(axis=1) == pytest.approx(np.zeros(4000), abs=1e-12)
    assert drawn.std() == pytest.approx(1, abs=0.03)


def test_goals_are_reached_together() -> None:
    rng = np.random.default_rng(2)
    x, z = rng.standard_normal((2, 12, 5))

    def found(y: np.ndarray) -> np.ndarray:
        return np.array([least_squares(y, x)[0], least_squares(y, x, z)[0], constant(y, x)])

    outcome = reach(rng.standard_normal((12, 5)), (x, z, np.ones((12, 5))), found, (0.4, 0.1, 2.0))
    assert found(outcome) == pytest.approx([0.4, 0.1, 2.0], abs=1e-8)


def test_neighbours_are_mutual_and_weights_add_up() -> None:
    assert (weights() > 0).sum() == 2 * 69
    assert weights().sum(axis=1) == pytest.approx(np.ones(31))
    assert ((weights() > 0) == (weights().T > 0)).all()


def test_two_way_leaves_no_means() -> None:
    left = two_way(np.random.default_rng(3).standard_normal((6, 4)))
    assert left.mean(axis=0) == pytest.approx(np.zeros(4), abs=1e-12)
    assert left.mean(axis=1) == pytest.approx(np.zeros(6), abs=1e-12)
