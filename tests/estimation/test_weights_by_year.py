"""Columns whose weights differ by year, made of each year's values, against plain arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest

from nqpf_assets.estimators.spatial.distance import economic_weights
from nqpf_assets.estimators.spatial.period_weights import period_weights
from nqpf_assets.messages.problems import CheckFailed
from nqpf_assets.replication.r.weight_pairs import weight_pairs
from tests.estimation.panels import YEARS, Rows, complete, fitted, panel

MOVING = {"weights": "economic", "economic_variable": "q", "by_period": True}
SAME = 1e-9  # the same sums in another order


def column(estimator: str = "spatial_slx", **more: Any):
    return complete(estimator=estimator, vcov={"type": "unadjusted"}, space=MOVING | more)


def terms(fit) -> dict[str, float]:
    return {one.term: one.estimate for one in fit.fitted.terms}


def blocks() -> np.ndarray:
    """W_t of every year, (8, 12, 12), row by row 1/|gap|."""
    q = Rows()["q"].reshape(12, 8).T
    gaps = np.abs(q[:, :, None] - q[:, None, :])
    w = np.where(gaps > 0, 1 / np.where(gaps > 0, gaps, 1), 0.0)
    return w / w.sum(axis=2, keepdims=True)


def maps(name: str) -> np.ndarray:
    return Rows()[name].reshape(12, 8).T


def within(one: np.ndarray) -> np.ndarray:
    both = one - one.mean(0, keepdims=True) - one.mean(1, keepdims=True) + one.mean()
    return both.ravel()


def test_lags_of_regressors_are_by_the_weights_of_their_year() -> None:
    w, x = blocks(), [maps("x"), maps("z")]
    columns = np.column_stack(
        [within(one) for one in [*x, *(np.einsum("tij,tj->ti", w, a) for a in x)]]
    )
    b = np.linalg.lstsq(columns, within(maps("y")), rcond=None)[0]
    found = terms(fitted(column()))
    assert [found[name] for name in ("x", "z", "x:lag", "z:lag")] == pytest.approx(b, rel=SAME)
    constant = terms(fitted(column(by_period=False)))
    assert abs(constant["x:lag"] - found["x:lag"]) > 1e-3


def test_rho_is_the_root_of_the_score_of_one_block_diagonal_matrix() -> None:
    fit = fitted(column("spatial_lag", lee_yu="none"))
    found, w = terms(fit), blocks()
    y, x = maps("y"), np.column_stack([within(maps("x")), within(maps("z"))])
    wy = within(np.einsum("tij,tj->ti", w, y))
    e0, e1 = (one - x @ np.linalg.lstsq(x, one, rcond=None)[0] for one in (within(y), wy))
    rho = found["rho"]
    e = e0 - rho * e1
    traces = [np.trace(np.linalg.solve(np.eye(12) - rho * one, one)) for one in w]
    assert e.size * (e1 @ e) / (e @ e) == pytest.approx(sum(traces), rel=1e-8)
    said = " ".join(fit.fitted.notes)
    assert "economic distance, of each period" in said
    assert "σ² is too small by (T − 1)/T, which is 7/8, and ρ is biased" in said
    tests = {one.test: one for one in fit.fitted.tests}
    assert "same in all periods" in str(tests["spatial_hausman"].detail)
    assert {f"moran_{year}" for year in YEARS} <= set(tests)


@pytest.mark.parametrize(
    ("estimator", "lee_yu"),
    [("spatial_durbin", "bias_correction"), ("spatial_error", "none"), ("spatial_lag", "none")],
)
def test_every_form_has_its_effects_and_tests(estimator: str, lee_yu: str) -> None:
    fit = fitted(column(estimator, lee_yu=lee_yu)).fitted
    assert {one.effect for one in fit.effects} >= {"direct", "total"}
    tests = {one.test: one.statistic for one in fit.tests}
    assert 0 < (tests["weights_std_error"] or 0) < 1
    assert all(tests[f"lm_{name}"] is not None for name in ("lag", "error", "robust_lag"))


def test_what_is_wrong_with_one_year_is_told_with_it() -> None:
    frame = panel().with_columns(
        pl.when(pl.col("period") == 2014, pl.col("unit").is_in(["110000", "120000"]))
        .then(0.5)
        .otherwise("q")
        .alias("q")
    )
    with pytest.raises(CheckFailed, match=r"weights of 2014: .*have the same value"):
        fitted(column(), frame)
    negative = panel().with_columns(q=pl.col("q") - (pl.col("period") == 2016))
    with pytest.raises(CheckFailed, match="weights of 2016: nested weights need one positive"):
        fitted(column(weights="nested"), negative)


@pytest.mark.parametrize(
    ("estimator", "more", "words"),
    [
        ("spatial_durbin", {}, "`lee_yu: transformation`, which makes of the years mixed ones"),
        ("spatial_error", {"lee_yu": "bias_correction"}, "whose bias is not known"),
        (
            "spatial_slx",
            {"weights": "contiguity", "economic_variable": None},
            "these are contiguity",
        ),
    ],
)
def test_what_needs_one_matrix_is_refused_at_the_key(
    estimator: str, more: dict[str, Any], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        column(estimator, **more)


def test_random_units_are_refused() -> None:
    with pytest.raises(ValueError, match="likelihood is that of one matrix"):
        complete(
            estimator="re_spatial_lag",
            vcov={"type": "unadjusted"},
            effects=["period"],
            space=MOVING,
        )


def test_with_period_effects_alone_the_transformation_stays() -> None:
    fit = fitted(
        complete(
            estimator="spatial_lag", vcov={"type": "unadjusted"}, effects=["period"], space=MOVING
        )
    )
    assert fit.fitted.model.small_sample == "Lee-Yu: transformation"


def test_pairs_for_another_program_have_the_year() -> None:
    one = economic_weights(["a", "b", "c"], [1.0, 2.0, 4.0])
    pairs = weight_pairs(period_weights({2011: one, 2012: one}))
    assert pairs.columns == ["unit", "neighbour", "weight", "period"]
    assert pairs["period"].to_list() == [2011] * 6 + [2012] * 6
    assert weight_pairs(one).columns == ["unit", "neighbour", "weight"]
