"""The tables of both studies find what was planted in their data about as often as they promise.

With 31 and 38 clusters, clustered intervals are known to cover a little less than 95 %; hence 4
points below, as in ``tests/sample/test_recovery.py``, and three Monte Carlo errors on both sides.
``benchmarks/recovery.py`` prints the shares.
"""

from __future__ import annotations

import pytest

from benchmarks.recovery import FIRST_SEED, PLANTED, Recovery, recovered

FEW_CLUSTERS = 0.04
SEEDS = 200


@pytest.fixture(scope="module")
def tables() -> dict[tuple[str, str], Recovery]:
    found = recovered(range(FIRST_SEED, FIRST_SEED + SEEDS))
    return {(one.study, one.table): one for one in found}


@pytest.mark.slow
@pytest.mark.parametrize("key", sorted({key[:2] for key in PLANTED}), ids=" ".join)
def test_planted_values_lie_in_their_intervals(
    tables: dict[tuple[str, str], Recovery], key: tuple[str, str]
) -> None:
    one = tables[key]
    assert one.n_values == sum(planted[:2] == key for planted in PLANTED)
    assert 0 < one.error < 0.02
    assert 0.95 - FEW_CLUSTERS - 3 * one.error < one.share < 0.95 + 3 * one.error
