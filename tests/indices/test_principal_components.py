"""Principal components: invariances, sign rules, retention, and what is refused.

Tolerance 1e-7 relative: eigenvectors lose digits where two eigenvalues are near each other.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nqpf_assets.indices.errors import IndicatorError
from nqpf_assets.indices.principal_components import principal_components

RTOL = 1e-7
NAMES = ("roads", "schools", "phones", "beds")
few = settings(max_examples=30, deadline=None)
seeds = st.integers(min_value=0, max_value=10_000)


def simulated(seed: int) -> Any:
    rng = np.random.default_rng(seed)
    common = rng.normal(size=(50, 2)) @ np.array([[1.0, 0.9, 0.5, 0.1], [0.0, 0.1, -0.5, 0.4]])
    return common + 0.5 * rng.normal(size=(50, 4))


@pytest.mark.parametrize("sign", ["sum", "largest"])
@given(seed=seeds, shift=st.floats(min_value=-1e3, max_value=1e3))
@few
def test_rows_and_units_of_measurement_do_not_matter(sign: Any, seed: int, shift: float) -> None:
    values = simulated(seed)
    order = np.random.default_rng(seed).permutation(50)
    first = principal_components(values, names=NAMES, sign=sign)
    changed = (values[order] + shift) * [1e-6, 1.0, 1e3, 1e6]
    second = principal_components(changed, names=NAMES, sign=sign)
    np.testing.assert_allclose(second.eigenvalues, first.eigenvalues, rtol=RTOL)
    np.testing.assert_allclose(second.scores, first.scores[order], rtol=RTOL, atol=1e-7)


@given(seed=seeds)
@few
def test_components_are_uncorrelated_and_rebuild_the_correlation(seed: int) -> None:
    index = principal_components(simulated(seed), names=NAMES, retention=1.0)
    assert index.n_components == 4
    covariance = np.cov(index.component_scores.T)
    np.testing.assert_allclose(covariance, np.diag(index.eigenvalues), atol=1e-12)
    rebuilt = index.loadings @ np.diag(index.eigenvalues) @ index.loadings.T
    np.testing.assert_allclose(rebuilt, index.correlation, atol=1e-12)
    assert (index.loadings.sum(axis=0) > 0).all()


def test_unit_scale_gives_components_of_variance_one() -> None:
    index = principal_components(simulated(1), names=NAMES, retention=1.0, component_scale="unit")
    np.testing.assert_allclose(index.component_scores.std(axis=0, ddof=1), 1.0)


def test_direction_turns_an_indicator_round() -> None:
    values = simulated(2)
    first = principal_components(values, names=NAMES)
    second = principal_components(values * [1, -1, 1, 1], names=NAMES, directions=(1, -1, 1, 1))
    np.testing.assert_allclose(second.scores, first.scores, atol=1e-12)


def test_rescaled_scores_span_zero_to_one_in_the_same_order() -> None:
    plain = principal_components(simulated(3), names=NAMES).scores
    scaled = principal_components(simulated(3), names=NAMES, rescale=True).scores
    assert (scaled.min(), scaled.max()) == (0.0, 1.0)
    np.testing.assert_array_equal(np.argsort(plain), np.argsort(scaled))


def test_opposite_indicators_still_have_a_sign() -> None:
    """Loadings (.7, -.7) have no sum; the first of the largest decides."""
    rng = np.random.default_rng(0)
    a = rng.normal(size=50)
    values = np.column_stack([a, -a + 0.5 * rng.normal(size=50)])
    loadings = principal_components(values, names=("up", "down")).loadings[:, 0]
    np.testing.assert_allclose(loadings, [2**-0.5, -(2**-0.5)])


@pytest.mark.parametrize(
    ("values", "options", "words"),
    [
        (simulated(4) * [1, 1, 1, np.nan], {}, r"missing or infinite values in: beds \(50\)"),
        (simulated(4) * [1, 1, 0, 1], {}, "does not vary: phones"),
        (
            simulated(4) @ np.array([[1, 0, 0, 1], [0, 1, 0, 1], [0, 0, 1, 0], [0, 0, 0, 0]]),
            {},
            "singular; linearly dependent: roads, schools, beds",
        ),
        (simulated(4)[:4], {}, "more rows"),
        (simulated(4)[:, :1], {"names": ("roads",)}, "two indicators"),
        (simulated(4), {"retention": 1.5}, "retention is"),
        (simulated(4), {"retention": "all"}, "retention is"),
        (simulated(4), {"sign": "first"}, "sign is"),
        (simulated(4), {"component_scale": "spss"}, "component_scale is"),
        (simulated(4), {"directions": (1, 1)}, r"\+1 or -1"),
        (np.array([[1, 1], [1, -1], [-1, 1], [-1, -1]]), {"names": ("a", "b")}, "uncorrelated"),
    ],
)
def test_refusals(values: Any, options: dict[str, Any], words: str) -> None:
    with pytest.raises(IndicatorError, match=words):
        principal_components(values, **({"names": NAMES} | options))


def test_the_sign_does_not_depend_on_the_order_of_the_list() -> None:
    """Two opposed indicators tie, and what they are decides, not where they stand."""
    rng = np.random.default_rng(3)
    x, other = rng.normal(size=(2, 60))
    columns = {"x": x, "0 - x": 0.3 * other - x}
    listed = []
    for formulas in (("x", "0 - x"), ("0 - x", "x")):
        values = np.column_stack([columns[one] for one in formulas])
        listed.append(principal_components(values, names=("a", "b"), identities=formulas).scores)
    np.testing.assert_allclose(listed[0], listed[1], atol=1e-12)


def test_an_anchor_points_the_index() -> None:
    values = simulated(2)
    for name in NAMES:
        index = principal_components(values, names=NAMES, anchor=name, retention=1.0)
        assert (index.loadings[NAMES.index(name)] >= 0).all()
    turned = principal_components(values, names=NAMES, anchor="roads", directions=[-1, 1, 1, 1])
    np.testing.assert_allclose(
        turned.scores, -principal_components(values, names=NAMES, anchor="roads").scores, atol=1e-9
    )
    with pytest.raises(IndicatorError, match="anchor bridges is not an indicator"):
        principal_components(values, names=NAMES, anchor="bridges")


def test_agreement_is_the_share_of_loadings_of_the_indexs_sign() -> None:
    assert principal_components(simulated(1), names=NAMES).agreement == 1.0
    rng = np.random.default_rng(3)
    x, other = rng.normal(size=(2, 60))
    opposed = principal_components(np.column_stack([x, 0.3 * other - x]), names=("a", "b"))
    assert opposed.agreement == pytest.approx(0.5)


def test_a_minor_indicator_does_not_turn_a_steady_index() -> None:
    """Two opposed indicators and a lesser one, whose direction alone differs."""
    rng = np.random.default_rng(3)
    x, other, third = rng.normal(size=(3, 200))
    values = np.column_stack([x, 0.3 * other - x, third + 0.3 * x])
    plain, turned = (
        principal_components(values, names=("a", "b", "z"), directions=(1, 1, way), sign="steady")
        for way in (1, -1)
    )
    assert plain.agreement < 0.65
    assert abs(plain.loadings[2, 0]) < 0.75 * abs(plain.loadings[:2, 0]).min()
    np.testing.assert_allclose(plain.component_scores[:, 0], turned.component_scores[:, 0])
    clear = simulated(1)
    by_sum, steady = (principal_components(clear, names=NAMES, sign=s) for s in ("sum", "steady"))
    np.testing.assert_array_equal(by_sum.scores, steady.scores)
