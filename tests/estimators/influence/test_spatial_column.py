"""How numbers of spatial panels move with their rows, held against estimating again with one entry moved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pytest
from scipy.optimize import brentq

from nqpf_assets.estimators.influence.raw_weights import why_untold
from nqpf_assets.estimators.influence.spatial_column import (
    AT_BOUND,
    random_spatial_column,
    spatial_column,
)
from nqpf_assets.estimators.influence.spatial_numbers import KINDS
from nqpf_assets.estimators.influence.spatial_weighing import WeighedBy
from nqpf_assets.estimators.spatial import random_likelihood
from nqpf_assets.estimators.spatial.distance import economic_weights, nested_weights
from nqpf_assets.estimators.spatial.effects import spatial_effects
from nqpf_assets.estimators.spatial.model import spatial_panel
from nqpf_assets.estimators.spatial.period_weights import AnyWeights, period_weights
from nqpf_assets.estimators.spatial.random_effects import spatial_random_effects
from nqpf_assets.estimators.spatial.weights import SpatialWeights, weights_from_matrix

pytestmark = pytest.mark.slow

N, T = 9, 6
NAMES = ("a", "b")
STEP = 1e-5
"""In standard deviations of about one; the second order cancels between up and down."""
CLOSE = {"rtol": 2e-6, "atol": 2e-8}
"""Parameters are roots of their scores, found to 1e-14, so that differences over 2e-5 keep eight digits; what
is made from steps itself (K by λ, weights by their variable) keeps seven."""


@dataclass(frozen=True)
class Data:
    y: np.ndarray
    x: np.ndarray
    wealth: np.ndarray
    units: np.ndarray
    periods: np.ndarray


def drawn(seed: int = 4) -> Data:
    draw = np.random.default_rng(seed)
    units, periods = np.repeat(np.arange(N), T), np.tile(np.arange(2001, 2001 + T), N)
    order = draw.permutation(N * T)
    x = draw.normal(size=(N * T, 2))
    y = x @ [0.7, -0.4] + 0.3 * draw.normal(size=N)[units] + draw.normal(size=N * T)
    names = np.array([f"u{one}" for one in units])
    wealth = draw.uniform(1, 9, N)[units] + draw.uniform(0, 0.3, N * T)
    return Data(*(one[order] for one in (y, x, wealth, names, periods)))


def ring(standardization: str, near: float = 2.0):
    """Neighbours in a ring, some of them nearer."""
    matrix = np.zeros((N, N))
    for one in range(N):
        for by, size in ((1, near), (2, 1.0)):
            matrix[one, (one + by) % N] = matrix[(one + by) % N, one] = size
    units = [f"u{one}" for one in range(N)]
    return weights_from_matrix(matrix, units, standardization=standardization)


def weights(kind: str, data: Data):
    """The weights, and what they are made from."""
    if kind in ("row", "spectral"):
        return ring(kind), None
    if kind == "rings by year":
        return period_weights(
            {year: ring("row", 1.0 + year % 3) for year in set(data.periods.tolist())}
        ), None
    labels = sorted(set(data.units))

    def make(values):
        if kind.startswith("nested"):
            return nested_weights(ring("none"), labels, values)
        return economic_weights(labels, values)

    if kind.endswith("by year"):
        years, order = np.unique(data.periods), np.lexsort((data.units, data.periods))
        values = data.wealth[order].reshape(len(years), len(labels))
        made = {year: make(one) for year, one in zip(years.tolist(), values, strict=True)}
        return period_weights(made), WeighedBy("wealth", values, make)
    means = np.array([data.wealth[data.units == one].mean() for one in labels])
    return make(means), WeighedBy("wealth", means[None], make)


def options(model: str, effects: tuple[str, ...], lee_yu: str):
    return {"names": NAMES, "model": model, "effects": effects, "lee_yu": lee_yu}


def estimated(
    data: Data, kind: str | AnyWeights, how: dict, *, random: bool = False
) -> dict[tuple[str, str | None], float]:
    given = weights(kind, data)[0] if isinstance(kind, str) else kind
    panel = (data.y, data.x, data.units, data.periods, given)
    result = spatial_random_effects(*panel, **how) if random else spatial_panel(*panel, **how)
    found = {(f"{one[2:]}:lag" if one.startswith("W*") else one, None): value
             for one, value in zip(result.names, result.params, strict=True)}  # fmt: skip
    if result.parameter is not None:
        found[result.parameter.name, None] = result.parameter.estimate
    effects = spatial_effects(result, inference="delta")
    for name in KINDS:
        values = getattr(effects, name).estimates
        found |= {(one, name): value for one, value in zip(effects.names, values, strict=True)}
    return found


CASES = [
    ("sdm", ("unit", "period"), "transformation", "row"),
    ("sdm", ("unit", "period"), "transformation", "nested"),
    ("sdm", ("unit",), "none", "economic"),
    ("sar", ("period",), "none", "spectral"),
    ("sar", (), "none", "row"),
    ("slx", ("unit", "period"), "transformation", "nested"),
    ("sem", ("unit", "period"), "transformation", "row"),
    ("sem", ("unit", "period"), "none", "spectral"),
    ("sem", ("unit",), "transformation", "nested"),
    ("sem", (), "none", "spectral"),
    ("sdm", ("unit", "period"), "bias_correction", "row"),
    ("sdm", ("unit", "period"), "bias_correction", "nested"),
    ("sar", ("period",), "bias_correction", "spectral"),
    ("sar", ("unit",), "bias_correction", "row"),
    ("slx", ("unit", "period"), "bias_correction", "row"),
    ("sem", ("unit", "period"), "bias_correction", "spectral"),
    ("sem", ("unit", "period"), "bias_correction", "nested"),
    ("sdm", ("unit", "period"), "bias_correction", "nested by year"),
    ("sdm", ("period",), "transformation", "economic by year"),
    ("sar", ("unit", "period"), "bias_correction", "rings by year"),
    ("slx", ("unit", "period"), "transformation", "economic by year"),
    ("sem", ("unit", "period"), "none", "nested by year"),
    ("sem", ("period",), "bias_correction", "economic by year"),
]


@pytest.mark.parametrize(("model", "effects", "lee_yu", "kind"), CASES)
def test_changes_are_what_estimating_again_gives(
    model: str, effects: tuple[str, ...], lee_yu: str, kind: str
) -> None:
    data, how = drawn(), options(model, effects, lee_yu)
    made, by = weights(kind, data)
    column = spatial_column(
        data.y, data.x, data.units, data.periods, made, outcome_name="y", weighed_by=by, **how
    )
    assert not isinstance(column, str)
    base = estimated(data, kind, how)
    told = {
        tuple(number): value for number, value in zip(column.numbers, column.estimates, strict=True)
    }
    assert told == pytest.approx(base, rel=1e-9, abs=1e-12)
    # Unit effects that are no constants make estimating again slow.
    is_slow = model == "sem" and kind.endswith("by year")
    for row in (17,) if kind.endswith("by year") else (0, 17, 40):
        for name in ("y", "wealth") if is_slow else column.variables:
            ends = [estimated(moved(data, name, row, by), kind, how) for by in (STEP, -STEP)]
            for place, number in enumerate(column.numbers):
                measured = (ends[0][number] - ends[1][number]) / (2 * STEP)
                found = column.derivatives(place)[name][row]
                np.testing.assert_allclose(
                    found, measured, **CLOSE, err_msg=f"{number} {name} {row}"
                )


def phi_to_all_digits(height: Callable[[float], float]) -> float:
    """Where the slope of a likelihood is zero: comparing heights alone leaves φ seven digits."""

    def slope(v: float) -> float:
        near, far = (height(np.exp(v + h)) - height(np.exp(v - h)) for h in (1e-2, 2e-2))
        return float(8 * near - far)

    return 1.0 if slope(-0.02) > 0 else float(np.exp(brentq(slope, -5.0, -0.02, xtol=1e-14)))


@pytest.mark.parametrize(
    ("model", "period_effects", "lee_yu", "kind", "spread"),
    [
        ("sdm", True, "transformation", "nested", 1.0),
        ("sar", False, "none", "spectral", 1.0),
        ("sdm", False, "none", "row", -1.0),
    ],
)
def test_random_effects_move_as_estimating_again_gives(
    model: str,
    period_effects: bool,
    lee_yu: str,
    kind: str,
    spread: float,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(random_likelihood, "_best_phi", phi_to_all_digits)
    data = drawn()
    means = np.array([data.y[data.units == one].mean() for one in data.units])
    data = replace(data, y=data.y + spread * means)  # nothing is left of them at -1: φ is one
    how = {"names": NAMES, "model": model, "period_effects": period_effects, "lee_yu": lee_yu}
    made, by = weights(kind, data)
    panel = (data.y, data.x, data.units, data.periods, made)
    assert (spatial_random_effects(*panel, **how).phi < 1) == (spread > 0)
    column = random_spatial_column(*panel, outcome_name="y", weighed_by=by, **how)
    assert not isinstance(column, str)
    base = estimated(data, kind, how, random=True)
    told = {
        tuple(number): value for number, value in zip(column.numbers, column.estimates, strict=True)
    }
    assert told == pytest.approx(base, rel=1e-9, abs=1e-12)
    for name in column.variables:
        ends = [
            estimated(moved(data, name, 17, step), kind, how, random=True) for step in (STEP, -STEP)
        ]
        for place, number in enumerate(column.numbers):
            measured = (ends[0][number] - ends[1][number]) / (2 * STEP)
            found = column.derivatives(place)[name][17]
            np.testing.assert_allclose(found, measured, **CLOSE, err_msg=f"{number} {name}")


def moved(data: Data, name: str, row: int, by: float) -> Data:
    if name == "y":
        return replace(data, y=_with(data.y, row, by))
    if name == "wealth":
        return replace(data, wealth=_with(data.wealth, row, by))
    return replace(data, x=_with(data.x, (row, NAMES.index(name)), by))


def _with(values: np.ndarray, place: object, by: float) -> np.ndarray:
    found = values.copy()
    found[place] += by
    return found


def test_what_is_no_maximum_is_not_told() -> None:
    data, made = drawn(), ring("row")
    same = (data.x, data.units, data.periods, made)
    level = np.repeat(np.random.default_rng(0).normal(size=T) * 50, N)
    order = np.lexsort((data.units, data.periods))
    steep = np.empty(N * T)
    steep[order] = level
    how = options("sar", ("unit",), "none")
    found = spatial_column(steep + data.y * 1e-3, *same, outcome_name="y", weighed_by=None, **how)
    assert found == AT_BOUND


def uneven(standardization: str) -> SpatialWeights:
    """A ring in which no two rows have the same sum, so that a change of an entry makes no new kind of it."""
    matrix = ring("none").matrix.toarray() * np.linspace(0.8, 1.3, N)[:, None]
    units = [f"u{one}" for one in range(N)]
    return weights_from_matrix(matrix, units, standardization=standardization)


def with_entry(given: SpatialWeights, row: int, column: int, by: float) -> SpatialWeights:
    """Weights as if the entry of the matrix that they were scaled from had been larger by this share."""
    matrix = given.matrix.toarray()
    matrix[row, column] *= 1 + by
    return weights_from_matrix(matrix, given.units, standardization=given.standardization)


MODELS = (
    ("sdm", ("unit", "period"), "bias_correction", False),
    ("sar", ("unit",), "none", False),
    ("sem", ("unit", "period"), "none", False),
    ("slx", ("unit", "period"), "none", False),
    ("sdm", ("period",), "none", True),
)
RAW = [(kind, *model) for kind in ("row", "spectral", "none", "rings by year") for model in MODELS]
NOT_RANDOM = [one for one in RAW if one[0] != "rings by year" or not one[-1]]
"""Random unit effects take weights that are the same in all years."""


@pytest.mark.parametrize(("kind", "model", "effects", "lee_yu", "random"), NOT_RANDOM)
def test_numbers_move_with_entries_of_raw_weights(kind, model, effects, lee_yu, random) -> None:
    """Entries are larger before weights are scaled; those of one year move that year's alone."""
    data, how = drawn(), options(model, effects, lee_yu)
    given = weights(kind, data)[0] if kind == "rings by year" else uneven(kind)
    if random:
        del how["effects"]
        how["period_effects"] = True
    panel = (data.y, data.x, data.units, data.periods)
    tell = random_spatial_column if random else spatial_column
    column = tell(*panel, given, **how, outcome_name="y", weighed_by=None, is_raw=True)
    told = column.raw_weights
    assert told.why_untold == ""
    for block, (row, other) in enumerate(((2, 3), (4, 2))):
        ends = []
        for by in (STEP, -STEP):
            moved = (
                with_entry(given, row, other, by)
                if isinstance(given, SpatialWeights)
                else replace(given, of_periods=tuple(
                    with_entry(one, row, other, by) if place == block else one
                    for place, one in enumerate(given.of_periods)))
            )  # fmt: skip
            ends.append(estimated(data, moved, how, random=random))
        for place, number in enumerate(column.numbers):
            expected = (ends[0][tuple(number)] - ends[1][tuple(number)]) / (2 * STEP)
            found = told.changes(place)[block if told.periods else 0, row, other]
            np.testing.assert_allclose(found, expected, rtol=2e-5, atol=2e-7)


def test_a_largest_eigenvalue_that_stands_twice_is_said() -> None:
    data = drawn()
    matrix = np.zeros((N, N))
    for one, other in ((0, 1), (2, 3)):
        matrix[one, other] = matrix[other, one] = 1.0
    twice = weights_from_matrix(matrix, [f"u{one}" for one in range(N)], standardization="spectral")
    assert "stands twice" in why_untold(twice)
    assert why_untold(weights("spectral", data)[0]) == ""
