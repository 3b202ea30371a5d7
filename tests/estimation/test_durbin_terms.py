"""Spatial lags of chosen regressors, and errors, held against least squares and a likelihood with dummies."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from pydantic import ValidationError
from scipy.optimize import minimize_scalar

from nqpf_assets.catalog.geography import LINK_SCHEMA, LINKED_SCHEMA, load_geography
from nqpf_assets.estimators.influence.spatial_column import spatial_column
from nqpf_assets.estimators.spatial.model import spatial_panel
from nqpf_assets.estimators.spatial.weights import weights_from_matrix
from nqpf_assets.replication.r.estimators.spatial import spatial
from tests.estimation.panels import UNITS, Rows, complete, fitted

W = np.random.default_rng(3).uniform(size=(12, 12)) * (1 - np.eye(12))
W[W < 0.6] = 0
ROWS = W / W.sum(axis=1, keepdims=True)


def given():
    """A geography whose file of weights is W, and the data as (T, N) maps."""
    codes = list(UNITS)
    links = [
        ("flows", codes[r], codes[c], W[r, c], None)
        for r in range(12)
        for c in range(12)
        if W[r, c]
    ]
    geography = load_geography()[0]
    linked = [("flows", code, "official", None) for code in codes]
    return type(geography)(
        geography.neighbours,
        geography.coordinates,
        pl.DataFrame(links, schema=dict(LINK_SCHEMA), orient="row"),
        pl.DataFrame(linked, schema=dict(LINKED_SCHEMA), orient="row"),
    )


def maps(name: str) -> np.ndarray:
    return Rows()[name].reshape(12, 8).T


def within(one: np.ndarray) -> np.ndarray:
    """Without units and years, as a column."""
    both = one - one.mean(0, keepdims=True) - one.mean(1, keepdims=True) + one.mean()
    return both.ravel()


def lags(one: np.ndarray) -> np.ndarray:
    return one @ ROWS.T


def column(estimator: str, **space):
    own = {"weights": "flows", "lee_yu": "none", "durbin": ["z"]} | space
    return complete(estimator=estimator, vcov={"type": "unadjusted"}, space=own)


def estimates(fit) -> dict[str, float]:
    return {one.term: one.estimate for one in fit.fitted.terms}


def test_lags_of_chosen_regressors_alone():
    found = estimates(fitted(column("spatial_slx"), geography=given()))
    design = np.column_stack([within(m) for m in (maps("x"), maps("z"), lags(maps("z")))])
    expected = np.linalg.lstsq(design, within(maps("y")), rcond=None)[0]
    assert list(found) == ["x", "z", "z:lag"]
    assert list(found.values()) == pytest.approx(expected.tolist(), rel=1e-9)


def test_a_durbin_model_of_them_is_where_its_likelihood_is_highest():
    fit = fitted(column("spatial_durbin"), geography=given())
    found = estimates(fit)
    design = np.column_stack([within(m) for m in (maps("x"), maps("z"), lags(maps("z")))])
    y, wy = within(maps("y")), within(lags(maps("y")))

    def coefficients(rho):
        return np.linalg.lstsq(design, y - rho * wy, rcond=None)[0]

    def loss(rho):
        rss = ((y - rho * wy - design @ coefficients(rho)) ** 2).sum()
        return len(y) / 2 * np.log(rss) - 8 * np.linalg.slogdet(np.eye(12) - rho * ROWS)[1]

    top = minimize_scalar(loss, bounds=(-0.95, 0.95), method="bounded", options={"xatol": 1e-12}).x
    assert found["rho"] == pytest.approx(top, abs=1e-6)
    assert list(found) == ["x", "z", "z:lag", "rho"]
    assert list(found.values())[:3] == pytest.approx(coefficients(top).tolist(), abs=1e-6)
    told = {one.test: one for one in fit.fitted.tests}
    assert told["lr_sar"].df == told["wald_sar"].df == 1
    assert told["spatial_hausman"].df == 3  # what unit effects leave: both regressors and one lag
    for name in ("lr_sem", "wald_sem"):
        assert told[name].statistic is None, name
        assert told[name].detail.startswith("not computed: "), name


def test_all_of_them_named_is_all_of_them():
    whole = fitted(column("spatial_durbin", durbin=["z", "x"]), geography=given())
    plain = fitted(column("spatial_durbin", durbin=None), geography=given())
    assert estimates(whole) == estimates(plain)
    assert whole.fitted.tests == plain.fitted.tests


def test_influence_follows_the_lags_that_there_are():
    units, periods = np.repeat(list(UNITS), 8), np.tile(np.arange(2012, 2020, dtype=np.int32), 12)
    weights = weights_from_matrix(W, list(UNITS))
    said = {"names": ["x", "z"], "model": "sdm", "effects": ("unit",), "lee_yu": "none"}

    def estimated(x):
        found = spatial_panel(rows["y"], x, units, periods, weights, lagged=["z"], **said)
        return np.array([*found.params, found.rho])

    rows = Rows()
    x = rows["x z"]
    told = spatial_column(
        rows["y"],
        x,
        units,
        periods,
        weights,
        outcome_name="y",
        weighed_by=None,
        lagged=["z"],
        **said,
    )
    step = 1e-5 * np.eye(2)[1] * (np.arange(96) == 40)[:, None]
    moved = (estimated(x + step) - estimated(x - step)) / 2e-5
    assert [one.term for one in told.numbers[:4]] == ["x", "z", "z:lag", "rho"]
    derived = [told.changes(place)["z"][40] for place in range(4)]
    assert derived == pytest.approx(moved.tolist(), rel=1e-5, abs=1e-8)


def test_the_script_for_r_names_them():
    assert spatial(column("spatial_durbin")).arguments["lags"] == ("z",)
    assert "lags" not in spatial(column("spatial_durbin", durbin=None)).arguments


@pytest.mark.parametrize(
    ("estimator", "durbin", "said"),
    [
        ("spatial_lag", ["z"], "`durbin` with spatial_lag, which has none"),
        ("spatial_durbin", ["q"], "`q`, which is none of them"),
        ("spatial_slx", ["z", "z"], "`z` again"),
    ],
)
def test_what_is_no_lag_of_the_model_is_refused(estimator, durbin, said):
    with pytest.raises((ValidationError, ValueError), match=said):
        column(estimator, durbin=durbin)


def test_a_column_without_lags_leaves_those_of_its_table_behind():
    table = {"estimator": "spatial_durbin", "space": {"durbin": ["z"]}}
    assert complete(table=table, estimator="spatial_lag").space.durbin is None


def test_errors_of_the_observed_information_stand_beside_those_of_the_expected_one():
    both = [
        fitted(column("spatial_durbin", information=one), geography=given())
        for one in ("observed", "expected")
    ]
    rho = [next(one for one in fit.fitted.terms if one.term == "rho") for fit in both]
    assert rho[0].estimate == rho[1].estimate
    assert rho[0].std_error != pytest.approx(rho[1].std_error, rel=1e-3)
    noted = ["observed information" in " ".join(fit.fitted.notes) for fit in both]
    assert noted == [True, False]


@pytest.mark.parametrize(
    ("estimator", "own", "said"),
    [
        ("spatial_error", {}, "`observed` with spatial_error"),
        ("spatial_lag", {"vcov": {"type": "robust"}}, "`type: robust`"),
        ("spatial_lag", {"lee_yu": "bias_correction"}, "`lee_yu: bias_correction`"),
    ],
)
def test_an_information_that_nothing_uses_is_refused(estimator, own, said):
    vcov = own.pop("vcov", {"type": "unadjusted"})
    space = {"weights": "flows", "information": "observed"} | own
    with pytest.raises((ValidationError, ValueError), match=said):
        complete(estimator=estimator, vcov=vcov, space=space)
