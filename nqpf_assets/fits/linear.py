"""Two-way fixed effects and pooled least squares as columns of tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from nqpf_assets.fits.design import Design
from nqpf_assets.fits.result import CONSTANT, Estimate, Fitted, Test
from nqpf_assets.studies.spec import Column

if TYPE_CHECKING:
    from nqpf_assets.models.two_way_fe_result import TwoWayFE


def fit_linear(design: Design) -> Fitted:
    """Least squares with the column's effects; `ols` has none."""
    from nqpf_assets.models.two_way_fe import two_way_fe

    column = design.column
    result = two_way_fe(
        design.outcome,
        design.values(design.names),
        design.units,
        design.periods,
        names=design.names,
        effects=() if column.estimator == "ols" else column.effects,
        vcov=column.vcov.type,
        cluster=design.cluster,
    )
    return Fitted(
        facts=linear_facts(column, result),
        terms=tuple(_terms(column, result)),
        tests=tuple(_hausman(design)) if column.hausman else (),
        is_in_sample=result.is_in_sample,
        dropped=tuple(linear_dropped(result)),
    )


def linear_facts(column: Column, result: TwoWayFE) -> dict[str, Any]:
    """What `study.model` keeps of a linear model: sizes, inference, fit."""
    return {
        "effects": ", ".join(result.effects),
        "n_obs": result.n_obs,
        "n_units": result.n_units,
        "n_periods": result.n_periods,
        "vcov": vcov_words(column, result.vcov),
        "small_sample": result.small_sample,
        "n_clusters": min(result.n_clusters) if result.n_clusters else None,
        "df_resid": float(result.df_resid),
        "df_test": float(min(result.df_inference)) if len(result.df_inference) else None,
        "r2_within": result.r2_within,
        "r2": result.r2,
        "r2_adjusted": result.r2_adjusted,
        "rss": result.rss,
        "log_likelihood": result.log_likelihood,
    }


def vcov_words(column: Column, vcov: str) -> str:
    """The covariance in words: ``clustered by unit``, ``robust`` …"""
    return f"clustered by {' and '.join(column.vcov.by)}" if vcov == "clustered" else vcov


def linear_dropped(result: TwoWayFE) -> Iterator[str]:
    """What left the estimation, and why."""
    yield from (f"{one.name}: {one.reason}" for one in result.dropped)
    yield from (f"unit {label}: alone" for label in result.singleton_units)
    yield from (f"period {label}: alone" for label in result.singleton_periods)


def _terms(column: Column, result: TwoWayFE) -> Iterator[Estimate]:
    for place, name in enumerate(result.names):
        scale = result.standardized[place] / result.params[place] if column.standardize else 1.0
        low, high = sorted(float(bound * scale) for bound in result.conf_int[place])
        yield Estimate(
            name,
            float(result.params[place] * scale),
            float(result.std_errors[place] * abs(scale)),
            float(result.t_stats[place]),
            float(result.p_values[place]),
            low,
            high,
        )
    cons = result.constant
    if not column.standardize:
        yield Estimate(
            CONSTANT,
            cons.estimate,
            cons.std_error,
            cons.t_stat,
            cons.p_value,
            cons.conf_low,
            cons.conf_high,
        )


def _hausman(design: Design) -> Iterator[Test]:
    """Fixed against random effects, with period dummies where the column has period effects."""
    from nqpf_assets.models.hausman import hausman

    result = hausman(
        design.outcome,
        design.values(design.names),
        design.units,
        design.periods,
        names=design.names,
        period_effects="period" in design.column.effects,
    )
    detail = (
        None if result.is_definite else "the difference of the covariances is not positive definite"
    )
    yield Test("hausman", result.statistic, float(result.df), result.p_value, detail)
