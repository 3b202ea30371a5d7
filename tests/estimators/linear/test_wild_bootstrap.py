"""The wild cluster bootstrap against wildboottest, and against itself done with dummies, draw by draw.

Shares of draws are exact: a statistic that is counted differently moves them by one draw.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.two_way_fe import two_way_fe
from nqpf_assets.estimators.linear.wild_changes import WildBootstrap, changes_of
from tests.estimators.linear.test_two_way_fe_reference import FOLDER, NAMES, PANEL, column, fit

EXPECTED = json.loads((Path(FOLDER) / "wild_bootstrap.json").read_text(encoding="utf-8"))
SECTOR: Any = column("sector")


def test_all_changes_of_sign_against_wildboottest() -> None:
    model = fit(cluster=SECTOR, wild=WildBootstrap())
    assert (model.wild.n_draws, model.wild.is_complete, model.wild.n_clusters) == (64, True, 6)
    for name, p_value in zip(NAMES, model.p_values, strict=True):
        there = EXPECTED[name]
        assert p_value * 64 == pytest.approx(there["larger"] + there["as_large"], abs=1e-9), name


def by_hand(hypothesis: float, j: int, v: np.ndarray, *, restricted: bool = True) -> np.ndarray:
    """Statistics (1 + B,) by least squares with dummies: of the sample, then of each draw."""
    model = fit()
    rows = model.is_in_sample
    y, x, codes = PANEL[0][rows], PANEL[1][rows], np.unique(SECTOR[rows], return_inverse=True)[1]
    dummies = [(PANEL[k][rows][:, None] == np.unique(PANEL[k][rows])).astype(float) for k in (2, 3)]
    whole = np.column_stack([x, *dummies])
    pinv = np.linalg.pinv(whole)
    others = np.delete(whole, j, axis=1)
    if restricted:
        fitted = others @ np.linalg.pinv(others) @ (y - hypothesis * x[:, j]) + hypothesis * x[:, j]
    else:
        fitted, hypothesis = whole @ pinv @ y, float((pinv @ y)[j])

    def t(outcome: np.ndarray, value: float) -> float:
        b = pinv @ outcome
        scores = pinv[j] * (outcome - whole @ b)
        return abs(b[j] - value) / np.sqrt((np.bincount(codes, scores) ** 2).sum())

    drawn = [t(fitted + one[codes] * (y - fitted), hypothesis) for one in v]
    return np.array([t(y, hypothesis if restricted else 0.0), *drawn])


@pytest.mark.parametrize("multipliers", ["rademacher", "webb"])
@pytest.mark.parametrize("restricted", [True, False])
def test_draw_by_draw(multipliers: Any, restricted: bool) -> None:
    wild = WildBootstrap(draws=199, multipliers=multipliers, restricted=restricted, seed=7)
    model = fit(cluster=SECTOR, wild=wild)
    changes = changes_of(wild, 6, is_even=True)
    for j in range(3):
        own, *drawn = by_hand(0.0, j, changes.values, restricted=restricted)
        share = changes.p_value(sum(one >= own * (1 - 1e-9) for one in drawn))
        assert model.p_values[j] == pytest.approx(share, abs=1e-12)


def test_ends_of_intervals_are_where_the_test_begins_to_reject() -> None:
    model = fit(cluster=SECTOR, wild=WildBootstrap())
    v = changes_of(WildBootstrap(), 6, is_even=True).values
    for j in range(3):
        for end, step in zip(model.conf_int[j], (-1e-6, 1e-6), strict=True):
            if not np.isfinite(end):
                continue
            shares = []
            for value in (end - step, end + step):  # inside, then outside
                own, *drawn = by_hand(value, j, v)
                shares.append(np.mean(np.array(drawn) >= own * (1 - 1e-9)))
            assert shares[0] > 0.05 >= shares[1]


def test_ends_of_unrestricted_intervals_are_quantiles() -> None:
    wild = WildBootstrap(draws=199, restricted=False, seed=7)
    model = fit(cluster=SECTOR, wild=wild)
    plain = fit(cluster=SECTOR, small_sample="none")
    drawn = np.sort(by_hand(0.0, 0, changes_of(wild, 6, is_even=True).values, restricted=False)[1:])
    half = drawn[189] * plain.std_errors[0]  # the 190th of 199
    np.testing.assert_allclose(
        model.conf_int[0], plain.params[0] + half * np.array([-1, 1]), rtol=1e-9
    )


def test_estimates_and_errors_stay() -> None:
    model, plain = fit(cluster=SECTOR, wild=WildBootstrap()), fit(cluster=SECTOR)
    np.testing.assert_array_equal(model.params, plain.params)
    np.testing.assert_array_equal(model.std_errors, plain.std_errors)
    assert np.isnan(model.constant.p_value)
    assert np.isnan(model.df_inference).all()


def test_too_few_clusters_tell_nothing() -> None:
    """Five regions have 32 changes of sign, of which two are the sample: p is .0625 at the least."""
    model = fit(cluster=column("region"), wild=WildBootstrap())
    assert model.wild.least_p_value == 2 / 32
    assert np.isnan(model.p_values).all()
    assert np.isnan(model.conf_int).all()
    webb = fit(cluster=column("region"), wild=WildBootstrap(multipliers="webb"))
    assert np.isfinite(webb.p_values).all()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"vcov": "robust"}, "clusters of one key"),
        ({"cluster": ("unit", "period")}, "clusters of one key"),
        ({"small_sample": "large_sample"}, "no large-sample"),
    ],
)
def test_refusals(options: dict[str, Any], words: str) -> None:
    with pytest.raises(EstimationError, match=words):
        fit(wild=WildBootstrap(), **options)


def test_draws_that_reject_nothing_are_refused() -> None:
    with pytest.raises(EstimationError, match="19 draws"):
        WildBootstrap(draws=18)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("n_clusters", "multipliers"), [(6, "webb"), (8, "rademacher"), (10, "webb")]
)
def test_size(n_clusters: int, multipliers: Any) -> None:
    """Regressors and errors with shocks of few clusters: 5 % are rejected, of clustered errors with t more.

    1000 samples: the Monte Carlo error of 5 % is .69 points, and the bound is three of them.
    """
    rng = np.random.default_rng(20261128)
    units = np.repeat(np.arange(n_clusters * 4), 5)
    periods, cluster = np.tile(np.arange(5), n_clusters * 4), units // 4
    wild, plain, n = 0, 0, 1000
    for seed in range(n):
        shocks = rng.normal(size=(2, n_clusters))[:, cluster]
        x, y = shocks + 0.7 * rng.normal(size=(2, len(units)))
        options: Any = {"names": ("x",), "effects": ("period",), "cluster": cluster}
        drawn = WildBootstrap(draws=199, multipliers=multipliers, seed=seed)
        one = two_way_fe(y, x[:, None], units, periods, **options)
        two = two_way_fe(y, x[:, None], units, periods, wild=drawn, **options)
        plain += one.p_values[0] <= 0.05
        wild += two.p_values[0] <= 0.05
    assert abs(wild / n - 0.05) < 3 * 0.0069, (wild, plain)
    assert plain > 1.3 * wild, (wild, plain)
