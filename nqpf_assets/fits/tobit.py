"""Censored regressions as columns: latent coefficients, marginal effects, what was censored."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from nqpf_assets.fits.design import Design
from nqpf_assets.fits.linear import vcov_words
from nqpf_assets.fits.result import CONSTANT, Estimate, Fitted, Test
from nqpf_assets.models.errors import EstimationError

if TYPE_CHECKING:
    from nqpf_assets.models.tobit_inference import MlVcov
    from nqpf_assets.models.tobit_result import Tobit


def fit_tobit(design: Design) -> Fitted:
    """Maximum likelihood with the column's effects as dummies."""
    from nqpf_assets.models.tobit import tobit

    column, options = design.column, design.column.tobit
    assert options is not None, "the schema asks for the options of the estimator"
    result = tobit(
        design.outcome,
        design.values(design.names),
        design.units,
        design.periods,
        names=design.names,
        lower=options.lower,
        upper=options.upper,
        effects=column.effects,
        vcov=likelihood_vcov(design),
        cluster=design.cluster,
    )
    return Fitted(
        facts=_facts(design, result),
        terms=tuple(_terms(result)),
        effects=tuple(_margins(result)),
        tests=(Test("pseudo_r2", result.pseudo_r2, None, None, "McFadden"),),
        is_in_sample=result.is_in_sample,
        dropped=tuple(_dropped(result)),
        notes=(
            f"Tobit: {result.n_left_censored} rows censored below, {result.n_right_censored} above",
        ),
    )


def likelihood_vcov(design: Design) -> MlVcov:
    """The column's covariance, if a likelihood has it."""
    kind = design.column.vcov.type
    if kind in ("clustered", "unadjusted", "robust"):
        return kind
    raise EstimationError(f"vcov of a Tobit is clustered, unadjusted or robust; found {kind}")


def _facts(design: Design, result: Tobit) -> dict[str, Any]:
    return {
        "effects": ", ".join(result.effects),
        "n_obs": result.n_obs,
        "n_units": result.n_units,
        "n_periods": result.n_periods,
        "vcov": vcov_words(design.column, result.vcov),
        "small_sample": result.small_sample,
        "n_clusters": min(result.n_clusters) if result.n_clusters else None,
        "df_resid": float(result.n_obs - result.n_parameters),
        "log_likelihood": result.log_likelihood,
    }


def _terms(result: Tobit) -> Iterator[Estimate]:
    for place, name in enumerate(result.names):
        low, high = result.conf_int[place]
        yield Estimate(
            name, float(result.params[place]), float(result.std_errors[place]),
            float(result.t_stats[place]), float(result.p_values[place]), float(low), float(high),
        )  # fmt: skip
    cons = result.constant
    yield Estimate(
        CONSTANT,
        cons.estimate,
        cons.std_error,
        cons.t_stat,
        cons.p_value,
        cons.conf_low,
        cons.conf_high,
    )


def _margins(result: Tobit) -> Iterator[Estimate]:
    """Marginal effects, named by what changes and where they are taken."""
    for margin in result.margins:
        inference = margin.inference
        for place, name in enumerate(result.names):
            low, high = inference.conf_int[place]
            yield Estimate(
                name, float(margin.estimates[place]), float(inference.std_errors[place]),
                float(inference.t_stats[place]), float(inference.p_values[place]),
                float(low), float(high), effect=f"marginal on {margin.of}, {margin.at}",
            )  # fmt: skip


def _dropped(result: Tobit) -> Iterator[str]:
    yield from (f"{one.name}: {one.reason}" for one in result.dropped)
    yield from (f"{one.kind} {one.label}: censored in every row" for one in result.dropped_levels)
    yield from (f"unit {label}: alone" for label in result.singleton_units)
    yield from (f"period {label}: alone" for label in result.singleton_periods)
