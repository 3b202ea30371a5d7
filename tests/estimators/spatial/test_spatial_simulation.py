"""Size and coverage where no other program is the judge, at the size of a panel of provinces.

400 replications each: a share near .95 has a Monte Carlo error of √(.95·.05/400) = .011, and
shares are held to four of them, .044; seeds are fixed. 31 units in 11 periods, two-way effects,
a ring with chords as neighbours, unless said otherwise.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from nqpf_assets.estimators.spatial.effects import spatial_effects
from nqpf_assets.estimators.spatial.hausman import spatial_hausman
from nqpf_assets.estimators.spatial.lm import lm_tests
from nqpf_assets.estimators.spatial.model import spatial_panel
from nqpf_assets.estimators.spatial.random_effects import spatial_random_effects
from tests.estimators.spatial.spatial_panels import NAMES, draw, ring

pytestmark = pytest.mark.slow
REPLICATIONS = 400
FOUR_ERRORS = 0.044
PROVINCES = ring(31, 40, seed=1)
TRUTH = 0.4


def coverage(seed: int, model: Any, options: Any, **truth: float) -> tuple[float, float, float]:
    """Share of intervals that cover, mean estimate, and its standard deviation."""
    hits, estimates = [], []
    for k in range(REPLICATIONS):
        args = draw(PROVINCES, 11, np.random.default_rng([seed, k]), **truth)
        p: Any = spatial_panel(*args, PROVINCES, names=NAMES, model=model, **options).parameter
        hits.append(p.conf_low < TRUTH < p.conf_high)
        estimates.append(p.estimate)
    return float(np.mean(hits)), float(np.mean(estimates)), float(np.std(estimates))


@pytest.mark.parametrize(("model", "parameter"), [("sdm", "rho"), ("sem", "lam")])
@pytest.mark.parametrize("lee_yu", ["transformation", "bias_correction"])
def test_lee_yu_covers(model: Any, parameter: str, lee_yu: str) -> None:
    share, mean, spread = coverage(7, model, {"lee_yu": lee_yu}, **{parameter: TRUTH})
    assert share == pytest.approx(0.95, abs=FOUR_ERRORS)
    # Left is a bias of higher order, below half a standard error.
    assert abs(mean - TRUTH) < 0.5 * spread


@pytest.mark.parametrize(("model", "parameter"), [("sdm", "rho"), ("sem", "lam")])
def test_the_direct_likelihood_does_not_cover(model: Any, parameter: str) -> None:
    """Why it is not the default: a bias above one standard error."""
    share, mean, spread = coverage(7, model, {"lee_yu": "none"}, **{parameter: TRUTH})
    assert share < 0.80
    assert TRUTH - mean > spread


@pytest.mark.parametrize(("lee_yu", "covers"), [("transformation", 0.95), ("none", 0.85)])
def test_random_unit_effects_beside_period_effects(lee_yu: Any, covers: float) -> None:
    """Counted as dummies, period effects bias ρ; 200 replications, four errors of .015 or .025."""
    hits = []
    for k in range(200):
        rng = np.random.default_rng([15, k])
        args = draw(PROVINCES, 11, rng, rho=TRUTH, related=0.0)
        found = spatial_random_effects(
            *args, PROVINCES, names=NAMES, period_effects=True, lee_yu=lee_yu
        )
        assert found.parameter is not None
        hits.append(found.parameter.conf_low < TRUTH < found.parameter.conf_high)
    error = np.sqrt(covers * (1 - covers) / 200)
    assert np.mean(hits) == pytest.approx(covers, abs=4 * error)


def test_clusters_cover_where_errors_are_correlated_in_time() -> None:
    """Errors with an autocorrelation of .6: clusters by unit cover, the information does not."""
    clustered = coverage(9, "sdm", {"vcov": "clustered"}, rho=TRUTH, memory=0.6)[0]
    plain = coverage(9, "sdm", {}, rho=TRUTH, memory=0.6)[0]
    assert clustered == pytest.approx(0.95, abs=FOUR_ERRORS)
    assert plain < 0.90


def test_simulated_effects() -> None:
    """80 units in 10 periods: intervals of the three effects of x1 and their standard errors."""
    weights = ring(80, 100, seed=1)
    w = weights.matrix.toarray()
    change = np.linalg.solve(np.eye(80) - TRUTH * w, np.eye(80) + 0.5 * w)
    direct, total = np.trace(change) / 80, change.sum() / 80
    truth = {"direct": direct, "indirect": total - direct, "total": total}
    found: dict[str, list[tuple[float, float, bool]]] = {kind: [] for kind in truth}
    for k in range(REPLICATIONS):
        args = draw(weights, 10, np.random.default_rng([12, k]), rho=TRUTH)
        effects = spatial_effects(spatial_panel(*args, weights, names=NAMES), seed=k)
        for kind, value in truth.items():
            e = getattr(effects, kind)
            covers = bool(e.conf_int[0, 0] < value < e.conf_int[0, 1])
            found[kind].append((e.estimates[0], e.std_errors[0], covers))
    for kind in truth:
        estimates, errors, hits = np.array(found[kind]).T
        assert hits.mean() == pytest.approx(0.95, abs=FOUR_ERRORS), kind
        # A standard deviation of 400 estimates has an error of 3.5 %.
        assert errors.mean() == pytest.approx(estimates.std(), rel=0.14), kind


def test_lm_tests_hold_their_size() -> None:
    kinds = ("lag", "error", "robust_lag", "robust_error")
    rejected = {lee_yu: np.zeros(4) for lee_yu in ("transformation", "none")}
    for k in range(REPLICATIONS):
        args = draw(PROVINCES, 11, np.random.default_rng([10, k]))
        for lee_yu, counts in rejected.items():
            tests = lm_tests(*args, PROVINCES, names=NAMES, lagged=NAMES, lee_yu=lee_yu)  # type: ignore[arg-type]
            counts += [getattr(tests, kind).p_value < 0.05 for kind in kinds]
    np.testing.assert_allclose(rejected["transformation"] / REPLICATIONS, 0.05, atol=FOUR_ERRORS)
    assert (rejected["none"][:2] / REPLICATIONS > 0.10).all()  # the usual form rejects too often


@pytest.mark.parametrize("with_rho", [False, True])
def test_hausman_holds_its_size(with_rho: bool) -> None:
    """Unit effects drawn apart from the regressors."""
    w = PROVINCES.matrix.toarray()
    inverse = np.linalg.inv(np.eye(31) - TRUTH * w)
    units, periods = np.tile(np.arange(31), 11), np.repeat(np.arange(11), 31)
    rejected, definite = [], []
    for k in range(REPLICATIONS):
        rng = np.random.default_rng([11, k])
        x = rng.normal(size=(11, 31, 2))
        mean = x @ [1.0, -0.5] + np.einsum("ij,tjk->tik", w, x) @ [0.5, 0.3]
        y = (mean + rng.normal(size=31) + rng.normal(size=(11, 31))) @ inverse.T
        test = spatial_hausman(
            y.ravel(), x.reshape(-1, 2), units, periods, PROVINCES, names=NAMES, with_rho=with_rho
        )
        rejected.append(test.p_value < 0.05)
        definite.append(test.is_definite)
    assert np.mean(rejected) == pytest.approx(0.05, abs=FOUR_ERRORS)
    assert np.mean(definite) == 1
