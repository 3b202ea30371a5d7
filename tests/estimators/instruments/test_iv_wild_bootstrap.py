"""The wild restricted efficient bootstrap against itself done with dummies, draw by draw.

Shares of draws are exact: a statistic that is counted differently moves them by one draw.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from nqpf_assets.estimators.instruments.fe_2sls import fe_2sls
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.wild_changes import WildBootstrap, changes_of
from tests.estimators.instruments.test_iv_reference import column, columns, fit

REGION: Any = column("region")
INST = ("z1", "z2", "z3")


def by_hand(endo: tuple[str, ...], hypothesis: float, j: int, v: np.ndarray) -> np.ndarray:
    """Statistics (1 + B,) of the j-th of endogenous and exogenous: of the sample, then of each draw."""
    rows = fit(endo=endo, inst=INST, cluster=REGION).is_in_sample
    y, x = column("y").astype(float)[rows], columns(*endo)[rows]
    dummies = [(column(k)[rows][:, None] == np.unique(column(k)[rows])) for k in ("unit", "year")]
    own = columns("x1")[rows]
    exogenous = np.column_stack([own, *(one.astype(float) for one in dummies)])
    instruments = np.column_stack([columns(*INST)[rows], exogenous])
    project = instruments @ np.linalg.pinv(instruments)
    codes = np.unique(REGION[rows], return_inverse=True)[1]
    regressors = np.column_stack([x, exogenous])

    def two_stage(outcome: np.ndarray, columns_of: np.ndarray) -> np.ndarray:
        return np.asarray(np.linalg.pinv(project @ columns_of) @ outcome)

    def t(outcome: np.ndarray, endogenous: np.ndarray) -> float:
        whole = np.column_stack([endogenous, exogenous])
        weights = np.linalg.pinv(project @ whole)
        b = weights @ outcome
        scores = weights[j] * (outcome - whole @ b)
        return abs(b[j] - hypothesis) / np.sqrt((np.bincount(codes, scores) ** 2).sum())

    others = np.delete(regressors, j, axis=1)
    under = two_stage(y - hypothesis * regressors[:, j], others)
    residual = y - hypothesis * regressors[:, j] - others @ under
    first = np.linalg.lstsq(np.column_stack([instruments, residual]), x, rcond=None)[0][:-1]
    fitted = instruments @ first

    def draw(signs: np.ndarray) -> float:
        endogenous = fitted + signs[:, None] * (x - fitted)
        whole = np.column_stack([endogenous, exogenous])
        outcome = hypothesis * whole[:, j] + np.delete(whole, j, axis=1) @ under + signs * residual
        return t(outcome, endogenous)

    return np.array([t(y, x), *(draw(one[codes]) for one in v)])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("endo", "j"), [(("d1",), 0), (("d1",), 1), (("d1", "d2"), 1), (("d1", "d2"), 2)]
)
@pytest.mark.parametrize("multipliers", ["rademacher", "webb"])
def test_draw_by_draw(endo: tuple[str, ...], j: int, multipliers: Any) -> None:
    wild = WildBootstrap(draws=199, multipliers=multipliers, seed=5)
    model = fit(endo=endo, inst=INST, cluster=REGION, wild=wild)
    changes = changes_of(wild, model.wild.n_clusters, is_even=False)
    own, *drawn = by_hand(endo, 0.0, j, changes.values)
    share = changes.p_value(sum(one >= own * (1 - 1e-9) for one in drawn))
    assert model.p_values[j] == pytest.approx(share, abs=1e-12)


@pytest.mark.slow
def test_ends_of_the_interval_are_where_the_test_begins_to_reject() -> None:
    wild = WildBootstrap(draws=199, seed=5)
    model = fit(endo=("d1",), inst=INST, cluster="unit", wild=wild)
    low, high = model.conf_int[0]
    assert low < model.params[0] < high
    outcome = column("y").astype(float)
    for end, step in ((low, -1e-4), (high, 1e-4)):
        found = []
        for value in (end - step, end + step):  # inside, then outside
            moved = fe_2sls(
                outcome - value * columns("d1")[:, 0], columns("d1"), columns(*INST), column("unit"),
                column("year").astype(int), endogenous_names=("d1",), instrument_names=INST,
                exogenous=columns("x1"), exogenous_names=("x1",), wild=wild,
            )  # fmt: skip
            found.append(moved.p_values[0])
        assert found[0] > 0.05 >= found[1]


@pytest.mark.slow
def test_estimates_and_tests_of_instruments_stay() -> None:
    model, plain = fit(wild=WildBootstrap(draws=99)), fit()
    np.testing.assert_array_equal(model.params, plain.params)
    np.testing.assert_array_equal(model.std_errors, plain.std_errors)
    assert model.kleibergen_paap_f == plain.kleibergen_paap_f


def test_an_unrestricted_one_is_refused() -> None:
    with pytest.raises(EstimationError, match="restricted"):
        fit(wild=WildBootstrap(restricted=False))


@pytest.mark.slow
def test_size() -> None:
    """Seven clusters and an instrument that is not strong: 5 % are rejected.

    600 samples: the Monte Carlo error of 5 % is .89 points, and the bound is three of them.
    """
    rng = np.random.default_rng(20261128)
    units, periods = np.repeat(np.arange(28), 4), np.tile(np.arange(4), 28)
    cluster, wild, n = units // 4, 0, 600
    for seed in range(n):
        shocks = rng.normal(size=(3, 7))[:, cluster]
        z, v, e = shocks + rng.normal(size=(3, len(units)))
        x, y = 0.6 * z + v, 0.7 * v + e
        found = fe_2sls(
            y, x[:, None], z[:, None], units, periods, endogenous_names=("x",), instrument_names=("z",),
            effects=("period",), cluster=cluster, wild=WildBootstrap(draws=199, seed=seed),
        )  # fmt: skip
        wild += found.p_values[0] <= 0.05
    assert abs(wild / n - 0.05) < 3 * 0.0089, wild
