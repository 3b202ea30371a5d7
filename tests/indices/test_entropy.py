"""Entropy weights: invariances, options, dimensions, and what is refused.

Tolerance 1e-9 relative: a shift by up to 1e4 costs four or five of sixteen digits, and
divergences near 1e-3 three more.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nqpf_assets.indices.dimensions import dimension_scores
from nqpf_assets.indices.entropy import entropy_index
from nqpf_assets.indices.errors import IndicatorError

RTOL = 1e-7
NAMES = ("roads", "smoke", "beds")
DIRECTIONS = (1, -1, 1)
few = settings(max_examples=30, deadline=None)
seeds = st.integers(min_value=0, max_value=10_000)


def simulated(seed: int) -> Any:
    return np.random.default_rng(seed).lognormal(size=(40, 3))


@given(seed=seeds)
@few
def test_order_of_rows_does_not_matter(seed: int) -> None:
    values = simulated(seed)
    order = np.random.default_rng(seed).permutation(40)
    first = entropy_index(values, DIRECTIONS, names=NAMES)
    second = entropy_index(values[order], DIRECTIONS, names=NAMES)
    np.testing.assert_allclose(second.weights, first.weights, rtol=1e-12)
    np.testing.assert_allclose(second.scores, first.scores[order], rtol=1e-12)


@given(
    seed=seeds,
    scale=st.sampled_from([1e-6, 0.5, 1e6]),
    shift=st.floats(min_value=-1e4, max_value=1e4),
)
@few
def test_units_of_measurement_do_not_matter(seed: int, scale: float, shift: float) -> None:
    values = simulated(seed)
    first = entropy_index(values, DIRECTIONS, names=NAMES)
    second = entropy_index((values + shift) * scale, DIRECTIONS, names=NAMES)
    np.testing.assert_allclose(second.weights, first.weights, rtol=RTOL)
    np.testing.assert_allclose(second.scores, first.scores, rtol=RTOL)


@given(seed=seeds)
@few
def test_turning_a_negative_indicator_round_changes_nothing(seed: int) -> None:
    values = simulated(seed)
    first = entropy_index(values, DIRECTIONS, names=NAMES)
    second = entropy_index(values * DIRECTIONS, (1, 1, 1), names=NAMES)
    np.testing.assert_allclose(second.scores, first.scores, rtol=1e-12)


@given(seed=seeds, shift=st.sampled_from([1e-4, 0.01, "limit"]))
@few
def test_bounds(seed: int, shift: Any) -> None:
    index = entropy_index(simulated(seed), DIRECTIONS, names=NAMES, shift=shift)
    assert index.weights.sum() == pytest.approx(1.0)
    assert (index.weights > 0).all()
    assert ((index.entropy > 0) & (index.entropy < 1)).all()
    top = 1.0 if shift == "limit" else 1.0 + shift
    assert (index.scores >= 0).all()
    assert (index.scores <= top + 1e-12).all()


@pytest.mark.parametrize("groups", [None, np.repeat([2020, 2021], 20)])
def test_dimensions_add_up_to_the_index(groups: Any) -> None:
    index = entropy_index(simulated(1), DIRECTIONS, names=NAMES, groups=groups)
    parts = dimension_scores(index, ["traffic", "nature", "traffic"])
    assert parts.dimensions == ("traffic", "nature")
    np.testing.assert_allclose(parts.scores.sum(axis=1), index.scores, rtol=1e-12)
    np.testing.assert_allclose(parts.weights[..., 1], index.weights[..., 1], rtol=1e-12)
    np.testing.assert_allclose(parts.weights.sum(axis=-1), 1.0, rtol=1e-12)
    with pytest.raises(IndicatorError, match="2 dimensions given for 3"):
        dimension_scores(index, ["traffic", "nature"])


def test_one_group_is_the_pooled_index() -> None:
    pooled = entropy_index(simulated(2), DIRECTIONS, names=NAMES)
    grouped = entropy_index(simulated(2), DIRECTIONS, names=NAMES, groups=["all"] * 40)
    np.testing.assert_allclose(grouped.weights, pooled.weights[None, :])
    np.testing.assert_allclose(grouped.scores, pooled.scores)


def test_integers_are_taken_as_numbers() -> None:
    values = (simulated(3) * 1e9).astype(np.int64)
    first = entropy_index(values, DIRECTIONS, names=NAMES)
    np.testing.assert_array_equal(
        first.scores, entropy_index(values * 1.0, DIRECTIONS, names=NAMES).scores
    )


def with_value(row: int, column: int, value: float) -> Any:
    values = simulated(4)
    values[row, column] = value
    return values


def with_constant(column: int, value: float, rows: slice = slice(None)) -> Any:
    values = simulated(4)
    values[rows, column] = value
    return values


@pytest.mark.parametrize(
    ("values", "options", "words"),
    [
        (with_value(3, 1, np.nan), {}, r"missing or infinite values in: smoke \(1\)"),
        ([["1", "2", "x"]] * 9, {}, "not all values are numbers in: roads, smoke, beds"),
        (with_value(3, 2, np.inf), {}, r"beds \(1\)"),
        (with_constant(2, 0.1 + 0.2), {}, "does not vary: beds"),
        (
            with_constant(0, 0.5, slice(0, 20)),
            {"groups": np.repeat([2020, 2021], 20)},
            "does not vary in group 2020: roads",
        ),
        (simulated(4), {"groups": [2020] * 39 + [2021]}, "group 2021 has one observation"),
        (simulated(4), {"groups": [2020]}, "one label for each"),
        (simulated(4), {"directions": (1, 0, 1)}, r"\+1 or -1"),
        (simulated(4), {"directions": (1, 1)}, r"\+1 or -1"),
        (simulated(4), {"shift": -0.1}, "shift must be"),
        (simulated(4), {"shift": float("nan")}, "shift must be"),
        (simulated(4), {"names": ("a", "b")}, "one column for each of the 2"),
        (simulated(4)[:1], {}, "two or more observations"),
    ],
)
def test_refusals(values: Any, options: dict[str, Any], words: str) -> None:
    given_options = {"directions": DIRECTIONS, "names": NAMES} | options
    with pytest.raises(IndicatorError, match=words):
        entropy_index(values, **given_options)
