"""Random effects, unit means, differences, Poisson, shares: every entry moved a little, estimated again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from nqpf_assets.estimators.influence import estimated_without
from nqpf_assets.estimators.influence.estimated_without import EstimatedWithout
from nqpf_assets.estimators.influence.fractional_column import fractional_column
from nqpf_assets.estimators.influence.given_rows import GivenRows
from nqpf_assets.estimators.influence.made_rows_column import between_column, difference_column
from nqpf_assets.estimators.influence.poisson_column import poisson_column
from nqpf_assets.estimators.influence.random_effects_column import random_effects_column

NAMES = ("a", "b")
STEP = 1e-6
CENTRAL = 1e-6
"""Of the largest change: differences of both sides leave rounding of 1e-16 over a step of 1e-6, some 1e-9 of
a coefficient, and their third order, which is less."""

Build = Callable[..., EstimatedWithout]


def given(*data: Any) -> GivenRows:
    return GivenRows(*data, names=NAMES, outcome_name="y")


def random(*, period_effects: bool, components: Any, with_means: bool) -> Build:
    def build(*data: Any) -> EstimatedWithout:
        return random_effects_column(
            given(*data),
            period_effects=period_effects,
            components=components,
            with_means=with_means,
        )

    return build


def poisson(*, period_effects: bool) -> Build:
    def build(*data: Any) -> EstimatedWithout:
        return poisson_column(given(*data), period_effects=period_effects)

    return build


def fractional(*, link: Any, period_effects: bool, with_means: bool) -> Build:
    def build(y: Any, *data: Any) -> EstimatedWithout:
        return fractional_column(
            given(y, *data), link=link, period_effects=period_effects, with_means=with_means
        )

    return build


def difference(*effects: str) -> Build:
    def build(*data: Any) -> EstimatedWithout:
        return difference_column(given(*data), effects=effects)

    return build


def between(*data: Any) -> EstimatedWithout:
    return between_column(given(*data))


CASES = {
    **{
        f"random, {period_effects=}, {components}, {with_means=}": random(
            period_effects=period_effects, components=components, with_means=with_means
        )
        for period_effects in (False, True)
        for components in ("xtreg", "baltagi_chang")
        for with_means in (False, True)
    },
    "between": between,
    "differences": difference(),
    "differences, period": difference("period"),
    "Poisson": poisson(period_effects=False),
    "Poisson, period": poisson(period_effects=True),
    **{
        f"{link}, {period_effects=}, {with_means=}": fractional(
            link=link, period_effects=period_effects, with_means=with_means
        )
        for link, period_effects, with_means in (
            ("logit", False, False),
            ("logit", True, True),
            ("probit", True, False),
            ("probit", False, True),
        )
    },
}
SHARES = ("logit", "probit")
"""Cases whose outcome lies from 0 to 1."""


def panel_for(name: str, *, is_balanced: bool) -> tuple[Any, ...]:
    """With an outcome from 0 to 1, where it is to be a share."""
    y, *rest = panel(is_balanced=is_balanced)
    return (y / (1 + y), *rest) if name.startswith(SHARES) else (y, *rest)


def panel(*, is_balanced: bool, unit_effects: float = 1.0) -> tuple[Any, ...]:
    draw = np.random.default_rng(5)
    units, periods = (
        one.ravel() for one in np.meshgrid(range(12), range(2010, 2016), indexing="ij")
    )
    left = np.ones(72, dtype=bool)
    if not is_balanced:
        left[[3, 17, 18, 40, 65, 71]] = False
    of_units = unit_effects * draw.normal(size=12)
    x = draw.normal(size=(72, 2)) + 0.5 * draw.normal(size=12)[units][:, None]
    y = np.exp(0.4 * x[:, 0] - 0.2 * x[:, 1] + 0.5 * of_units[units] + 0.4 * draw.normal(size=72))
    labels = np.array([f"u{one:02}" for one in units])
    return y[left], x[left], labels[left], periods.astype(np.int32)[left]


@pytest.mark.slow
@pytest.mark.parametrize("is_balanced", [True, False])
@pytest.mark.parametrize("name", CASES)
def test_each_entry_moves_numbers_as_told(name: str, is_balanced: bool) -> None:
    y, x, units, periods = panel_for(name, is_balanced=is_balanced)
    build = CASES[name]
    column = build(y, x, units, periods)
    rows = range(0, len(y), 3)
    for place in range(3):
        variable = ("y", *NAMES)[place]
        measured = np.empty((len(rows), len(column.numbers)))
        for at, row in enumerate(rows):
            ends = []
            for step in (STEP, -STEP):
                moved = np.column_stack([y, x])
                moved[row, place] += step
                ends.append(build(moved[:, 0], moved[:, 1:], units, periods).estimates)
            measured[at] = (ends[0] - ends[1]) / (2 * STEP)
        told = np.column_stack(
            [column.derivatives(one)[variable][rows] for one in range(len(column.numbers))]
        )
        assert np.abs(measured).max() > 1e-3
        np.testing.assert_allclose(told, measured, atol=CENTRAL * max(1.0, np.abs(measured).max()))


@pytest.mark.parametrize("name", CASES)
def test_what_is_left_out_is_estimated_without_it(name: str) -> None:
    y, x, units, periods = panel_for(name, is_balanced=False)
    column = CASES[name](y, x, units, periods)
    codes = np.unique(units[column.is_in_sample], return_inverse=True)[1]
    left = units != "u04"
    again = CASES[name](y[left], x[left], units[left], periods[left])
    found = column.without(codes)
    assert again.numbers == column.numbers
    np.testing.assert_allclose(found[4], again.estimates, rtol=1e-9)
    assert not np.allclose(found[4], column.estimates, rtol=1e-3)


def test_a_variance_of_unit_effects_at_zero_stays_there() -> None:
    """Pooled least squares then, whose coefficients move as theirs do."""
    y, x, units, periods = panel(is_balanced=True, unit_effects=0.0)
    # Less what units have in common: nothing is between them.
    y = y - np.array([y[units == one].mean() for one in units])
    build = random(period_effects=False, components="xtreg", with_means=False)
    column = build(y, x - x.mean(axis=0), units, periods)
    design = np.column_stack([x - x.mean(axis=0), np.ones(len(y))])
    slopes = np.linalg.pinv(design)
    for number in range(3):
        np.testing.assert_allclose(column.derivatives(number)["y"], slopes[number], atol=1e-12)


def test_of_many_rows_none_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    column = between(*panel(is_balanced=True))
    assert not column.why_no_rows
    monkeypatch.setattr(estimated_without, "MOST_ROWS", 71)
    assert "--without units" in column.why_no_rows
