"""Shapley shares of R² against the mean over all orders, one least squares after the other."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from nqpf_assets.estimators.descriptive.shapley import NoShares, shapley_shares
from tests.estimators.descriptive import grunfeld

EXACT = 1e-10


def r2(y: np.ndarray, x: np.ndarray, dummies: np.ndarray) -> float:
    """Of what dummies leave of y, by least squares on everything."""
    rss = [
        float(((y - d @ np.linalg.lstsq(d, y, rcond=None)[0]) ** 2).sum())
        for d in (dummies, np.column_stack([dummies, x]))
    ]
    return 1 - rss[1] / rss[0]


def by_orders(y: np.ndarray, x: np.ndarray, dummies: np.ndarray) -> np.ndarray:
    k = x.shape[1]
    parts, orders = np.zeros(k), list(permutations(range(k)))
    for order in orders:
        before = 0.0
        for place, j in enumerate(order, start=1):
            now = r2(y, x[:, list(order[:place])], dummies)
            parts[j] += (now - before) / len(orders)
            before = now
    return parts


def drawn() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(4)
    unit, year = np.repeat(np.arange(15), 6), np.tile(np.arange(6), 15)
    x = rng.normal(size=(90, 4)) @ rng.normal(size=(4, 4)) + rng.normal(size=15)[unit][:, None]
    y = x @ [0.5, -0.4, 0.1, 0.0] + rng.normal(size=15)[unit] + 0.3 * year + rng.normal(size=90)
    return y, x, unit, year


@pytest.mark.parametrize("effects", ["", "unit", "unit period"])
def test_parts_are_means_over_all_orders(effects: str) -> None:
    y, x, unit, year = drawn()
    keep = np.ones(90, dtype=bool)
    keep[[3, 17, 44]] = False  # not balanced
    y, x = y[keep], x[keep]
    codes = [code[keep] for name, code in (("unit", unit), ("period", year)) if name in effects]
    dummies = [np.ones((len(y), 1)), *(one[:, None] == np.unique(one) for one in codes)]
    found = shapley_shares(y, x, codes)
    expected = by_orders(y, x, np.column_stack(dummies).astype(float))
    assert found.parts == pytest.approx(expected, abs=EXACT)
    assert found.parts.sum() == pytest.approx(found.r2, abs=EXACT)
    assert (found.parts > -EXACT).all()


def test_grunfeld_by_hand() -> None:
    """Of two regressors: half of its own R² and half of what it adds to the other's."""
    rows = grunfeld.panel()
    y, x = rows["invest"].to_numpy(), rows[["value", "capital"]].to_numpy()
    one = np.ones((len(y), 1))
    alone = [r2(y, x[:, [j]], one) for j in (0, 1)]
    both = r2(y, x, one)
    assert shapley_shares(y, x, []).parts == pytest.approx(
        [(alone[j] + both - alone[1 - j]) / 2 for j in (0, 1)], abs=EXACT
    )


def test_twins_share_alike_and_units_of_measurement_do_not_matter() -> None:
    y, x, unit, _ = drawn()
    twins = np.column_stack([x[:, 0], 1000 * x[:, 0] + 7, x[:, 1]])
    found = shapley_shares(y, twins, [unit])
    assert found.parts[0] == pytest.approx(found.parts[1], abs=1e-8)
    assert found.r2 == pytest.approx(shapley_shares(y, x[:, :2], [unit]).r2, abs=1e-8)


def test_what_effects_take_whole_is_refused() -> None:
    y, x, unit, _ = drawn()
    with pytest.raises(NoShares) as of_regressor:
        shapley_shares(y, np.column_stack([x[:, 0], unit * 1.0]), [unit])
    with pytest.raises(NoShares) as of_outcome:
        shapley_shares(unit * 1.0, x, [unit])
    assert (of_regressor.value.place, of_outcome.value.place) == (1, -1)
