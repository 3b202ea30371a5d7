"""Indices of weighted indicators against plain loops of the papers' formulas and published worked examples.

Tolerance 1e-12 relative: sums of a few dozen numbers of one size. Published examples hold to their printed
digits.
"""

from __future__ import annotations

import math
import statistics

import numpy as np
import pytest
from pydantic import ValidationError

from nqpf_assets.indices.aggregating import aggregated
from nqpf_assets.indices.errors import IndicatorError
from nqpf_assets.indices.method import IndexResult, Indicators
from nqpf_assets.indices.normalising import normalised
from nqpf_assets.indices.pairwise import matrix_of, pairwise_weights
from nqpf_assets.studies.indices import INDEX_METHODS

RTOL = 1e-12
# Saaty (1980), distances of six cities from Philadelphia, as one judged them; weights as printed, three
# digits, rounded from a slightly less exact eigenvector.
CITIES = ("Cairo", "Tokyo", "Chicago", "San Francisco", "London", "Montreal")
DISTANCES = {
    "Cairo": {"Chicago": 8, "San Francisco": 3, "London": 3, "Montreal": 7, "Tokyo": "1/3"},
    "Tokyo": {"Chicago": 9, "San Francisco": 3, "London": 3, "Montreal": 9},
    "Chicago": {"San Francisco": "1/6", "London": "1/5", "Montreal": 2},
    "San Francisco": {"London": "1/3", "Montreal": 6},
    "London": {"Montreal": 6},
}
FAR = [0.263, 0.397, 0.033, 0.116, 0.164, 0.027]
SIGNS = (1, -1, 1, 1)
NAMES = ("roads", "smoke", "phones", "beds")
PLAIN = {"normalise": "min_max", "base_year": None, "aggregate": "arithmetic", "shift": 0.0}

# Diakoulaki, Mavrotas and Papayannakis (1995), table of eight Greek pharmaceutical firms: profitability,
# market share, productivity. Weights to eight digits as scikit-criteria's test of the same table has them.
PHARMACY = [
    [61, 1.08, 4.33],
    [20.7, 0.26, 4.34],
    [16.3, 1.98, 2.53],
    [9, 3.29, 1.65],
    [5.4, 2.77, 2.33],
    [4, 4.12, 1.21],
    [-6.1, 3.52, 2.10],
    [-34.6, 3.31, 0.98],
]
PHARMACY_WEIGHTS = [0.20222554, 0.48090173, 0.31687273]

# Hwang and Yoon (1981), selection of a fighter aircraft: speed, range, payload, cost, reliability,
# manoeuvrability; nearness to the ideal as printed, three digits.
AIRCRAFT = [
    [2.0, 1500, 20000, 5.5, 5, 9],
    [2.5, 2700, 18000, 6.5, 3, 5],
    [1.8, 2000, 21000, 4.5, 7, 7],
    [2.2, 1800, 20000, 5.0, 5, 5],
]
AIRCRAFT_WEIGHTS = [0.2, 0.1, 0.1, 0.1, 0.2, 0.3]
AIRCRAFT_NEARNESS = [0.643, 0.268, 0.613, 0.312]


def drawn() -> Indicators:
    draw = np.random.default_rng(11)
    common = draw.normal(size=(24, 1))
    return of(np.exp(0.4 * draw.normal(size=(24, 4)) + 0.3 * common), SIGNS)


def of(values, signs) -> Indicators:  # type: ignore[no-untyped-def]
    n, j = np.shape(values)
    names = NAMES if j == len(NAMES) else tuple(f"x{place}" for place in range(j))
    return Indicators(
        names, np.array(values, dtype=float), tuple(signs), tuple("AABB"[:j].ljust(j, "C")), names,
        np.array([f"u{row // 4}" for row in range(n)], dtype=object),
        np.array([2010 + row % 4 for row in range(n)]),
    )  # fmt: skip


def made(name: str, given: Indicators, **options) -> IndexResult:  # type: ignore[no-untyped-def]
    return INDEX_METHODS.all[name].compute(given, **(PLAIN | options))


def scaled(given: Indicators, how: str, base: int | None) -> list[list[float]]:
    """Columns of normalised values, one number at a time."""
    columns = []
    for column, sign in zip(given.values.T.tolist(), given.directions, strict=True):
        if how == "vector":
            norm = math.sqrt(math.fsum(x * x for x in column))
            columns.append([x / norm if sign > 0 else 1 - x / norm for x in column])
        elif how == "z_score":
            mean, scale = statistics.fmean(column), statistics.stdev(column)
            columns.append([sign * (x - mean) / scale for x in column])
        else:
            years = given.periods.tolist()
            inside = [x for x, year in zip(column, years, strict=True) if base in (None, year)]
            low, high = min(inside), max(inside)
            worst = low if sign > 0 else high
            columns.append([abs(x - worst) * (1 if (x - worst) * sign >= 0 else -1) / (high - low)
                            for x in column])  # fmt: skip
    return columns


def pearson(x: list[float], y: list[float]) -> float:
    return statistics.correlation(x, y)


def put_together(columns: list[list[float]], weights: list[float], how: str) -> list[float]:
    rows = list(zip(*columns, strict=True))
    if how == "arithmetic":
        return [math.fsum(w * z for w, z in zip(weights, row, strict=True)) for row in rows]
    if how == "geometric":
        return [math.prod(z**w for w, z in zip(weights, row, strict=True)) for row in rows]
    v = [[w * z for w, z in zip(weights, row, strict=True)] for row in rows]
    best = [max(column) for column in zip(*v, strict=True)]
    worst = [min(column) for column in zip(*v, strict=True)]
    return [math.dist(row, worst) / (math.dist(row, worst) + math.dist(row, best)) for row in v]


WAYS = [
    ("min_max", None, "arithmetic", 0.0),
    ("min_max", 2010, "arithmetic", 0.0),
    ("min_max", None, "geometric", 0.01),
    ("vector", None, "geometric", 0.0),
    ("vector", None, "topsis", 0.0),
    ("min_max", 2012, "topsis", 0.0),
]


@pytest.mark.parametrize(("how", "base", "aggregate", "shift"), WAYS)
def test_critic_is_contrast_times_conflict(how, base, aggregate, shift) -> None:  # type: ignore[no-untyped-def]
    given = drawn()
    found = made("critic", given, normalise=how, base_year=base, aggregate=aggregate, shift=shift)
    columns = scaled(given, how, base)
    told = [
        statistics.stdev(one) * math.fsum(1 - pearson(one, other) for other in columns if other is not one)
        for one in columns
    ]  # fmt: skip
    weights = [one / math.fsum(told) for one in told]
    np.testing.assert_allclose(found.weights[0].weight, weights, rtol=RTOL)
    shifted = [[z + shift for z in column] for column in columns]
    expected = put_together(shifted, weights, aggregate)
    np.testing.assert_allclose(found.scores, expected, rtol=1e-11)


@pytest.mark.parametrize(
    ("how", "aggregate", "shift"),
    [
        (how, aggregate, shift or 1e-4)
        for how, base, aggregate, shift in WAYS
        if base is None or aggregate == "topsis"
    ],
)
def test_entropy_weighs_whatever_is_normalised(how, aggregate, shift) -> None:  # type: ignore[no-untyped-def]
    given = drawn()
    found = INDEX_METHODS.all["entropy"].compute(
        given, weights="pooled", shift=shift, normalise=how, aggregate=aggregate
    )
    shifted = [[z + shift for z in column] for column in scaled(given, how, None)]
    spare = []
    for column in shifted:
        shares = [z / math.fsum(column) for z in column]
        spare.append(1 + math.fsum(p * math.log(p) for p in shares) / math.log(len(column)))
    weights = [one / math.fsum(spare) for one in spare]
    np.testing.assert_allclose(found.weights[0].weight, weights, rtol=1e-9)
    expected = put_together(shifted, weights, aggregate)
    np.testing.assert_allclose(found.scores, expected, rtol=1e-9)


@pytest.mark.parametrize("variation_of", ["values", "normalised"])
@pytest.mark.parametrize(
    ("how", "base", "aggregate", "shift"), [*WAYS, ("z_score", None, "arithmetic", 0.0)]
)
def test_variation_beside_the_mean_weighs(variation_of, how, base, aggregate, shift) -> None:  # type: ignore[no-untyped-def]
    given = drawn()
    if variation_of == "normalised" and (how == "z_score" or base):
        pytest.skip("z-scores and years beyond the range of the base year are no ratios")
    options = {"normalise": how, "base_year": base, "aggregate": aggregate, "shift": shift}
    found = made("coefficient_of_variation", given, variation_of=variation_of, **options)
    columns = scaled(given, how, base)
    of_these = given.values.T.tolist() if variation_of == "values" else columns
    told = [statistics.stdev(one) / statistics.fmean(one) for one in of_these]
    weights = [one / math.fsum(told) for one in told]
    np.testing.assert_allclose(found.weights[0].weight, weights, rtol=RTOL)
    shifted = [[z + shift for z in column] for column in columns]
    expected = put_together(shifted, weights, aggregate)
    np.testing.assert_allclose(found.scores, expected, rtol=1e-11, atol=1e-13)


def test_the_example_of_those_who_proposed_critic() -> None:
    found = made("critic", of(PHARMACY, (1, 1, 1)))
    np.testing.assert_allclose(found.weights[0].weight, PHARMACY_WEIGHTS, atol=5e-9)


def test_the_example_of_those_who_proposed_topsis() -> None:
    given = of(AIRCRAFT, (1, 1, 1, -1, 1, 1))
    found = aggregated(normalised(given, "vector"), np.array(AIRCRAFT_WEIGHTS), "topsis")
    np.testing.assert_allclose(found, AIRCRAFT_NEARNESS, atol=1e-3)


def test_parts_of_dimensions_add_up_and_only_those_of_a_sum_are_there() -> None:
    found = made("critic", drawn())
    np.testing.assert_allclose(sum(found.dimension_scores.values()), found.scores, rtol=RTOL)
    assert not made("critic", drawn(), aggregate="topsis").dimension_scores


def test_new_years_leave_scores_of_the_base_year_comparable() -> None:
    """Weights apart, a year that is added changes nothing in years before it."""
    given = drawn()
    early = given.periods < 2013
    part = Indicators(
        given.names, given.values[early], given.directions, given.dimensions, given.formulas,
        given.units[early], given.periods[early],
    )  # fmt: skip
    whole, before = normalised(given, "min_max", 2011), normalised(part, "min_max", 2011)
    np.testing.assert_array_equal(whole[early], before)
    inside = given.periods == 2011
    np.testing.assert_array_equal(whole[inside].min(axis=0), 0)
    np.testing.assert_array_equal(whole[inside].max(axis=0), 1)


@pytest.mark.parametrize(
    ("values", "options", "told"),
    [
        ([[1.0, 2], [2, 4], [3, 6]], {}, "go together exactly"),
        ([[1.0], [2], [3]], {}, "this index has one"),
        ([[1.0, 5], [2, 5], [3, 5]], {}, "does not vary: x1"),
        ([[-1.0, 5], [2, 4], [3, 5]], {"normalise": "vector"}, "not negative; rows where they are: x0 (1)"),
        ([[1.0, 5], [2, 4], [3, 5]], {"base_year": 1999}, "no row has all indicators in 1999"),
        ([[1.0, 5], [2, 4], [3, 5]], {"base_year": 2010}, "does not vary in 2010, the base year: x0, x1"),
        ([[1.0, 5], [2, 4], [3, 5]], {"aggregate": "geometric"}, "x0 (1), x1 (1)"),
    ],
)  # fmt: skip
def test_indicators_that_do_not_carry_it_are_named(values, options, told: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(IndicatorError) as caught:
        made("critic", of(values, (1,) * len(values[0])), **options)
    assert told in str(caught.value)


@pytest.mark.parametrize("values", [[[1.0, -5], [2, 4], [3, 9]], [[0.0, -1], [0, 1], [1, 0]]])
def test_a_variation_beside_a_mean_of_both_signs_is_refused(values) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(IndicatorError, match="not negative: x1"):
        made("coefficient_of_variation", of(values, (1, 1)), variation_of="values")


@pytest.mark.parametrize(("how", "base", "aggregate", "shift"), WAYS)
@pytest.mark.parametrize(
    ("name", "own", "weights"),
    [
        ("equal_weights", {"by": "indicators"}, [0.25] * 4),
        ("equal_weights", {"by": "dimensions"}, [0.5 / 3, 0.5 / 3, 0.5 / 3, 0.5]),
        (
            "given_weights",
            {"weights": dict(zip(NAMES, (0.4, 0.3, 0.2, 0.1), strict=True))},
            [0.4, 0.3, 0.2, 0.1],
        ),
    ],
)
def test_weights_that_are_said(name, own, weights, how, base, aggregate, shift) -> None:  # type: ignore[no-untyped-def]
    given = drawn()
    given = Indicators(
        given.names, given.values, given.directions, ("A", "A", "A", "B"), given.formulas, given.units,
        given.periods,
    )  # fmt: skip
    options = {"normalise": how, "base_year": base, "aggregate": aggregate, "shift": shift}
    found = made(name, given, **own, **options)
    np.testing.assert_allclose(found.weights[0].weight, weights, rtol=RTOL)
    shifted = [[z + shift for z in column] for column in scaled(given, how, base)]
    expected = put_together(shifted, weights, aggregate)
    np.testing.assert_allclose(found.scores, expected, rtol=1e-11, atol=1e-13)


def test_what_bounds_an_indicator_is_named_and_no_other_row_moves_a_score() -> None:
    """Every value is moved a little: a score moves with its own row and with the rows of the bounds alone."""
    given = drawn()
    for options in ({}, {"base_year": 2011}, {"base_year": 2011, "aggregate": "topsis"}):
        found = made("equal_weights", given, by="indicators", **options)
        assert found.bounds is not None
        for row, column in np.ndindex(*given.values.shape):
            values = given.values.copy()
            values[row, column] *= 1 + 1e-9
            moved = made("equal_weights", of(values, SIGNS), by="indicators", **options).scores
            others = np.delete(np.abs(moved - found.scores), row)
            assert (others.max() > 1e-14) == (row in found.bounds[column]), (row, column, options)


def test_printed_weights_are_divided_by_their_sum_and_told() -> None:
    thirds = dict(zip(("x0", "x1", "x2"), (0.333, 0.333, 0.333), strict=True))
    found = made("given_weights", of(PHARMACY, (1, 1, 1)), weights=thirds)
    np.testing.assert_allclose(found.weights[0].weight, 1 / 3, rtol=RTOL)
    assert [(one.test, one.statistic) for one in found.tests] == [
        ("weight_sum", pytest.approx(0.999))
    ]


def test_the_example_of_compared_pairs() -> None:
    found = pairwise_weights(matrix_of(DISTANCES, CITIES))
    np.testing.assert_allclose(found.weights, FAR, atol=1.2e-3)
    assert found.eigenvalue == pytest.approx(6.454, abs=6e-4)
    assert found.consistency_ratio == pytest.approx(0.073, abs=6e-4)


def test_comparisons_that_agree_give_the_weights_they_were_made_from() -> None:
    weights = np.array([0.5, 0.3, 0.15, 0.05])
    found = pairwise_weights(weights[:, None] / weights)
    np.testing.assert_allclose(found.weights, weights, rtol=1e-12)
    assert found.consistency_ratio == pytest.approx(0, abs=1e-12)


def test_weights_of_compared_dimensions_are_multiplied() -> None:
    given = drawn()
    within = {"roads": {"smoke": 3}, "phones": {"beds": "1/4"}}
    options = {"comparisons": within, "dimension_comparisons": {"A": {"B": 4}}}
    found = made("ahp", given, **options)
    expected = [0.8 * 0.75, 0.8 * 0.25, 0.2 * 0.2, 0.2 * 0.8]
    np.testing.assert_allclose(found.weights[0].weight, expected, rtol=1e-12)
    assert [(one.test, one.term) for one in found.tests] == [
        ("consistency_ratio", ""), ("consistency_ratio", "A"), ("consistency_ratio", "B"),
    ]  # fmt: skip


GROUPS = {
    "A": [{"indicator": "a", "series": "gdp"}, {"indicator": "b", "series": "gdp"}],
    "B": [{"indicator": "c", "series": "gdp"}],
}


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ({"comparisons": {"a": {"b": 3, "c": 2}}}, "not b and c"),
        ({"comparisons": {"a": {"b": 3, "c": 2}, "b": {"c": 1, "a": 2}}}, "compared twice"),
        ({"comparisons": {"a": {"b": 3, "d": 2}}}, "a and d are no pair"),
        (
            {"comparisons": {"a": {"b": 9, "c": 2}, "b": {"c": 9}}},
            "consistency ratio 1.* above 0.1",
        ),
        (
            {"dimension_comparisons": {"A": {"B": 2}}, "comparisons": {"a": {"c": 2}}},
            "a and c are no pair",
        ),
    ],
)
def test_comparisons_that_tell_no_weights_are_refused_by_the_study(written, told: str) -> None:  # type: ignore[no-untyped-def]
    block = {"method": "ahp", "title": "I", "dimensions": GROUPS, **written}
    with pytest.raises(ValidationError, match=told):
        INDEX_METHODS.all["ahp"].options.model_validate(block)


def test_contradicting_comparisons_are_taken_where_the_study_says_so() -> None:
    block = {"method": "ahp", "title": "I", "dimensions": GROUPS, "most_inconsistent": 0.5}
    block["comparisons"] = {"a": {"b": 5, "c": 2}, "b": {"c": 2}}
    assert INDEX_METHODS.all["ahp"].options.model_validate(block)
    with pytest.raises(ValidationError, match="contradict"):
        INDEX_METHODS.all["ahp"].options.model_validate({**block, "most_inconsistent": 0.1})


@pytest.mark.parametrize("combine", ["multiplicative", "linear"])
def test_weights_are_put_together(combine: str) -> None:
    given = drawn()
    own = {
        "entropy": {"weights": "pooled", "shift": 1e-4},
        "critic": {},
        "coefficient_of_variation": {"variation_of": "values"},
    }
    parts = []
    for name, more in own.items():
        options = PLAIN | more
        if name == "entropy":
            del options["base_year"]
        parts.append(INDEX_METHODS.all[name].compute(given, **options).weights[0].weight)
    parts.append(np.array([0.4, 0.3, 0.2, 0.1]))
    shares = (0.4, 0.3, 0.2, 0.1) if combine == "linear" else None
    found = made(
        "combined_weights", given, of=(*own, "given_weights"), combine=combine, shares=shares,
        weights=dict(zip(NAMES, (0.4, 0.3, 0.2, 0.1), strict=True)),
    )  # fmt: skip
    rows = list(zip(*(part.tolist() for part in parts), strict=True))
    if shares is None:
        expected = [math.prod(row) for row in rows]
        expected = [one / math.fsum(expected) for one in expected]
    else:
        expected = [math.fsum(a * w for a, w in zip(shares, row, strict=True)) for row in rows]
    np.testing.assert_allclose(found.weights[0].weight, expected, rtol=1e-11)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ({"of": ["equal_weights", "given_weights"]}, "one at least is measured"),
        ({"of": ["critic", "given_weights"]}, "go together"),
        ({"of": ["critic", "entropy"], "base_year": 2012}, "base year"),
        ({"of": ["critic", "entropy"], "normalise": "z_score"}, "not of z-scores"),
        ({"of": ["critic", "critic"]}, "each method once"),
        ({"of": ["critic", "entropy"], "shares": [0.5, 0.5]}, "of `combine: linear`"),
        ({"of": ["critic", "entropy"], "combine": "linear", "shares": [0.5, 0.4]}, "add up to 0.9"),
    ],
)
def test_what_cannot_be_put_together_is_refused_by_the_study(written, told: str) -> None:  # type: ignore[no-untyped-def]
    block = {"method": "combined_weights", "title": "I", "dimensions": GROUPS, **written}
    with pytest.raises(ValidationError, match=told):
        INDEX_METHODS.all["combined_weights"].options.model_validate(block)
