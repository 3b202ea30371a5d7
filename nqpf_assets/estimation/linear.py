"""Two-way fixed effects and pooled least squares as columns of tables.

Other estimators that rest on such a regression report its terms, sizes and fit through this module.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

import numpy as np

from nqpf_assets.estimation.design import Design
from nqpf_assets.estimation.result_rows import (
    CLUSTERS,
    EXACT,
    STANDARDIZED,
    Estimate,
    Fitted,
    ModelRow,
    Test,
    estimates,
    terms_of,
)
from nqpf_assets.estimation.wild_bootstrap import bounded, wild_words
from nqpf_assets.estimation.year_tests import require_base, year_tests, year_words
from nqpf_assets.messages.counted import counted, verb
from nqpf_assets.studies.effects import further_effects, own_effects
from nqpf_assets.studies.estimator_registry import covariance_of
from nqpf_assets.studies.spec import CompleteColumn

HAUSMAN = {
    "own": "each model with its own error variance",
    "sigmamore": "both models with the error variance of random effects (sigmamore)",
    "sigmaless": "both models with the error variance of fixed effects (sigmaless)",
}

WHOLE = 1e-12
"""How far an R² that is one may be from it."""

if TYPE_CHECKING:
    from nqpf_assets.estimators.instruments.result import FixedEffects2SLS
    from nqpf_assets.estimators.linear.regression import Regression
    from nqpf_assets.estimators.linear.two_way_fe_result import TwoWayFE


def fit_two_way_fe(design: Design) -> Fitted:
    """Least squares with the column's effects."""
    return _fitted(design, regression(design, design.names))


def fit_ols(design: Design) -> Fitted:
    """Least squares without effects, whichever the column's table has."""
    return _fitted(design, regression(design, design.names, effects=()))


def _fitted(design: Design, result: TwoWayFE) -> Fitted:
    require_base(design, result)
    test, words = _hausman(design) if design.column.hausman else (None, None)
    notes = [words] if words else []
    notes += year_words(design, result)
    if result.wild is not None:
        notes += wild_words(result.wild, result.names)
    notes = [*weights_words(design, result), *notes]
    if _is_exact(result):
        notes.insert(0, EXACT)
    if design.column.standardize:
        notes.insert(0, STANDARDIZED)
    return Fitted(
        model=linear_model(design.column, result),
        terms=bounded(linear_terms(result, is_standardized=design.column.standardize)),
        tests=(
            *year_tests(design, result),
            *([test] if test else []),
            *cluster_counts(design.column, result),
        ),
        is_in_sample=result.is_in_sample,
        dropped=(*linear_dropped(result), *alone_in_others(design, result)),
        notes=tuple(notes),
    )


def weights_words(design: Design, result: Regression) -> Iterator[str]:
    """What rows are weighted by; nothing where all count alike."""
    weights, n_rows = design.column.weights, int(result.is_in_sample.sum())
    if weights is None:
        return
    words = f"Weighted by {weights.variable} ({weights.type} weights)"
    if weights.type == "frequency":
        words += f": {counted(n_rows, 'rows')} {verb(n_rows, 'stand')} for n"
    yield words


def _is_exact(result: TwoWayFE) -> bool:
    """Whether nothing is left from which standard errors could be made."""
    has_none = np.isnan(result.std_errors).all() and np.isnan(result.constant.std_error)
    return bool(has_none and result.r2_within > 1 - WHOLE)


def regression(
    design: Design, names: Sequence[str], *, effects: Sequence[str] | None = None
) -> TwoWayFE:
    """The column's outcome on these variables, with its covariance, and its effects if no others."""
    from nqpf_assets.estimators.linear.two_way_fe import two_way_fe

    return two_way_fe(
        design.outcome,
        design.values(names),
        design.units,
        design.periods,
        names=names,
        effects=own_effects(design.column.effects) if effects is None else effects,
        absorbed=design.absorbed if effects is None else (),
        exact_fit=True,
        **design.least_squares,
    )


def linear_model(column: CompleteColumn, result: TwoWayFE) -> ModelRow:
    """Sizes, covariance and fit of a linear model."""
    return ModelRow(
        effects=", ".join(result.effects),
        n_obs=result.n_obs,
        n_units=result.n_units,
        n_periods=result.n_periods,
        vcov=vcov_words(column, "wild_bootstrap" if result.wild else result.vcov)
        + _lags(column, result)
        + repaired_words(result),
        small_sample=result.small_sample,
        n_clusters=min(result.n_clusters) if result.n_clusters else None,
        df_resid=float(result.df_resid),
        df_test=_df_test(result),
        r2_within=result.r2_within,
        r2_unit_within=_defined(result.r2_unit_within),
        r2=_defined(result.r2),
        r2_adjusted=_defined(result.r2_adjusted),
        rss=result.rss,
        log_likelihood=_defined(result.log_likelihood),
    )


def _df_test(result: TwoWayFE) -> float | None:
    """The fewest degrees of freedom behind t; None where tests are normal."""
    df = min(result.df_inference, default=np.inf)
    return float(df) if np.isfinite(df) else None


def cluster_counts(column: CompleteColumn, result: Counted) -> Iterator[Test]:
    """How many clusters each of several keys has; the row of `model` holds the smallest number."""
    if len(result.n_clusters) > 1:
        ways = ["", "", "two-way", "three-way"][len(result.n_clusters)]
        for key, number in zip(column.vcov.by, result.n_clusters, strict=True):
            yield Test(f"{CLUSTERS}{key}", float(number), detail=f"clusters of a {ways} covariance")


def _defined(value: float | None) -> float | None:
    """A measure of fit, or None where least squares was not taken over all rows."""
    return None if value is None or np.isnan(value) else value


def _lags(column: CompleteColumn, result: TwoWayFE) -> str:
    """The bandwidth in words, of covariances that have one."""
    errors = covariance_of(column.estimator, result.vcov)
    if errors is None or not errors.has_lags:
        return ""
    from nqpf_assets.estimators.linear.covariance import default_lags

    lags = column.vcov.lags
    return f", lags {default_lags(result.n_periods) if lags is None else lags}"


class Repairable(Protocol):
    """A result whose covariance of several keys may have been repaired."""

    @property
    def is_vcov_repaired(self) -> bool: ...


class Counted(Protocol):
    """A result with clusters."""

    @property
    def n_clusters(self) -> tuple[int, ...]: ...


def repaired_words(result: Repairable) -> str:
    """What was done to a covariance of several cluster keys that was not positive."""
    return ", negative eigenvalues set to zero" if result.is_vcov_repaired else ""


def vcov_words(column: CompleteColumn, vcov: str) -> str:
    """The covariance in words: ``clustered by unit``, ``robust``, ``cr2 by areas`` …"""
    errors = covariance_of(column.estimator, vcov)
    return f"{vcov} by {' and '.join(column.vcov.by)}" if errors and errors.most_keys else vcov


def linear_dropped(result: TwoWayFE) -> tuple[str, ...]:
    """What left the estimation, and why."""
    return (
        *(f"{one.name}: {one.reason}" for one in result.dropped),
        *(f"unit {label}: alone" for label in result.singleton_units),
        *(f"period {label}: alone" for label in result.singleton_periods),
    )


def alone_in_others(design: Design, result: TwoWayFE | FixedEffects2SLS) -> tuple[str, ...]:
    """Rows that left because they are alone in an effect of neither units nor periods."""
    gone = ~result.is_in_sample
    for labels, left in (
        (design.units, result.singleton_units),
        (design.periods, result.singleton_periods),
    ):
        gone = gone & ~np.isin(labels, np.asarray(left, dtype=labels.dtype))
    n = int(gone.sum())
    further = [one.name for one in further_effects(design.column.effects)]
    return (f"{counted(n, 'rows')} alone in {' or '.join(further)}",) if n and further else ()


def linear_terms(result: TwoWayFE, *, is_standardized: bool = False) -> tuple[Estimate, ...]:
    """The coefficients, and the constant where they are not in standard deviations."""
    if not is_standardized:
        return terms_of(result)
    scale = result.standardized / result.params
    return tuple(
        estimates(
            result.names,
            result.standardized,
            result.std_errors * np.abs(scale),
            result.t_stats,
            result.p_values,
            np.sort(result.conf_int * scale[:, None], axis=1),
        )
    )


def _hausman(design: Design) -> tuple[Test, str | None]:
    """Fixed against random effects, with period dummies where the column has period effects.

    With a note where the test has no distribution, on what can be asked for instead.
    """
    from nqpf_assets.estimators.linear.hausman import hausman

    asked = design.column.hausman
    result = hausman(
        design.outcome,
        design.values(design.names),
        design.units,
        design.periods,
        names=design.names,
        period_effects="period" in design.column.effects,
        sigma="own" if isinstance(asked, bool) else asked,
    )
    words = HAUSMAN[result.sigma]
    if not design.taken.all():
        words += (
            f"; of {counted(len(design.rows), 'observations')}, those among them that are alone"
        )
    test = Test("hausman", result.statistic, float(result.df), result.p_value, words)
    if result.is_definite:
        return test, None
    why = "the difference of the two covariances is not positive definite"
    words = f"Hausman's statistic has no p-value: {why}"
    if result.sigma == "own":
        words += (
            ", for each has its own error variance. This happens where random effects fit far worse: "
            "it is no sign for them. `hausman: sigmamore` takes one variance"
        )
    return replace(test, detail=f"{test.detail}; {why}"), words
