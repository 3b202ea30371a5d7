"""Size of the tests of a difference between groups, on panels like the two papers'.

The groups share their coefficients; errors are correlated within units, which a group does not
choose. 500 replications with 199 permutations: the Monte Carlo error of a size near .05 is
sqrt(.05 x .95 / 500) = .010.
"""

from __future__ import annotations

import numpy as np
import pytest

from nqpf_assets.estimators.group_differences.group_difference import group_difference
from nqpf_assets.estimators.group_differences.permutation import permutation_test

REPLICATIONS = 500
PERMUTATIONS = 199
pytestmark = pytest.mark.slow


@pytest.mark.parametrize(("n_units", "n_years", "n_west"), [(31, 11, 12), (38, 3, 17)])
def test_size(n_units: int, n_years: int, n_west: int) -> None:
    rng = np.random.default_rng(404)
    unit, year = np.repeat(np.arange(n_units), n_years), np.tile(np.arange(n_years), n_units)
    group = np.where(unit < n_units - n_west, "east", "west")
    rejected = dict.fromkeys(("interaction", "suest", "partial", "chow", "permutation"), 0)
    for _ in range(REPLICATIONS):
        walk = rng.normal(size=(3, n_units, n_years)).cumsum(axis=2)
        x = walk[:2].reshape(2, -1).T + rng.normal(size=(len(unit), 2))
        y = 0.5 * x[:, 0] + 0.5 * walk[2].ravel() + rng.normal(size=len(unit))
        panel = (y, x, unit, year, group)
        test = group_difference(*panel, names=("x", "z"), tested=["x"])
        permuted = permutation_test(
            *panel, names=("x", "z"), tested=["x"], draws=PERMUTATIONS, seed=rng
        )
        rejected["interaction"] += test.interaction.p_values[0] < 0.05
        rejected["suest"] += test.seemingly_unrelated.p_values[0] < 0.05
        rejected["partial"] += test.partial.p_values[0] < 0.05
        rejected["chow"] += test.chow.p_value < 0.05
        rejected["permutation"] += permuted.p_two_sided[0] <= 0.05
    size = {key: count / REPLICATIONS for key, count in rejected.items()}
    print(size)
    # Exact by construction: units are exchangeable here.
    assert abs(size["permutation"] - 0.05) < 0.021
    # Cluster-robust tests with 12 to 21 units a side reject somewhat too often.
    assert 0.03 < size["interaction"] < 0.12
    assert 0.03 < size["partial"] < 0.12
    assert size["interaction"] <= size["suest"] < 0.16
    if n_years > 5:
        # Three years leave little autocorrelation once unit effects are removed; eleven do.
        assert size["chow"] > 0.08


def test_bias_reduced_tests_of_a_handful_of_units() -> None:
    """Nine units beside five, 150 samples: errors by cluster find far too much, bias-reduced ones do not."""
    rng = np.random.default_rng(3)
    unit, year = np.repeat(np.arange(14), 6), np.tile(np.arange(6), 14)
    group = np.where(unit < 9, "east", "west")
    samples, rejected = 150, {"clustered": np.zeros(2), "cr2": np.zeros(2)}
    for _ in range(samples):
        walk = rng.normal(size=(3, 14, 6)).cumsum(axis=2).reshape(3, -1)
        x = walk[:2].T
        panel = (x @ [1.0, -1.0] + walk[2], x, unit, year, group)
        for vcov, found in rejected.items():
            test = group_difference(*panel, names=("x", "z"), vcov=vcov)  # type: ignore[arg-type]
            found += [test.joint.p_value < 0.05, test.interaction.p_values[0] < 0.05]
    size = {vcov: found / samples for vcov, found in rejected.items()}
    assert (size["cr2"] < 0.1).all(), size
    assert size["clustered"][0] > 0.1, size
    assert (size["clustered"] > 2 * size["cr2"]).all(), size
