"""How index scores move with indicators: every method's derivative against the index computed again."""

from __future__ import annotations

import numpy as np
import pytest

from nqpf_assets.indices.gradients import recomputed
from nqpf_assets.indices.gradients.recomputed import recomputed_gradient
from nqpf_assets.indices.method import Indicators
from nqpf_assets.studies.indices import INDEX_METHODS

MEASURED = 2e-5
"""Of the largest slope: a step of 1e-6 standard deviations, in one direction, leaves its second order."""
DIRECTIONS = (1, -1, 1, 1, -1, 1)
SHARES = {"years": (0, 6, 9, 12, 16, 19), "tolerance": 1.0}
AS_EVER = {"normalise": "min_max", "aggregate": "arithmetic"}
CASES = [
    *(
        ("entropy", {"shift": shift, "weights": weights} | AS_EVER)
        for shift in (1e-4, "limit")
        for weights in ("pooled", "by_period")
    ),
    *(
        (
            "entropy",
            {"shift": shift, "weights": weights, "normalise": how, "aggregate": aggregate},
        )
        for how, aggregate, weights, shift in (
            ("vector", "arithmetic", "pooled", 0.0),
            ("min_max", "geometric", "by_period", 0.01),
            ("vector", "geometric", "pooled", 0.0),
            ("min_max", "topsis", "pooled", 1e-4),
            ("vector", "topsis", "pooled", 0.0),
        )
    ),
    *(
        (
            "principal_components",
            {"retain": retain, "component_scale": scale, "anchor": None, "rescale": rescale},
        )
        for retain in ("kaiser", 0.9)
        for scale in ("variance", "unit")
        for rescale in (True, False)
    ),
    *(
        (name, own | {"normalise": how, "base_year": base, "aggregate": aggregate, "shift": shift})
        for name, own in (
            ("critic", {}),
            ("equal_weights", {"by": "dimensions"}),
            *(
                (
                    "combined_weights",
                    {"combine": combine, "shares": shares, "weights": None}
                    | {"of": ("entropy", "critic", "coefficient_of_variation", "equal_weights")},
                )
                for combine, shares in (("multiplicative", None), ("linear", (0.1, 0.2, 0.3, 0.4)))
            ),
            (
                "ahp",
                {
                    "comparisons": {"a": {"b": 3}, "c": {"d": 1}, "e": {"f": "1/4"}},
                    "dimension_comparisons": {"A": {"B": 2, "C": 5}, "B": {"C": 3}},
                },
            ),
            (
                "given_weights",
                {"weights": dict(zip("abcdef", (0.3, 0.2, 0.1, 0.1, 0.2, 0.1), strict=True))},
            ),
            ("coefficient_of_variation", {"variation_of": "values"}),
            ("coefficient_of_variation", {"variation_of": "normalised"}),
        )
        for how, base, aggregate, shift in (
            ("min_max", None, "arithmetic", 0.0),
            ("min_max", 2, "arithmetic", 0.0),
            ("min_max", None, "geometric", 0.01),
            ("vector", None, "geometric", 0.0),
            ("min_max", None, "topsis", 0.0),
            ("vector", None, "topsis", 0.0),
        )
        if base is None
        or not (own.get("variation_of") == "normalised" or name == "combined_weights")
    ),
    (
        "coefficient_of_variation",
        {"variation_of": "values", "normalise": "z_score", "base_year": None}
        | {"aggregate": "topsis", "shift": 0.0},
    ),
    ("education_gini", {"measure": "equity", **SHARES}),
    ("education_gini", {"measure": "gini", **SHARES}),
]


def indicators(values: np.ndarray) -> Indicators:
    n = len(values)
    return Indicators(
        tuple("abcdef"), values, DIRECTIONS, tuple("AABBCC"), tuple("abcdef"),
        np.array([f"u{row}" for row in range(n)], dtype=object), np.repeat(np.arange(5), n // 5),
    )  # fmt: skip


def drawn(method: str) -> np.ndarray:
    draw = np.random.default_rng(2)
    if method == "education_gini":
        shares = draw.dirichlet(np.ones(6), size=40)
        shares[3] = [0, 0.5, 0.5, 0, 0, 0]
        return shares
    return np.exp(draw.normal(size=(40, 6))) + draw.normal(size=(40, 1)) ** 2


@pytest.mark.parametrize(("name", "options"), CASES)
def test_gradients_are_those_of_the_index(name: str, options: dict) -> None:
    method, given = INDEX_METHODS.all[name], indicators(drawn(name))
    assert method.differentiate is not None
    measured = recomputed_gradient(method.compute, given, **options)
    assert measured is not None
    for of_scores in np.random.default_rng(0).normal(size=(3, 40)):
        expected = measured(of_scores)
        found = method.differentiate(given, **options)(of_scores)
        np.testing.assert_allclose(found, expected, atol=MEASURED * np.abs(expected).max())


def test_every_own_method_has_a_gradient_and_a_case() -> None:
    assert {name for name, _ in CASES} == set(INDEX_METHODS.own)


@pytest.mark.parametrize(
    ("name", "options"), [CASES[0], next(one for one in CASES if one[0] == "principal_components")]
)
@pytest.mark.parametrize("is_told", [True, False])
def test_equal_values_at_an_end_move_it_together(name: str, options: dict, is_told: bool) -> None:
    """As those that clipping set to one bound do: three greatest ones and four least."""
    values, method = drawn(name), INDEX_METHODS.all[name]
    ends = (np.argsort(values[:, 0])[-3:], np.argsort(values[:, 0])[:4])
    for rows in ends:
        values[rows, 0] = values[rows[0], 0]
    given = indicators(values)
    gradient = (
        method.differentiate(given, **options)
        if is_told
        else recomputed_gradient(method.compute, given, **options)
    )
    of_scores = np.random.default_rng(4).normal(size=40)
    found, step = gradient(of_scores), 1e-6 * values[:, 0].std()
    for rows in ends:
        scores = []
        for sign in (1, -1):
            moved = values.copy()
            moved[rows, 0] += sign * step
            scores.append(method.compute(indicators(moved), **options).scores)
        measured = of_scores @ (scores[0] - scores[1]) / (2 * step)
        assert found[rows, 0].sum() == pytest.approx(measured, rel=1e-4)


def test_an_index_of_too_many_values_is_not_computed_again_for_each(monkeypatch) -> None:
    monkeypatch.setattr(recomputed, "MOST_VALUES", 239)
    method = INDEX_METHODS.all["entropy"]
    options = {"shift": 1e-4, "weights": "pooled"} | AS_EVER
    assert recomputed_gradient(method.compute, indicators(drawn("entropy")), **options) is None


def test_components_with_the_same_eigenvalue_have_no_gradient() -> None:
    """Two pairs of indicators, alike but for their names: two components of equal size."""
    draw = np.random.default_rng(1)
    columns = draw.normal(size=(40, 4))
    x, y, z, w = np.linalg.qr(columns - columns.mean(axis=0))[0].T
    values = np.column_stack([x + 0.3 * y, x - 0.3 * y, z + 0.3 * w, z - 0.3 * w])
    method = INDEX_METHODS.all["principal_components"]
    given = Indicators(
        tuple("abcd"), values, (1, 1, 1, 1), tuple("AAAA"), tuple("abcd"),
        np.array([str(row) for row in range(40)], dtype=object), np.repeat(np.arange(4), 10),
    )  # fmt: skip
    options = {"retain": 0.9, "component_scale": "variance", "anchor": None, "rescale": False}
    found = method.differentiate(given, **options)(np.arange(40.0))
    assert np.isnan(found).all()
