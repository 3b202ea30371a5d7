"""Indices of weighted indicators against plain loops of the papers' formulas and published worked examples.

Tolerance 1e-12 relative: sums of a few dozen numbers of one size. Published examples hold to their printed
digits.
"""

from __future__ import annotations

import math
import statistics

import numpy as np
import pytest

from nqpf_assets.indices.aggregating import aggregated
from nqpf_assets.indices.errors import IndicatorError
from nqpf_assets.indices.method import IndexResult, Indicators
from nqpf_assets.indices.normalising import normalised
from nqpf_assets.studies.indices import INDEX_METHODS

RTOL = 1e-12
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
