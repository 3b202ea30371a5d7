"""Moderated mediation against R, against regressions of both groups apart, row by row, and in simulation.

Numbers of R: tests/reference/make_moderated_mediation.R, on the panel with gaps of make_mediation.py.
Tolerance 1e-9 relative for regressions, solved exactly on both sides; 1e-8 for draws, where cross products
square the condition number of small drawn panels.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from nqpf_assets.estimators.linear.block_moments import block_moments
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.within import fixed_effects
from nqpf_assets.estimators.mediation.delta import delta_test
from nqpf_assets.estimators.mediation.moderated import drawn_effects_of, moderated_mediation
from nqpf_assets.estimators.mediation.moderated_effects import (
    DIFFERENCE,
    INDEX,
    Stages,
    forms_of,
)
from tests.estimators.mediation.test_mediation_reference import (
    DRAWS,
    EXACT,
    EXPECTED,
    UNITS,
    YEARS,
    numbers,
)
from tests.estimators.mediation.test_mediation_simulation import errors

ALL = ("first", "second", "direct")
OF_R = {
    "indirect, low moderator": (0.53398807449724, 0.229966591592904),
    "indirect, mean moderator": (0.480679120651358, 0.138182887135886),
    "indirect, high moderator": (0.429968473692638, 0.167946249859026),
    "direct, low moderator": (-0.170875475445643, 0.153028187806261),
    "direct, mean moderator": (0.139109591038399, 0.115094185375618),
    "direct, high moderator": (0.44909465752244, 0.14007717674833),
    DIFFERENCE: (-0.104019600804602, 0.288324030665257),
}
"""Effect and its error by the delta method, all stages moderated."""
INDICES = {
    "first": (-0.0155925697683673, 0.107531493705431),
    "second": (0.0184634601826166, 0.0402897396713781),
}
LEVELS = {"low": -1.31300737481714, "mean": -0.105748377777778, "high": 1.10151061926158}


def fit(moderates: Any = ALL, **options: Any) -> Any:
    return moderated_mediation(
        numbers("y")[:, 0],
        numbers("x")[:, 0],
        numbers("m1")[:, 0],
        numbers("z1")[:, 0],
        numbers("reform"),
        UNITS,
        YEARS,
        treatment_name="x",
        mediator_name="m1",
        moderator_name="z1",
        moderates=moderates,
        control_names=["reform"],
        **({"draws": 0} | options),
    )


def test_effects_and_delta_errors_are_those_of_r() -> None:
    result = fit()
    assert set(result.effects) == set(OF_R), "an indirect effect that is no line has no index"
    for effect, (estimate, error) in OF_R.items():
        assert result.effects[effect] == pytest.approx(estimate, rel=EXACT), effect
        assert result.delta[effect].std_error == pytest.approx(error, rel=EXACT), effect
    assert result.levels == pytest.approx(LEVELS, rel=EXACT)


@pytest.mark.parametrize("stage", INDICES)
def test_the_index_of_one_stage_is_that_of_r(stage: str) -> None:
    result = fit([stage])
    estimate, error = INDICES[stage]
    assert result.effects[INDEX] == pytest.approx(estimate, rel=EXACT)
    assert result.delta[INDEX].std_error == pytest.approx(error, rel=EXACT)
    wide = LEVELS["high"] - LEVELS["low"]
    assert result.effects[DIFFERENCE] == pytest.approx(estimate * wide, rel=1e-7)
    assert "direct" in result.effects


def test_a_dummy_that_moderates_everything_is_two_regressions() -> None:
    rng, n = np.random.default_rng(8), 400
    w = (rng.uniform(size=n) < 0.4).astype(float)
    x = rng.normal(size=n)
    m = (0.2 + 0.5 * w) * x + rng.normal(size=n)
    y = 0.3 * x + (0.6 - 0.4 * w) * m + w + rng.normal(size=n)
    result = moderated_mediation(
        y, x, m, w, None, np.arange(n), np.zeros(n),
        treatment_name="x", mediator_name="m", moderator_name="w", moderates=ALL,
        effects=(), vcov="robust", draws=0,
    )  # fmt: skip
    assert result.levels == {"low": 0.0, "high": 1.0}
    for level, value in result.levels.items():
        rows = w == value
        one = np.ones(rows.sum())
        a = np.linalg.lstsq(np.column_stack([x[rows], one]), m[rows], rcond=None)[0][0]
        c, b, _ = np.linalg.lstsq(np.column_stack([x[rows], m[rows], one]), y[rows], rcond=None)[0]
        assert result.effects[f"indirect, {level} moderator"] == pytest.approx(a * b, rel=EXACT)
        assert result.effects[f"direct, {level} moderator"] == pytest.approx(c, rel=EXACT)


@pytest.mark.parametrize(("start", "rel"), [(10.0, 1e-8), (1e6, 1e-5)])
def test_effects_do_not_know_where_the_moderator_is_counted_from(start: float, rel: float) -> None:
    """A million standard deviations from zero, six digits of the moderator itself are gone, and no more."""
    one = fit(draws=99)
    other = moderated_mediation(
        numbers("y")[:, 0], numbers("x")[:, 0], numbers("m1")[:, 0], start + 2 * numbers("z1")[:, 0],
        numbers("reform"), UNITS, YEARS, treatment_name="x", mediator_name="m1",
        moderator_name="z1", moderates=ALL, control_names=["reform"], draws=99,
    )  # fmt: skip
    assert other.effects == pytest.approx(one.effects, rel=rel)
    for effect, test in one.delta.items():
        assert other.delta[effect].std_error == pytest.approx(test.std_error, rel=rel), effect
    for mine, its in zip(one.bootstrap, other.bootstrap, strict=True):
        assert its.percentile == pytest.approx(mine.percentile, rel=rel, abs=rel)


def test_draws_equal_refits_row_by_row() -> None:
    """Every copy of a unit with a dummy of its own; levels are held."""
    inside = fit().is_in_sample
    y, x, m, w, reform = numbers("y", "x", "m1", "z1", "reform")[inside].T
    units = np.unique(UNITS[inside], return_inverse=True)[1]
    years = np.unique(YEARS[inside], return_inverse=True)[1]
    moments = block_moments(
        np.column_stack([y, x, m, x * w, m * w]),
        np.column_stack([reform, w]),
        fixed_effects(("unit", "period"), units, years),
        units,
        int(units.max()) + 1,
    )
    drawn = EXPECTED["drawn"][:5]
    weights = np.array([np.bincount(one, minlength=moments.n_blocks) for one in drawn])
    forms = forms_of(LEVELS, ALL)
    found = drawn_effects_of(
        moments, weights.astype(float), Stages("x", "m", frozenset(ALL)), forms
    )
    for place, one in enumerate(drawn):
        rows = np.concatenate([np.flatnonzero(units == unit) for unit in one])
        copies = np.concatenate([np.full((units == u).sum(), k) for k, u in enumerate(one)])
        dummies = [copies[:, None] == np.arange(len(one)), years[rows, None] == np.arange(7)]
        common = np.column_stack([reform[rows], w[rows], *dummies])

        def ols(outcome: Any, *columns: Any, common: Any = common) -> Any:
            design = np.column_stack([*columns, common])
            return np.linalg.lstsq(design, outcome, rcond=1e-10)[0][: len(columns)]

        xr, mr, wr = x[rows], m[rows], w[rows]
        a0, a1 = ols(mr, xr, xr * wr)
        c0, c1, b0, b1 = ols(y[rows], xr, xr * wr, mr, mr * wr)
        for level, at in LEVELS.items():
            assert found[f"indirect, {level} moderator"][place] == pytest.approx(
                (a0 + a1 * at) * (b0 + b1 * at), rel=DRAWS
            )
            assert found[f"direct, {level} moderator"][place] == pytest.approx(
                c0 + c1 * at, rel=DRAWS
            )


@pytest.mark.parametrize("moderates", [("direct",), (), ("third",)])
def test_what_moderates_nothing_is_refused(moderates: Any) -> None:
    with pytest.raises(EstimationError, match="first or second at least"):
        fit(moderates)


def test_a_moderator_that_never_moves_is_refused() -> None:
    with pytest.raises(EstimationError, match="x:by_moderator has no part"):
        moderated_mediation(
            numbers("y")[:, 0], numbers("x")[:, 0], numbers("m1")[:, 0], np.full(len(UNITS), 2.0),
            None, UNITS, YEARS, treatment_name="x", mediator_name="m1", moderator_name="w",
            moderates=["first"], draws=0,
        )  # fmt: skip


def test_a_coefficient_without_a_variance_spoils_no_effect_that_it_is_not_in() -> None:
    covariance = np.diag([np.nan, 4.0])
    assert delta_test(1.0, np.array([0.0, 1.0]), covariance).std_error == 2.0
    assert np.isnan(delta_test(1.0, np.array([1.0, 1.0]), covariance).std_error)


REPLICATIONS = 100
"""With 200 draws each; the Monte Carlo error of a share near .95 is .022, two and a half of them .055."""


@pytest.mark.slow
@pytest.mark.parametrize("moderated", [0.3, 0.0])
def test_intervals_hold_effects_and_index(moderated: float) -> None:
    """31 units in 11 years; without moderation, what does not hold zero is size."""
    rng, (n, t) = np.random.default_rng(78), (31, 11)
    unit, year = np.repeat(np.arange(n), t), np.tile(np.arange(t), n)
    held = dict.fromkeys(("index", "index by delta", "mean"), 0)
    for _ in range(REPLICATIONS):
        level = rng.normal(size=(n, 1))
        x, w = errors(rng, n, t) + level, errors(rng, n, t)
        m = 0.4 * x + moderated * x * w + 0.2 * w + errors(rng, n, t) + level
        y = 0.3 * x + 0.4 * m + 0.2 * w + errors(rng, n, t) + level
        result = moderated_mediation(
            y.ravel(), x.ravel(), m.ravel(), w.ravel(), None, unit, year,
            treatment_name="x", mediator_name="m", moderator_name="w", moderates=["first"],
            effects=("unit",), draws=200, seed=rng,
        )  # fmt: skip
        drawn = {one.effect: one.percentile for one in result.bootstrap}
        truth = {INDEX: 0.4 * moderated}
        truth["indirect, mean moderator"] = 0.4 * (0.4 + moderated * result.levels["mean"])
        for name, effect in (("index", INDEX), ("mean", "indirect, mean moderator")):
            held[name] += drawn[effect][0] <= truth[effect] <= drawn[effect][1]
        delta = result.delta[INDEX]
        held["index by delta"] += abs(result.effects[INDEX] - truth[INDEX]) < 1.96 * delta.std_error
    shares = {name: count / REPLICATIONS for name, count in held.items()}
    print(moderated, shares)
    assert all(0.89 < share <= 1.0 for share in shares.values())
