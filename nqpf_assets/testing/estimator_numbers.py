"""What numbers of an estimator must hold to: the same data give the same, however they are written down."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import FrozenInstanceError, replace
from math import isfinite, isinf
from typing import TYPE_CHECKING

from nqpf_assets.testing.comparing import facts
from nqpf_assets.testing.estimator_example import (
    CONTROL,
    OUTCOME,
    REGRESSOR,
    UNITS,
    EstimatorExample,
)

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.estimation.result_rows import Estimate, Fitted

CLOSE = 1e-6
"""Relative difference of numbers that an iteration ends on, or that come of sums in another order."""
LEVEL = 0.05


def pure(example: EstimatorExample) -> None:
    """The same design gives the same result, and is what it was."""
    design = example.design()
    before = design.rows.clone()
    first, second = example.of_design(design), example.fitted()
    assert design.rows.equals(before), "it changes the rows it is given"
    assert facts(first) == facts(second), "the same data give another result the second time"


def frozen(example: EstimatorExample) -> None:
    """A result cannot be changed, and its coefficients are numbers."""
    fitted = example.fitted()
    assert fitted.terms, "no terms"
    lost = [one.term for one in fitted.terms if not isfinite(one.estimate)]
    assert not lost, f"terms without a finite estimate: {', '.join(lost)}"
    try:
        fitted.terms = ()  # type: ignore[misc]
    except FrozenInstanceError:
        return
    raise AssertionError("the result can be changed")


def agreeing(example: EstimatorExample) -> None:
    """Below 5 % zero is outside of the 95 % interval, and above it inside; the estimate is always inside."""
    fitted, wrong = example.fitted(), []
    for one in (*fitted.terms, *fitted.effects):
        name = f"{one.term} {one.effect}".strip()
        if not (isfinite(one.conf_low) and isfinite(one.conf_high)):
            continue
        if not one.conf_low <= one.estimate <= one.conf_high:
            wrong.append(f"{name} lies outside of its interval")
        if not isfinite(one.p_value):
            continue
        if not 0 <= one.p_value <= 1:
            wrong.append(f"{name} has the p-value {one.p_value}")
        is_outside = one.conf_low > 0 or one.conf_high < 0
        if is_outside != (one.p_value < LEVEL):
            ends = f"[{one.conf_low:.4g}, {one.conf_high:.4g}]"
            wrong.append(f"{name} has the p-value {one.p_value:.4g} and the interval {ends}")
    assert not wrong, "; ".join(wrong)


def rows(example: EstimatorExample) -> None:
    """Rows of the panel, and those of a design, in another order."""
    turned = example.rows.sample(fraction=1.0, shuffle=True, seed=9)
    assert facts(example.fitted(turned)) == facts(example.fitted()), "rows in another order"
    design = example.design()
    backwards = example.of_design(replace(design, rows=design.rows.reverse()))
    require_terms(backwards, example.of_design(design))
    used = example.of_design(design).is_in_sample[::-1]
    assert (backwards.is_in_sample == used).all(), "is_in_sample is not in the order of the rows"


def years(example: EstimatorExample) -> None:
    """The same years counted from another beginning."""
    import polars as pl

    moved = example.rows.with_columns(pl.col("period") + 7)
    require_terms(example.fitted(moved), example.fitted())


def names(example: EstimatorExample) -> None:
    """Units whose names sort otherwise."""
    import polars as pl

    other = {unit: f"{place:02}" for place, unit in enumerate(reversed(UNITS))}
    renamed = example.rows.with_columns(pl.col("unit").replace(other))
    require_terms(example.fitted(renamed), example.fitted())


def regressor(example: EstimatorExample) -> None:
    """A regressor in another unit of measurement: its coefficients change by it, and nothing else."""
    _scaled(example, REGRESSOR, 1000.0)
    _scaled(example, CONTROL, 0.001)


def outcome(example: EstimatorExample) -> None:
    """The outcome in another unit of measurement: all coefficients change by it, and no test."""
    _scaled(example, OUTCOME, 1000.0)


def _scaled(example: EstimatorExample, name: str, factor: float) -> None:
    import polars as pl

    own = example.estimator.printing.terms
    found = example.fitted(example.rows.with_columns(pl.col(name) * factor))
    expected = []
    for one in example.fitted().terms:
        is_meant = (
            name == OUTCOME if one.term in own else name in (OUTCOME, one.term.partition(":")[0])
        )
        by = 1.0 if not is_meant or one.term in own else factor if name == OUTCOME else 1 / factor
        scaled = (
            by * number for number in (one.estimate, one.std_error, one.conf_low, one.conf_high)
        )
        estimate, error, low, high = scaled
        expected.append(
            replace(one, estimate=estimate, std_error=error, conf_low=low, conf_high=high)
        )
    _compare(found.terms, tuple(expected))


def require_terms(found: Fitted, expected: Fitted) -> None:
    """Refuse coefficients that are others but for rounding."""
    _compare(found.terms, expected.terms)
    assert found.model.n_obs == expected.model.n_obs, "another number of rows"


def _compare(found: tuple[Estimate, ...], expected: tuple[Estimate, ...]) -> None:
    there, wanted = [one.term for one in found], [one.term for one in expected]
    assert there == wanted, f"terms are {', '.join(there)} and were {', '.join(wanted)}"
    wrong = [words for pair in zip(found, expected, strict=True) for words in _different(*pair)]
    assert not wrong, "; ".join(wrong)


def _different(found: Estimate, expected: Estimate) -> Iterator[str]:
    # Errors and ends of an interval are compared with the size of what they are the error of.
    size = max(
        abs(expected.estimate), abs(expected.std_error) if isfinite(expected.std_error) else 0
    )
    for key in ("estimate", "std_error", "conf_low", "conf_high", "statistic", "p_value"):
        one, other = getattr(found, key), getattr(expected, key)
        scale = 1.0 if key == "p_value" else max(1.0, abs(other)) if key == "statistic" else size
        if isfinite(one) != isfinite(other) or (isfinite(one) and abs(one - other) > CLOSE * scale):
            yield f"{key} of {found.term} is {one:.9g} and was {other:.9g}"


def missing_value(example: EstimatorExample) -> None:
    """A gap, as a null and as NaN, takes its row out of the sample."""
    import numpy as np
    import polars as pl

    whole = example.fitted()
    n_obs = whole.model.n_obs
    # A row that has a say: some estimators look at few years alone.
    first, *_ = example.design().rows.filter(whole.is_in_sample).rows(named=True)
    is_row = (pl.col("unit") == first["unit"]) & (pl.col("period") == first["period"])
    for gap in (None, float("nan")):
        values = pl.when(is_row).then(pl.lit(gap, dtype=pl.Float64)).otherwise(pl.col(REGRESSOR))
        try:
            with np.errstate(all="ignore"):
                fitted = example.fitted(example.rows.with_columns(values.alias(REGRESSOR)))
        except refusals() as error:
            _has_words(error, "a missing value")
            continue
        assert fitted.model.n_obs < n_obs, f"a row whose {REGRESSOR} is {gap} was used"


def degenerate(example: EstimatorExample) -> None:
    """Samples that carry no estimate are refused in words, or give numbers that are none."""
    import numpy as np

    wrong = []
    for words, sample in _degenerate(example.rows):
        try:
            with np.errstate(all="ignore"):
                fitted = example.fitted(sample)
        except refusals() as error:
            _has_words(error, words)
        except Exception as error:
            wrong.append(f"{words}: {type(error).__name__}: {error}")
        else:
            wrong += [f"{words}: {one}" for one in _of_nothing(fitted)]
    assert not wrong, "; ".join(wrong)


def _of_nothing(fitted: Fitted) -> Iterator[str]:
    """Numbers that no sample without variation can bear."""
    for one in (*fitted.terms, *fitted.effects):
        if isfinite(one.p_value) and not one.std_error > 0 and not isfinite(one.conf_low):
            yield f"{one.term} has a p-value without an error or an interval"
        if isinf(one.estimate):
            yield f"{one.term} is infinite"


def _degenerate(rows: pl.DataFrame) -> Iterator[tuple[str, pl.DataFrame]]:
    import polars as pl

    rows = rows.sort("unit", "period")
    first = rows.get_column("unit").first(), rows.get_column("period").first()
    yield "one row", rows.head(1)
    yield "two rows", rows.head(2)
    yield "one unit", rows.filter(pl.col("unit") == first[0])
    yield "one year", rows.filter(pl.col("period") == first[1])
    yield "one row of each unit", rows.group_by("unit", maintain_order=True).first()
    for name in (OUTCOME, REGRESSOR, CONTROL):
        yield f"the same {name} everywhere", rows.with_columns(pl.lit(2.5).alias(name))
        of_unit = pl.col(name).mean().over("unit")
        yield f"{name} the same in all years of a unit", rows.with_columns(of_unit)
    yield (
        "nothing but zeros",
        rows.with_columns(pl.lit(0.0).alias(n) for n in (OUTCOME, REGRESSOR, CONTROL)),
    )
    yield "one regressor twice", rows.with_columns(pl.col(REGRESSOR).alias(CONTROL))
    yield "a regressor that is the outcome", rows.with_columns(pl.col(OUTCOME).alias(REGRESSOR))


def refusals() -> tuple[type[Exception], ...]:
    """How an estimator says that it can make nothing of a sample."""
    from numpy.linalg import LinAlgError

    from nqpf_assets.estimators.linear.errors import EstimationError

    return EstimationError, LinAlgError


def _has_words(error: Exception, words: str) -> None:
    if not str(error).strip():
        raise AssertionError(f"{words}: refused without a word") from error
