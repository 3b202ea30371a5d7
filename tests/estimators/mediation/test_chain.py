"""Two mediators in sequence against R, against refits row by row, and in simulation.

Numbers of R: tests/reference/make_chain_mediation.R, on the panel with gaps of make_mediation.py. Tolerance
1e-9 relative for regressions, solved exactly on both sides; 1e-8 for draws, where cross products square the
condition number of small drawn panels.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from nqpf_assets.estimators.linear.block_moments import block_moments
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.within import fixed_effects
from nqpf_assets.estimators.mediation.chain import chain_mediation, drawn_paths
from nqpf_assets.estimators.mediation.chain_result import PATHS
from nqpf_assets.estimators.mediation.mediation import mediation
from tests.estimators.mediation.test_mediation_reference import (
    CONTROLS,
    DRAWS,
    EXACT,
    EXPECTED,
    UNITS,
    YEARS,
    numbers,
)
from tests.estimators.mediation.test_mediation_simulation import errors

OF_R = {
    "indirect, first mediator": (0.345673211639989, 0.105878032352901),
    "indirect, second mediator": (-0.403804576792941, 0.104853584616556),
    "indirect, chain": (0.131154399002846, 0.0521992605462054),
    "indirect": (0.073023033849894, 0.171202219760915),
}
"""Effect and its error by the delta method."""
DIRECT, TOTAL = 0.59964322829204, 0.672666262141935


def fit(mediators: Any = ("m1", "m2"), **options: Any) -> Any:
    return chain_mediation(
        numbers("y")[:, 0],
        numbers("x")[:, 0],
        numbers(*mediators),
        numbers(*CONTROLS),
        UNITS,
        YEARS,
        treatment_name="x",
        mediator_names=mediators,
        control_names=CONTROLS,
        **({"draws": 0} | options),
    )


def test_effects_and_delta_errors_are_those_of_r() -> None:
    result = fit()
    for effect, (estimate, error) in OF_R.items():
        assert result.indirect[effect] == pytest.approx(estimate, rel=EXACT), effect
        assert result.delta[effect].std_error == pytest.approx(error, rel=EXACT), effect
    assert result.direct == pytest.approx(DIRECT, rel=EXACT)
    assert result.total_effect == pytest.approx(TOTAL, rel=EXACT)
    assert result.total_effect == pytest.approx(result.direct + result.indirect["indirect"])
    assert (result.n_missing, result.total.n_obs) == ((1, 3), EXPECTED["m1"]["n"])


def test_the_order_of_mediators_divides_the_same_sum_otherwise() -> None:
    one, other = fit().indirect, fit(("m2", "m1")).indirect
    assert one["indirect"] == pytest.approx(other["indirect"], rel=EXACT)
    assert abs(one["indirect, chain"] - other["indirect, chain"]) > 0.05


def test_a_second_mediator_of_noise_leaves_the_simple_one() -> None:
    """What m2 has nothing to do with goes by m1 as in a mediation of m1 alone, up to chance."""
    rng, n = np.random.default_rng(3), 20_000
    x, noise = rng.normal(size=(2, n))
    m = 0.5 * x + rng.normal(size=n)
    y = 0.3 * x + 0.4 * m + rng.normal(size=n)
    panel = (None, np.arange(n), np.zeros(n))
    told: dict[str, Any] = {"treatment_name": "x", "draws": 0, "effects": (), "vcov": "robust"}
    whole = chain_mediation(
        y, x, np.column_stack([m, noise]), *panel, mediator_names=("m", "noise"), **told
    )
    (simple,) = mediation(y, x, m, *panel, mediator_names=("m",), **told).paths
    # Errors of what noise carries are of the order 1/n.
    assert whole.indirect[PATHS[0]] == pytest.approx(simple.indirect, abs=1e-3)
    assert whole.delta[PATHS[0]].std_error == pytest.approx(simple.tests.sobel.std_error, rel=1e-2)
    assert abs(whole.indirect[PATHS[2]]) < 1e-3


def test_draws_equal_refits_row_by_row() -> None:
    """Every copy of a unit with a dummy of its own."""
    inside = fit().is_in_sample
    data = numbers("y", "x", "m1", "m2", *CONTROLS)[inside]
    units = np.unique(UNITS[inside], return_inverse=True)[1]
    years = np.unique(YEARS[inside], return_inverse=True)[1]
    moments = block_moments(
        data[:, :4],
        data[:, 4:],
        fixed_effects(("unit", "period"), units, years),
        units,
        int(units.max()) + 1,
    )
    drawn = EXPECTED["drawn"][:6]
    weights = np.array([np.bincount(one, minlength=moments.n_blocks) for one in drawn])
    found = drawn_paths(moments, weights.astype(float))
    for place, one in enumerate(drawn):
        rows = np.concatenate([np.flatnonzero(units == unit) for unit in one])
        copies = np.concatenate([np.full((units == u).sum(), k) for k, u in enumerate(one)])
        dummies = [copies[:, None] == np.arange(len(one)), years[rows, None] == np.arange(7)]
        y, x, m1, m2 = data[rows, :4].T
        common = np.column_stack([data[rows, 4:], *dummies])

        def ols(outcome: Any, *columns: Any, common: Any = common) -> Any:
            design = np.column_stack([*columns, common])
            return np.linalg.lstsq(design, outcome, rcond=1e-10)[0][: len(columns)]

        (c,), (a1,), (a2, d) = ols(y, x), ols(m1, x), ols(m2, x, m1)
        direct, b1, b2 = ols(y, x, m1, m2)
        expected = [a1 * b1, a2 * b2, a1 * d * b2, c - direct, direct, c]
        np.testing.assert_allclose(
            [found[key][place] for key in (*PATHS, "direct", "total")], expected, rtol=DRAWS
        )


def test_too_few_blocks_have_draws_and_no_inference() -> None:
    result = fit(draws=50, resample=np.where(UNITS < "u05", "a", "b"))
    assert all(np.isnan(one.p_value) for one in result.bootstrap)
    assert result.kind is None


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"mediators": ("m1",)}, "a chain has two mediators; found 1"),
        ({"draws": -1}, "draws is a number from 0"),
        ({"mediators": ("m1", "z1")}, "must have different names"),
    ],
)
def test_what_makes_no_sense_is_refused(changed: Any, words: str) -> None:
    with pytest.raises(EstimationError, match=words):
        fit(**changed)


def test_a_second_mediator_that_the_first_gives_is_refused() -> None:
    m = numbers("m1")
    with pytest.raises(EstimationError, match="twice cannot mediate"):
        chain_mediation(
            numbers("y")[:, 0], numbers("x")[:, 0], np.column_stack([m, 2 * m]), None, UNITS, YEARS,
            treatment_name="x", mediator_names=("m1", "twice"), draws=0,
        )  # fmt: skip


REPLICATIONS = 100
"""With 200 draws each; the Monte Carlo error of a share near .95 is .022, two and a half of them .055."""


@pytest.mark.slow
@pytest.mark.parametrize(("d", "low", "high"), [(0.4, 0.90, 0.98), (0.0, 0.90, 1.0)])
def test_intervals_hold_the_chain(d: float, low: float, high: float) -> None:
    """31 units in 11 years; with d = 0 there is no chain, and what does not hold zero is size."""
    rng, (n, t) = np.random.default_rng(77), (31, 11)
    unit, year = np.repeat(np.arange(n), t), np.tile(np.arange(t), n)
    held = dict.fromkeys(("chain", "chain by delta", "first", "all"), 0)
    for _ in range(REPLICATIONS):
        level = rng.normal(size=(n, 1))
        x = errors(rng, n, t) + level
        m1 = 0.4 * x + errors(rng, n, t) + level
        m2 = 0.2 * x + d * m1 + errors(rng, n, t) - level
        y = 0.3 * x + 0.3 * m1 + 0.4 * m2 + errors(rng, n, t) + level
        result = chain_mediation(
            y.ravel(), x.ravel(), np.column_stack([m1.ravel(), m2.ravel()]), None, unit, year,
            treatment_name="x", mediator_names=("m1", "m2"), draws=200, seed=rng,
            effects=("unit",),
        )  # fmt: skip
        drawn = {one.effect: one.percentile for one in result.bootstrap}
        chain = 0.4 * d * 0.4
        whole = 0.4 * 0.3 + 0.2 * 0.4 + chain
        truths = {"chain": (PATHS[2], chain), "first": (PATHS[0], 0.12), "all": (PATHS[3], whole)}
        for name, (effect, truth) in truths.items():
            held[name] += drawn[effect][0] <= truth <= drawn[effect][1]
        delta = result.delta[PATHS[2]]
        held["chain by delta"] += abs(result.indirect[PATHS[2]] - chain) < 1.96 * delta.std_error
    shares = {name: count / REPLICATIONS for name, count in held.items()}
    print(d, shares)
    assert low < shares["chain"] <= high
    assert 0.90 < shares["first"] < 0.98
    assert 0.90 < shares["all"] < 0.98
    assert shares["chain by delta"] > 0.88
