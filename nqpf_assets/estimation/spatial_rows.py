"""What a spatial model reports: coefficients, spillovers, numbers of the model, and words under the table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np

from nqpf_assets.estimation.design import Design
from nqpf_assets.estimation.linear import repaired_words, vcov_words
from nqpf_assets.estimation.result_rows import Estimate, ModelRow, Test, estimates
from nqpf_assets.estimation.weights import of_some_year, words_of
from nqpf_assets.estimators.linear.drawn_inference import least_p_value
from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.shown_text import listed

if TYPE_CHECKING:
    from nqpf_assets.estimators.spatial.effects import SpatialEffects
    from nqpf_assets.estimators.spatial.period_weights import AnyWeights
    from nqpf_assets.estimators.spatial.result import SpatialModel, SpatialPanel


def model_row(design: Design, result: SpatialPanel) -> ModelRow:
    """What of the model stands in `result.model`."""
    return ModelRow(
        effects=", ".join(result.effects),
        n_obs=result.n_obs,
        n_units=result.n_units,
        n_periods=result.n_periods,
        vcov=vcov_words(design.column, result.vcov) + repaired_words(result),
        small_sample=f"Lee-Yu: {result.lee_yu}",
        n_clusters=min(result.n_clusters) if result.n_clusters else None,
        df_test=result.df_inference if np.isfinite(result.df_inference) else None,
        r2_within=result.r2_within,
        r2=result.r2,
        rss=result.rss,
        log_likelihood=result.log_likelihood,
    )


def coefficient_rows(result: SpatialModel) -> Iterator[Estimate]:
    """Coefficients, spatial lags as ``name:lag``, then rho or lambda."""
    names = [f"{term[2:]}:lag" if term.startswith("W*") else term for term in result.names]
    yield from estimates(
        names,
        result.params,
        result.std_errors,
        result.t_stats,
        result.p_values,
        result.conf_int,
    )
    if result.parameter is not None:
        one = result.parameter
        yield Estimate(
            one.name,
            one.estimate,
            one.std_error,
            one.z_stat,
            one.p_value,
            one.conf_low,
            one.conf_high,
        )


def effect_rows(effects: SpatialEffects | None) -> Iterator[Estimate]:
    """Effects that can differ from zero: a model of spatial errors has no spillovers."""
    if effects is None:
        return
    for kind in ("direct", "indirect", "total"):
        one = getattr(effects, kind)
        found = estimates(
            effects.names,
            one.estimates,
            one.std_errors,
            one.z_stats,
            one.p_values,
            one.conf_int,
            effect=kind,
        )
        # What clusters leave without an error, NaN, is reported all the same.
        yield from (effect for effect in found if effect.std_error != 0)


def component_rows(result: SpatialPanel) -> Iterator[Test]:
    """Numbers of the model that are no coefficients."""
    yield Test(
        "sigma2", result.sigma2, std_error=result.sigma2_std_error, detail="variance of the errors"
    )
    yield Test("log_likelihood", result.log_likelihood, None, None, f"Lee-Yu: {result.lee_yu}")
    yield Test(
        "r2_correlation",
        result.r2_correlation,
        None,
        None,
        "squared correlation of the outcome and what the regressors predict, effects removed",
    )


def words_under_table(
    weights: AnyWeights,
    names: Mapping[str, str],
    result: SpatialPanel,
    effects: SpatialEffects | None,
    why_not: str,
) -> Iterator[str]:
    """The weights, and how errors and likelihood were computed.

    Args:
        names: of units.
    """
    yield from words_of_weights(weights, names)
    yield from words_of_effects(result, effects, why_not)
    if result.information == "observed":
        yield "Errors from the observed information, not the expected one"
    yield from words_of_direct_likelihood(weights, result)
    fitted = "Least squares" if result.parameter is None else f"Likelihood by {result.logdet}"
    yield f"{fitted}, transform {result.transform}"


def words_of_direct_likelihood(weights: AnyWeights, result: SpatialPanel) -> Iterator[str]:
    """What is known to be wrong with the direct likelihood, where weights by year allow little else."""
    from nqpf_assets.estimators.spatial.period_weights import PeriodWeights

    if not isinstance(weights, PeriodWeights) or result.lee_yu != "none" or not result.effects:
        return
    symbol = "λ" if result.model == "sem" else "ρ"
    biased = []
    if "unit" in result.effects:
        biased.append(
            f"σ² is too small by (T − 1)/T, which is {result.n_periods - 1}/{result.n_periods}"
        )
        if result.model == "sem":
            biased.append("λ is biased by a term of order 1/T, its intervals are too short")
    if "period" in result.effects and result.parameter is not None:
        biased.append(f"{symbol} is biased by a term of order 1/N")
    if biased:
        yield f"Direct likelihood, without correction: {', and '.join(biased)}"


def words_of_weights(weights: AnyWeights, names: Mapping[str, str]) -> Iterator[str]:
    """Which they are, and who has no neighbour."""
    yield f"Weights: {words_of(weights)}"
    if weights.islands:
        alone = listed([names[str(unit)] for unit in weights.islands])
        when = of_some_year(weights)
        yield f"Without neighbours{when}: {alone}; counted in Moran's I, as esda does and spdep does not"


def words_of_effects(
    result: SpatialModel, effects: SpatialEffects | None, why_not: str
) -> Iterator[str]:
    """Whence errors of direct and indirect effects come, or why there are none of these."""
    if effects is None:
        yield f"No effects: {why_not}"
    elif effects.n_draws:
        yield (
            f"Errors, p and intervals of effects: quantiles of {counted(effects.n_draws, 'draws', ',')}, "
            f"p at least {least_p_value(effects.n_draws):.2g}"
        )
    elif result.model in ("sar", "sdm"):
        yield "Errors, p and intervals of effects by the delta method"
