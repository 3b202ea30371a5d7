"""Least squares from sums of products: what the estimator in memory reports, to the tenth digit."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nqpf_assets.estimators.linear.errors import EstimationError
from tests.estimation.summed import assert_alike, in_memory, of_sums, panel
from tests.examples import examples

BOTH = ("unit", "period")
EFFECTS = (BOTH, ("unit",), ("period",), ())


@settings(max_examples=examples(60))
@given(
    units=st.integers(8, 40),
    periods=st.integers(3, 7),
    seen=st.floats(0.3, 1),
    seed=st.integers(0, 10_000),
    effects=st.sampled_from(EFFECTS),
    errors=st.sampled_from(("unit", "period", "g", "robust", "unadjusted")),
    drop_singletons=st.booleans(),
)
def test_random_unbalanced_panels(
    units: int,
    periods: int,
    seen: float,
    seed: int,
    effects: tuple[str, ...],
    errors: str,
    drop_singletons: bool,
) -> None:
    """Units and periods alone, gaps, parts that nothing connects: whatever two effects and a draw give."""
    frame = panel(units, periods, 2, seen=seen, seed=seed)
    is_clustered = errors in ("unit", "period", "g")
    how = {"vcov": "clustered" if is_clustered else errors, "drop_singletons": drop_singletons}
    cluster = errors if is_clustered else "unit"
    found = of_sums(frame, effects, cluster, **how)
    if found is None:
        with pytest.raises(EstimationError):
            in_memory(frame, effects, cluster, **how)
    else:
        assert_alike(found, in_memory(frame, effects, cluster, **how))


@pytest.mark.parametrize("effects", EFFECTS)
@pytest.mark.parametrize("small_sample", ["xtreg", "plm", "none", "large_sample"])
def test_corrections(effects: tuple[str, ...], small_sample: str) -> None:
    frame = panel(120, 8, 3, seen=0.6, seed=4)
    found = of_sums(frame, effects, small_sample=small_sample)
    assert found is not None
    assert_alike(found, in_memory(frame, effects, small_sample=small_sample))


@pytest.mark.parametrize("effects", EFFECTS)
def test_columns_that_others_or_effects_make_up_are_named(effects: tuple[str, ...]) -> None:
    """One is made of two others, one of the units; the fourth is twice another."""
    frame = panel(90, 7, 3, seen=0.5, seed=2).with_columns(
        v4=pl.col("v1") - 2 * pl.col("v3"),
        v5=pl.col("unit").str.slice(1).cast(pl.Float64),
        v6=2 * pl.col("v2"),
    )
    found = of_sums(frame, effects)
    assert found is not None
    assert len(found.dropped) == (3 if "unit" in effects else 2)
    assert_alike(found, in_memory(frame, effects))


def test_units_and_periods_alone_are_named() -> None:
    """A unit in one year, a year of one unit, and a unit that is alone once the year is gone."""
    frame = panel(40, 6, 2, seen=0.9, seed=3)
    first = frame.filter(pl.col("unit") == "U00000").head(1)
    alone = first.with_columns(unit=pl.lit("A"), period=pl.lit(2002, pl.Int32))
    chain = pl.concat(
        [
            first.with_columns(unit=pl.lit("B"), period=pl.lit(year, pl.Int32), v1=pl.lit(v))
            for year, v in ((2001, 3.0), (1990, 4.0))
        ]
    )
    frame = pl.concat([frame, alone, chain])
    found = of_sums(frame, BOTH)
    assert found is not None
    assert (found.singleton_units, found.singleton_periods) == (("A", "B"), (1990,))
    assert_alike(found, in_memory(frame, BOTH))


def test_more_periods_than_one_number_tells_of() -> None:
    frame = panel(30, 65, 2, seen=0.4, seed=8)
    found = of_sums(frame, BOTH)
    assert found is not None
    assert found.n_periods == 65
    assert_alike(found, in_memory(frame, BOTH))


def test_parts_that_nothing_connects_are_counted() -> None:
    early = panel(20, 4, 2, seen=0.9, seed=5)
    late = panel(20, 4, 2, seen=0.9, seed=6).with_columns(
        unit=pl.lit("L") + pl.col("unit"), period=pl.col("period") + 10
    )
    frame = pl.concat([early, late])
    found = of_sums(frame, BOTH)
    assert found is not None
    assert found.n_components == 2
    assert_alike(found, in_memory(frame, BOTH))


@pytest.mark.parametrize(
    "spoilt",
    [
        {"v0": pl.col("v1") * 2 - pl.col("v2")},  # nothing is left of the outcome
        {"v2": pl.col("v1") + 1e-6 * pl.col("v2")},  # nearly another
        {"v0": pl.col("unit").str.slice(1).cast(pl.Float64)},  # units make it up
        {"v1": pl.when(pl.col("period") == 2001).then(np.inf).otherwise(pl.col("v1"))},
        {"v1": pl.lit(1.0), "v2": pl.lit(2.0)},  # no regressor is left
        {"unit": pl.lit("one")},
    ],
)
def test_what_sums_cannot_tell_is_left_to_the_rows(spoilt: dict[str, pl.Expr]) -> None:
    frame = panel(50, 6, 2, seen=0.8, seed=7).with_columns(**spoilt)
    assert of_sums(frame, BOTH) is None
